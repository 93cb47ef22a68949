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

// bibEntry is how an entry begins, at the start of a line.
var bibEntry = regexp.MustCompile(`^\s*@\s*([A-Za-z]+)\s*[{(]`)

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

// bibTeX reads a bibliography. Entries are divided by their braces. An entry that lacks one ends where the
// next begins, so a mistake costs only the entry it is in. A macro of @string applies to the entries after
// it. Ids come from eprint, doi or address, otherwise from the title: citation keys mean nothing outside
// their file.
// The BibTeX modules available stop at an undefined macro, drop all but the first of values joined by #, and
// cannot read two files at a time; hence a reader of our own.
func bibTeX(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		macros := map[string]string{}
		for m := time.January; m <= time.December; m++ {
			macros[strings.ToLower(m.String()[:3])] = m.String()
		}
		n := 0
		for r, err := range in.bibEntries() {
			if err != nil {
				yield(nil, err)
				return
			}
			kind := strings.ToLower(string(bibEntry.FindSubmatch(r.data)[1]))
			if kind == "comment" || kind == "preamble" {
				continue
			}
			if kind == "string" {
				if f, err := parseBib(readable.UTF8(string(r.data)), macros, false); err == nil {
					for name, value := range f {
						macros[name] = value[:min(len(value), maxMacro)] // or each could double the one before
					}
				}
				continue
			}
			n++
			r.record = n
			p, err := decodeOne(in.name, &r, func(b []byte) (*data.Paper, error) {
				f, err := parseBib(readable.UTF8(string(b)), macros, true)
				if err != nil {
					return nil, err
				}
				return f.paper(), nil
			})
			if !yield(p, err) {
				return
			}
		}
	}
}

// bibEntries yields the entries of a bibliography; text between them is a comment.
func (in *input) bibEntries() iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		var r rawRecord
		depth := 0 // of the entry being read, 0 for none
		for {
			first := in.line + 1
			line, tooLong, err := in.readLine()
			if err != nil && err != io.EOF {
				yield(rawRecord{}, err)
				return
			}
			if bibEntry.Match(line) {
				if r.line > 0 {
					r.reason = "the entry lacks a closing brace"
					if !yield(r, nil) {
						return
					}
				}
				r, depth = rawRecord{line: first}, 0
			}
			if r.line > 0 {
				r.data = append(r.data, line...)
				if tooLong || len(r.data) > maxRecord {
					r.data, r.reason = r.data[:maxRaw], fmt.Sprintf("entry longer than %d MB", maxRecord>>20)
				}
				depth = braceDepth(line, depth)
				if depth <= 0 && bibClosed(r.data) || r.reason != "" {
					if !yield(r, nil) {
						return
					}
					r, depth = rawRecord{}, 0
				}
			}
			if err == io.EOF {
				if r.line > 0 {
					r.reason = "the entry lacks a closing brace"
					yield(r, nil)
				}
				return
			}
		}
	}
}

// bibClosed reports whether an entry with balanced braces is complete. In an entry within parentheses the
// braces of each value balance before the end.
func bibClosed(entry []byte) bool {
	if open := bytes.IndexAny(entry, "{("); open < 0 || entry[open] == '{' {
		return open >= 0
	}
	return bytes.HasSuffix(bytes.TrimSpace(entry), []byte(")"))
}

// braceDepth returns the nesting of braces after line, depth being that before it.
func braceDepth(line []byte, depth int) int {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth--
		}
	}
	return depth
}

// bibFields are the fields of an entry, names in lower case.
type bibFields map[string]string

