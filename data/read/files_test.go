package read

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"kindred/data"
)

// someFiles are the files of a folder or an archive: names and what they hold.
var someFiles = [][2]string{
	{"a.jsonl", `{"id":"x:1","title":"Barley growth under clouds"}` + "\n" + `{"id":"x:2","title":"Calls of river frogs"}` + "\n"},
	{".hidden/b.jsonl", `{"id":"x:9","title":"Nobody sees this"}` + "\n"},
	{"__MACOSX/._a.jsonl", "\x00\x05\x16\x07"},
	{"notes/readme.txt", "Nothing in here is a paper."},
	{"refs/c.bib", "@article{k, title={Floods and how towns keep them out}}\n"},
	{"refs/empty.bib", ""},
}

func zipped(t *testing.T, files [][2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err == nil {
			_, err = io.WriteString(w, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, files [][2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, f := range files {
		err := w.WriteHeader(&tar.Header{Name: "./" + f[0], Mode: 0o644, Size: int64(len(f[1])), Typeflag: tar.TypeReg})
		if err == nil {
			_, err = io.WriteString(w, f[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll returns the ids or titles of all papers, the base names of the files, and the errors that are no rejected
// records.
func readAll(t *testing.T, sources iter.Seq2[*Source, error]) (titles, names []string, errs []error) {
	t.Helper()
	for s, err := range sources {
		if err != nil {
			if !errors.Is(err, data.ErrInvalid) {
				t.Errorf("%v does not say that the file is wrong", err)
			}
			errs = append(errs, err)
			continue
		}
		names = append(names, filepath.Base(s.Name()))
		for p, err := range s.Papers() {
			if err != nil {
				t.Errorf("%s: %v", s.Name(), err)
				continue
			}
			titles = append(titles, p.Title)
		}
	}
	return titles, names, errs
}

// TestFoldersAndArchives reads the same files from a folder, a ZIP and a tar archive, from a file and as a stream.
func TestFoldersAndArchives(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "library")
	for _, f := range someFiles {
		name := filepath.Join(folder, f[0])
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f[1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	os.RemoveAll(filepath.Join(folder, "__MACOSX")) // only archives have it
	packed := map[string][]byte{"library.zip": zipped(t, someFiles), "library.tar.gz": tarred(t, someFiles)}
	ways := map[string]iter.Seq2[*Source, error]{"folder": OpenAll(folder, Options{})}
	for name, content := range packed {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, content, 0o644); err != nil {
			t.Fatal(err)
		}
		ways[name] = OpenAll(file, Options{})
		ways["stream of "+name] = OpenStream("standard input", bytes.NewReader(content), Options{})
	}
	want := []string{"Barley growth under clouds", "Calls of river frogs", "Floods and how towns keep them out"}
	for way, sources := range ways {
		titles, names, errs := readAll(t, sources)
		if !slices.Equal(titles, want) || !slices.Equal(names, []string{"a.jsonl", "c.bib"}) {
			t.Errorf("%s: titles %q of %q", way, titles, names)
		}
		if len(errs) != 2 || !strings.Contains(errs[0].Error(), "readme.txt") || !strings.Contains(errs[1].Error(), "empty.bib") {
			t.Errorf("%s: errors %v", way, errs)
		}
	}
}

// TestArchivesRefused wants one clear error each for what is no archive of papers.
func TestArchivesRefused(t *testing.T) {
	whole := zipped(t, someFiles)
	for _, c := range []struct {
		content []byte
		want    string
	}{
		{zipped(t, [][2]string{{"word/document.xml", "<w/>"}}), "Word document"},
		{zipped(t, [][2]string{{"inner.zip", string(whole)}}), "archive within an archive"},
		{zipped(t, nil), "without files"},
		{whole[:len(whole)/2], "damaged ZIP"},
		{tarred(t, nil), ""},
	} {
		titles, _, errs := readAll(t, OpenStream("test", bytes.NewReader(c.content), Options{}))
		if len(titles) > 0 || len(errs) != 1 || !strings.Contains(errs[0].Error(), c.want) {
			t.Errorf("want %q: titles %q, errors %v", c.want, titles, errs)
		}
	}
	if _, err := NewSource("test", bytes.NewReader(whole), Options{}); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a ZIP archive as one source: %v", err)
	}
	_, _, errs := readAll(t, OpenAll(t.TempDir(), Options{}))
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "without files") {
		t.Errorf("an empty folder: %v", errs)
	}
}

// TestOpenAllStops asks for no more than one source.
func TestOpenAllStops(t *testing.T) {
	for s, err := range OpenStream("test", bytes.NewReader(zipped(t, someFiles)), Options{}) {
		if err != nil || fmt.Sprint(s.Name()) != "test/a.jsonl" {
			t.Fatal(s, err)
		}
		break
	}
}
