package widget

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

func load(t *testing.T) Messages {
	t.Helper()
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMessagesAreWhole wants every message in every language, with the same placeholders, and every plural form that a
// language has for whole numbers.
func TestMessagesAreWhole(t *testing.T) {
	m := load(t)
	if got := slices.Sorted(maps.Keys(m)); !slices.Equal(got, slices.Sorted(slices.Values(Languages))) {
		t.Errorf("the table has %v, want %v", got, Languages)
	}
	placeholder := regexp.MustCompile(`\{\w+\}`)
	for key, english := range m["en"] {
		for _, lang := range Languages {
			got, ok := m[lang][key]
			if !ok || got.text == "" && got.forms == nil || (got.forms == nil) != (english.forms == nil) {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			if want := placeholder.FindAllString(english.text, -1); !slices.Equal(placeholder.FindAllString(got.text, -1), want) {
				t.Errorf("%s: %s is %q, want the placeholders %v", lang, key, got.text, want)
			}
			if got.forms == nil {
				continue
			}
			for _, n := range []int{0, 1, 2, 3, 5, 11, 21, 100, 1_000_000} {
				form := forms[plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0)]
				if !strings.Contains(got.forms[form], "{n}") {
					t.Errorf("%s: %s has no form %q, which %d needs", lang, key, form, n)
					break
				}
			}
		}
	}
	for _, lang := range Languages {
		for key := range m[lang] {
			if _, ok := m["en"][key]; !ok {
				t.Errorf("%s: %s is in no other language", lang, key)
			}
		}
	}
}

func TestCount(t *testing.T) {
	m := load(t)
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 1, "see 1 related paper"}, {"en", 10, "see 10 related papers"}, {"de", 1, "1 verwandte Arbeit ansehen"}, {"de", 2, "2 verwandte Arbeiten ansehen"},
		{"fr", 0, "voir 0 article similaire"}, {"fr", 2, "voir 2 articles similaires"}, {"es", 1, "ver 1 artículo relacionado"}, {"zh", 1, "查看 1 篇相关论文"},
	} {
		if got := m.Count(c.lang, "badge", c.n); got != c.want {
			t.Errorf("%s, %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "de": "de", "de-AT": "de", "ZH-Hans-CN": "zh", "ar": "en", "eng": "en", "<b>": "en"} {
		if got := Language(tag); got != want {
			t.Errorf("%q: %s, want %s", tag, got, want)
		}
	}
}

// TestScriptSaysWhatItAsksFor wants each message that the script asks for in it, and no other.
func TestScriptSaysWhatItAsksFor(t *testing.T) {
	script, err := load(t).Script()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(script, []byte("/* messages */")) || !bytes.Contains(script, []byte("Verwandte Arbeiten")) {
		t.Error("the messages are not in the script")
	}
	asked := map[string]bool{}
	for _, m := range regexp.MustCompile(`\bsay\(o, '(\w+)'`).FindAllSubmatch(script, -1) {
		asked[string(m[1])] = true
	}
	if got := slices.Sorted(maps.Keys(asked)); !slices.Equal(got, slices.Sorted(slices.Values(shown))) {
		t.Errorf("the script asks for %v and has %v", got, shown)
	}
}
