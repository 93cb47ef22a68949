package read

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
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

// wrapperKeys are the keys under which services put the records of an answer.
var wrapperKeys = map[string]bool{
	"results": true, "data": true, "recommendedPapers": true, "dailyPapers": true, "papers": true, "works": true,
}

// jsonHead describes the JSON of a file, as far as its beginning shows it.
type jsonHead struct {
	shape jsonShape
	keys  map[string]byte // of the first record: key to first byte of its value
	cut   bool            // the first record is longer than what was looked at
}

// lookAtJSON finds the shape and the first record at the beginning of a file; all says whether that is the
// whole file.
func lookAtJSON(text []byte, all bool) jsonHead {
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return jsonHead{}
	}
	if text[0] == '[' {
		first := bytes.TrimLeft(text[1:], " \t\r\n")
		keys, _, ended := scanKeys(first)
		return jsonHead{shape: jsonArray, keys: keys, cut: !ended && !all}
	}
	keys, wrapped, ended := scanKeys(text)
	if keys["title"] == 0 && keys["abstract"] == 0 && keys["display_name"] == 0 && wrapped != nil {
		keys, _, ended := scanKeys(bytes.TrimLeft(wrapped[1:], " \t\r\n"))
		return jsonHead{shape: jsonWrapped, keys: keys, cut: !ended && !all}
	}
	h := jsonHead{shape: jsonValues, keys: keys, cut: !ended && !all}
	line, rest, more := bytes.Cut(text, []byte("\n"))
	if !more || json.Valid(line) || bytes.HasPrefix(rest, []byte("{")) {
		h.shape = jsonLines
	}
	return h
}

// scanKeys returns the keys of the JSON object at the beginning of b, which may be cut off, and the rest of b
// from the first array under one of wrapperKeys. It does not check the object; ended says whether the object
// ends within b.
func scanKeys(b []byte) (keys map[string]byte, wrapped []byte, ended bool) {
	keys = map[string]byte{}
	if len(b) == 0 || b[0] != '{' {
		return keys, nil, len(b) > 0
	}
	depth, key := 0, ""
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return keys, wrapped, true
			}
		case '"':
			end := stringEnd(b, i)
			if end < 0 {
				return keys, wrapped, false
			}
			if depth == 1 {
				key = string(b[i+1 : end])
			}
			i = end
		case ':':
			if depth != 1 {
				continue
			}
			if value := bytes.TrimLeft(b[i+1:], " \t\r\n"); len(value) > 0 {
				keys[key] = value[0]
				if value[0] == '[' && wrapperKeys[key] && wrapped == nil {
					wrapped = value
				}
				if value[0] == '"' { // not a key
					if end := stringEnd(value, 0); end < 0 {
						return keys, wrapped, false
					} else {
						i = len(b) - len(value) + end
					}
				}
			}
		}
	}
	return keys, wrapped, false
}

// stringEnd returns the position of the quote that ends the JSON string beginning at b[i], -1 if there is none.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// jsonPapers decodes each JSON record of a file into a paper.
func (in *input) jsonPapers(decode func([]byte) (*data.Paper, error)) iter.Seq2[*data.Paper, error] {
	records := in.elements()
	if in.head.json.shape == jsonLines {
		records = in.lines()
	}
	return in.decodeAll(records, decode)
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
			case c == '{' && in.head.json.shape == jsonWrapped:
				s.wrapper()
			case c == '{':
				s.record()
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
			s.record()
		}
	}
}

// wrapper yields the elements of the arrays under wrapperKeys in the object that begins here.
func (s *jsonScanner) wrapper() {
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
		name, unquoteErr := strconv.Unquote(string(key))
		switch {
		case err != nil:
			s.fail(err)
		case unquoteErr == nil && c == '[' && wrapperKeys[name]:
			s.array()
		default:
			if _, _, err = s.value(); err != nil {
				s.fail(err)
			}
		}
	}
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

// decodeJSON decodes a record into v. Its error says in plain words what is wrong with the record.
func decodeJSON(b []byte, v any) error {
	err := json.Unmarshal(b, v)
	if typeErr := new(json.UnmarshalTypeError); errors.As(err, &typeErr) {
		return fmt.Errorf("not the JSON of a paper: %s is a %s", cmp.Or(typeErr.Field, "record"), typeErr.Value)
	}
	if err != nil {
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
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
