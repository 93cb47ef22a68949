package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"kindred/classifier"
	"kindred/data/store"
)

// Finding is one thing that a check found.
type Finding struct {
	Part   string `json:"part"`             // store, model, folded, edits or folder
	What   string `json:"what"`             // what is wrong, or how it is
	Remedy string `json:"remedy,omitempty"` // what to do; "" where nothing is wrong
	Mends  bool   `json:"mends"`            // whether a repair does it
}

// Report is what a check found.
type Report struct {
	Papers   int       `json:"papers"`
	Model    string    `json:"model,omitempty"` // version
	Findings []Finding `json:"findings"`
}

// Faults returns the findings for which there is something to do.
func (r *Report) Faults() []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if f.Remedy != "" {
			out = append(out, f)
		}
	}
	return out
}

// Mendable reports whether a repair mends a fault.
func (r *Report) Mendable() bool {
	return slices.ContainsFunc(r.Faults(), func(f Finding) bool { return f.Mends })
}

func (r *Report) add(part, remedy string, mends bool, format string, args ...any) {
	r.Findings = append(r.Findings, Finding{Part: part, What: fmt.Sprintf(format, args...), Remedy: remedy, Mends: mends})
}

// Remedies of findings.
const (
	remedyRestore = "restore the folder from a backup (kindred restore)"
	remedyFit     = "fit again (kindred check --repair, or kindred fit)"
	remedyUpdate  = "update kindred"
	remedyRemove  = "remove them (kindred check --repair)"
)

// Check verifies the files of a folder by themselves and against each other, and changes nothing. It may run beside a
// server. The error is one that kept it from looking.
func (f Folder) Check(ctx context.Context) (*Report, error) {
	r := &Report{Findings: []Finding{}}
	st, err := f.OpenStore(ctx)
	switch {
	case errors.Is(err, ErrNoPapers), ctx.Err() != nil:
		return nil, err
	case errors.Is(err, ErrExchanged):
		r.add("store", remedyRestore, false, "%v", err)
		if st, err = store.Open(ctx, f.Path(papersFile)); err != nil {
			r.add("store", remedyRestore, false, "%v", err)
			return r, nil
		}
	case err != nil:
		r.add("store", remedyRestore, false, "%v", err)
		return r, nil
	}
	defer st.Close() // it was only read from
	if err := r.checkStore(ctx, st); err != nil {
		return nil, err
	}
	if err := r.checkModel(ctx, f, st); err != nil {
		return nil, err
	}
	r.checkLeftovers(f)
	return r, ctx.Err()
}

func (r *Report) checkStore(ctx context.Context, st *store.SQLite) error {
	if err := st.Check(ctx); err != nil && ctx.Err() == nil {
		r.add("store", remedyRestore, false, "%v", err)
		return nil
	}
	if err := st.CheckPapers(ctx); err != nil && ctx.Err() == nil {
		r.add("store", remedyRestore, false, "%v", err)
		return nil
	}
	stats, err := st.Stats(ctx)
	if err != nil {
		return err
	}
	r.Papers = stats.Papers
	r.add("store", "", false, "%d papers, all readable", stats.Papers)
	return nil
}

