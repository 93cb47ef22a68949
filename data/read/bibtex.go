package read

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// maxMacro is the longest value of a macro, in bytes.
const maxMacro = 4 << 10

var (
	// bibEntry is how an entry begins. Its type is a word of letters, digits, _ and -.
	bibEntry = regexp.MustCompile(`^\s*@\s*([A-Za-z][A-Za-z0-9_-]*)\s*[{(]`)
	// bibEntryAtLine is how an entry begins whose predecessor lacks a closing brace: with a key or a field on the same line,
	// unlike the words of an abstract.
	bibEntryAtLine = regexp.MustCompile(`^@\s*(?:(?i:string|comment|preamble)\s*[{(]|[A-Za-z][A-Za-z0-9_-]*\s*[{(]\s*(?:[^\s{}(),="#%]*\s*[,})]|[A-Za-z][\w .+-]*=|\r?\n))`)
)

// peekEntry is how many bytes of an entry are looked at to see whether it is one.
const peekEntry = 256

// matchBibTeX accepts text, other than JSON and XML, in which a line begins an entry.
func matchBibTeX(h *head) bool {
	if h.data[0] == '{' || h.data[0] == '[' || h.data[0] == '<' {
		return false
	}
	for line := range bytes.Lines(h.data) {
		if bibEntry.Match(line) {
			return true
		}
	}
	return false
}

// bibTeX reads a bibliography of BibTeX or biblatex. Entries are divided by their braces. An entry that lacks one ends where
// the next begins, so a mistake costs only the entry it is in. A field that cannot be read is passed over, and said. A macro
// of @string applies to the entries after it. An entry with crossref or xdata has what it lacks from its parent; where that
// comes later in the file, the entry is yielded after it. Ids come from eprint, doi or address, otherwise from the title:
// citation keys mean nothing outside their file.
// The BibTeX modules available stop at an undefined macro, drop all but the first of values joined by #, and
// cannot read two files at a time; hence a reader of our own.
func bibTeX(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		macros := map[string]string{}
		for m := time.January; m <= time.December; m++ {
			macros[strings.ToLower(m.String()[:3])] = m.String()
		}
		family := newBibFamily()
		n := 0
		for r, err := range in.bibEntries() {
			if err != nil {
				yield(nil, err)
				return
			}
			kind := bibKind(r.data)
			switch {
			case bibNoWork[kind]:
				continue
			case kind == "string":
				for name, value := range parseBib(readable.UTF8(string(r.data)), macros, false).fields {
					macros[name] = value[:min(len(value), maxMacro)] // or each could double the one before
				}
				continue
			}
			e := parseBib(readable.UTF8(string(r.data)), macros, true)
			e.kind = kind
			ready := family.parent(&e)
			if kind != "xdata" {
				n++
				r.record = n
				ready = append(ready, family.child(&bibEntryRead{raw: r, bibFields: e})...)
			}
			for _, child := range ready {
				if p, err := in.bibPaper(child); !yield(p, err) {
					return
				}
			}
		}
		for _, child := range family.rest() {
			if child.missing != "" {
				in.notes.add("an entry refers to a parent that the file does not have: it lacks what it would have from it")
			}
			if p, err := in.bibPaper(child); !yield(p, err) {
				return
			}
		}
	}
}

// bibNoWork are the types of entries that describe no work.
var bibNoWork = setOf(strings.Fields("comment preamble set control ieeetranbstctl bibnote settings acscontrol"))

// bibKind returns the type of an entry in lower case.
func bibKind(entry []byte) string {
	return strings.ToLower(string(bibEntry.FindSubmatch(entry)[1]))
}

// bibPaper makes a paper of an entry.
func (in *input) bibPaper(e *bibEntryRead) (*data.Paper, error) {
	if e.raw.reason != "" && e.fields["title"] != "" && e.fault == nil && len(e.raw.data) < maxRecord {
		in.notes.add("an entry lacks a closing brace: what it has before the next entry was read")
		e.raw.reason = ""
	}
	p, err := decodeOne(in.name, &e.raw, func([]byte) (*data.Paper, error) {
		p := e.paper()
		if e.fault == nil {
			return p, nil
		}
		if strings.TrimSpace(p.Title+p.Abstract) == "" {
			return nil, e.fault
		}
		in.notes.add("a field could not be read and was passed over: a brace or quotation mark too many or too few?")
		return p, nil
	})
	return p, err
}

