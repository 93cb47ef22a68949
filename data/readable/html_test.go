package readable

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// FuzzParseTag compares each tag recognised with the one that the tokenizer of golang.org/x/net/html finds there.
func FuzzParseTag(f *testing.F) {
	for _, s := range []string{
		"<b>x", "</b>x", "<jats:p>", "<JATS:Sup a='1'>2", `<a href="http://x.y/z" title=t>`, "<br/>", "<br />", "<p\nid=1>", "<h1>", "</ b>", "<b or c>",
		"<sub><", "<unk>", "<b", "<", "<p:>", "<list-item x=\"a>b\">",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.HasPrefix(s, "<") || strings.IndexByte(s, 0) >= 0 {
			return
		}
		got, ok := parseTag(s)
		if !ok {
			return
		}
		z := html.NewTokenizer(strings.NewReader(s[:got.end]))
		typ := z.Next()
		if typ == html.ErrorToken {
			return // a quoted attribute holds the >, which parseTag takes for the end
		}
		if want := typ == html.EndTagToken; got.closing != want {
			t.Fatalf("parseTag(%q): closing %v, want %v", s, got.closing, want)
		}
		name, _ := z.TagName()
		if c := bytes.LastIndexByte(name, ':'); c >= 0 {
			name = name[c+1:]
		}
		if got.name != string(name) {
			t.Fatalf("parseTag(%q): name %q, want %q", s, got.name, name)
		}
	})
}

// TestTextIsNoTag has < signs that the tokenizer of golang.org/x/net/html would take for tags, comments or the
// end of the text.
func TestTextIsNoTag(t *testing.T) {
	for _, s := range []string{"a <b or c> d", "x <y and z> w", "the <unk> token", "p <q", "a </ b", "1 <!-- 2", "if a<b and c>d", "x<i"} {
		if got := Text(s); got != s {
			t.Errorf("Text(%q) = %q", s, got)
		}
	}
	if got := Text("p <q and <b>bold</b>"); got != "p <q and bold" {
		t.Errorf("a tag after a < is read as %q", got)
	}
}
