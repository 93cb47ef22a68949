package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kindred/atomicfile"
	"kindred/data/store"
)

// Names in the data folder.
const (
	papersFile  = "papers.db"
	modelsDir   = "models"
	modelSuffix = ".model"
	currentFile = "CURRENT"
	lockFile    = "LOCK"
)

// ErrNoPapers is a data folder without papers.
var ErrNoPapers = errors.New("there are no papers")

// ErrNoModel is a data folder without a model.
var ErrNoModel = errors.New("there is no model")

// Folder is the path of a data folder. It holds
//
//	papers.db                  the store of papers
//	models/<version>.model     models; a complete file never changes
//	models/<version>.origin.json  which database the model was fitted from, and when
//	models/<version>.folded    papers that were folded into the model, so that a restart need not do it again
//	CURRENT                    one line: the file name of the model that answers
//	LOCK                       locked by the process that fits a model
//	owner.key                  the key of whoever can read the folder, for changes over HTTP
//	rejected/<file>.rejected   the records of an import or a source that could not be used
//	sources/<host>.lock        locked by the process that asks the services at a host
type Folder string

// Path returns the path of something in the folder.
func (f Folder) Path(elem ...string) string {
	return filepath.Join(append([]string{string(f)}, elem...)...)
}

// Create opens the store. It makes the store and the folder where they do not exist.
func (f Folder) Create(ctx context.Context) (*store.SQLite, error) {
	if err := MakeDir(string(f)); err != nil {
		return nil, err
	}
	return f.open(ctx)
}

// OpenStore opens an existing store. The error wraps ErrNoPapers where there is none.
func (f Folder) OpenStore(ctx context.Context) (*store.SQLite, error) {
	if _, err := os.Stat(f.Path(papersFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: import some first (kindred import FILE...), or name the folder that has them (--data DIR)",
			ErrNoPapers, string(f))
	}
	return f.open(ctx)
}

// open opens the store and checks that the current model comes from it.
func (f Folder) open(ctx context.Context) (*store.SQLite, error) {
	st, err := store.Open(ctx, f.Path(papersFile))
	if err != nil {
		return nil, err
	}
	if err := f.check(ctx, st); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// Model returns the path of the model with a version.
func (f Folder) Model(version string) string { return f.Path(modelsDir, version+modelSuffix) }

// named returns the path that CURRENT names, whether or not a file is there. The error wraps ErrNoModel where no model
// was fitted yet.
func (f Folder) named() (string, error) {
	b, err := os.ReadFile(f.Path(currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w in %s: fit one first (kindred fit)", ErrNoModel, string(f))
	}
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasSuffix(name, modelSuffix) || name != filepath.Base(name) {
		return "", fmt.Errorf("%w: %s: %q is not the name of a model: fit again (kindred fit)", errUnusable, f.Path(currentFile), name)
	}
	return f.Path(modelsDir, name), nil
}

// Current returns the path of the model that CURRENT names. The error wraps ErrNoModel where no model was fitted yet.
func (f Folder) Current() (string, error) {
	path, err := f.named()
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w: %s names a model that is not there: fit again (kindred fit): %w", errUnusable, f.Path(currentFile), err)
	}
	return path, nil
}

// errUnusable is a model, or the name of one, that a new fit replaces.
var errUnusable = errors.New("no usable model")

// setCurrent makes the model with a version, whose file is complete, the current one. After a crash at any moment
// CURRENT names the old model or the new one.
func (f Folder) setCurrent(version string) error {
	if _, err := os.Stat(f.Model(version)); err != nil {
		return fmt.Errorf("make model %s the current one: %w", version, err)
	}
	// The directory entry of the model file must be durable before the name that leads to it.
	if err := atomicfile.SyncDir(f.Path(modelsDir)); err != nil {
		return err
	}
	if err := atomicfile.WriteFile(f.Path(currentFile), []byte(version+modelSuffix+"\n"), 0o644); err != nil {
		return fmt.Errorf("make model %s the current one: %w", version, err)
	}
	return atomicfile.SyncDir(string(f))
}

// removeOldModels removes all models but the one that CURRENT names, with the files that belong to them. The caller
// holds the lock, so that CURRENT cannot change meanwhile. A process that still answers from an old model keeps its
// mapping.
func (f Folder) removeOldModels() {
	for _, name := range f.leftovers() {
		_ = os.Remove(name) // a file that stays costs space alone
	}
}

// MakeDir makes a directory and its parents. All are durable when it returns.
func MakeDir(path string) error {
	if fi, err := os.Stat(path); err == nil {
		if !fi.IsDir() {
			return fmt.Errorf("%s is a file: name a folder (--data DIR)", path)
		}
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := MakeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return atomicfile.SyncDir(parent)
}
