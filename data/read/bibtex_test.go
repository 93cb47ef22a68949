package read

import (
	"strings"
	"testing"

	"github.com/nickng/bibtex"
)

// TestBibTeXFields compares the fields of well-formed entries with those another parser finds.
func TestBibTeXFields(t *testing.T) {
	entries := []string{
		"@article{a, title = {On {T}ests}, year = 2012, author = \"Ann Ash and Bob Birch\"}",
		"@misc{b,\n  title={A \"quoted\" word},\n  note = \"in quotes, # and more\",\n  url = {http://a.b/c?d=e&f},\n}",
		"@inproceedings{c:2001/x, title = {Nested {braces {deep}}, and, commas}, pages = {1--10}, month = mar}",
	}
	months := map[string]string{"mar": "March"}
	for _, e := range entries {
		want, err := bibtex.Parse(strings.NewReader(e))
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseBib(e, months, true)
		if err != nil {
			t.Errorf("%s: %v", e, err)
			continue
		}
		if fields := want.Entries[0].Fields; len(got) != len(fields) {
			t.Errorf("%s: fields %v, want %v", e, got, fields)
		}
		for name, value := range want.Entries[0].Fields {
			if got[strings.ToLower(name)] != value.String() {
				t.Errorf("%s: field %s is %q, want %q", e, name, got[strings.ToLower(name)], value)
			}
		}
	}
}

func TestBibTeXMistakes(t *testing.T) {
	for in, want := range map[string]string{
		"@article{a}": "no key", "@article{a, title}": "no = after field title", "@article{a, title = {x": "the value is not closed",
		"@article{a, title = }": "a value was expected", "@article{a, title = \"x}": "not closed", "@article{a, = x}": "a field name was expected",
		"@article{a, title =": "no value",
	} {
		if _, err := parseBib(in, nil, true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", in, err, want)
		}
	}
	if f, err := parseBib("@article{a, journal = nowhere # { and } # x}", map[string]string{"x": "more"}, true); err != nil || f["journal"] != "nowhere and more" {
		t.Errorf("an undefined macro: %v, %v", f, err)
	}
}
