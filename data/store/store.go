// Package store keeps papers. [Store] is what the rest of the program asks of a backend; sqlite.go is the default one,
// and package storetest holds the test every backend passes.
package store

import (
	"context"
	"iter"

	"kindred/data"
)

// ErrNotFound is returned for an id that names no paper, neither itself nor as an alias. It is [data.ErrNotFound].
var ErrNotFound = data.ErrNotFound

// Counts tells what a Put did with its papers; the fields add up to the number of papers given.
type Counts struct {
	Imported   int `json:"imported"`   // new
	Updated    int `json:"updated"`    // known, and something in it changed
	Unchanged  int `json:"unchanged"`  // known, and the same
	Duplicates int `json:"duplicates"` // new, and another edition of a known paper: kept, and linked by DuplicateOf
}

// maxNamed bounds the papers that an Outcome names, so that an import of millions stays small.
const maxNamed = 1000

// Outcome tells what a Put did, and what of it its caller may not expect.
type Outcome struct {
	Counts
	IDs      []string   `json:"ids"`                // by which each paper is stored, in the order of the papers given
	Retitled []Retitled `json:"retitled,omitempty"` // the first of the papers that have a quite different title now
	Apart    []Apart    `json:"apart,omitempty"`    // the first of the papers that did not get an id they came with
	Deleted  int        `json:"-"`                  // papers that [Change.Delete] removed
}

// Change is what [Store.Apply] does in one transaction, in the order of its fields.
type Change struct {
	Papers []*data.Paper // to put
	Delete []string      // ids of papers to remove
	// Settings returns the settings to store with the papers, such as where the reading of a source stands. It gets what
	// became of the papers. Its error undoes all. Nil stores none.
	Settings func(Outcome) ([]SettingValue, error)
}

// SettingValue is one setting; a nil value removes it.
type SettingValue struct {
	Bucket, Key string
	Value       []byte
}

// Retitled is a stored paper whose title was replaced by one that is not like it.
type Retitled struct {
	ID  string `json:"id"`
	Old string `json:"old"`
	New string `json:"new"`
}

// Apart is a paper that came with an id which names another paper, by title, DOI or authors; see [data.SharesID]. Both
// are kept.
type Apart struct {
	ID     string `json:"id"`     // that it came with
	Title  string `json:"title"`  // of the paper that came
	Stored string `json:"stored"` // the id that the paper that came is stored by
	Other  string `json:"other"`  // the title of the paper that the id names
}

// Entry is one step of the append sequence: the paper as it is now, or the id of one that was deleted.
type Entry struct {
	Seq   int64       // position; a paper that changes gets a new, higher one
	Added int64       // position at which the paper came; it keeps that through changes
	ID    string      // canonical id
	Paper *data.Paper // nil for a deleted paper
}

// Column is the part of a paper that filters look at, for every paper without decoding it.
type Column struct {
	Seq         int64
	Added       int64 // as in Entry
	ID          string
	Title       string
	Authors     []string
	Published   data.Date
	Categories  []string
	Venue       string
	DuplicateOf string
}

// Store keeps papers durably. Implementations are safe for concurrent use, and for one writing process beside any
// number of reading ones.
type Store interface {
	// Put inserts or updates papers by canonical id in one transaction: when it returns nil, all are durable. Which
	// stored paper a record describes is decided by package data; a record that contradicts the paper that its id names
	// is stored beside it.
	Put(ctx context.Context, papers []*data.Paper) (Outcome, error)
	// Apply puts papers, removes papers and stores settings in one transaction: either all are durable or none.
	Apply(ctx context.Context, c Change) (Outcome, error)
	// Paper returns the paper that id names, itself or as an alias. The error wraps ErrNotFound for an unknown id.
	Paper(ctx context.Context, id string) (*data.Paper, error)
	// Papers returns the papers that ids name, in their order, in one read. An id that names none gives nil.
	Papers(ctx context.Context, ids []string) ([]*data.Paper, error)
	// Since yields the entries whose sequence number is above seq, in ascending order, deletions among them.
	Since(ctx context.Context, seq int64) iter.Seq2[Entry, error]
	// Columns yields the filterable part of every paper whose sequence number is above seq, ascending.
	Columns(ctx context.Context, seq int64) iter.Seq2[Column, error]
	// Delete removes the papers that ids name and returns how many there were.
	Delete(ctx context.Context, ids ...string) (int, error)
	// Revision returns the highest sequence number and a number that rises with every change of papers, logs or
	// settings. It is cheap whatever the size of the store: whoever follows a store asks it often.
	Revision(ctx context.Context) (seq, revision int64, err error)
	// Stats returns what the store holds. It counts the papers.
	Stats(ctx context.Context) (Stats, error)
	// Close releases the store.
	Close() error
}

// Stats says what a store holds at one moment.
type Stats struct {
	Papers int   // papers that are stored
	Seq    int64 // highest sequence number that was given out
}

// Settings keeps small named values beside the papers: curators' decisions, keys.
type Settings interface {
	// Setting returns the value of key in bucket, nil if there is none.
	Setting(ctx context.Context, bucket, key string) ([]byte, error)
	// SetSetting stores value durably; a nil value removes the key.
	SetSetting(ctx context.Context, bucket, key string, value []byte) error
	// SettingKeys returns the keys of bucket in ascending order.
	SettingKeys(ctx context.Context, bucket string) ([]string, error)
}
