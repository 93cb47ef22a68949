package read

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"unicode/utf8"
)

// Rejects writes the records that could not be used to a file, one JSON object a line: file, line, record,
// reason, and the record itself as raw, or as raw_base64 if it is not valid UTF-8. The file is created with
// the first record, so an import without rejected records leaves no file. Create one with NewRejects.
type Rejects struct {
	path  string
	file  *os.File
	w     *bufio.Writer
	count int
	size  int // bytes written
}

// maxRejects bounds the file of rejected records, in bytes. A file of nothing but bad lines unpacks to any size.
const maxRejects = 64 << 20

// NewRejects returns a writer to the file at path. The first rejected record replaces the file, if it exists.
func NewRejects(path string) *Rejects { return &Rejects{path: path} }

// Path returns the path of the file.
func (r *Rejects) Path() string { return r.path }

// Count returns how many records were rejected.
func (r *Rejects) Count() int { return r.count }

// Add writes one rejected record. Those beyond maxRejects are counted and not written.
func (r *Rejects) Add(e *RecordError) error {
	if r.file == nil {
		f, err := os.Create(r.path)
		if err != nil {
			return fmt.Errorf("rejected records: %w", err)
		}
		r.file, r.w = f, bufio.NewWriter(f)
	}
	b, err := e.line()
	if err == nil && r.size+len(b) < maxRejects {
		r.size += len(b) + 1
		_, err = r.w.Write(append(b, '\n'))
	}
	if err != nil {
		return fmt.Errorf("rejected records: %w", err)
	}
	r.count++
	return nil
}

// line returns a rejected record as a line of JSON, without its end.
func (e *RecordError) line() ([]byte, error) {
	line := struct {
		File   string `json:"file"`
		Line   int    `json:"line"`
		Record int    `json:"record"`
		Reason string `json:"reason"`
		Raw    string `json:"raw,omitempty"`
		Base64 []byte `json:"raw_base64,omitempty"`
	}{File: e.File, Line: e.Line, Record: e.Record, Reason: e.Reason}
	if utf8.Valid(e.Raw) {
		line.Raw = string(e.Raw)
	} else {
		line.Base64 = e.Raw
	}
	return json.Marshal(line)
}

// AppendReject adds one rejected record to the end of the file at path, which is created where there is none. A file of
// maxRejects is left as it is.
func AppendReject(path string, e *RecordError) error {
	b, err := e.line()
	if err != nil {
		return fmt.Errorf("rejected records: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("rejected records: %w", err)
	}
	info, err := f.Stat()
	if err == nil && info.Size()+int64(len(b)) < maxRejects {
		_, err = f.Write(append(b, '\n'))
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("rejected records: %w", err)
	}
	return nil
}

// Close flushes and closes the file, if there is one.
func (r *Rejects) Close() error {
	if r.file == nil {
		return nil
	}
	err := errors.Join(r.w.Flush(), r.file.Close())
	r.file = nil
	if err != nil {
		return fmt.Errorf("rejected records: %w", err)
	}
	return nil
}
