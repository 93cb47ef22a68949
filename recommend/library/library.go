package library

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/store"
	"kindred/fault"
)

// Options steer [Open]. The zero value is the default.
type Options struct {
	// Create makes the folder and an empty store where they do not exist. Without it a missing store is ErrNoPapers.
	Create bool
	// Log takes what happens in the background; nil discards it.
	Log *slog.Logger
	// Refits says when [Library.Watch] has a model fitted because papers drift away from the present one.
	Refits Refits
	// Now is the clock for that; nil is time.Now.
	Now func() time.Time
}

// Library is an open data folder: its papers, its current model, and the snapshot that answers from both. It is safe
// for concurrent use, and beside other processes that have the folder open.
type Library struct {
	folder Folder
	store  *store.SQLite
	log    *slog.Logger

	changing sync.Mutex // held while the next snapshot is made; guards state and rowOf
	state    *state     // nil until a snapshot was made
	rowOf    map[string]int32
	current  atomic.Pointer[Snapshot]

	cache     *paperCache
	refreshes refreshes
	fitting   atomic.Bool // a fit of this process runs
	serving   bool        // set by Start, before anything is loaded; this process writes fold files
	closed    atomic.Bool

	refits  Refits
	now     func() time.Time
	failing atomic.Bool // ModelFailed is at it
	attempt time.Time   // of the last fit that refitIfDue started; like held, only Watch uses it
	held    string      // why the fit that is due waits
}

// Open opens a data folder. It reads no model: call [Library.Load], or [Library.Serve] in a server. The error wraps
// ErrNoPapers where there is no store and Options.Create is not set.
func Open(ctx context.Context, folder Folder, opt Options) (*Library, error) {
	open := folder.OpenStore
	if opt.Create {
		open = folder.Create
	}
	st, err := open(ctx)
	if err != nil {
		return nil, err
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	cache, err := lru.New[paperKey, *data.Paper](cachedPapers)
	if err != nil { // the size is positive
		return nil, errors.Join(err, st.Close())
	}
	return &Library{folder: folder, store: st, log: opt.Log, cache: cache, refits: opt.Refits, now: opt.Now}, nil
}

// Close releases the library. Snapshots that are still in use stay readable until they are released; their papers do
// not.
func (l *Library) Close() error {
	if l.closed.Swap(true) {
		return nil
	}
	l.refreshes.wait()
	l.changing.Lock()
	defer l.changing.Unlock()
	var err error
	if l.state != nil {
		err = l.state.close()
	}
	l.state = nil
	l.current.Store(nil)
	return errors.Join(err, l.store.Close())
}

// Folder returns the data folder.
func (l *Library) Folder() Folder { return l.folder }

// Store returns the store of the papers.
func (l *Library) Store() *store.SQLite { return l.store }

// Current returns the snapshot to answer from, nil while there is none. The caller must not use it after
// [Library.Close], nor, beside a running refit, for longer than it holds it by [Snapshot.Acquire].
func (l *Library) Current() *Snapshot { return l.current.Load() }

// Model returns the model that answers, nil while there is none. It is valid as long as the snapshot is.
func (l *Library) Model() *classifier.Model {
	if s := l.Current(); s != nil {
		return s.model
	}
	return nil
}

// patience is how long a write waits until its effect shows. A write is durable before it waits; beside a long queue of
// papers that are to be folded in, it returns and its effect shows later.
const patience = 100 * time.Millisecond

// Put stores papers. They are durable when it returns, and as a rule part of the current snapshot.
func (l *Library) Put(ctx context.Context, papers []*data.Paper) (store.Outcome, error) {
	out, err := l.store.Put(ctx, identified(papers))
	if err != nil {
		return out, err
	}
	return out, l.show(ctx)
}

// Delete removes papers and returns how many there were. It is durable when it returns, and as a rule the current
// snapshot lacks them.
func (l *Library) Delete(ctx context.Context, ids ...string) (int, error) {
	n, err := l.store.Delete(ctx, ids...)
	if err != nil {
		return n, err
	}
	return n, l.show(ctx)
}

// show starts a refresh and waits for it, for patience at the most. A failure to refresh is logged, not returned: what
// was asked for is durable.
func (l *Library) show(ctx context.Context) error {
	select {
	case err := <-l.refreshes.start(func() error { return l.refresh(context.WithoutCancel(ctx)) }):
		if err != nil {
			l.log.Error("the change is stored and does not show yet", "err", err)
		}
	case <-time.After(patience):
	}
	return nil
}

// refreshes runs one refresh at a time. A request while one runs is served by one more after it, which all such
// requests share.
type refreshes struct {
	mu      sync.Mutex
	running bool
	next    *pending // requests that wait for the run after the present one
	group   sync.WaitGroup
}

// pending is one run that is due.
type pending struct {
	run     func() error
	waiting []chan error
}

// start has run called after every run that began earlier, and returns a channel that gets its result.
func (r *refreshes) start(run func() error) <-chan error {
	done := make(chan error, 1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = &pending{run: run}
	}
	r.next.waiting = append(r.next.waiting, done)
	if !r.running {
		r.running = true
		r.group.Go(r.loop)
	}
	return done
}

func (r *refreshes) loop() {
	for {
		r.mu.Lock()
		p := r.next
		r.next = nil
		r.running = p != nil
		r.mu.Unlock()
		if p == nil {
			return
		}
		err := p.run()
		for _, done := range p.waiting {
			done <- err
		}
	}
}

// wait returns when no run is due any more.
func (r *refreshes) wait() { r.group.Wait() }

// Refresh brings the current snapshot up to the data folder: another model, papers that came or went, edits. It costs
// one query where nothing changed. Where there is no model, the error wraps ErrNoModel.
func (l *Library) Refresh(ctx context.Context) error {
	return <-l.refreshes.start(func() error { return l.refresh(ctx) })
}

// refresh is Refresh without a queue. A fault of the model file sets the model aside.
func (l *Library) refresh(ctx context.Context) error {
	err := fault.Guard(func() error { return l.update(ctx) })
	if errors.Is(err, fault.ErrCut) {
		l.ModelFailed(err)
	}
	return err
}

func (l *Library) update(ctx context.Context) error {
	if l.closed.Load() {
		return fmt.Errorf("the library in %s is closed", l.folder)
	}
	l.changing.Lock()
	defer l.changing.Unlock()
	path, err := l.folder.Current()
	switch {
	case err == nil && (l.state == nil || l.state.path != path):
		return l.load(ctx, path)
	case l.state == nil:
		return err
	case err != nil && l.state.model == nil:
		return l.catchUp(ctx) // the snapshot without a model goes on
	case err != nil:
		return err
	}
	return l.catchUp(ctx)
}

// Load makes the current model the one that answers, with all papers that came since folded in. The error wraps
// ErrNoModel where there is no model.
func (l *Library) Load(ctx context.Context) error { return l.Refresh(ctx) }
