package read

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/data"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gzipped(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zstded(t testing.TB, s string) string {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	return string(w.EncodeAll([]byte(s), nil))
}

func utf16le(s string) string {
	out := "\xff\xfe"
	for _, r := range s {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

func TestCompression(t *testing.T) {
	const text = "{\"title\":\"One\"}\n{\"title\":\"Two\"}\n"
	want := []string{data.TitleID("One") + " | One |  | ", data.TitleID("Two") + " | Two |  | "}
	for name, stored := range map[string]string{
		"plain": text, "gzip": gzipped(t, text), "zstd": zstded(t, text), "gzip in zstd": zstded(t, gzipped(t, text)),
		"two gzip members": gzipped(t, text[:16]) + gzipped(t, text[16:]), "byte order mark": "\ufeff" + text, "UTF-16": utf16le(text),
	} {
		if _, got := readText(t, stored); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// manyPapers returns n lines of papers.
func manyPapers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"title\":\"Paper number %d\",\"abstract\":\"%x\"}\n", i, uint64(i)*0x9e3779b97f4a7c15)
	}
	return b.String()
}

func TestCutOff(t *testing.T) {
	text := manyPapers(5000)
	whole := gzipped(t, text)
	_, got := readText(t, whole[:len(whole)/2])
	last := got[len(got)-1]
	if len(got) < 100 || len(got) > 4999 || !strings.Contains(last, "cut off") || !strings.HasPrefix(last, "final: ") {
		t.Fatalf("%d results, the last %q; want the papers before the cut, then an error", len(got), last)
	}
	_, all := readText(t, text)
	for i, line := range got[:len(got)-1] {
		if line != all[i] {
			t.Fatalf("result %d is %q, want %q", i, line, all[i])
		}
	}
}

func TestOrder(t *testing.T) {
	text := manyPapers(3000)
	_, want := readText(t, text)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, got := readText(t, text)
	if len(want) != 3000 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d papers; one core and several read them differently", len(want))
	}
}

func TestStopEarly(t *testing.T) {
	before := runtime.NumGoroutine()
	for n := range 20 {
		s, err := NewSource("test", strings.NewReader(manyPapers(2000)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for range s.Papers() {
			if seen++; seen > n*20 {
				break
			}
		}
		for _, err := range s.Papers() {
			if err == nil || !strings.Contains(err.Error(), "read already") {
				t.Fatalf("a second reading gives %v", err)
			}
		}
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}

func TestLongLine(t *testing.T) {
	long := `{"title":"` + strings.Repeat("x", maxRecord) + `"}`
	for _, text := range []string{
		"{\"title\":\"One\"}\n" + long + "\n{\"title\":\"Two\"}\n", "[{\"title\":\"One\"},\n" + long + ",{\"title\":\"Two\"}]",
		"title,year\nOne,2001\n" + long + ",2002\nTwo,2003\n",
	} {
		_, got := readText(t, text)
		if len(got) != 3 || !strings.Contains(got[1], "longer than 16 MB") || !strings.Contains(got[2], "| Two |") {
			t.Errorf("got %d results: %.300q", len(got), got)
		}
	}
}

func TestUnknown(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"prose":             {"It was a dark and stormy night.\n", "looked for Daily Papers page (HTML); arXiv Atom feed; "},
		"prose with commas": {"It was dark, it was late.\nThe rain, alas, fell.\n", "looks like plain text, in none"},
		"keys":              {`{"name":"x","size":1}`, "looks like JSON with the keys name, size; none is title or abstract, in none"},
		"root":              {`<?xml version="1.0"?><!-- x --><svg a="1"/>`, "looks like XML with the element svg, in none"},
		"PDF":               {"%PDF-1.7\n%\xe2\xe3\n", "is a PDF document: export the references"}, "xls": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "save it as .xlsx"},
		"picture": {"\x89PNG\r\n\x1a\n", "is a picture (PNG)"}, "not text": {"abc\x00\x01", "holds no text"},
		"table with a preface": {"Exported today\n\nRank;Publication ID;Size\n1;pub.1;4\n", "looks like a table with the columns Rank, Publication ID, Size; none is a title or an abstract: rename one to title"},
		"other JSON":           {`{"name":"x"}`, "in none of the formats"}, "other XML": {`<?xml version="1.0"?><svg/>`, "in none of the formats"},
		"empty": {"", "is empty"}, "blank": {"\n \n", "is empty"}, "xz": {"\xfd7zXZ\x00\x00", "xz"}, "zip": {"PK\x03\x04....", "ZIP"},
		"broken gzip": {"\x1f\x8b\x08\xff", "gzip"}, "binary": {"\x00\x01\x02\x03", "in none of the formats"},
		"other table": {"name,size\na,1\n", "looks like a table with the columns name, size; none is a title"},
	} {
		_, err := NewSource("some-file", strings.NewReader(c.text), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "some-file: ") {
			t.Errorf("%s: %v, want mention of %q", name, err, c.want)
		}
		if name != "broken gzip" && !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v is not ErrInvalid", name, err)
		}
	}
}

func TestOpenFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := Open(filepath.Join(dir, "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := Open(dir, Options{Year: -1}); err == nil {
		t.Error("year -1 is accepted")
	}
	path := filepath.Join(dir, "papers.txt") // the name says nothing
	stored := gzipped(t, manyPapers(10))
	if err := os.WriteFile(path, []byte(stored), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range s.Papers() {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 10 || s.Offset() != int64(len(stored)) || s.Size() != int64(len(stored)) {
		t.Errorf("%d papers, offset %d, size %d; want 10, %d, %d", n, s.Offset(), s.Size(), len(stored), len(stored))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// failing fails after some bytes.
type failing struct{ r io.Reader }

var errDisk = errors.New("disk on fire")

func (f failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == io.EOF {
		err = errDisk
	}
	return n, err
}

func TestReadError(t *testing.T) {
	for _, text := range []string{manyPapers(20000), seedBibTeX + strings.Repeat("% x\n", bufferSize/4), seedAtom + strings.Repeat("\n", bufferSize),
		seedCSV + strings.Repeat("x;y\n", bufferSize/4), seedDailyText + strings.Repeat("\n", bufferSize)} {
		s, err := NewSource("test", failing{strings.NewReader(text)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		papers, last := 0, error(nil)
		for p, err := range s.Papers() {
			if last = err; p != nil {
				papers++
			}
		}
		if papers == 0 || !errors.Is(last, errDisk) {
			t.Errorf("%s: %d papers, then %v", s.Format(), papers, last)
		}
	}
}

func TestRejects(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.rejected")
	r := NewRejects(path)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file without anything rejected: %v", err)
	}
	for _, e := range []*RecordError{
		{File: "f", Line: 3, Record: 2, Reason: "bad", Raw: []byte(`{"a":1}`)}, {File: "f", Line: 4, Record: 3, Reason: "worse", Raw: []byte{0xff}},
	} {
		if err := r.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"file":"f","line":3,"record":2,"reason":"bad","raw":"{\"a\":1}"}
{"file":"f","line":4,"record":3,"reason":"worse","raw_base64":"/w=="}
`
	if string(got) != want || r.Count() != 2 || r.Path() != path {
		t.Errorf("%d in %s:\n%s\nwant\n%s", r.Count(), r.Path(), got, want)
	}
	if err := NewRejects(filepath.Join(path, "none")).Add(&RecordError{}); err == nil {
		t.Error("no error where no file can be made")
	}
}

// TestLongList checks that a record with a list beyond its bound is rejected with the reason, and the next one
// is read.
func TestLongList(t *testing.T) {
	names := strings.Repeat(`"Ann Ash","Bo Beech",`, data.MaxAuthors/2)
	text := `{"id":"x:1","title":"One","authors":[` + names + `"Cy Cedar"]}` + "\n" + `{"id":"x:2","title":"Two"}`
	_, lines := readText(t, text)
	want := []string{"1:1 authors has 20001 entries; at most 20000 are allowed: shorten the list", "x:2 | Two |  | "}
	if !slices.Equal(lines, want) {
		t.Errorf("got  %q\nwant %q", lines, want)
	}
}

// TestRejectedKeepsPlace checks that reasons name file, line and record.
func TestRejectedKeepsPlace(t *testing.T) {
	e := &RecordError{File: "f.jsonl", Line: 7, Record: 5, Reason: "why"}
	if got := e.Error(); got != "f.jsonl: line 7, record 5: why" {
		t.Errorf("Error() = %q", got)
	}
	r := rawRecord{line: 1, record: 1, data: []byte(strings.Repeat("x", 2*maxRaw))}
	if got := r.reject("f", "long"); len(got.Raw) != maxRaw {
		t.Errorf("%d bytes of the record are kept", len(got.Raw))
	}
}
