package recommend

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"kindred/data"
)

func TestParseSearch(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "",
		"graph networks":          "graph|networks",
		`"graph networks" deep`:   `"graph networks"|deep`,
		`-deep -"a b" k-means`:    `-deep|-"a b"|k-means`,
		`title:deep Title:"a b"`:  `1:deep|1:"a b"`,
		`-author:smith cat:cs.LG`: `-2:smith|3:cs.LG`,
		`category:cs`:             `3:cs`,
		`year:2018-2020`:          `4:2018-2020[2018 2020]`,
		`year:2018- year:-2020`:   `4:2018-[2018 0]|4:-2020[0 2020]`,
		`year:2019`:               `4:2019[2019 2019]`,
		`note:this https://x.org`: `note:this|https://x.org`,
		`"never closed`:           `"never closed"`,
		`word"quoted"`:            `word|"quoted"`,
		`title: - "" ""x`:         `x`,
		"\u00a0graph\u2003net":    `graph|net`,
	} {
		clauses, err := parseSearch(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		var got []string
		for _, c := range clauses {
			s := c.value
			if c.quoted {
				s = `"` + s + `"`
			}
			if c.field != fieldText {
				s = fmt.Sprintf("%d:%s", c.field, s)
			}
			if c.not {
				s = "-" + s
			}
			if c.field == fieldYear {
				s += fmt.Sprint([]int{c.from, c.to})
			}
			got = append(got, s)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q is read as %s, want %s", text, strings.Join(got, "|"), want)
		}
	}
}

func FuzzParseSearch(f *testing.F) {
	for _, s := range []string{`a "b c" -d title:e`, `year:2018-2020`, `-"`, "author:\u00e9 cat:", "--year:1", `"" " "`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clauses, err := parseSearch(s)
		if err != nil {
			if !errors.Is(err, data.ErrInvalid) {
				t.Errorf("error %v does not wrap ErrInvalid", err)
			}
			return
		}
		end := 0
		for _, c := range clauses {
			if c.value == "" || c.at < end || c.end < c.at || c.end > len(s) || !strings.Contains(s[c.at:c.end], c.value) {
				t.Fatalf("clause %+v does not stand in %q after %d", c, s, end)
			}
			end = c.end
		}
	})
}

func TestDistance(t *testing.T) {
	var table distanceTable
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abcd", "abcd", 0}, {"abcd", "acbd", 1}, {"abcd", "abd", 1}, {"abcd", "abcde", 1}, {"abcd", "abxd", 1}, {"abcd", "badc", 2}, {"abc", "", 3}, {"ca", "abc", 3},
	} {
		if got := table.distance([]rune(c.a), []rune(c.b), 9); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := table.distance([]rune(c.b), []rune(c.a), 1); min(got, 2) != min(c.want, 2) {
			t.Errorf("%s to %s within 1: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

type wordList []string

func (w wordList) Terms() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for i, s := range w {
			if !yield(s, 1+i%3) {
				return
			}
		}
	}
}

func TestCorrect(t *testing.T) {
	words := wordList{"classification", "clustering", "cats", "bats", "rats", "Transformer", "transform er", "3d", "models", "module", "analysis"}
	for word, want := range map[string]string{
		"clasification": "classification", "clusterign": "clustering", "transfomer": "Transformer", "dats": "cats", "cat": "", "4d": "", "zzzzzzz": "",
		"modle": "model", "modles": "models", "anlysis": "analysis",
	} {
		if got := correct(words.Terms(), word); got != want {
			t.Errorf("nearest to %s is %q, want %q", word, got, want)
		}
	}
}
