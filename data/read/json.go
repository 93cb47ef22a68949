package read

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"kindred/data"
)

// jsonShape is how a file of JSON arranges its records.
type jsonShape int

const (
	notJSON     jsonShape = iota
	jsonLines             // one a line
	jsonValues            // one after the other, each over several lines
	jsonArray             // [ … ]
	jsonWrapped           // {"results": [ … ]}, the answer of a service; perhaps several one after the other
)

// jsonHead describes the JSON of a file, as far as its beginning shows it.
type jsonHead struct {
	shape   jsonShape
	records []*jsonNode     // the first ones, those that are null left out
	lists   [][]string      // paths to the records in a wrapping object; * stands for any key
	keys    map[string]byte // of the record that recognition looks at, see jsonNode.flat
	whole   bool            // the text is JSON and all of the file
}

// empty reports whether the JSON is an answer without records, which is valid.
func (h *jsonHead) empty() bool {
	return len(h.records) == 0 && h.whole && (h.shape == jsonArray || h.shape == jsonWrapped)
}

// lookAtJSON finds the shape and the first records at the beginning of a file; all says whether that is the
// whole file.
func lookAtJSON(text []byte, all bool) jsonHead {
	for bytes.HasPrefix(text, []byte("null\n")) { // an answer for an unknown id
		text = bytes.TrimLeft(text[4:], " \t\r\n")
	}
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return jsonHead{}
	}
	l := &jsonLook{b: text}
	var h jsonHead
	if text[0] == '[' {
		h.shape = jsonArray
		array := l.value(0)
		for _, n := range array.items {
			h.add(n)
		}
		h.whole = all && array.ended
		return h
	}
	for len(h.records) < maxLooked {
		n := l.value(0)
		if n == nil {
			break
		}
		h.add(n)
		h.whole = all && n.ended
		if n.tells() {
			break // what follows a record is records
		}
	}
	if len(h.lists) > 0 {
		h.shape = jsonWrapped
		return h
	}
	h.shape = jsonValues
	line, rest, more := bytes.Cut(text, []byte("\n"))
	if !more || json.Valid(line) || bytes.HasPrefix(rest, []byte("{")) && !bytes.HasSuffix(bytes.TrimSpace(line), []byte(",")) {
		h.shape = jsonLines
	}
	return h
}

// add takes a value for a record, or for an object that holds lists of records.
func (h *jsonHead) add(n *jsonNode) {
	lists := n.lists()
	for _, path := range lists {
		if !slices.ContainsFunc(h.lists, func(p []string) bool { return slices.Equal(p, path) }) {
			h.lists = append(h.lists, path)
		}
		h.records = append(h.records, n.at(path)...)
	}
	if len(lists) == 0 && n.kind == '{' {
		h.records = append(h.records, n)
	}
}

// jsonPapers decodes each JSON record of a file into a paper.
func (in *input) jsonPapers(decode func([]byte) (*data.Paper, error)) iter.Seq2[*data.Paper, error] {
	records := in.elements()
	if in.head.json.shape == jsonLines {
		records = in.lines()
	}
	return in.decodeAll(records, func(b []byte) (*data.Paper, error) {
		if s := string(b[:min(len(b), 8)]); s == "null" || s == "NaN" {
			return nil, &skipped{"null in place of a paper, as services answer for an id that they do not know"}
		}
		return decode(b)
	})
}

// elements yields the records of JSON that is not one record a line.
func (in *input) elements() iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		s := &jsonScanner{in: in, yield: yield}
		for !s.stopped {
			switch c, err := s.next(); {
			case err == io.EOF:
				return
			case err != nil:
				s.fail(err)
			case c == '[' && in.head.json.shape == jsonArray:
				s.array()
			case c == '{' || c == 'n':
				s.element()
			default:
				s.fail(fmt.Errorf("%w: JSON: unexpected %q where a record should begin", data.ErrInvalid, rune(c)))
			}
		}
	}
}

// jsonScanner divides a stream of JSON into records and holds one at a time. It looks at brackets and strings
// alone, so a mistake inside a record is left to its decoder and costs that record only.
type jsonScanner struct {
	in      *input
	yield   func(rawRecord, error) bool
	records int
	depth   int    // of wrapping objects
	inside  bool   // of a wrapping object, where each element is a record
	key     string // of the record in an object that holds records by their names
	stopped bool
}

