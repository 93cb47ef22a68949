package readable

import (
	"strings"
	"testing"
	"time"
)

var texCases = []struct{ in, want string }{
	{"", ""}, {"Plain words", "Plain words"},
	{`Growth of {{TiO}}{$_2$} films`, "Growth of TiO_2 films"},
	{`Optics of {Cu$_2$O} and {$\mathrm{Fe}_{3}\mathrm{O}_{4}$}`, "Optics of Cu_2O and Fe_3O_4"},
	{`Sorting in {$\mathcal{O}(n \log n)$} comparisons`, "Sorting in O(n log n) comparisons"},
	{`Faces {${\rm GaN}(000\bar{1})$} and $(11\overline{2}0)$ and $(1\overline{10})$`, "Faces GaN(0001\u0305) and (112\u03050) and (11\u03050\u0305)"},
	{`{\textbeta}-oxide, \textmu m, {\textDelta}T, 10\textsuperscript{15} ions, 5\textsuperscript{th} H\textsubscript{2}O`,
		"β-oxide, µm, ΔT, 10^15 ions, 5th H2O"},
	{`Mick{\u \i}c, Ku\v zel, \c Celik, {\v z}, \u\i, {\" o}, \"{\i}, \'{\i}, \'\i, {\aa}, \L{}ukasz, \dj ak, Stra\ss e, {\'E}cole, \c{c}a, \H o`,
		"Mickĭc, Kužel, Çelik, ž, ĭ, ö, ï, í, í, å, Łukasz, đak, Straße, École, ça, ő"},
	{"pages 1--10 --- ``quoted'' R\\&D 5\\% \\#1 \\$3 a\\_b", `pages 1–10 — "quoted" R&D 5% #1 $3 a_b`},
	{`see \url{http://a.b/c} and \href{http://d.e}{there}, \emph{new} {\em old}`, "see http://a.b/c and there, new old"},
	{`the {\unknown} and \unknown{} and \other{kept} way \lost, {Nested {Deep {Braces}}}`, "the and and kept way , Nested Deep Braces"},
	{`strings in \{0,1\}`, "strings in {0,1}"}, {`{a, b: c} d`, "a, b: c d"},
	{`1M\textasciitilde{}60M, 10\textasciicircum{}3`, "1M~60M, 10^3"},
	{"K{\\\"o}nig &amp; S{\\o}n <i>in vivo</i>", "König & Søn in vivo"},
	{`{\textquotedblleft}q{\textquotedblright} na\"{\i}ve \textcommabelow{s}`, "“q” naïve ș"},
	{`{\"{\I}} \'{\j} \texorpdfstring{$H_2$}{H2} \foreignlanguage{german}{Wort} \guillemotleft q\guillemotright`, "Ï j\u0301 H_2 Wort «q»"},
	{`{{In}}\textsubscript{0.5}{{Ga}}\textsubscript{0.5}{{As}}`, "In0.5Ga0.5As"},
	{`unbalanced { brace`, "unbalanced { brace"},
}

func TestTeX(t *testing.T) {
	for _, c := range texCases {
		got := TeX(c.in)
		if got != c.want {
			t.Errorf("TeX(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
		if again := Text(got); again != got {
			t.Errorf("TeX is not settled for %q: %q, then %q", c.in, got, again)
		}
	}
}

func FuzzTeX(f *testing.F) {
	for _, c := range texCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := TeX(s); Text(got) != got || strings.TrimSpace(got) != got {
			t.Fatalf("not settled for %q: %q", s, got)
		}
	})
}

// TestTeXTime checks that no source takes long, whatever it repeats.
func TestTeXTime(t *testing.T) {
	for _, unit := range []string{"{", "}", `\u `, `\overline{`, `\textsuperscript{1`, "{a}", `\'`, `\"`, "$a ", `\x{`, `{\bf `, "``"} {
		start := time.Now()
		TeX(strings.Repeat(unit, maxMarkup/len(unit)/4))
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("many %q take %v", unit, d)
		}
	}
}
