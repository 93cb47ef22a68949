package read

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"

	"kindred/data"
	"kindred/data/readable"

	"golang.org/x/net/html/charset"
)

// xmlEncoding is the encoding an XML text declares.
var xmlEncoding = regexp.MustCompile(`^<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']`)

// xmlRecords yields the elements with one of the given local names from one document, several documents in a row,
// or fragments. They are cut out of the stream before they are parsed, so a mistake in one costs only that one.
func (in *input) xmlRecords(names ...string) iter.Seq2[rawRecord, error] {
	return in.xmlRecordsWithin(nil, names...)
}

// xmlRecordsWithin is xmlRecords that also shows every tag outside the records, in order, to seen, which may then
// say what the records that follow lie in.
func (in *input) xmlRecordsWithin(seen func(tag []byte), names ...string) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		if m := xmlEncoding.FindSubmatch(in.head.data); m != nil && !strings.EqualFold(string(m[1]), "utf-8") {
			r, err := charset.NewReaderLabel(string(m[1]), in.r)
			if err != nil {
				yield(rawRecord{}, fmt.Errorf("%w: XML encoding %q is not known", data.ErrInvalid, m[1]))
				return
			}
			in.r = bufio.NewReaderSize(r, bufferSize)
		}
		x := &xmlScanner{in: in, names: names, seen: seen}
		for n := 1; ; n++ {
			r, err := x.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(rawRecord{}, err)
				return
			}
			if r.record = n; !yield(r, nil) {
				return
			}
		}
	}
}

// xmlScanner cuts elements out of a stream by their tags.
type xmlScanner struct {
	in    *input
	names []string
	seen  func(tag []byte) // nil if nobody asks
}

// next returns the next element; io.EOF is the end, io.ErrUnexpectedEOF an end within an element.
func (x *xmlScanner) next() (rawRecord, error) {
	for {
		t, err := x.tag(nil)
		if err != nil {
			return rawRecord{}, err
		}
		name := localName(t)
		if !slices.Contains(x.names, name) {
			if x.seen != nil {
				x.seen(t)
			}
			continue
		}
		r := rawRecord{line: x.in.line + 1 - bytes.Count(t, []byte("\n")), data: t}
		if bytes.HasSuffix(t, []byte("/>")) {
			return r, nil
		}
		for {
			start := len(r.data)
			if r.data, err = x.tag(r.data); err != nil {
				if err == io.EOF {
					err = io.ErrUnexpectedEOF
				}
				return rawRecord{}, err
			}
			if t := tagAtEnd(r.data[start:]); len(t) > 1 && t[1] == '/' && closes(t, name) {
				return r, nil
			}
			if len(r.data) > maxRecord {
				r.data, r.reason = r.data[:maxRaw], fmt.Sprintf("record longer than %d MB", maxRecord>>20)
				return r, nil // what follows until the next record is passed over
			}
		}
	}
}

// tag reads to the end of the next tag. It returns the tag alone if buf is nil, otherwise buf with all that
// was read.
func (x *xmlScanner) tag(buf []byte) ([]byte, error) {
	keep, start := buf != nil, len(buf)
	for {
		part, err := x.in.r.ReadSlice('>')
		x.in.line += bytes.Count(part, []byte("\n"))
		if len(buf) < maxRecord+maxRaw {
			buf = append(buf, part...)
		}
		switch {
		case err == nil && keep:
			return buf, nil
		case err == nil:
			return bytes.Clone(tagAtEnd(buf[start:])), nil
		case err != errBufferFull:
			return buf, err
		}
	}
}

// tagAtEnd returns the tag that b ends with.
func tagAtEnd(b []byte) []byte { return b[max(0, bytes.LastIndexByte(b, '<')):] }

// localName returns the name, without namespace prefix, of the tag t, empty for a closing one.
func localName(t []byte) string {
	if len(t) < 2 || t[0] != '<' {
		return ""
	}
	name := t[1:]
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}

// closes reports whether t is the closing tag of an element with the local name.
func closes(t []byte, name string) bool {
	t = bytes.TrimRight(t[2:], "> \t\r\n")
	return string(t[bytes.LastIndexByte(t, ':')+1:]) == name
}