func (s *jsonScanner) fail(err error) {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	s.stopped = true
	s.yield(rawRecord{}, err)
}

// next skips white space and commas and returns the byte after them without consuming it.
func (s *jsonScanner) next() (byte, error) {
	for {
		c, err := s.in.r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			s.in.line++
		case ' ', '\t', '\r', ',':
		default:
			return c, s.in.r.UnreadByte()
		}
	}
}

// array yields the elements of the array that begins here.
func (s *jsonScanner) array() {
	s.in.r.ReadByte()
	for !s.stopped {
		c, err := s.next()
		switch {
		case err != nil:
			s.fail(err)
		case c == ']':
			s.in.r.ReadByte()
			return
		default:
			s.element()
		}
	}
}

// element yields the record that begins here, or those in the wrapping object that does.
func (s *jsonScanner) element() {
	if lists := s.in.head.json.lists; len(lists) > 0 && !s.inside {
		if c, err := s.next(); err == nil && c == '{' {
			s.inside = true
			s.wrapper(lists)
			s.inside = false
			return
		}
	}
	s.record()
}

// wrapper yields the records under the given paths in the object that begins here, and at its top the elements
// of all arrays under listKeys.
func (s *jsonScanner) wrapper(paths [][]string) {
	s.depth++
	defer func() { s.depth-- }()
	s.in.r.ReadByte()
	for !s.stopped {
		c, err := s.next()
		if err != nil {
			s.fail(err)
			return
		}
		if c == '}' {
			s.in.r.ReadByte()
			return
		}
		key, _, err := s.value()
		if err == nil {
			if c, err = s.next(); err == nil && c == ':' {
				s.in.r.ReadByte()
				c, err = s.next()
			}
		}
		if err != nil {
			s.fail(err)
			return
		}
		list, record, below := match(paths, key)
		switch {
		case c == '[' && (list || len(below) == 0 && s.depth == 1 && listKeys[plainName(string(key))]):
			s.array()
		case c == '{' && len(below) > 0:
			s.wrapper(below)
		case c == '[' && len(below) > 0:
			s.wrappers(below)
		case c == '{' && (list || record):
			if s.key = ""; record {
				s.key = string(bytes.Trim(key, `"`))
			}
			s.record()
			s.key = ""
		default:
			if _, _, err = s.value(); err != nil {
				s.fail(err)
			}
		}
	}
}

// wrappers yields the records under the given paths in each object of the array that begins here.
func (s *jsonScanner) wrappers(paths [][]string) {
	s.in.r.ReadByte()
	for !s.stopped {
		c, err := s.next()
		switch {
		case err != nil:
			s.fail(err)
		case c == ']':
			s.in.r.ReadByte()
			return
		case c == '{':
			s.wrapper(paths)
		default:
			if _, _, err = s.value(); err != nil {
				s.fail(err)
			}
		}
	}
}

// match returns whether one of the paths ends with the quoted key, whether one takes any object, and what is
// left of the others that begin with it.
func match(paths [][]string, quoted []byte) (list, record bool, below [][]string) {
	key := string(bytes.Trim(quoted, `"`))
	for _, p := range paths {
		switch {
		case p[0] == anyKey:
			record = true
		case p[0] != key:
		case len(p) == 1:
			list = true
		default:
			below = append(below, p[1:])
		}
	}
	return list, record, below
}

// record yields the value that begins here.
func (s *jsonScanner) record() {
	s.records++
	r := rawRecord{line: s.in.line + 1, record: s.records}
	value, tooLong, err := s.value()
	if err != nil {
		s.fail(err)
		return
	}
	if id := s.key; id != "" && data.CanonicalID(id) != id && bytes.HasPrefix(value, []byte("{")) && len(value) > 2 {
		value = append(fmt.Appendf(nil, "{%q:%q,", "id", id), value[1:]...) // papers by their ids
	}
	if r.data = value; tooLong {
		r.reason = fmt.Sprintf("record longer than %d MB", maxRecord>>20)
	}
	s.stopped = !s.yield(r, nil)
}

