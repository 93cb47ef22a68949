package data

import (
	"strings"
	"unicode"

	"kindred/data/readable"

	"golang.org/x/text/unicode/norm"
)

// greekNames spells out the lower-case Greek letters, so that "α-divergence" and "alpha-divergence" are the
// same title.
var greekNames = map[rune]string{
	'α': "alpha", 'β': "beta", 'γ': "gamma", 'δ': "delta", 'ε': "epsilon", 'ϵ': "epsilon", 'ζ': "zeta",
	'η': "eta", 'θ': "theta", 'ϑ': "theta", 'ι': "iota", 'κ': "kappa", 'λ': "lambda", 'μ': "mu", 'ν': "nu",
	'ξ': "xi", 'π': "pi", 'ρ': "rho", 'σ': "sigma", 'ς': "sigma", 'τ': "tau", 'υ': "upsilon", 'φ': "phi",
	'ϕ': "phi", 'χ': "chi", 'ψ': "psi", 'ω': "omega", '∞': "infty",
}

// latinFolds spells out the letters that Unicode does not decompose.
var latinFolds = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h",
	'ŋ': "n",
}

// NormalizeTitle returns the form in which the titles of two editions of one paper agree. Markup is undone,
// accents and case are folded, Greek letters are spelt out and apostrophes dropped. Every other run of
// characters that are neither letters nor digits becomes one space. Letters of other scripts stay.
func NormalizeTitle(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	emit := func(r rune) {
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	for _, r := range norm.NFKD.String(readable.Text(s)) {
		r = unicode.ToLower(r)
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || unicode.Is(unicode.Mn, r):
		case r < 0x80 && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9'):
			emit(r)
		case greekNames[r] != "":
			for _, c := range greekNames[r] {
				emit(c)
			}
		case latinFolds[r] != "":
			for _, c := range latinFolds[r] {
				emit(c)
			}
		case r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r)):
			emit(r)
		default:
			space = true
		}
	}
	return b.String()
}
