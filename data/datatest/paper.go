package datatest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kindred/data"
)

// CheckNormal fails the test if p is not in the form in which [data.Paper.Normalize] leaves a paper.
func CheckNormal(tb testing.TB, p *data.Paper) {
	tb.Helper()
	if p.ID == "" || p.ID != data.CanonicalID(p.ID) || p.Title == "" && p.Abstract == "" {
		tb.Fatalf("paper without name or text: %+v", p)
	}
	texts := []string{p.ID, p.Title, p.Abstract, p.Venue, p.URL, p.DOI, p.ArXiv}
	for _, s := range slices.Concat(texts, p.Authors, p.Aliases) {
		if !utf8.ValidString(s) || strings.TrimSpace(s) != s {
			tb.Fatalf("%q is not clean, of %+v", s, p)
		}
	}
	if !p.Published.IsZero() && !p.Published.Valid() {
		tb.Fatalf("published %+v", p.Published)
	}
	again := *p
	if err := again.Normalize(); err != nil {
		tb.Fatal(err)
	}
	if !reflect.DeepEqual(&again, p) {
		tb.Fatalf("normalizing is not settled:\nonce  %+v\ntwice %+v", p, &again)
	}
}
