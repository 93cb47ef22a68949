package readable

import (
	"strings"
	"testing"
)

func TestFormulas(t *testing.T) {
	for _, c := range []struct{ original, want string }{
		{`$\alpha$-divergence in $O(n\log n)$ time`, `[\alpha]-divergence in [O(n\log n)] time`},
		{`costs $5 and $x^2$`, `costs $5 and [x^2]`},
		{`\emph{a $k$-means} of 5\% by K{\"o}nig: $p &lt; 0.05$`, `a [k]-means of 5% by König: [p < 0.05]`},
		{`so $$ E = mc^{2} $$ holds`, `so [E = mc^{2}] holds`},
		{`\$5 is no formula, $y_{i}$ is`, `$5 is no formula, [y_{i}] is`},
		{`$a$`, `[a]`},
	} {
		var got strings.Builder
		for _, s := range Formulas(Text(c.original), c.original) {
			if s.TeX == "" {
				got.WriteString(s.Text)
				continue
			}
			got.WriteString("[" + s.TeX + "]")
		}
		if got.String() != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.original, got.String(), c.want)
		}
	}
	for _, c := range []struct{ text, original string }{
		{"plain words", ""}, {"no formula", `\emph{no} formula`}, {"edited since", "$x$ and more"}, {"", "$x$"},
	} {
		if got := Formulas(c.text, c.original); len(got) != 1 || got[0] != (Span{Text: c.text}) {
			t.Errorf("Formulas(%q, %q) = %+v, want the text as it is", c.text, c.original, got)
		}
	}
}

// FuzzFormulas checks that no formula changes what is read: the parts are the text, to the byte.
func FuzzFormulas(f *testing.F) {
	for _, c := range readableCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, original string) {
		text := Text(original)
		var got strings.Builder
		for _, s := range Formulas(text, original) {
			got.WriteString(s.Text)
			if strings.Contains(s.TeX, formulaMark) {
				t.Fatalf("the mark is left in %q", s.TeX)
			}
		}
		if got.String() != text {
			t.Fatalf("Formulas(%q):\n got %q\nwant %q", original, got.String(), text)
		}
	})
}

// TestFormulasBesideANotice holds that a notice which is kept in the original alone takes no formula away.
func TestFormulasBesideANotice(t *testing.T) {
	const original = "We bound $x^2$ below. © 2019 Ant Union."
	text := TrimAbstract(Text(original))
	spans := Formulas(text, original)
	if len(spans) != 3 || spans[1].TeX != "x^2" || spans[0].Text+spans[1].Text+spans[2].Text != text {
		t.Errorf("the spans of %q are %+v", text, spans)
	}
}
