package readable

import (
	"strings"

	"golang.org/x/net/html"
)

// The elements of HTML, JATS and MathML that occur in titles and abstracts. Others, such as <unk>, are text.
var (
	inlineTags = setOf("i b u em strong tt sub sup span font small big italic bold sc monospace underline a abbr " +
		"inline-formula tex-math math mrow mi mo mn msub msup mfrac msubsup mtext mstyle semantics annotation mover munder " +
		"mspace msqrt mroot mfenced munderover mpadded mtable mtr mtd alternatives named-content ext-link xref roman sans-serif styled-content code var q cite img inf")
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
	end     int // after the >
}

// parseTag reads the tag that s begins with.
func parseTag(s string) (t tag, ok bool) {
	i := 1
	if i < len(s) && s[i] == '/' {
		t.closing = true
		i++
	}
	start := i
	for i < len(s) && (isLetter(s[i]) || i > start && (isDigit(s[i]) || s[i] == ':' || s[i] == '-')) {
		i++
	}
	if i == start || i == len(s) {
		return t, false
	}
	name := strings.ToLower(s[start:i])
	if c := strings.LastIndexByte(name, ':'); c >= 0 {
		name, t.prefix = name[c+1:], true
	}
	t.name = name
	if s[i] != '>' {
		if s[i] != ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '/' {
			return t, false
		}
		end := strings.IndexAny(s[i:], "<>")
		if end < 0 || end > 2000 || s[i+end] == '<' {
			return t, false
		}
		attrs := strings.Trim(s[i:i+end], " \t\n/")
		if attrs != "" && !strings.Contains(attrs, "=") {
			return t, false
		}
		i += end
	}
	t.end = i + 1
	return t, inlineTags[name] || blockTags[name]
}

// markup undoes the HTML of one text.
type markup struct {
	s     string
	b     strings.Builder
	lower string         // s in lower case, made when first needed
	last  map[string]int // where each string that was asked for occurs last
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

// follows reports whether what, in lower case, occurs in the text at or after position i.
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

// asciiLower is strings.ToLower for ASCII only, so that positions stay the same.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// entity writes what the entity that s begins with stands for, or the ampersand, and returns the length of what it replaced.
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

// element writes what stands for the tag at position i, or the <, and returns the length of what it replaced.
func (m *markup) element(i int) int {
	s, b := m.s[i:], &m.b
	if after, ok := strings.CutPrefix(s, "<!--"); ok && m.follows(i, "-->") {
		if end := strings.Index(after, "-->"); end >= 0 {
			return end + 7
		}
	}
	if after, ok := strings.CutPrefix(s, "<![CDATA["); ok && m.follows(i, "]]>") {
		if end := strings.Index(after, "]]>"); end >= 0 {
			b.WriteString(after[:end])
			return end + 12
		}
	}
	t, ok := parseTag(s)
	if ok && !t.closing && !t.prefix && pairedTags[t.name] && !m.follows(i, "</"+t.name) {
		ok = false
	}
	if !ok {
		b.WriteByte('<')
		return 1
	}
	if blockTags[t.name] {
		b.WriteByte(' ')
	}
	if t.closing {
		return t.end
	}
	content, _, _ := strings.Cut(s[t.end:], "<")
	switch t.name {
	case "title", "p", "b", "strong", "bold", "h1", "h2", "h3", "h4":
		heading := strings.ToLower(strings.Trim(content, " \t\n:."))
		if (heading == "abstract" || heading == "summary") && strings.TrimSpace(b.String()) == "" {
			return t.end + len(content)
		}
	case "sup":
		if raised(content) && b.Len() > 0 && (isWord(b.String()[b.Len()-1]) || b.String()[b.Len()-1] == ')') {
			b.WriteByte('^')
		}
	}
	return t.end
}

// raised reports whether a superscript is an exponent, not the end of an ordinal.
func raised(s string) bool {
	s = strings.TrimSpace(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "−"), "-")
	return s != "" && (isDigit(s[0]) || len(s) == 1 && isLetter(s[0]))
}
