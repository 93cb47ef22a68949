package read

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"kindred/data"
	"kindred/data/readable"

	"golang.org/x/net/html/charset"
)

// xmlEncoding is the encoding an XML text declares.
var xmlEncoding = regexp.MustCompile(`^<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']`)

// xmlRecords yields the elements with the given local name from one document, several documents in a row, or
// fragments. They are cut out of the stream before they are parsed, so a mistake in one costs only that one.
func (in *input) xmlRecords(name string) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		if m := xmlEncoding.FindSubmatch(in.head.data); m != nil && !strings.EqualFold(string(m[1]), "utf-8") {
			r, err := charset.NewReaderLabel(string(m[1]), in.r)
			if err != nil {
				yield(rawRecord{}, fmt.Errorf("%w: XML encoding %q is not known", data.ErrInvalid, m[1]))
				return
			}
			in.r = bufio.NewReaderSize(r, bufferSize)
		}
		x := &xmlScanner{in: in, name: name}
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
	in   *input
	name string
}

// next returns the next element; io.EOF is the end, io.ErrUnexpectedEOF an end within an element.
func (x *xmlScanner) next() (rawRecord, error) {
	for {
		t, err := x.tag(nil)
		if err != nil {
			return rawRecord{}, err
		}
		if localName(t) != x.name {
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
			if t := tagAtEnd(r.data[start:]); len(t) > 1 && t[1] == '/' && localName(append([]byte("<"), t[2:]...)) == x.name {
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
