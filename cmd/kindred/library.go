package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"kindred/api"
	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
)

// library is an open data folder: its papers, its current model, and the engine over both.
type library struct {
	app   *app
	store *store.SQLite
	log   *slog.Logger

	changing sync.Mutex              // held by whoever makes the next edition
	current  atomic.Pointer[edition] // nil until a model is loaded
	waiting  atomic.Bool             // for papers: none were there to load or fit when serving began
	fitting  sync.Mutex              // held by a fit
}

// edition is what the library answers from at one moment. It is immutable.
type edition struct {
	path        string // of the model file
	model       *classifier.Model
	fitted      time.Time
	engine      *recommend.Engine
	topics      []topic.Topic    // of all levels, the curator's edits applied
	columns     []store.Column   // every paper, in the order of its sequence number
	docs        []doc            // what the model says of each, by row of columns
	assigned    []api.Assignment // topics before the curator's edits, by row of columns
	places      []place          // on the map, by row of columns
	assignedNow []api.Assignment // the same after the edits
	seq         int64            // store sequence that is in
	lag         int              // papers that came after the fit
	edits       string           // names the topic edits that are applied
	snapshot    *api.Snapshot    // all of it, as the API sees it
}

// doc is a paper as the model knows it: one that it was fitted to, by its number, or one that was folded in since.
type doc struct {
	number int
	folded *folded // nil for a paper that the model was fitted to
}

// folded is a paper that came after the fit.
type folded struct {
	latent  []float32
	weights []topic.Score
}

// place is where a paper stands on the map, x and y in [-1,1]; known says whether a map was drawn.
type place struct {
	x, y  float32
	known bool
}

// openLibrary opens the data folder for answering. The error wraps errNoPapers or errNoModel where there are none.
func (a *app) openLibrary(ctx context.Context) (*library, error) {
	st, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	l := &library{app: a, store: st, log: slog.New(slog.DiscardHandler)}
	if err := l.load(ctx); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return l, nil
}

// Close releases the library. Answers that are being given must have ended.
func (l *library) Close() error {
	var err error
	if e := l.current.Load(); e != nil {
		err = e.model.Close()
	}
	return errors.Join(err, l.store.Close())
}

// load makes the model that CURRENT names the one to answer from, with every paper that came since folded in.
func (l *library) load(ctx context.Context) error {
	l.changing.Lock()
	defer l.changing.Unlock()
	return l.loadLocked(ctx)
}

func (l *library) loadLocked(ctx context.Context) error {
	path, err := l.app.current()
	if err != nil {
		return err
	}
	m, err := classifier.Open(path)
	if err != nil {
		return err
	}
	e := &edition{path: path, model: m}
	if fi, err := os.Stat(path); err == nil {
		e.fitted = fi.ModTime().UTC().Truncate(time.Second)
	}
	if err := l.fill(ctx, e); err != nil {
		return errors.Join(err, m.Close())
	}
	if err := l.publish(ctx, e); err != nil {
		return errors.Join(err, m.Close())
	}
	return nil
}

// fill builds the engine over the model's papers and folds in those that changed since.
func (l *library) fill(ctx context.Context, e *edition) error {
	var err error
	for c, failed := range l.store.Columns(ctx, 0) {
		if failed != nil {
			return failed
		}
		e.columns = append(e.columns, c)
	}
	m := e.model
	ids := m.IDs()
	row := make(map[string]int, len(ids))
	for i, id := range ids {
		row[id] = i
	}
	index, err := newIndex(m, e.columns)
	if err != nil {
		return err
	}
	e.engine = recommend.NewEngine(index, m, l.store)
	e.assigned, e.places, e.docs = make([]api.Assignment, len(e.columns)), make([]place, len(e.columns)), make([]doc, len(e.columns))
	stored := make(map[string]bool, len(e.columns))
	for i, c := range e.columns {
		stored[c.ID] = true
		if r, ok := row[c.ID]; ok {
			e.docs[i].number = r
			e.assigned[i].Topic, e.assigned[i].Confidence = m.TopicOf(r)
			e.assigned[i].Sub = m.SubtopicOf(r)
			p := &e.places[i]
			p.x, p.y, p.known = m.PointOf(r)
		}
	}
	var gone []string
	for _, id := range ids {
		if !stored[id] {
			gone = append(gone, id)
		}
	}
	e.engine = e.engine.With(nil, gone)
	e.seq = m.Seq()
	return l.foldIn(ctx, e)
}

