package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kindred/data"
	"kindred/data/read"
)

// Rejected records are kept in a folder of the data folder, in a file for each imported one.
const (
	rejectedDir    = "rejected"
	rejectedSuffix = ".rejected"
	standardInput  = "standard input"
)

// Importer imports files, folders and archives into a library, and keeps the records that cannot be used in the data
// folder. The functions, none of which may be nil, are called from the goroutine of Path.
type Importer struct {
	Library  *Library
	Options  read.Options
	Progress func(*read.Source)
	Done     func(*ImportedFile) // a file is finished, be it by an error
	Passed   func(name string, err error)

	names map[string]int // how many files of this import have the name
}

// ImportReport is what the import of several files did.
type ImportReport struct {
	ImportResult
	Notes []ImportNote `json:"notes,omitempty"`
}

// ImportNote is a note about a file.
type ImportNote struct {
	File string `json:"file"`
	read.Note
}

// Paths imports files, folders and archives one after the other. One that cannot be read does not stop the import; a
// failure to store or a canceled ctx does. The report holds in every case, and the errors are joined.
func (im *Importer) Paths(ctx context.Context, names []string) (*ImportReport, error) {
	r := &ImportReport{}
	each := *im
	each.Done = func(f *ImportedFile) {
		for _, n := range f.Notes {
			r.Notes = append(r.Notes, ImportNote{File: f.Name, Note: n})
		}
		im.Done(f)
	}
	each.Passed = func(name string, err error) {
		r.Notes = append(r.Notes, ImportNote{File: name, Note: read.Note{Text: "passed over: " + err.Error(), Count: 1}})
		im.Passed(name, err)
	}
	var failed []error
	for _, name := range names {
		result, err := each.Path(ctx, name)
		r.Add(result)
		if err != nil {
			failed = append(failed, err)
		}
		if errors.Is(err, ErrNotStored) || ctx.Err() != nil {
			break
		}
	}
	if ctx.Err() != nil {
		return r, fmt.Errorf("%w: the papers counted above are kept; run the same command again for the rest", ctx.Err())
	}
	return r, errors.Join(failed...)
}

// ImportedFile says what the import of one file did.
type ImportedFile struct {
	Name, Format string
	ImportResult
	Notes   []read.Note
	Rejects string // path of the file with the records that could not be used, if there are any
	Empty   bool   // the file holds no records
}

// Path imports a file, or those of a folder or archive. One among several that is in no format papers are read from is
// passed over; it is an error where there is no other. A failure to store or a canceled ctx ends the import, and the
// result holds in every case.
func (im *Importer) Path(ctx context.Context, name string) (result ImportResult, err error) {
	var failed, passed []error
	opened := 0
	for src, err := range read.OpenAll(name, im.Options) {
		if err != nil {
			if passed = append(passed, err); !errors.Is(err, data.ErrInvalid) {
				failed = append(failed, err)
			}
			continue
		}
		opened++
		done, err := im.file(ctx, src)
		result.Add(done)
		if err != nil {
			failed = append(failed, err)
		}
		if errors.Is(err, ErrNotStored) || ctx.Err() != nil {
			return result, errors.Join(failed...)
		}
	}
	if opened == 0 {
		return result, errors.Join(passed...)
	}
	for _, err := range passed {
		im.Passed(name, err)
	}
	return result, errors.Join(failed...)
}

// file imports one file.
func (im *Importer) file(ctx context.Context, src *read.Source) (ImportResult, error) {
	f := &ImportedFile{Name: src.Name()}
	rejects, err := im.rejects(f.Name)
	if err != nil {
		return f.ImportResult, err
	}
	f.ImportResult, err = im.Library.Import(ctx, src.Papers(), ImportOptions{
		Rejected: rejects.Add,
		Progress: func(ImportCounts) { im.Progress(src) },
	})
	err = errors.Join(err, rejects.Close())
	f.Format, f.Notes, f.Rejects = src.Format(), src.Notes(), rejects.Path()
	if f.Rejected == 0 {
		if gone := os.Remove(f.Rejects); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone) // what an earlier import of the file rejected is out of date
		}
	}
	switch {
	case err != nil || f.Papers() > 0:
	case f.Rejected > 0:
		err = fmt.Errorf("%s: no paper in it could be used", f.Name)
	default:
		f.Empty = true
	}
	im.Done(f)
	return f.ImportResult, err
}

// rejects returns the file for the rejected records of a file.
func (im *Importer) rejects(name string) (*read.Rejects, error) {
	base := filepath.Base(name)
	if name == standardInput {
		base = "standard-input"
	}
	if im.names == nil {
		im.names = make(map[string]int)
	}
	im.names[base]++
	if n := im.names[base]; n > 1 { // a file of the same name from another folder
		base = fmt.Sprintf("%s.%d", base, n)
	}
	dir := im.Library.folder.Path(rejectedDir)
	if err := MakeDir(dir); err != nil {
		return nil, err
	}
	return read.NewRejects(filepath.Join(dir, base+rejectedSuffix)), nil
}
