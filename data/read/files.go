package read

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"strings"

	"kindred/data"
)

// maxFiles bounds the files of one folder or archive.
const maxFiles = 1_000_000

// maxSpool is how much of an archive that comes as a stream is kept on disk, in bytes. A ZIP archive has its table at
// its end.
const maxSpool = 64 << 30

// OpenAll opens what path names, one source after the other: a file, the files of a folder and of the folders in it,
// those of a ZIP or tar archive, or the standard input for "-". Files come in the order of their names, those of an
// archive in its order; hidden ones are left out. What cannot be read is yielded as an error that names it, and the
// next file follows. A source is valid until the next one is asked for, and closed then.
func OpenAll(path string, opt Options) iter.Seq2[*Source, error] {
	return func(yield func(*Source, error) bool) {
		a := &all{opt: opt, yield: yield}
		if path == "-" {
			a.stream(standardInput, opt.stdin(), -1, true)
			return
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			yield(nil, err)
		case info.IsDir():
			a.folder(path)
		default:
			a.file(path)
		}
	}
}

// OpenStream opens what r holds as OpenAll does; name stands for it in errors. The caller closes r.
func OpenStream(name string, r io.Reader, opt Options) iter.Seq2[*Source, error] {
	return func(yield func(*Source, error) bool) {
		(&all{opt: opt, yield: yield}).stream(name, r, -1, true)
	}
}

// all yields sources until its receiver has enough.
type all struct {
	opt     Options
	yield   func(*Source, error) bool
	files   int
	stopped bool
}

// give yields one source, and closes it afterwards.
func (a *all) give(s *Source, err error) {
	if a.stopped {
		if s != nil {
			s.Close()
		}
		return
	}
	if a.files++; a.files > maxFiles {
		err = fmt.Errorf("%w: more than %d files", data.ErrInvalid, maxFiles)
		a.stopped = true
	}
	more := a.yield(s, err)
	a.stopped = a.stopped || !more
	if s != nil {
		s.Close() // it was only read from: nothing can get lost
	}
}

func (a *all) folder(dir string) {
	found := false
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case a.stopped:
			return fs.SkipAll
		case err != nil:
			a.give(nil, err)
		case name != dir && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() || entry.Type()&fs.ModeSymlink != 0 && leadsToFile(name):
			found = true
			a.file(name)
		}
		return nil
	})
	if err != nil {
		a.give(nil, err)
	} else if !found && !a.stopped {
		a.give(nil, fmt.Errorf("%s: %w: is a folder without files", dir, data.ErrInvalid))
	}
}

// leadsToFile reports whether a symbolic link leads to a file. Links to folders are not followed: they may lead back.
func leadsToFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

func (a *all) file(name string) {
	f, err := os.Open(name)
	if err != nil {
		a.give(nil, err)
		return
	}
	defer f.Close()
	size := int64(-1)
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	a.stream(name, f, size, true)
}

// stream opens what r holds, of size bytes, -1 where that is not known. An archive within another is refused: outermost
// is false.
func (a *all) stream(name string, r io.Reader, size int64, outermost bool) {
	s, err := newSource(name, r, a.opt)
	switch {
	case errors.Is(err, errTar) && outermost:
		a.tar(name, s)
	case errors.Is(err, errZIP) && outermost:
		a.zip(name, s)
	case errors.Is(err, errTar), errors.Is(err, errZIP):
		s.Close()
		a.give(nil, fmt.Errorf("%s: %w: is an archive within an archive: unpack it first", name, data.ErrInvalid))
	case err != nil:
		a.give(nil, err)
	default:
		s.size = size
		a.give(s, nil)
	}
}

// zip opens the files of a ZIP archive.
func (a *all) zip(name string, s *Source) {
	defer s.Close()
	found := false
	for _, f := range s.archive.File {
		if a.stopped {
			return
		}
		if !f.Mode().IsRegular() || hidden(f.Name) {
			continue
		}
		found = true
		entry, err := f.Open()
		if err != nil {
			a.give(nil, fmt.Errorf("%s/%s: %w: cannot be unpacked: %w", name, f.Name, data.ErrInvalid, err))
			continue
		}
		a.stream(name+"/"+f.Name, entry, -1, false)
		entry.Close()
	}
	if !found {
		a.give(nil, fmt.Errorf("%s: %w: is an archive without files", name, data.ErrInvalid))
	}
}

// tar opens the files of a tar archive, compressed or not.
func (a *all) tar(name string, s *Source) {
	defer s.Close()
	archive := tar.NewReader(s.plain)
	found := false
	for !a.stopped {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			a.give(nil, fmt.Errorf("%s: %w: is a damaged tar archive (%w): fetch it again", name, data.ErrInvalid, err))
			return
		}
		if h.Typeflag != tar.TypeReg || hidden(h.Name) {
			continue
		}
		found = true
		a.stream(name+"/"+strings.TrimPrefix(h.Name, "./"), archive, -1, false)
	}
	if !found && !a.stopped {
		a.give(nil, fmt.Errorf("%s: %w: is an archive without files", name, data.ErrInvalid))
	}
}

// hidden reports whether a file of an archive is of no interest: its own name or that of a folder around it begins with
// a dot, or it is what macOS adds.
func hidden(name string) bool {
	for part := range strings.SplitSeq(path.Clean(name), "/") {
		if strings.HasPrefix(part, ".") && part != "." && part != ".." || part == "__MACOSX" {
			return true
		}
	}
	return false
}

func isZIP(magic []byte) bool {
	return bytes.HasPrefix(magic, []byte("PK\x03\x04")) || bytes.HasPrefix(magic, []byte("PK\x05\x06"))
}

// isTar reports whether text begins with the header of a tar archive (POSIX ustar, and GNU's).
func isTar(text []byte) bool { return len(text) >= 265 && bytes.HasPrefix(text[257:], []byte("ustar")) }

// Papers yields the papers of files, one file after the other, without the records that cannot be used.
func Papers(files []string) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		for _, name := range files {
			if !papersOf(name, yield) {
				return
			}
		}
	}
}

// papersOf yields the papers of one file. It reports whether to go on.
func papersOf(name string, yield func(*data.Paper, error) bool) bool {
	source, err := Open(name, Options{})
	if err != nil {
		return yield(nil, err)
	}
	defer source.Close()
	for p, err := range source.Papers() {
		if errors.As(err, new(*RecordError)) {
			continue
		}
		if !yield(p, err) {
			return false
		}
	}
	return true
}