// xmlAttribute returns the value of an attribute of a tag, "" if it has none of the name.
func xmlAttribute(tag []byte, name string) string {
	for rest := tag; ; {
		i := bytes.Index(rest, []byte(name+"="))
		if i < 1 || i+len(name)+2 > len(rest) {
			return ""
		}
		quote := rest[i+len(name)+1]
		value := rest[i+len(name)+2:]
		if end := bytes.IndexByte(value, quote); end >= 0 && strings.IndexByte(" \t\r\n", rest[i-1]) >= 0 {
			return string(value[:end])
		}
		rest = value
	}
}

// xmlText is the text of an element and of all within it. Paragraphs and headings stand apart, exponents keep a
// caret, formulas in TeX their dollars.
type xmlText string

// breaks are the elements that stand apart from what is before and after them, dropped those whose text is no part
// of the text around them.
var (
	breaks  = nameSet("p", "sec", "title", "div", "br", "li", "list-item", "list", "tr", "td", "h1", "h2", "h3", "h4", "break", "disp-formula")
	dropped = nameSet("fn", "label", "object-id", "annotation", "annotation-xml", "graphic", "ext-link-note", "xref-fn", "script", "style")
)

// UnmarshalXML implements xml.Unmarshaler.
func (t *xmlText) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var b strings.Builder
	var within []string // names of the open elements
	skip, raised := 0, false
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		switch e := token.(type) {
		case xml.StartElement:
			name := e.Name.Local
			within = append(within, name)
			switch {
			case dropped[name]:
				skip++
			case breaks[name]:
				b.WriteByte(' ')
			case name == "tex-math":
				b.WriteByte('$')
			}
			raised = name == "sup"
		case xml.EndElement:
			if len(within) == 0 {
				*t = xmlText(b.String())
				return nil
			}
			name := within[len(within)-1]
			within = within[:len(within)-1]
			switch {
			case dropped[name]:
				skip--
			case name == "title" && isHeading(b.String()):
				b.Reset()
			case breaks[name]:
				b.WriteByte(' ')
			case name == "tex-math":
				b.WriteByte('$')
			}
			raised = false
		case xml.CharData:
			if skip > 0 || bytes.Contains(e, []byte(`\documentclass`)) { // JATS has the same formula as MathML
				continue
			}
			if s := b.String(); raised && len(e) > 0 && s != "" && s[len(s)-1] > ' ' && strings.IndexByte("-−0123456789", e[0]) >= 0 {
				b.WriteByte('^')
			}
			raised = false
			b.Write(e)
		}
	}
}

// isHeading reports whether a text is the heading of an abstract alone.
func isHeading(s string) bool {
	s = strings.ToLower(strings.Trim(s, " \t\r\n:."))
	return s == "abstract" || s == "summary"
}

// xmlPart is the text of an element with the kind that an attribute gives it: the label of a section in PubMed, the
// type of an abstract or of a group of subjects in JATS.
type xmlPart struct {
	kind string
	text xmlText
}

// UnmarshalXML implements xml.Unmarshaler.
func (p *xmlPart) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "Label", "abstract-type", "subj-group-type":
			p.kind = a.Value
		}
	}
	return p.text.UnmarshalXML(d, start)
}

// firstText returns the first of the texts that means something.
func firstText(texts ...xmlText) string {
	for _, t := range texts {
		if s := known(string(t)); s != "" {
			return s
		}
	}
	return ""
}

// decodeXML decodes one element. It tolerates control characters, undeclared entities and bytes in other
// encodings.
func decodeXML(b []byte, v any) error {
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
			return ' '
		}
		return r
	}, readable.UTF8(string(b)))
	d := xml.NewDecoder(strings.NewReader(clean))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // decoded already
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("not valid XML: %s", strings.TrimPrefix(err.Error(), "XML syntax error on "))
	}
	return nil
}

// rootElement returns the local name of the first element of an XML text, "" if there is none.
func rootElement(text []byte) string {
	for {
		text = bytes.TrimLeft(text, " \t\r\n")
		if len(text) < 2 || text[0] != '<' {
			return ""
		}
		if text[1] != '?' && text[1] != '!' {
			break
		}
		end := "?>"
		if bytes.HasPrefix(text, []byte("<!--")) {
			end = "-->"
		} else if text[1] == '!' {
			end = ">"
		}
		i := bytes.Index(text, []byte(end))
		if i < 0 {
			return ""
		}
		text = text[i+len(end):]
	}
	name := text[1:]
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}
