package readable

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var readableCases = []struct{ in, want string }{
	{"", ""},
	{"Plain text, with 5% of C++ & R&D, a < b and c > d.", "Plain text, with 5% of C++ & R&D, a < b and c > d."},
	{`improves (5.7\% rightarrow 25.4\% on MATH)`, "improves (5.7% → 25.4% on MATH)"},
	{`abbreviated as \method{}. Our`, "abbreviated as method. Our"},
	{`Optics of {Cu$_2$O} and {${\rm GaN}(000\bar{1})$} in {$n$}`, "Optics of Cu_2O and GaN(0001\u0305) in n"},
	{`a {O}(K T^{3/4}) regret`, "a O(K T^(3/4)) regret"},
	{`(Polyak-\L ojasiewicz)`, "(Polyak-Łojasiewicz)"},
	{`mathcal{O}(KT) and mathcal{O}(KL^* + K)`, "O(KT) and O(KL^* + K)"},
	{"step size gamma to infty.", "step size gamma to ∞."},
	{"is 30times larger, 5.17times less, T times J, sometimes", "is 30× larger, 5.17× less, T times J, sometimes"},
	{`$\alpha$-divergence and $O(n\log n)$`, "α-divergence and O(n log n)"},
	{`$\mathcal{O}(n)$, $\tilde{O}(\sqrt{T})$, $x_{\text{max}}$`, "O(n), Õ(√T), x_max"},
	{`$10^{-3}$ and $90^\circ$ and $\frac{a+b}{2}$`, "10^-3 and 90° and (a+b)/2"},
	{`ratio of $r<1\times10^{-4}$.`, "ratio of r<1×10^-4."},
	{"costs $5 or $10, not US$ 7", "costs $5 or $10, not US$ 7"},
	{"between $5k and $7k (see $n$)", "between $5k and $7k (see n)"},
	{"an $n$-gram of $d$ dims, $n = 5$", "an n-gram of d dims, n = 5"},
	{`Erd\H{o}s--R\'enyi by K{\"o}nig, \'{E}cole, Mar\'{\i}a, \v{S}koda, Fran\c{c}ois`, "Erdős–Rényi by König, École, María, Škoda, François"},
	{`{BERT}: Pre-training of {D}eep {B}idirectional`, "BERT: Pre-training of Deep Bidirectional"},
	{`{The {GPT}-2 model, revisited}`, "The GPT-2 model, revisited"},
	{`\emph{very} \textbf{bold} {\em old} {\it style} \textsc{caps}`, "very bold old style caps"},
	{"``quoted'' words, 5'' wide, f''(x)", `"quoted" words, 5'' wide, f''(x)`},
	{"`mean density' and `code` and don't", "'mean density' and `code` and don't"},
	{"Figure~1 of Smith~et~al.~2020, 1M~60M, ~10 h, http://x.edu/~me", "Figure 1 of Smith et al. 2020, 1M~60M, ~10 h, http://x.edu/~me"},
	{"pages 1--10 --- see a -- b; pass --help", "pages 1–10 — see a – b; pass --help"},
	{`strings in \{0,1\}^n and {0,1}`, "strings in {0,1}^n and {0,1}"},
	{`dataset cite{vist}, as in \cite[p.~2]{abc}.`, "dataset , as in ."},
	{`see \href{http://a.b}{here} or \url{http://c.d}`, "see here or http://c.d"},
	{`say \"hello there\" now, don\'t`, `say "hello there" now, don't`},
	{`\begin{itemize}\item one \item two\end{itemize}`, "one two"},
	{`10\,000 \& 20\%`, "10000 & 20%"},
	{`the $L_{2,1}$ norm $\ell_1$ $x^{*}$`, "the L_(2,1) norm ℓ_1 x^*"},
	{"H<sub>2</sub>O, 10<sup>-3</sup>, 1<sup>st</sup>", "H2O, 10^-3, 1st"},
	{"<jats:title>Abstract</jats:title><jats:p>We <jats:italic>show</jats:italic> it.</jats:p>", "We show it."},
	{"<p>One</p><p>Two</p>a<br/>b", "One Two a b"},
	{"On Ants<SUBTITLE>A Study</SUBTITLE>", "On Ants A Study"},
	{"the <unk> and <mask> tokens, <s> too", "the <unk> and <mask> tokens, <s> too"},
	{"AT&amp;T &lt;b&gt;bold&lt;/b&gt; p &lt; 0.05 &#945; &nbsp;x &amp;amp; y", "AT&T bold p < 0.05 α x & y"},
	{"eﬃcient ﬁne\u00adtuning\u200b of\u00a0a\u2003b", "efficient finetuning of a b"},
	{"cafe\u0301 and nai\u0308ve", "café and naïve"},
	{"line one\n  line two\twith\r\ntabs high-\nresolution pre-\nand post", "line one line two with tabs high-resolution pre- and post"},
	{"it\x92s Latin-1: caf\xe9", "it’s Latin-1: café"},
	{"bell\x07 and nul\x00", "bell and nul"},
	{"当“商业模式”嫁接", "当“商业模式”嫁接"},
	{`unbalanced { brace and \emph{open`, "unbalanced { brace and {open"},
	{`trailing \`, "trailing"},
	{"use {name} and {a: b}", "use name and {a: b}"},
}

func TestReadable(t *testing.T) {
	for _, c := range readableCases {
		got := Text(c.in)
		if got != c.want {
			t.Errorf("Text(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
		if again := Text(got); again != got {
			t.Errorf("Text is not settled for %q:\nonce  %q\ntwice %q", c.in, got, again)
		}
	}
}

// TestReadableTime checks that no text takes long, whatever it repeats: a quadratic step would take hours here.
func TestReadableTime(t *testing.T) {
	for _, unit := range []string{"{", "}", "<i>", "<!--", "<p>abstract", "``", "''", "$a ", "$$", "&amp;", "amp;", `\\`, `\'`, `\"`, `\cite[`, "~", "-", "-\n",
		"^{", `\frac{`, "{a}", "a\u0301", "\u200b", `\begin{a`, "<![CDATA["} {
		s := strings.Repeat(unit, maxMarkup/len(unit)/4)
		start := time.Now()
		if once := Text(s); Text(once) != once {
			t.Errorf("not settled for many %q", unit)
		}
		Formulas(s, s)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%d bytes of %q take %v", len(s), unit, d)
		}
	}
}

func FuzzReadable(f *testing.F) {
	for _, c := range readableCases {
		f.Add(c.in)
	}
	f.Add(strings.Repeat("&amp;", 3) + "amp;lt;b&gt;" + strings.Repeat("{", 40) + `\frac{` + strings.Repeat("}", 40))
	f.Fuzz(func(t *testing.T, s string) {
		got := Text(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Text(%q) = %q is not UTF-8", s, got)
		}
		if strings.ContainsAny(got, "\n\t\x00") || strings.TrimSpace(got) != got {
			t.Fatalf("Text(%q) = %q is not one line", s, got)
		}
		if again := Text(got); again != got {
			t.Fatalf("not settled for %q:\nonce  %q\ntwice %q", s, got, again)
		}
	})
}

func TestHeading(t *testing.T) {
	for label, want := range map[string]string{
		"": "", "graph neural networks": "Graph neural networks", "gpt-4 prompts": "gpt-4 prompts", "mRNA folding": "mRNA folding",
		"ölfilme": "Ölfilme", "Zorb Q": "Zorb Q", "\xff": "\xff", "图": "图",
	} {
		if got := Heading(label); got != want {
			t.Errorf("%q is %q, want %q", label, got, want)
		}
	}
}
