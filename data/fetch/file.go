package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"kindred/atomicfile"
	"kindred/data"
	"kindred/data/read"
)

// filePage is how many records of a file are stored together.
const filePage = 1000

// maxKnownFiles bounds the files of a folder whose state is kept. Files beyond are read with each run.
const maxKnownFiles = 10_000

// file reads a file, the files of a folder, or a file of the web, as an import does. Between two pages it stays open.
type file struct {
	c    *Client
	s    *Service
	path string // or the address
	web  bool

	open *opened
}

// opened is a file that is being read.
type opened struct {
	name   string // that the cursor knows it by
	state  string
	offset int // records read so far
	known  Validator
	next   func() (*data.Paper, error, bool)
	stop   func()
	page   *Page // notes of the file
}

func openFile(c *Client, s *Service, rest string) (Source, error) {
	if err := one(rest, "the path or the address"); err != nil {
		return nil, err
	}
	f := &file{c: c, s: s, path: rest, web: strings.HasPrefix(rest, "http://") || strings.HasPrefix(rest, "https://")}
	if !f.web {
		abs, err := filepath.Abs(rest)
		if err != nil {
			return nil, err
		}
		f.path = abs
	}
	return f, nil
}

// Close releases the file that is being read.
func (f *file) Close() {
	if f.open != nil {
		f.open.stop()
		f.open = nil
	}
}

// Next implements [Source]. Token names the file that is being read, and Offset counts its records.
func (f *file) Next(ctx context.Context, at Cursor) (*Page, error) {
	if f.open == nil || at.Token != f.open.name || at.Offset != f.open.offset {
		f.Close()
		done, err := f.begin(ctx, at)
		if done != nil || err != nil {
			return done, err
		}
	}
	o := f.open
	page := &Page{Next: at}
	for n := 0; n < filePage; n++ {
		if n%100 == 0 && ctx.Err() != nil {
			f.Close()
			return nil, ctx.Err()
		}
		p, err, more := o.next()
		var rejected *read.RecordError
		switch {
		case !more:
			page.Notes = o.page.Notes
			f.finish(page, at)
			return page, nil
		case errors.As(err, &rejected):
			page.Rejected = append(page.Rejected, rejected)
		case err != nil:
			f.Close()
			return nil, &Error{Address: Redact(f.path), Reason: err.Error(), Remedy: "check the file; kindred import says more", err: err}
		default:
			page.Papers = append(page.Papers, p)
		}
		o.offset++
	}
	page.Next.Token, page.Next.Offset, page.Next.High = o.name, o.offset, o.state
	return page, nil
}

// finish closes the file that was read to its end and goes on to the next one.
func (f *file) finish(page *Page, at Cursor) {
	o := f.open
	files := map[string]string{}
	for name, state := range at.Files {
		files[name] = state
	}
	if len(files) < maxKnownFiles {
		files[o.name] = o.state
	}
	page.Next = Cursor{Since: at.Since, Files: files}
	if f.web {
		page.Done = true
		page.Next.Files, page.Next.Known = nil, map[string]Validator{"file": o.known}
	} else {
		page.Next.Token, page.Next.Offset = o.name, -1 // behind it
	}
	f.Close()
}

// begin opens the file that a cursor stands in, or the next one that changed. It returns the last page of the run where
// there is none.
func (f *file) begin(ctx context.Context, at Cursor) (*Page, error) {
	if f.web {
		return f.download(ctx, at)
	}
	names, err := files(f.path)
	if err != nil {
		return nil, &Error{Address: "file:" + filepath.Base(f.path), Reason: err.Error(), Remedy: "check the path", err: err}
	}
	for _, name := range names {
		if at.Token != "" && name < at.Token || at.Offset < 0 && name == at.Token {
			continue // read in this run
		}
		info, err := os.Stat(name)
		if err != nil {
			continue // it went meanwhile
		}
		state := fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano())
		if at.Files[name] == state && name != at.Token {
			continue
		}
		skip := 0
		if name == at.Token && at.High == state {
			skip = at.Offset
		}
		r, err := os.Open(name)
		if err != nil {
			return nil, &Error{Address: "file:" + filepath.Base(name), Reason: err.Error(), Remedy: "check the file and who may read it", err: err}
		}
		f.open = read1(r, r.Close, name, skip)
		f.open.name, f.open.state, f.open.offset = name, state, skip
		return nil, nil
	}
	kept := map[string]string{} // of files that are still there
	for _, name := range names {
		if state, ok := at.Files[name]; ok {
			kept[name] = state
		}
	}
	page := &Page{Done: true, Next: Cursor{Since: at.Since, Files: kept}}
	if at.Token == "" {
		page.Quiet = "no file has changed since the last run"
	}
	return page, nil
}

// read1 reads a file, which is named name in errors, and passes over some of its records. It closes the file in the end.
func read1(r io.Reader, done func() error, name string, skip int) *opened {
	page := &Page{}
	next, stop := iter.Pull2(func(yield func(*data.Paper, error) bool) {
		for src, err := range read.OpenStream(name, r, read.Options{}) {
			if err != nil {
				if errors.Is(err, data.ErrInvalid) { // as an import does with a file in no known format
					page.Notes = append(page.Notes, read.Note{Text: "passed over: " + err.Error(), Count: 1})
					continue
				}
				yield(nil, err)
				return
			}
			for p, err := range src.Papers() {
				if !yield(p, err) {
					return
				}
				if err != nil && !errors.As(err, new(*read.RecordError)) {
					return
				}
			}
			page.Notes = append(page.Notes, src.Notes()...)
		}
	})
	o := &opened{next: next, stop: func() { stop(); _ = done() }, page: page}
	for range skip {
		if _, _, more := next(); !more {
			break
		}
	}
	return o
}

// files returns the files at a path in the order of their names, hidden ones left out.
func files(path string) (names []string, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != path && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular():
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// spool is a temporary file that an answer is written to.
type spool struct{ *os.File }

// Reset empties the file.
func (s spool) Reset() error {
	if _, err := s.Seek(0, 0); err != nil {
		return err
	}
	return s.Truncate(0)
}

// download fetches the file of an address.
func (f *file) download(ctx context.Context, at Cursor) (_ *Page, err error) {
	tmp, done, err := atomicfile.Temp()
	if err != nil {
		return nil, err
	}
	defer func() {
		if f.open == nil {
			err = errors.Join(err, done())
		}
	}()
	name := Redact(f.path)
	a, err := f.c.get(ctx, request{
		url: f.path, gap: f.s.gap, known: at.Known["file"], into: spool{tmp}, check: func(*answer) error { return whole(tmp, name) },
	})
	if err != nil {
		return nil, err
	}
	if a.same {
		next := Cursor{Since: at.Since, Known: at.Known}
		return &Page{Done: true, Next: next, Quiet: "the file has not changed since the last run"}, nil
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	f.open = read1(tmp, done, name, max(0, at.Offset))
	f.open.name, f.open.offset, f.open.known = "file", max(0, at.Offset), a.known
	return nil, nil
}

// whole reads a file that was fetched. It must be of a format that is known, and whole: half a file is fetched again.
func whole(tmp *os.File, name string) error {
	unnamed := func(err error) error {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return errors.New("it ends in the middle")
		}
		return errors.New(strings.ReplaceAll(err.Error(), name+": ", ""))
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	for src, err := range read.OpenStream(name, tmp, read.Options{}) {
		if err != nil {
			return unnamed(err)
		}
		for _, err := range src.Papers() {
			if err != nil && !errors.As(err, new(*read.RecordError)) {
				return unnamed(err)
			}
		}
	}
	return nil
}
