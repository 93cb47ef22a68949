package input

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"kindred/api/problem"
	"kindred/data"
	"kindred/data/readable"
)

// JSON decodes the body of r into v. Wrong types and unknown fields are errors that point to the field.
func JSON(r *http.Request, v any) error { return JSONWith(r, v, nil) }

// JSONWith is [JSON] for a body that may hold null where nullable, which takes a JSON pointer, says so.
func JSONWith(r *http.Request, v any, nullable func(pointer string) bool) error {
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || typ != "application/json" {
		return problem.New(http.StatusUnsupportedMediaType, "The body must be JSON, with the header Content-Type: application/json.")
	}
	var raw json.RawMessage
	dec := json.NewDecoder(r.Body)
	if err := dec.Decode(&raw); err != nil {
		return BodyError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem.At("", "The body goes on after its JSON value; send one value.")
	}
	if at, ok := findNull(json.NewDecoder(bytes.NewReader(raw)), "", nullable); ok {
		return problem.At(at, "%s is null; give a value, or leave it out.", cmp.Or(at, "The body"))
	}
	dec = json.NewDecoder(bytes.NewReader(wholeNumbers(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return BodyError(err)
	}
	return nil
}

// wholeNumbers returns JSON with 14.0 written as 14. To JSON Schema both are integers, to package json only the latter.
func wholeNumbers(raw []byte) []byte {
	var out []byte // nil while nothing had to change
	kept := 0      // bytes of raw that are in out or stand for themselves
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch {
		case quoted && raw[i] == '\\':
			i++
		case raw[i] == '"':
			quoted = !quoted
		case !quoted && raw[i] == '.':
			end := i + 1
			for end < len(raw) && raw[end] == '0' {
				end++
			}
			if end == len(raw) || strings.IndexByte("123456789eE", raw[end]) < 0 {
				out = append(out, raw[kept:i]...)
				kept = end
			}
			i = end - 1
		}
	}
	if kept == 0 {
		return raw
	}
	return append(out, raw[kept:]...)
}

// Blank reports whether a text has nothing but spaces and control characters.
func Blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsControl(r) }) < 0
}

// findNull returns the JSON pointer (RFC 6901) of the first null, but for nullable ones, in the value that dec comes
// to. Package json takes null for the zero value, so that a null among ids would be the empty id.
func findNull(dec *json.Decoder, at string, nullable func(string) bool) (pointer string, ok bool) {
	t, err := dec.Token()
	if err != nil {
		return "", false
	}
	if t == nil {
		return at, nullable == nil || !nullable(at)
	}
	open, _ := t.(json.Delim)
	for i := 0; (open == '{' || open == '[') && dec.More(); i++ {
		name := strconv.Itoa(i)
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return "", false
			}
			name = strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(key))
		}
		if found, ok := findNull(dec, at+"/"+name, nullable); ok {
			return found, true
		}
	}
	if open == '{' || open == '[' {
		if _, err := dec.Token(); err != nil { // what closes it
			return "", false
		}
	}
	return "", false
}

// BodyError says what is wrong with a body that does not decode.
func BodyError(err error) error {
	var tooLarge *http.MaxBytesError
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &typ):
		return problem.At(pointer(typ.Field), "%s is a JSON %s where %s is wanted.", cmp.Or(typ.Field, "The body"), typ.Value, wanted(typ.Type.Kind().String()))
	case errors.As(err, &syntax):
		return problem.At("", "The body is not JSON: %v at byte %d.", syntax, syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem.At("", "The body ends before its JSON value does.")
	case errors.Is(err, data.ErrInvalid):
		return problem.At("", "%v", err)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if plain, uerr := strconv.Unquote(name); uerr == nil {
			name = plain
		}
		return problem.At(pointer(name), "%q is not a field of this body; /docs lists the fields.", readable.Clip(name, 60))
	}
	return problem.At("", "The body cannot be read: %v", err)
}

// pointer turns the dotted path of encoding/json into a JSON pointer.
func pointer(field string) string {
	if field == "" {
		return ""
	}
	field = strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
	return "/" + strings.ReplaceAll(field, ".", "/")
}

func wanted(kind string) string {
	switch kind {
	case "slice", "array":
		return "an array"
	case "struct", "map":
		return "an object"
	case "int", "int64", "uint64", "float32", "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	return "a " + kind
}