func (r *Report) checkModel(ctx context.Context, f Folder, st *store.SQLite) error {
	path, err := f.Current()
	if errors.Is(err, ErrNoModel) {
		r.add("model", "", false, "none was fitted yet (kindred fit)")
		return nil
	}
	var m *classifier.Model
	if err == nil {
		m, err = classifier.Open(path) // it verifies the checksum of every section
	}
	switch {
	case errors.Is(err, classifier.ErrNewer):
		r.add("model", remedyUpdate, false, "%v", err)
		return nil
	case err != nil:
		r.add("model", remedyFit, true, "%v", err)
		return nil
	}
	defer m.Close() // it was only read from
	r.Model = m.Version()
	known := make(map[string]bool, m.Docs())
	for _, id := range m.IDs() {
		known[id] = true
	}
	fresh := 0
	for c, err := range st.Columns(ctx, 0) {
		if err != nil {
			return err
		}
		if !known[c.ID] {
			fresh++
		}
		delete(known, c.ID)
	}
	r.add("model", "", false, "%s knows %d papers; %d came since, and %d of its own are gone", m.Version(), m.Docs(), fresh, len(known))
	if err := r.checkFolds(path, m); err != nil {
		return err
	}
	entries, err := st.Entries(ctx, editsLog)
	if err != nil {
		return err
	}
	edits, err := decodeEdits(entries)
	if err != nil {
		r.add("edits", remedyRestore, false, "%v", err)
		return nil
	}
	r.add("edits", "", false, "%d decisions on topics, all readable", len(edits))
	return nil
}

func (r *Report) checkFolds(model string, m *classifier.Model) error {
	folds, whole, err := readFolds(foldFile(model), m.TermCount(), m.Dims())
	if err != nil {
		return err
	}
	info, err := os.Stat(foldFile(model))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.Size() > int64(whole) && !locked(foldFile(model)):
		r.add("folded", "", false, "%s is cut short after byte %d: the papers without a record are folded in again at the next start", foldFile(model), whole)
	default:
		r.add("folded", "", false, "%d papers are kept as they were folded in", len(folds))
	}
	return nil
}

// locked reports whether a process holds the lock of a file.
func locked(path string) bool {
	l := flock.New(path, flock.SetFlag(os.O_RDONLY))
	free, err := l.TryRLock()
	if free {
		_ = l.Unlock()
	}
	return err == nil && !free
}

// checkLeftovers reports files that an interrupted command left behind. A fit that runs has such files as well.
func (r *Report) checkLeftovers(f Folder) {
	left := f.leftovers()
	if len(left) == 0 {
		return
	}
	if locked(f.Path(lockFile)) {
		r.add("folder", "", false, "a fit is running: its files are not told from those of interrupted commands")
		return
	}
	// A fit that has ended since made one of the files the current model, and removed others.
	still := f.leftovers()
	left = slices.DeleteFunc(left, func(name string) bool { return !slices.Contains(still, name) })
	if len(left) > 0 {
		r.add("folder", remedyRemove, true, "files of interrupted commands: %s", strings.Join(left, ", "))
	}
}

// leftovers returns the files in the folder that nothing names: models other than the current one, and temporary files.
func (f Folder) leftovers() []string {
	current, err := f.Current()
	if err != nil {
		return nil // not certain what is needed
	}
	keep := strings.TrimSuffix(filepath.Base(current), modelSuffix) + "."
	var out []string
	for _, pattern := range []string{f.Path(modelsDir, "*"), f.Path("." + currentFile + "*")} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		for _, name := range names {
			if !strings.HasPrefix(filepath.Base(name), keep) {
				out = append(out, name)
			}
		}
	}
	return out
}

// Repair does what a check says a repair does: it fits a model where there is no usable one, and removes leftovers. It
// waits for a fit that runs; waiting is called once with who that is.
func (f Folder) Repair(ctx context.Context, opt Options, waiting func(holder string)) (err error) {
	l, err := Open(ctx, f, opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	path, err := f.Current()
	if err == nil {
		var m *classifier.Model
		if m, err = classifier.Open(path); err == nil {
			err = m.Close()
		}
	}
	switch {
	case err == nil:
	case replaceable(err):
		m, err := l.Fit(ctx, FitOptions{Waiting: waiting, Adjust: AsBefore})
		if err != nil {
			return err
		}
		if err := m.Close(); err != nil {
			return err
		}
	default:
		return err
	}
	unlock, err := f.lock(ctx, waiting) // no fit is at it, so what nothing names is left over
	if err != nil {
		return err
	}
	defer unlock()
	for _, name := range f.leftovers() {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