// newIndex returns the index over the papers that m was fitted to.
func newIndex(m *classifier.Model, columns []store.Column) (*recommend.Index, error) {
	index, err := recommend.NewIndex(recommend.Base{
		IDs: m.IDs(), Lexical: m.Lexical(), Postings: m.Postings(), Scale: m.LexicalScale(), Latent: m.Latent(),
		Topic: func(i int) int { id, _ := m.TopicOf(i); return id },
		Meta:  metas(columns),
	})
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Version(), err)
	}
	return index, nil
}

func metas(columns []store.Column) iter.Seq2[string, recommend.Meta] {
	return func(yield func(string, recommend.Meta) bool) {
		for _, c := range columns {
			m := recommend.Meta{Title: c.Title, Authors: c.Authors, Published: c.Published, Categories: c.Categories, DuplicateOf: c.DuplicateOf}
			if !yield(c.ID, m) {
				return
			}
		}
	}
}

// foldIn adds to e what the store got after e.seq: no fit is needed for a paper to be recommended.
func (l *library) foldIn(ctx context.Context, e *edition) error {
	_, seq, err := l.store.Stats(ctx)
	if err != nil || seq == e.seq {
		return err
	}
	at := make(map[string]int, len(e.columns))
	for i, c := range e.columns {
		at[c.ID] = i
	}
	var added []recommend.Item
	var removed []string
	for entry, err := range l.store.Since(ctx, e.seq) {
		if err != nil {
			return err
		}
		e.seq = max(e.seq, entry.Seq)
		if entry.Paper == nil {
			removed = append(removed, entry.ID)
			continue
		}
		item := e.engine.Item(entry.Paper)
		as, d := api.Assignment{}, doc{folded: &folded{latent: item.Views.Latent}}
		if scores, err := e.model.Classify(entry.Paper.Text(), topic.MostShares); err == nil && len(scores) > 0 {
			as = api.Assignment{Topic: scores[0].Topic, Confidence: scores[0].Weight}
			as.Sub = e.model.NearestSubtopic(as.Topic, item.Views.Latent)
			d.folded.weights = topic.FairShares(scores)
		}
		item.Meta.Topic = as.Topic
		added = append(added, item)
		var on place
		on.x, on.y, on.known = e.model.Place(item.Views.Latent, int(entry.Seq))
		if i, ok := at[entry.ID]; ok {
			e.columns[i], e.assigned[i], e.places[i], e.docs[i] = columnOf(entry), as, on, d
			continue
		}
		at[entry.ID] = len(e.columns)
		e.columns, e.assigned = append(e.columns, columnOf(entry)), append(e.assigned, as)
		e.places, e.docs = append(e.places, on), append(e.docs, d)
	}
	if len(removed) > 0 {
		e.drop(removed)
	}
	e.lag += len(added)
	e.engine = e.engine.With(added, removed)
	return nil
}

func columnOf(entry store.Entry) store.Column {
	p := entry.Paper
	return store.Column{Seq: entry.Seq, ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published,
		Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf}
}

// drop takes papers out of the rows.
func (e *edition) drop(ids []string) {
	kept := 0
	for i, c := range e.columns {
		if !slices.Contains(ids, c.ID) {
			e.columns[kept], e.assigned[kept], e.places[kept], e.docs[kept] = c, e.assigned[i], e.places[i], e.docs[i]
			kept++
		}
	}
	e.columns, e.assigned, e.places, e.docs = e.columns[:kept], e.assigned[:kept], e.places[:kept], e.docs[:kept]
}

// points returns what the map shows, nil when none was drawn.
func (e *edition) points() func() []api.Point {
	if e.model.Points() == nil {
		return nil
	}
	columns, places := e.columns, e.places
	return func() []api.Point {
		out := make([]api.Point, 0, len(columns))
		for i, p := range places {
			if p.known {
				out = append(out, api.Point{ID: columns[i].ID, X: p.x, Y: p.y})
			}
		}
		return out
	}
}

// refresh brings the library up to the data folder: another model, papers that came or went. It is cheap when nothing did.
func (l *library) refresh(ctx context.Context) error {
	l.changing.Lock()
	defer l.changing.Unlock()
	old := l.current.Load()
	path, err := l.app.current()
	if err != nil {
		return err
	}
	if old == nil || old.path != path {
		return l.loadLocked(ctx)
	}
	_, seq, err := l.store.Stats(ctx)
	if err != nil || seq == old.seq {
		return err
	}
	next := *old
	next.columns, next.assigned = slices.Clone(old.columns), slices.Clone(old.assigned)
	next.places, next.docs = slices.Clone(old.places), slices.Clone(old.docs)
	if err := l.foldIn(ctx, &next); err != nil {
		return err
	}
	return l.publish(ctx, &next)
}