// bibEntries yields the entries of a bibliography. An entry begins at any @ outside another; text between them is a comment.
func (in *input) bibEntries() iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		s := &bibScanner{in: in}
		for {
			r, err := s.next()
			if err != nil && err != io.EOF {
				yield(rawRecord{}, err)
				return
			}
			if r.line > 0 && !yield(r, nil) {
				return
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// bibScanner cuts entries out of a stream.
type bibScanner struct {
	in    *input
	prev  byte // the byte read last
	stray bool // the text after the last entry has fields
}

// read returns the next byte.
func (s *bibScanner) read() (byte, error) {
	c, err := s.in.r.ReadByte()
	if err == nil {
		s.prev = c
		if c == '\n' {
			s.in.line++
		}
	}
	return c, err
}

// next returns the next entry, of line 0 if there is none. The error is that of the stream, io.EOF at its end.
func (s *bibScanner) next() (rawRecord, error) {
	for {
		before := s.prev
		c, err := s.read()
		if err != nil {
			return rawRecord{}, err
		}
		if c == '=' {
			ahead, _ := s.in.r.Peek(4)
			if ahead = bytes.TrimLeft(ahead, " "); !s.stray && len(ahead) > 0 && (ahead[0] == '{' || ahead[0] == '"') {
				s.stray = true
				s.in.notes.add("fields stand outside of entries and were passed over: a brace too many before them?")
			}
		}
		if c != '@' || isTagLetter(before) || isTagDigit(before) { // an address of electronic mail
			continue
		}
		ahead, _ := s.in.r.Peek(peekEntry)
		if m := bibEntry.FindIndex(append([]byte{'@'}, ahead...)); m != nil {
			s.stray = false
			return s.entry(m[1])
		}
	}
}

// entry reads the entry whose @ was read and whose opening brace is the given number of bytes from there.
func (s *bibScanner) entry(open int) (rawRecord, error) {
	r := rawRecord{line: s.in.line + 1, data: []byte{'@'}}
	round, quoted, escaped, lineStart := false, false, false, false
	depth := 0
	for {
		if lineStart && len(r.data) > open {
			if ahead, _ := s.in.r.Peek(peekEntry); len(ahead) > 0 && ahead[0] == '@' && bibEntryAtLine.Match(ahead) {
				r.reason = "the entry lacks a closing brace"
				s.prev = '\n'
				return r, nil
			}
		}
		c, err := s.read()
		if err == io.EOF {
			r.reason = cmp.Or(r.reason, "the entry lacks a closing brace")
			return r, err
		}
		if err != nil {
			return rawRecord{}, err
		}
		lineStart = c == '\n' || lineStart && (c == ' ' || c == '\t' || c == '\r')
		if len(r.data) < maxRecord {
			r.data = append(r.data, c)
		} else if r.reason == "" {
			r.reason = fmt.Sprintf("entry longer than %d MB", maxRecord>>20)
		}
		switch {
		case len(r.data) == open: // the brace
			round = c == '('
			if !round {
				depth = 1
			}
		case len(r.data) < open:
		case escaped:
			escaped = false
		case c == '\\':
			escaped = true
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth <= 0 && !round {
				return r, nil
			}
		case c == '"' && round && depth == 0:
			quoted = !quoted
		case c == ')' && round && depth <= 0 && !quoted:
			return r, nil
		}
	}
}

// bibFields are what an entry holds.
type bibFields struct {
	kind   string            // in lower case
	key    string            // in lower case, as BibTeX compares keys
	fields map[string]string // by name in lower case
	fault  error             // why a field could not be read, nil if all could
}

var (
	// bibField is where the next field may begin, after one that cannot be read.
	bibField = regexp.MustCompile(`[,\n]\s*[A-Za-z][\w .+:-]*?\s*=\s*["{\w]`)
	// quoteEnds is what follows the quotation mark that closes a value, unlike one within it.
	quoteEnds = regexp.MustCompile(`^\s*(?:$|[,#})]|[A-Za-z][\w.+-]*\s*=)`)
	// bibFieldName is the name of a field before its equals sign.
	bibFieldName = regexp.MustCompile(`^[^=,{}"#\n]+(?:\n[ \t]*)?$`)
)

// parseBib reads the fields of an entry, which may have a key first unless it is a macro.
func parseBib(s string, macros map[string]string, keyed bool) bibFields {
	e := bibFields{fields: map[string]string{}}
	open := strings.IndexAny(s, "{(")
	if open < 0 {
		e.fault = errors.New("no opening brace")
		return e
	}
	b := &bibParser{s: s[open+1:], macros: macros}
	if keyed {
		if key, rest, ok := strings.Cut(b.s, ","); ok && !strings.ContainsAny(key, "={\"") {
			e.key = strings.Clone(strings.ToLower(strings.TrimSpace(key))) // kept longer than s
			b.s = rest
		}
	}
	for {
		b.skip(" \t\r\n,")
		if b.s == "" || b.s[0] == '}' || b.s[0] == ')' {
			if len(e.fields) == 0 && e.fault == nil {
				e.fault = errors.New("the entry has no fields")
			}
			return e
		}
		name, value, err := b.field()
		if err != nil {
			if e.fault == nil {
				e.fault = err
			}
			next := bibField.FindStringIndex(b.s)
			if next == nil {
				return e
			}
			b.s = b.s[next[0]:]
			continue
		}
		if e.fields[name] == "" {
			e.fields[name] = strings.TrimSpace(value)
		}
	}
}

// bibParser reads fields; s is what is left.
type bibParser struct {
	s      string
	macros map[string]string
	path   bool // the value is a path, in which \ need not be an escape
}

func (b *bibParser) skip(chars string) { b.s = strings.TrimLeft(b.s, chars) }

func (b *bibParser) near() string { return strings.ToValidUTF8(b.s[:min(len(b.s), 20)], "") }

// field reads a name, which may hold spaces, dots and plus signs, and its value. After an error s is behind what was tried.
func (b *bibParser) field() (name, value string, err error) {
	given, rest, ok := strings.Cut(b.s, "=")
	if !ok || !bibFieldName.MatchString(given) {
		near := b.near()
		if end := strings.IndexAny(b.s, ",\n"); end >= 0 {
			b.s = b.s[end:]
		} else {
			b.s = ""
		}
		return "", "", fmt.Errorf("a field with = was expected at %q", near)
	}
	name = bibName(given)
	start := rest
	b.s, b.path = rest, name == "file"
	if value, err = b.value(); err != nil {
		b.s = start
		return name, "", fmt.Errorf("field %s: %w", name, err)
	}
	return name, value, nil
}

// bibName returns the name of a field in lower case and without spaces: "Key Words" is keywords. Where the comma after the key
// is missing, the name is the last word.
func bibName(given string) string {
	words := strings.Fields(strings.ToLower(given))
	if len(words) == 0 {
		return ""
	}
	if last := words[len(words)-1]; len(words) > 1 && (last == "title" || last == "author") {
		return last
	}
	return strings.Join(words, "")
}

// value reads parts joined by #: in braces, in quotes, numbers, or macros. An undefined macro is replaced by
// its own name.
func (b *bibParser) value() (string, error) {
	var out strings.Builder
	for {
		b.skip(" \t\r\n")
		if b.s == "" {
			return "", errors.New("no value")
		}
		switch b.s[0] {
		case '{', '"':
			end := b.delimited()
			if end < 0 {
				return "", errors.New("the value is not closed")
			}
			out.WriteString(b.s[1:end])
			b.s = b.s[end+1:]
		default:
			end := strings.IndexAny(b.s, " \t\r\n,#})\"{=")
			if end < 0 {
				end = len(b.s)
			}
			if end == 0 {
				return "", fmt.Errorf("a value was expected at %q", b.near())
			}
			word := b.s[:end]
			b.s = b.s[end:]
			if macro, ok := b.macros[strings.ToLower(word)]; ok {
				word = macro
			}
			out.WriteString(word)
		}
		b.skip(" \t\r\n")
		if b.s == "" || b.s[0] != '#' {
			return out.String(), nil
		}
		if b.s = b.s[1:]; out.Len() > maxRecord {
			return "", errors.New("the value is too long")
		}
	}
}

// delimited returns the position of the character that closes the value at the beginning of s, -1 if none does. A brace behind
// a backslash counts where the braces do not balance otherwise, and in a path of Windows.
func (b *bibParser) delimited() int {
	if end := b.closing(!b.path); end >= 0 {
		return end
	}
	return b.closing(b.path)
}

func (b *bibParser) closing(escapes bool) int {
	quoted, depth := b.s[0] == '"', 0
	for i := 0; i < len(b.s); i++ {
		switch c := b.s[i]; {
		case c == '\\' && i > 0 && escapes:
			i++
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 && !quoted {
				return i
			}
		case c == '"' && quoted && depth == 0 && i > 0 && quoteEnds.MatchString(b.s[i+1:]):
			return i
		}
	}
	return -1
}
