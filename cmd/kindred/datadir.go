package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"kindred/data/store"
)

// The data folder holds
//
//	papers.db                  the store of papers
//	models/<version>.model     models, which never change once they are there
//	CURRENT                    one line: the file name of the model to serve
//	rejected/<file>.rejected   the records of an import that could not be used
const (
	papersFile     = "papers.db"
	modelsDir      = "models"
	modelSuffix    = ".model"
	currentFile    = "CURRENT"
	rejectedDir    = "rejected"
	rejectedSuffix = ".rejected"
)

// errNoPapers is a data folder that nothing was imported into.
var errNoPapers = errors.New("there are no papers")

// errNoModel is a data folder that has papers but no model.
var errNoModel = errors.New("there is no model")

// path returns the path of something in the data folder.
func (a *app) path(elem ...string) string {
	return filepath.Join(append([]string{a.data}, elem...)...)
}

// createStore opens the store, making it and the data folder where they are not there.
func (a *app) createStore(ctx context.Context) (*store.SQLite, error) {
	if err := makeDir(a.data); err != nil {
		return nil, err
	}
	return store.Open(ctx, a.path(papersFile))
}

// openStore opens the store for a command that has no use for an empty one. The error wraps errNoPapers where there is none.
func (a *app) openStore(ctx context.Context) (*store.SQLite, error) {
	if _, err := os.Stat(a.path(papersFile)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s: import some first (kindred import FILE...), or name the folder that has them (--data DIR)", errNoPapers, a.data)
	}
	return store.Open(ctx, a.path(papersFile))
}

// modelPath returns where the model of a version is.
func (a *app) modelPath(version string) string { return a.path(modelsDir, version+modelSuffix) }

// current returns the path of the model that CURRENT names. The error wraps errNoModel where there is none yet.
func (a *app) current() (string, error) {
	b, err := os.ReadFile(a.path(currentFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w in %s: fit one first (kindred fit)", errNoModel, a.data)
	}
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(b))
	if !strings.HasSuffix(name, modelSuffix) || name != filepath.Base(name) {
		return "", fmt.Errorf("%s: %q is not the name of a model: fit again (kindred fit)", a.path(currentFile), name)
	}
	path := a.path(modelsDir, name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s names a model that is not there: fit again (kindred fit): %w", a.path(currentFile), err)
	}
	return path, nil
}

// setCurrent makes the model of a version, whose file is complete, the one to serve. After a crash at any moment CURRENT
// names the old model or the new one.
func (a *app) setCurrent(version string) error {
	if _, err := os.Stat(a.modelPath(version)); err != nil {
		return fmt.Errorf("make model %s the current one: %w", version, err)
	}
	// The name of the model file must be on the disk before the name that leads to it.
	if err := syncDir(a.path(modelsDir)); err != nil {
		return err
	}
	// renameio writes aside, syncs and renames.
	if err := renameio.WriteFile(a.path(currentFile), []byte(version+modelSuffix+"\n"), 0o644); err != nil {
		return fmt.Errorf("make model %s the current one: %w", version, err)
	}
	return syncDir(a.data)
}

// makeDir makes a folder and those above it, and has each on the disk before it returns.
func makeDir(path string) error {
	if fi, err := os.Stat(path); err == nil {
		if !fi.IsDir() {
			return fmt.Errorf("%s is a file: name a folder (--data DIR)", path)
		}
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

// syncDir puts the names in a folder on the disk.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, os.ErrInvalid) {
		return fmt.Errorf("sync folder %s: %w", path, err)
	}
	return nil
}