// fit learns a new model from all papers and makes it the current one. The old one is answered from until then.
func (l *library) fit(ctx context.Context, opt classifier.Options) (*classifier.Model, error) {
	l.fitting.Lock()
	defer l.fitting.Unlock()
	_, seq, err := l.store.Stats(ctx)
	if err != nil {
		return nil, err
	}
	opt.Seq = seq
	edits, err := l.curator().Edits(ctx)
	if err != nil {
		return nil, err
	}
	opt.Pinned = api.Pinned(edits)
	if path, err := l.app.current(); err == nil {
		if previous, err := classifier.Open(path); err == nil {
			opt.Previous = previous
			defer previous.Close()
		}
	}
	m, err := classifier.Fit(ctx, documents(l.store.Since(ctx, 0)), opt)
	if err != nil {
		return nil, err
	}
	if err := makeDir(l.app.path(modelsDir)); err != nil {
		return nil, err
	}
	if err := m.Save(l.app.modelPath(m.Version())); err != nil {
		return nil, err
	}
	if err := l.app.setCurrent(m.Version()); err != nil {
		return nil, err
	}
	l.app.removeOldModels(m.Version())
	return m, nil
}

// documents are the texts of the papers, in the order in which they came.
func documents(entries iter.Seq2[store.Entry, error]) iter.Seq2[classifier.Document, error] {
	return func(yield func(classifier.Document, error) bool) {
		for entry, err := range entries {
			if err != nil {
				yield(classifier.Document{}, err)
				return
			}
			if entry.Paper != nil && !yield(classifier.Document{ID: entry.ID, Text: entry.Paper.Text()}, nil) {
				return
			}
		}
	}
}

// removeOldModels removes all models but the one of a version. A server that still answers from one keeps its mapping.
func (a *app) removeOldModels(version string) {
	names, err := filepath.Glob(a.path(modelsDir, "*"))
	if err != nil {
		return
	}
	for _, name := range names {
		if filepath.Base(name) != version+modelSuffix {
			_ = os.Remove(name) // what stays costs space, no more
		}
	}
}

// publish makes e, with the curator's edits applied, what is answered from.
func (l *library) publish(ctx context.Context, e *edition) error {
	edits, err := l.curator().Edits(ctx)
	if err != nil {
		return err
	}
	m := e.model
	before := e.before()
	edited := before.Apply(edits)
	e.topics, e.edits = edited.Topics, editsName(edits)
	e.assignedNow = edited.Assigned
	embed := func(s string) ([]float32, error) {
		views, err := m.Embed(s)
		return views.Latent, err
	}
	e.snapshot = &api.Snapshot{
		Model:    api.ModelInfo{Version: m.Version(), FittedAt: e.fitted, Docs: m.Docs(), Dims: m.Dims(), Terms: m.TermCount(), Explained: m.Explained()},
		Revision: strconv.FormatInt(e.seq, 10) + "." + e.edits, Papers: l.store, Recommender: e.engine, Classifier: edited.Classifier(m, embed),
		Topics: edited.Topics, Catalog: api.NewCatalog(e.columns, edited.Assigned, edited.Topics), Points: e.points(), Lag: e.lag,
		Weights: edited.Weights, Idle: edited.Idle, Changes: m.TopicChanges(),
	}
	if edited.Moves() {
		e.snapshot.Origins = e.assigned
	}
	if old := l.current.Swap(e); old != nil && old.model != m {
		// Requests may still read the old model's mapped file. Whoever does holds the model, so its end is the last reader's.
		runtime.SetFinalizer(old.model, func(m *classifier.Model) { _ = m.Close() })
	}
	return nil
}

// snapshot is what the API answers from now, nil while no model is loaded.
func (l *library) snapshot() *api.Snapshot {
	if e := l.current.Load(); e != nil {
		return e.snapshot
	}
	return nil
}

// Put stores papers and has the next answer know them.
func (l *library) Put(ctx context.Context, papers []*data.Paper) (store.Counts, error) {
	counts, err := l.store.Put(ctx, papers)
	if err != nil {
		return counts, err
	}
	return counts, l.catchUp(ctx)
}

// Delete removes papers, from the next answer too.
func (l *library) Delete(ctx context.Context, ids ...string) (int, error) {
	n, err := l.store.Delete(ctx, ids...)
	if err != nil {
		return n, err
	}
	return n, l.catchUp(ctx)
}

// catchUp is refresh for a library that may have no model yet.
func (l *library) catchUp(ctx context.Context) error {
	if err := l.refresh(ctx); err != nil && !errors.Is(err, errNoModel) {
		return err
	}
	return nil
}
