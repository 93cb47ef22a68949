package data_test

import (
	"testing"

	"kindred/data"
)

func TestByline(t *testing.T) {
	for want, names := range map[string][]string{
		"A":                            {"A"},
		"A, B, C, D":                   {"A", "B", "C", "D"},
		"A, B, C and\u00a02\u00a0more": {"A", "B", "C", "D", "E"},
	} {
		if got := data.Byline(names, len(names)); got != want {
			t.Errorf("byline of %v is %q, want %q", names, got, want)
		}
	}
	if got := data.Byline(nil, 7); got != "7 authors" {
		t.Errorf("byline of a number is %q", got)
	}
}

func TestDateInWords(t *testing.T) {
	for text, want := range map[string]string{"2023-06-12": "12 June 2023", "2023-06": "June 2023", "2023": "2023", "": ""} {
		d, err := data.ParseDate(text)
		if got := d.InWords(); got != want || err != nil {
			t.Errorf("%q in words is %q, %v; want %q", text, got, err, want)
		}
	}
}
