package readable

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNesting is the depth beyond which nested braces are left as they are.
const maxNesting = 24

// latex undoes the LaTeX of one text.
type latex struct {
	s       string
	i       int
	b       strings.Builder
	depth   int
	quotes  int         // ``quotes'' that are open
	unquote int         // where the last '' stands, -1 if there is none
	match   map[int]int // from brace to closing brace, made when first needed
	escape  bool        // \" is an escaped quote in this text, not an umlaut
	source  bool        // the text is LaTeX from end to end, see TeX
}

// undoLaTeX returns s with LaTeX as plain text.
func undoLaTeX(s string) string {
	l := &latex{escape: escapedQuotes(s)}
	return l.undo(s, 0)
}

// TeX returns the text of a LaTeX source, such as a field of BibTeX, as a person reads it. It differs from [Text], which
// must tell markup from words, in what holds of LaTeX alone: braces only group, and a command that is not known leaves its
// argument and never its name.
func TeX(s string) string {
	if !strings.ContainsAny(s, `\{$`) || len(s) > maxMarkup {
		return Text(s)
	}
	s = UTF8(s)
	if strings.IndexByte(s, '\n') >= 0 {
		s = joinHyphens(s)
	}
	if strings.IndexByte(s, '<') >= 0 || strings.IndexByte(s, '&') >= 0 {
		s = undoHTML(s)
	}
	l := &latex{escape: escapedQuotes(s), source: true}
	return Text(l.undo(s, 0))
}

// escapedQuotes reports whether \" occurs where no letter could bear an umlaut, so that it is an escaped
// quotation mark.
func escapedQuotes(s string) bool {
	for i := strings.Index(s, `\"`); i >= 0; {
		if i+2 >= len(s) || strings.IndexByte(" .,;:)!?\n", s[i+2]) >= 0 {
			if i+4 >= len(s) || s[i+4] != '}' || !isLetter(s[i+3]) { // not {\" o}
				return true
			}
		}
		n := strings.Index(s[i+2:], `\"`)
		if n < 0 {
			break
		}
		i += 2 + n
	}
	return false
}

// inner undoes a part of the text.
func (l *latex) inner(s string) string {
	if l.depth >= maxNesting {
		return s
	}
	part := &latex{escape: l.escape, source: l.source}
	return part.undo(s, l.depth+1)
}

func (l *latex) undo(s string, depth int) string {
	l.s, l.depth, l.unquote = s, depth, strings.LastIndex(s, "''")
	l.b.Grow(len(s))
	for l.i < len(l.s) {
		switch c := l.s[l.i]; {
		case c == '\\':
			l.command()
		case c == '$':
			l.math()
		case c == '{':
			l.group()
		case c == '^' || c == '_':
			l.script(c)
		case c == '~':
			l.tie()
		case c == '`' || c == '\'':
			l.quote(c)
		case c == '-':
			l.dashes()
		case isLetter(c):
			l.word()
		default:
			l.b.WriteByte(c)
			l.i++
		}
	}
	return l.b.String()
}

// last returns the last byte written, 0 at the beginning.
func (l *latex) last() byte {
	if l.b.Len() == 0 {
		return 0
	}
	return l.b.String()[l.b.Len()-1]
}

// at returns the byte n after the current one, 0 beyond the end.
func (l *latex) at(n int) byte {
	if l.i+n < 0 || l.i+n >= len(l.s) {
		return 0
	}
	return l.s[l.i+n]
}

// closing returns the position of the brace that closes the one at l.s[i], -1 if there is none or l.s[i] is no
// brace.
func (l *latex) closing(i int) int {
	if l.match == nil {
		l.match = map[int]int{}
		var open []int
		for j := 0; j < len(l.s); j++ {
			switch l.s[j] {
			case '\\':
				j++
			case '{':
				open = append(open, j)
			case '}':
				if n := len(open) - 1; n >= 0 {
					l.match[open[n]] = j
					open = open[:n]
				}
			}
		}
	}
	if end, ok := l.match[i]; ok {
		return end
	}
	return -1
}