// parseBib reads the fields of an entry, which has a key first unless it is a macro.
func parseBib(s string, macros map[string]string, keyed bool) (bibFields, error) {
	open := strings.IndexAny(s, "{(")
	if open < 0 {
		return nil, errors.New("no opening brace")
	}
	b := &bibParser{s: s[open+1:], macros: macros}
	if keyed {
		key, rest, ok := strings.Cut(b.s, ",")
		if !ok || strings.ContainsAny(key, "={}\"") {
			return nil, errors.New("the entry has no key, or no fields")
		}
		b.s = rest
	}
	fields := bibFields{}
	for {
		b.skip(" \t\r\n,")
		if b.s == "" || b.s[0] == '}' || b.s[0] == ')' {
			return fields, nil
		}
		end := strings.IndexAny(b.s, "= \t\r\n,{}\"#")
		if end <= 0 {
			return nil, fmt.Errorf("a field name was expected at %q", b.near())
		}
		name := strings.ToLower(b.s[:end])
		b.s = b.s[end:]
		b.skip(" \t\r\n")
		if b.s == "" || b.s[0] != '=' {
			return nil, fmt.Errorf("no = after field %s", name)
		}
		b.s = b.s[1:]
		value, err := b.value()
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", name, err)
		}
		if fields[name] == "" {
			fields[name] = strings.TrimSpace(value)
		}
	}
}

// bibParser reads values; s is what is left.
type bibParser struct {
	s      string
	macros map[string]string
}

func (b *bibParser) skip(chars string) { b.s = strings.TrimLeft(b.s, chars) }

func (b *bibParser) near() string { return strings.ToValidUTF8(b.s[:min(len(b.s), 20)], "") }

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

// delimited returns the position of the character that closes the value at the beginning of s, -1 if none does.
func (b *bibParser) delimited() int {
	quoted, depth := b.s[0] == '"', 0
	for i := 0; i < len(b.s); i++ {
		switch c := b.s[i]; {
		case c == '\\' && i > 0:
			i++
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 && !quoted {
				return i
			}
		case c == '"' && quoted && depth == 0 && i > 0:
			return i
		}
	}
	return -1
}

// paper makes a paper of the fields of an entry.
func (f bibFields) paper() *data.Paper {
	p := &data.Paper{
		Title: f["title"], Abstract: cmp.Or(f["abstract"], f["annote"]), DOI: f["doi"], URL: cmp.Or(f["url"], f["ee"]),
		Venue:     cmp.Or(f["journal"], f["journaltitle"], f["booktitle"], f["school"], f["howpublished"]),
		Published: firstDate(f["date"], f["month"]+" "+f["year"], f["year"]),
		Keywords:  splitList(cmp.Or(f["keywords"], f["keyword"])),
	}
	if sub := f["subtitle"]; sub != "" && p.Title != "" {
		p.Title += ": " + sub
	}
	for _, a := range splitBibNames(f["author"]) {
		if name := readable.Text(data.GivenFirst(a)); strings.EqualFold(name, "others") {
			p.AuthorCount = 0
		} else {
			p.Authors = append(p.Authors, name)
		}
	}
	if e := f["eprint"]; e != "" && !strings.EqualFold(f["archiveprefix"]+f["eprinttype"], "pubmed") {
		p.ArXiv = e
	}
	if c := cmp.Or(f["primaryclass"], f["eprintclass"]); c != "" {
		p.Categories = []string{c}
	}
	for _, text := range []string{f["url"], f["journal"], f["note"]} { // "arXiv preprint arXiv:2306.05544"
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;()[]{}", r) }) {
			if id, ok := data.ArXivID(word); ok && p.ArXiv == "" && strings.Contains(strings.ToLower(text), "arxiv") {
				p.ArXiv = id
			}
		}
	}
	if id := f["pmid"]; id != "" {
		p.Aliases = append(p.Aliases, "PMID:"+id)
	}
	return p
}

// splitBibNames splits names at the word "and" outside braces.
func splitBibNames(s string) []string {
	s = strings.Join(strings.Fields(s), " ")
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			depth--
		case ' ':
			if depth == 0 && strings.HasPrefix(s[i:], " and ") {
				out = append(out, s[start:i])
				start = i + 5
				i += 4
			}
		}
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