// value consumes one value and returns its text, the beginning only if it is longer than maxRecord. Where none
// begins it consumes one byte.
func (s *jsonScanner) value() (text []byte, tooLong bool, err error) {
	depth, quoted, escaped := 0, false, false
	for {
		c, err := s.in.r.ReadByte()
		if err != nil {
			if err == io.EOF && depth == 0 && !quoted && len(text) > 0 {
				return text, tooLong, nil
			}
			return text, tooLong, err
		}
		if c == '\n' {
			s.in.line++
		}
		bare := depth == 0 && !quoted
		if bare && len(text) > 0 && strings.IndexByte(",:]} \t\r\n", c) >= 0 { // after a number or a word
			if c == '\n' {
				s.in.line--
			}
			return text, tooLong, s.in.r.UnreadByte()
		}
		if len(text) < maxRecord {
			text = append(text, c)
		} else {
			tooLong = true
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped = c == '\\'
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if !quoted && depth <= 0 && strings.IndexByte("\"}],:", c) >= 0 {
			return text, tooLong, nil
		}
	}
}

// decodeJSON decodes a record into v, NaN and Infinity as null. Its error says in plain words what is wrong with
// the record.
func decodeJSON(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
		if mended := withoutNaN(b); mended != nil {
			err = json.Unmarshal(mended, v)
		}
	}
	if typeErr := new(json.UnmarshalTypeError); errors.As(err, &typeErr) {
		return fmt.Errorf("not the JSON of a paper: %s is a %s", cmp.Or(typeErr.Field, "record"), typeErr.Value)
	}
	if err != nil {
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// notNumbers are the words that Python's json module writes for numbers that JSON has no form for.
var notNumbers = [][]byte{[]byte("NaN"), []byte("-Infinity"), []byte("Infinity")}

// withoutNaN returns a copy of b with null for NaN, Infinity and -Infinity outside strings; nil if b has none.
func withoutNaN(b []byte) []byte {
	if !bytes.Contains(b, notNumbers[0]) && !bytes.Contains(b, notNumbers[2]) {
		return nil
	}
	out := make([]byte, 0, len(b)+8)
scan:
	for i := 0; i < len(b); {
		if b[i] == '"' {
			end := stringEnd(b, i)
			if end < 0 {
				return nil
			}
			out = append(out, b[i:end+1]...)
			i = end + 1
			continue
		}
		for _, word := range notNumbers {
			if bytes.HasPrefix(b[i:], word) {
				out = append(out, "null"...)
				i += len(word)
				continue scan
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// textValue is a string in JSON that some sources write as a number, as null, or as a list of which the first
// counts.
type textValue string

// UnmarshalJSON implements json.Unmarshaler.
func (t *textValue) UnmarshalJSON(b []byte) error {
	list, err := anyStrings(b, 0)
	if err != nil || len(list) == 0 {
		return err
	}
	*t = textValue(list[0])
	return nil
}

// textList is a list of strings in JSON that some sources write as one string, as null, or as objects with a name.
type textList []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *textList) UnmarshalJSON(b []byte) (err error) {
	*t, err = anyStrings(b, 0)
	return err
}

// anyStrings reads the strings of a JSON value: itself, a number's digits, the elements of a list, the name of
// an object.
func anyStrings(b []byte, depth int) ([]string, error) {
	switch b[0] {
	case '"':
		var s string
		err := json.Unmarshal(b, &s)
		return []string{s}, err
	case '[':
		var list []string
		if json.Unmarshal(b, &list) == nil { // by far the most
			return list, nil
		}
		if depth > 1 {
			return nil, errors.New("lists within lists")
		}
		var items []json.RawMessage
		if err := json.Unmarshal(b, &items); err != nil {
			return nil, err
		}
		list = list[:0]
		for _, item := range items {
			s, err := anyStrings(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, s...)
		}
		return list, nil
	case '{':
		var o struct {
			Name     string `json:"name"`
			FullName string `json:"fullname"`
			Display  string `json:"display_name"`
			Category string `json:"category"`
		}
		if err := json.Unmarshal(b, &o); err != nil {
			return nil, err
		}
		if s := cmp.Or(o.Name, o.FullName, o.Display, o.Category); s != "" {
			return []string{s}, nil
		}
		return nil, nil
	case 'n', 't', 'f':
		return nil, nil
	}
	return []string{string(b)}, nil
}
