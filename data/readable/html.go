package readable

import (
	"strings"

	"golang.org/x/net/html"
)

// The elements of HTML, JATS and MathML that occur in titles and abstracts. Others, such as <unk>, are text.
var (
	inlineTags = setOf("i b u em strong tt sub sup span font small big italic bold sc monospace underline a abbr " +
		"inline-formula tex-math math mrow mi mo mn msub msup mfrac msubsup mtext mstyle semantics annotation mover munder " +
		"mspace msqrt mroot mfenced munderover mpadded mtable mtr mtd alternatives named-content ext-link xref roman " +
		"sans-serif styled-content code var q cite img inf")
	blockTags = setOf("p br div li ul ol h1 h2 h3 h4 h5 h6 sec title list list-item disp-formula table tr td th tbody hr " +
		"blockquote pre section article abstract subtitle")
	// pairedTags could be text as well; they count as tags only where they are closed.
	pairedTags = setOf("i b u a q list title code var cite math table section article abstract inf mo mn mi font small big")
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// tag is one tag of a text.
type tag struct {
	name    string // local, lower-case
	prefix  bool   // the name has a namespace prefix
	closing bool
	end     int // offset of the byte after the >
}

// maxTag is the longest run of attributes recognised, in bytes.
const maxTag = 2000

// parseTag reads the tag that s begins with. It is text instead where a further < comes before the >, where the
// name is not that of a known element, or where what follows the name is no attribute with a value, as in "a <b
// or c> d".
//
// The Tokenizer of golang.org/x/net/html would take all of these for tags. Held to one tag at a time it needs a
// buffer of 4 kB for each, and reading was 18 times slower; it serves as the oracle of the test.
func parseTag(s string) (t tag, ok bool) {
	rest := s[1:]
	if after, ok := strings.CutPrefix(rest, "/"); ok {
		rest, t.closing = after, true
	}
	n := nameLength(rest)
	if n == 0 || n == len(rest) {
		return t, false
	}
	t.name = strings.ToLower(rest[:n])
	if c := strings.LastIndexByte(t.name, ':'); c >= 0 {
		t.name, t.prefix = t.name[c+1:], true
	}
	rest = rest[n:]
	size, ok := attributesLength(rest)
	if !ok {
		return t, false
	}
	t.end = len(s) - len(rest) + size + 1
	return t, inlineTags[t.name] || blockTags[t.name]
}

// nameLength returns the length of the element name that s begins with, 0 for none.
func nameLength(s string) int {
	for i := range len(s) {
		c := s[i]
		if !isLetter(c) && (i == 0 || !isDigit(c) && c != ':' && c != '-') {
			return i
		}
	}
	return len(s)
}

// attributesLength returns how many bytes lie between a name, after which s begins, and the > of its tag. ok is
// false where these are not attributes or there is no end.
func attributesLength(s string) (n int, ok bool) {
	if s[0] == '>' {
		return 0, true
	}
	if strings.IndexByte(" \n\t/", s[0]) < 0 {
		return 0, false
	}
	n = strings.IndexAny(s, "<>")
	if n < 0 || n > maxTag || s[n] == '<' {
		return 0, false
	}
	attributes := strings.Trim(s[:n], " \t\n/")
	return n, attributes == "" || strings.Contains(attributes, "=")
}

// markup undoes the HTML of one text.
type markup struct {
	s     string
	b     strings.Builder
	lower string         // s in lower case, made when first needed
	last  map[string]int // last position of each string that was asked for, -1 for none
}

// undoHTML returns s without tags and with entities as the characters they stand for.
func undoHTML(s string) string {
	m := &markup{s: s, last: map[string]int{}}
	m.b.Grow(len(s))
	for i := 0; i < len(s); {
		n := strings.IndexAny(s[i:], "<&")
		if n < 0 {
			m.b.WriteString(s[i:])
			break
		}
		m.b.WriteString(s[i : i+n])
		i += n
		if s[i] == '&' {
			i += entity(&m.b, s[i:])
			continue
		}
		i += m.element(i)
	}
	return m.b.String()
}

// follows reports whether what, which is in lower case, occurs in the text at or after position i, in any case.
func (m *markup) follows(i int, what string) bool {
	if m.lower == "" {
		m.lower = asciiLower(m.s)
	}
	last, ok := m.last[what]
	if !ok {
		last = strings.LastIndex(m.lower, what)
		m.last[what] = last
	}
	return last >= i
}

// asciiLower lowers ASCII letters alone, which keeps every byte at its position.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// entity writes the character of the entity that s begins with, or the ampersand, and returns the length of
// what it replaced. An entity ends with a semicolon: without one, "AT&T" is text.
func entity(b *strings.Builder, s string) int {
	end := strings.IndexByte(s[:min(len(s), 34)], ';')
	if end > 1 {
		if u := html.UnescapeString(s[:end+1]); u != s[:end+1] && !strings.HasSuffix(u, ";") {
			b.WriteString(u)
			return end + 1
		}
	}
	b.WriteByte('&')
	return 1
}

// element writes what stands for the markup at position i, which is a <, and returns the length of what it
// replaced.
func (m *markup) element(i int) int {
	s := m.s[i:]
	if body, size := m.enclosed(i, "<!--", "-->"); size > 0 {
		return size
	} else if body, size = m.enclosed(i, "<![CDATA[", "]]>"); size > 0 {
		m.b.WriteString(body)
		return size
	}
	t, ok := parseTag(s)
	if !ok || !t.closing && !t.prefix && pairedTags[t.name] && !m.follows(i, "</"+t.name) {
		m.b.WriteByte('<')
		return 1
	}
	if blockTags[t.name] {
		m.b.WriteByte(' ')
	}
	if t.closing {
		return t.end
	}
	content, _, _ := strings.Cut(s[t.end:], "<")
	if headingTags[t.name] && isAbstractHeading(content) && strings.TrimSpace(m.b.String()) == "" {
		return t.end + len(content)
	}
	if t.name == "sup" && raised(content) && m.afterTerm() {
		m.b.WriteByte('^')
	}
	return t.end
}

// enclosed returns what lies between open at position i and the next end, and the length of all three; a size
// of 0 says that there is no such thing.
func (m *markup) enclosed(i int, open, end string) (body string, size int) {
	after, ok := strings.CutPrefix(m.s[i:], open)
	if !ok || !m.follows(i, end) {
		return "", 0
	}
	if body, _, ok = strings.Cut(after, end); !ok {
		return "", 0
	}
	return body, len(open) + len(body) + len(end)
}

// headingTags are the elements that may hold the heading of an abstract.
var headingTags = setOf("title p b strong bold h1 h2 h3 h4")

// isAbstractHeading reports whether s is the word Abstract or Summary alone.
func isAbstractHeading(s string) bool {
	heading := strings.ToLower(strings.Trim(s, " \t\n:."))
	return heading == "abstract" || heading == "summary"
}

// afterTerm reports whether the text written so far ends with a word or a closing parenthesis, which can bear
// an exponent.
func (m *markup) afterTerm() bool {
	s := m.b.String()
	return s != "" && (isWord(s[len(s)-1]) || s[len(s)-1] == ')')
}

// raised reports whether a superscript is an exponent, not the end of an ordinal.
func raised(s string) bool {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "−"), "-")
	return s != "" && (isDigit(s[0]) || len(s) == 1 && isLetter(s[0]))
}
