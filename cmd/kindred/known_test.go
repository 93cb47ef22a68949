package main

import (
	"testing"

	"kindred/data"
)

func TestIdentify(t *testing.T) {
	const title = "BOOT: Data-free Distillation of Denoising Diffusion Models with Bootstrapping"
	for _, tc := range []struct {
		name, title, date, id string
	}{
		{"known", title, "2023-06-08", "arxiv:2306.05544"},
		{"known, less precise", title, "2023", "arxiv:2306.05544"},
		{"another year", title, "2019-06-08", data.TitleID(title)},
		{"another title", "Bootstrapping without models", "2023-06-08", data.TitleID("Bootstrapping without models")},
	} {
		date, err := data.ParseDate(tc.date)
		if err != nil {
			t.Fatal(err)
		}
		p := &data.Paper{ID: data.TitleID(tc.title), Title: tc.title, Published: date}
		if identify(p); p.ID != tc.id {
			t.Errorf("%s: id %s, want %s", tc.name, p.ID, tc.id)
		}
		if tc.id == "arxiv:2306.05544" && (p.ArXiv != "2306.05544" || len(p.Aliases) != 1 || p.Aliases[0] != data.TitleID(title)) {
			t.Errorf("%s: arxiv %q, aliases %v", tc.name, p.ArXiv, p.Aliases)
		}
	}
}