// argument consumes the argument of a command and returns its plain text. The argument is a group, or a
// command or character after optional spaces.
func (l *latex) argument() string {
	start := l.i
	for l.at(0) == ' ' || l.at(0) == '\n' {
		l.i++
	}
	switch c := l.at(0); {
	case c == '{':
		if end := l.closing(l.i); end >= 0 {
			content := l.s[l.i+1 : end]
			l.i = end + 1
			return strings.TrimSpace(l.inner(content))
		}
	case c == '\\' && isLetter(l.at(1)):
		end := l.i + 1
		for end < len(l.s) && isLetter(l.s[end]) {
			end++
		}
		name := l.s[l.i:end]
		l.i = end
		return l.inner(name)
	case isWord(c):
		_, n := utf8.DecodeRuneInString(l.s[l.i:])
		l.i += n
		return l.s[l.i-n : l.i]
	}
	l.i = start
	return ""
}

// group undoes braces that only group: around nothing, LaTeX, plain words, or the whole text. Sets such
// as {0,1} stay, except in LaTeX, where they are written \{0,1\}.
func (l *latex) group() {
	end := l.closing(l.i)
	if end < 0 || l.depth >= maxNesting {
		l.b.WriteByte('{')
		l.i++
		return
	}
	content := l.s[l.i+1 : end]
	whole := l.i == 0 && end == len(l.s)-1
	l.i = end + 1
	text := l.inner(content)
	if l.source || whole || text != content && strings.ContainsAny(content, `$\`) || strings.HasPrefix(content, `\`) || plainWords(text) || utf8.RuneCountInString(text) == 1 {
		l.b.WriteString(text)
		return
	}
	l.b.WriteString("{" + text + "}")
}

func plainWords(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isWord(s[i]) && strings.IndexByte(" -.'’", s[i]) < 0 {
			return false
		}
	}
	return true
}

// script undoes the braces of an exponent or index: x^{2} is x^2, and T^{3/4} is T^(3/4).
func (l *latex) script(c byte) {
	l.i++
	if c == '^' && strings.HasPrefix(l.s[l.i:], `\circ`) && !isLetter(l.at(5)) {
		l.b.WriteString("°")
		l.i += 5
		return
	}
	if l.at(0) != '{' || l.closing(l.i) < 0 {
		l.b.WriteByte(c)
		return
	}
	text := l.argument()
	switch {
	case text == "":
	case c == '^' && text == "∘":
		l.b.WriteString("°")
	case utf8.RuneCountInString(text) == 1 || plainWords(strings.TrimLeft(text, "-+−")) && !strings.Contains(text, " "):
		l.b.WriteByte(c)
		l.b.WriteString(text)
	default:
		l.b.WriteByte(c)
		l.b.WriteString("(" + text + ")")
	}
}

// math undoes $…$ and $$…$$ where they enclose mathematics and not an amount of money.
func (l *latex) math() {
	tex, size, display := formula(l.s[l.i:])
	switch {
	case size == 0:
		l.b.WriteByte('$')
		l.i++
		return
	case display:
		l.b.WriteString(l.inner(tex))
	default:
		l.b.WriteString(strings.TrimSpace(l.inner(tex)))
	}
	l.i += size
}

// looksMath reports whether the text between two dollar signs is mathematics.
func looksMath(s string) bool {
	if len(s) > 600 {
		return false
	}
	if strings.ContainsAny(s, `\^_{`) {
		return true
	}
	if s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	return !strings.Contains(s, " ") || strings.ContainsAny(s, "=<>+*/|()") || !isDigit(s[0]) && strings.ContainsAny(s, "0123456789")
}

// tie turns a non-breaking ~ into a space, as in Figure~1 and Smith~et~al. Ranges (1M~60M), amounts (~10) and
// addresses (/~home) stay.
func (l *latex) tie() {
	prev, next := l.at(-1), l.at(1)
	start := l.i
	for start > 0 && isWord(l.s[start-1]) {
		start--
	}
	word := l.s[start:l.i]
	l.i++
	left := strings.IndexByte(".)}$,", prev) >= 0 && prev != 0 || word != "" && !strings.ContainsAny(word, "0123456789")
	right := isWord(next) || next == '\\' || next == '$' || next == '[' || next == '{'
	if left && right {
		l.b.WriteByte(' ')
		return
	}
	l.b.WriteByte('~')
}

// quote undoes double “quotes” written as pairs of single ones.
func (l *latex) quote(c byte) {
	double := l.at(1) == c
	if double && c == '`' && l.unquote >= l.i+2 {
		l.quotes++
		l.b.WriteByte('"')
		l.i += 2
		return
	}
	if double && c == '\'' && l.quotes > 0 {
		l.quotes--
		l.b.WriteByte('"')
		l.i += 2
		return
	}
	if c == '`' && !isWord(l.last()) && isLetter(l.at(1)) { // `single' quotes, not `code`
		if n := strings.IndexAny(l.s[l.i+1:min(len(l.s), l.i+200)], "`'"); n > 0 && l.s[l.i+1+n] == '\'' {
			c = '\''
		}
	}
	l.b.WriteByte(c)
	l.i++
}

// dashes undoes -- and --- between words. Options such as --help, and rules, stay.
func (l *latex) dashes() {
	n := 1
	for l.at(n) == '-' {
		n++
	}
	prev, next := l.last(), l.at(n)
	within := (isWord(prev) || strings.IndexByte(`)]"'.`, prev) >= 0 && prev != 0) && (isWord(next) || next != 0 && strings.IndexByte(`\({$"`, next) >= 0)
	apart := prev == ' ' && next == ' '
	switch {
	case n == 2 && (within || apart):
		l.b.WriteString("–")
	case n == 3 && prev != 0 && next != 0:
		l.b.WriteString("—")
	default:
		l.b.WriteString(l.s[l.i : l.i+n])
	}
	l.i += n
}

// word copies a word. The name of a symbol that lost its backslash becomes the symbol.
func (l *latex) word() {
	start := l.i
	for l.i < len(l.s) && isLetter(l.s[l.i]) {
		l.i++
	}
	word, prev := l.s[start:l.i], byte(0)
	if start > 0 {
		prev = l.s[start-1]
	}
	next := l.at(0)
	switch {
	case word == "times" && isDigit(prev) && !(next >= utf8.RuneSelf):
		l.b.WriteString("×")
	case next == '{' && latexResidue[word] && !isWord(prev) && l.closing(l.i) >= 0:
		l.named(word)
	case residueSymbols[word] != "" && !isWord(prev) && next < utf8.RuneSelf && !isDigit(next) && prev != '-' && next != '-':
		l.b.WriteString(residueSymbols[word])
	default:
		l.b.WriteString(word)
	}
}

// command undoes what the backslash at the current position begins.
func (l *latex) command() {
	l.i++
	c := l.at(0)
	if isLetter(c) {
		start := l.i
		for l.i < len(l.s) && isLetter(l.s[l.i]) {
			l.i++
		}
		l.named(l.s[start:l.i])
		return
	}
	if c == 0 {
		return
	}
	switch {
	case c == '"' && l.escape:
		l.b.WriteByte('"')
		l.i++
	case strings.IndexByte("'`^\"~=.", c) >= 0:
		l.i++
		l.accent(string(c))
	case c == '\\' || c == ' ' || c == '\n' || strings.IndexByte(";:>", c) >= 0:
		l.b.WriteByte(' ')
		l.i++
	case c == ',':
		if l.i++; !isDigit(l.last()) || !isDigit(l.at(0)) {
			l.b.WriteByte(' ')
		}
	case strings.IndexByte("!-/@()[]", c) >= 0:
		l.i++
	case c == '|':
		l.b.WriteString("‖")
		l.i++
	default: // \% \& \# \$ \_ \{ \}
		_, n := utf8.DecodeRuneInString(l.s[l.i:])
		l.b.WriteString(l.s[l.i : l.i+n])
		l.i += n
	}
}

// named undoes the command of the given name, whose arguments come next.
func (l *latex) named(name string) {
	if l.at(0) == '*' && (latexDropped[name] || latexWrappers[name]) {
		l.i++
	}
	switch {
	case name == "textasciitilde" && l.source:
		l.b.WriteByte('~')
	case cmp.Or(latexSymbols[name], uprightGreek(name)) != "":
		l.b.WriteString(cmp.Or(latexSymbols[name], uprightGreek(name)))
		if l.source && (strings.HasPrefix(name, "text") || strings.HasPrefix(name, "guil")) && l.at(0) == ' ' {
			l.i++ // TeX takes it for the end of the command
		}
	case latexOperators[name] && l.source:
		l.operator(name)
	case latexLetters[name] != "":
		l.b.WriteString(latexLetters[name])
		if l.at(0) == ' ' && isLetter(l.at(1)) {
			l.i++
		} else if l.at(0) == '{' && l.at(1) == '}' {
			l.i += 2
		}
	case name == "overline":
		l.overline()
	case latexAccents[name] != 0 && (len(name) > 1 || l.bearsAccent()):
		l.accent(name)
	case name == "textsuperscript":
		l.superscript()
	case latexDropped[name]:
		l.dropped(name)
	case latexIgnored[name]:
		for l.at(0) == ' ' {
			l.i++
		}
	case latexSpaces[name]:
		l.b.WriteByte(' ')
	case strings.HasSuffix(name, "frac") && len(name) <= 5:
		a, b := l.argument(), l.argument()
		l.b.WriteString(bracketed(a) + "/" + bracketed(b))
	case name == "sqrt":
		l.b.WriteString("√" + bracketed(l.argument()))
	case name == "texorpdfstring" && l.at(0) == '{': // the second is for programs that know no TeX
		l.b.WriteString(l.argument())
		l.argument()
	case name == "binom":
		a, b := l.argument(), l.argument()
		l.b.WriteString("(" + a + " choose " + b + ")")
	default:
		l.wrapper(name)
	}
}

// operator writes the name of a function apart from a word before it.
func (l *latex) operator(name string) {
	if isWord(l.last()) {
		l.b.WriteByte(' ')
	}
	l.b.WriteString(name)
}

// bearsAccent reports whether a letter comes next that an accent command of one letter can be meant for.
func (l *latex) bearsAccent() bool {
	n := 0
	if l.at(0) == ' ' {
		n = 1
	}
	switch c := l.at(n); {
	case l.at(0) == '{':
		return true
	case c == '\\':
		return (l.at(n+1) == 'i' || l.at(n+1) == 'j') && !isLetter(l.at(n+2))
	case n == 1:
		return isLetter(c) && (l.source || !isLetter(l.at(2)))
	}
	return false
}

// uprightGreek returns the letter that commands such as \textbeta and \upmu stand for, otherwise "".
func uprightGreek(name string) string {
	for _, prefix := range []string{"text", "up"} {
		if letter, ok := strings.CutPrefix(name, prefix); ok {
			if r, _ := utf8.DecodeRuneInString(latexSymbols[letter]); r >= 'Α' && r <= 'ϖ' {
				return latexSymbols[letter]
			}
		}
	}
	return ""
}

// overline undoes a bar over digits, as in the indices of crystals, and over one letter. Over more it is left out.
func (l *latex) overline() {
	text := l.argument()
	switch {
	case text != "" && strings.Trim(text, "0123456789") == "":
		for _, digit := range text {
			l.b.WriteString(string(digit) + "\u0305")
		}
	case utf8.RuneCountInString(text) == 1 && utf8.RuneCountInString(norm.NFC.String(text+"\u0304")) == 1:
		l.b.WriteString(norm.NFC.String(text + "\u0304"))
	default:
		l.b.WriteString(text)
	}
}

// superscript undoes \textsuperscript, which holds an exponent or the letters of an ordinal.
func (l *latex) superscript() {
	text := l.argument()
	if text != "" && strings.Trim(text, "0123456789+-−") == "" {
		l.b.WriteByte('^')
	}
	l.b.WriteString(text)
}

// wrapper writes the argument of an unknown command, or the name of the command where it has no argument: the
// name of a macro such as \method{} is the best available text.
func (l *latex) wrapper(name string) {
	if latexWrappers[name] {
		for l.at(0) == ' ' {
			l.i++
		}
	}
	text := ""
	if l.at(0) == '{' && l.closing(l.i) >= 0 {
		text = l.argument()
	} else if latexWrappers[name] { // \mathcal O
		return
	}
	switch {
	case name == "footnote":
		text = " (" + text + ")"
	case text == "" && (latexWrappers[name] || l.source):
		if l.source && l.at(0) == ' ' && l.last() == ' ' {
			l.i++
		}
		return
	case text == "" || name == "operatorname":
		text = cmp.Or(text, name)
		if isWord(l.last()) {
			text = " " + text
		}
	}
	l.b.WriteString(text)
	if l.at(0) == '{' && !(l.source && latexWrappers[name]) {
		l.b.WriteByte(' ')
	}
}

// dropped consumes the arguments of a command that leaves no text. The second argument of \href,
// \textcolor and \foreignlanguage is text and stays.
func (l *latex) dropped(name string) {
	for l.at(0) == '[' {
		end := strings.IndexByte(l.s[l.i:min(len(l.s), l.i+200)], ']')
		if end < 0 {
			break
		}
		l.i += end + 1
	}
	if l.at(0) == '{' {
		if end := l.closing(l.i); end >= 0 {
			l.i = end + 1
		}
	}
	if name == "begin" || name == "end" {
		l.b.WriteByte(' ')
	}
}

// accent puts an accent on the letter that comes next.
func (l *latex) accent(name string) {
	if name == "'" && isWord(l.last()) && contraction(l.s[l.i:]) { // an escaped apostrophe: don\'t
		l.b.WriteByte('\'')
		return
	}
	text := l.argument()
	if text == "" {
		if len(name) == 1 && strings.Contains("'`^\"~=.", name) {
			l.b.WriteString(name)
		}
		return
	}
	if name == "bar" && strings.Trim(text, "0123456789") == "" {
		l.b.WriteString(text[:1] + "\u0305" + text[1:])
		return
	}
	r, n := utf8.DecodeRuneInString(text)
	composed := norm.NFC.String(string(r) + string(latexAccents[name]))
	if utf8.RuneCountInString(composed) != 1 && (!l.source || len(name) > 1 && name != "bar" || !unicode.IsLetter(r)) { // no such letter
		if name == "'" || name == `"` {
			l.b.WriteString(name)
		}
		composed = string(r)
	}
	if len(name) > 1 && n < len(text) { // an arrow over a whole expression
		composed = string(r)
	}
	l.b.WriteString(composed + text[n:])
}

// contraction reports whether s begins with the letters that follow an apostrophe in an English contraction.
func contraction(s string) bool {
	word := s[:len(s)-len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz"))]
	switch word {
	case "s", "t", "d", "m", "re", "ve", "ll":
		return true
	}
	return false
}

// bracketed returns an operand with brackets where it needs them.
func bracketed(s string) string {
	if plainWords(s) && !strings.Contains(s, " ") || utf8.RuneCountInString(s) == 1 {
		return s
	}
	return "(" + s + ")"
}
