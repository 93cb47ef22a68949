package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"kindred/atomicfile"
	"kindred/data/store"
)

// originSuffix ends the name of the file that records which database a model was fitted to. It is a file beside the
// model, because equal papers give the same model, whenever and in whatever database.
const originSuffix = ".origin.json"

// origin says which database a model was fitted from, and when.
type origin struct {
	Database string    `json:"database"` // store.SQLite.Identity
	Papers   int       `json:"papers"`   // that the database held
	Seq      int64     `json:"seq"`      // highest sequence number that it had given out
	Fitted   time.Time `json:"fitted"`
	Settings *Settings `json:"settings,omitempty"` // of the fit; nil for a model of an earlier release
	Reason   string    `json:"reason,omitempty"`   // why a server fitted it by itself
}

func originFile(model string) string { return strings.TrimSuffix(model, modelSuffix) + originSuffix }

// readOrigin returns the origin of the model at a path, nil where none is on file.
func readOrigin(model string) (*origin, error) {
	b, err := os.ReadFile(originFile(model))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var o origin
	if err := json.Unmarshal(b, &o); err != nil {
		return nil, fmt.Errorf("%s: %w: remove it", originFile(model), err)
	}
	return &o, nil
}

func (o *origin) write(model string) error {
	b, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(originFile(model), append(b, '\n'), 0o644)
}

// ErrExchanged is a database that is not the one that the current model was fitted from.
var ErrExchanged = errors.New("the database was emptied or exchanged since the model was fitted")

// check compares a store with the origin of the current model, so that neither an empty nor a foreign database passes
// for the one whose papers the model knows. The error wraps ErrExchanged.
func (f Folder) check(ctx context.Context, st *store.SQLite) error {
	path, err := f.Current()
	if err != nil {
		return nil //nolint:nilerr // without a model there is nothing to compare with
	}
	o, err := readOrigin(path)
	if err != nil || o == nil {
		return err
	}
	id, err := st.Identity(ctx)
	if err != nil {
		return err
	}
	stats, err := st.Stats(ctx)
	if err != nil {
		return err
	}
	if id != o.Database || stats.Seq < o.Seq {
		return f.exchanged(stats, o.Papers)
	}
	return nil
}

// exchanged says that the store, which holds what stats say, is not the one of the current model.
func (f Folder) exchanged(stats store.Stats, papers int) error {
	return fmt.Errorf("%w: %s holds %d papers, and the model in %s knows %d. Restore the database from a backup, or remove %s and %s "+
		"to begin anew with the papers that are there", ErrExchanged, f.Path(papersFile), stats.Papers, f.Path(modelsDir), papers,
		f.Path(currentFile), f.Path(modelsDir))
}
