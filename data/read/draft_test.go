package read

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"

	"kindred/data"
)

func TestDraft(t *testing.T) {
	const title = "Größe und Ertrag der Sojabohne\nWir messen zwölf Äcker."
	for _, name := range []string{"utf-8", "windows-1252", "utf-16le"} {
		enc, err := htmlindex.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		text, err := enc.NewEncoder().String(title)
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range []string{"", "\xff\xfe"} {
			if mark != "" && name != "utf-16le" {
				continue
			}
			if got, err := Draft("draft", strings.NewReader(mark+text), 1000, Options{}); err != nil || got != title {
				t.Errorf("%s, mark %q: %q, %v", name, mark, got, err)
			}
		}
	}
	for text, want := range map[string]string{
		"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj": "pdftotext my.file -",
		"\n\n%PDF-1.4\n\x00\x01":               "pdftotext my.file -",
		"PK\x03\x04\x14\x00":                   "plain text",
		"{\\rtf1 Barley}":                      "plain text",
		"Barley \x00\x01\x02 under drought":    "bytes of zero",
		strings.Repeat("barley ", 200):         "more than 1000 bytes",
	} {
		if got, err := Draft("my.file", strings.NewReader(text), 1000, Options{}); !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %q, %v; want an error with %q", text, got, err, want)
		}
	}
	if got, err := Draft("x", strings.NewReader("We write %PDF-1.7 in our text."), 1000, Options{}); err != nil || got == "" {
		t.Errorf("a text that names PDF: %v", err)
	}
}
