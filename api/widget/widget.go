// Package widget holds the script that shows related papers on any page, and the words that it, the frame and the badge
// say there, in the languages that they speak. Only what runs on pages of other sites belongs here; the scripts and
// styles of our own pages are in api/web, and package api serves both.
package widget

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed widget.v1.js
var source []byte

//go:embed messages.json
var table []byte

// Languages are the languages of the messages, English first: primary subtags of BCP 47.
var Languages = []string{"en", "de", "es", "fr", "zh"}

// shown are the messages that the script says.
var shown = []string{"heading", "why", "alike", "more", "find"}

// message is one text, or one for each plural form of the language by its name in CLDR.
type message struct {
	text  string
	forms map[string]string
}

// UnmarshalJSON reads a string or an object of plural forms.
func (m *message) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte("{")) {
		return json.Unmarshal(b, &m.forms)
	}
	return json.Unmarshal(b, &m.text)
}

// Messages are the words in all languages.
type Messages map[string]map[string]message

// Load reads the table of messages. It fails where the table does not have the languages that [Languages] lists.
func Load() (Messages, error) {
	m := Messages{}
	if err := json.Unmarshal(table, &m); err != nil {
		return nil, fmt.Errorf("messages of the widget: %w", err)
	}
	for _, lang := range Languages {
		if m[lang] == nil {
			return nil, fmt.Errorf("messages of the widget: none in %q", lang)
		}
	}
	return m, nil
}

// Language returns the language of the messages for a BCP 47 tag such as de-AT, English for every other.
func Language(tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if slices.Contains(Languages, primary) {
		return primary
	}
	return Languages[0]
}

// Say returns a message in a language of [Languages]. site replaces {site}.
func (m Messages) Say(lang, key, site string) string {
	return strings.ReplaceAll(m[lang][key].text, "{site}", site)
}

// forms are the names of plural forms in CLDR.
var forms = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other",
}

// Count returns a message about n things, in the plural form that the language has for n.
func (m Messages) Count(lang, key string, n int) string {
	form := plural.Cardinal.MatchPlural(language.Make(lang), n, 0, 0, 0, 0)
	texts := m[lang][key].forms
	text, ok := texts[forms[form]]
	if !ok {
		text = texts["other"]
	}
	return strings.ReplaceAll(text, "{n}", strconv.Itoa(n))
}

// Script returns the script of the widget, with its messages. It defines <similar-papers>, fills
// <div data-similar-papers>, and needs nothing else.
func (m Messages) Script() ([]byte, error) {
	said := map[string]map[string]string{}
	for _, lang := range Languages {
		said[lang] = map[string]string{}
		for _, key := range shown {
			said[lang][key] = m[lang][key].text
		}
	}
	list, err := json.Marshal(said)
	if err != nil {
		return nil, err
	}
	return bytes.Replace(source, []byte("/* messages */ {}"), list, 1), nil
}
