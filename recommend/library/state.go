package library

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
	"kindred/data/store"
	"kindred/fault"
	"kindred/recommend"
)

// state is what the next snapshot is made from. Only the holder of Library.changing reads or writes it.
type state struct {
	path     string            // of the model file; "" without a model
	model    *classifier.Model // nil without a model
	fitted   time.Time
	engine   *recommend.Engine
	rows     []Row       // every paper, in order of arrival; shared with snapshots, only appended to
	seq      int64       // store sequence that is in
	revision int64       // of the store
	between  string      // tells a snapshot that is of no one revision from all others; "" where it is of revision
	lag      int         // papers that came after the fit
	papers   map[int]int // papers by topic and subtopic, after the edits
	edits    []curate.Edit
	curated  *curate.Curated
	evidence map[string]bool // papers by which edits find their topics and divide them
	stale    bool            // one of these came, changed or went since curated was made
	why      string          // why there is no model
	settings Settings        // of the fit
	reason   string          // of the fit
	baseline *baseline       // nil until it was measured
	drift    Drift

	folds      map[string]foldRecord // views that the fold file had when the model was loaded
	foldsWhole int                   // whole bytes of it
	foldWriter *foldWriter           // nil until something is written
}

// close ends the state's use of the model and its files.
func (s *state) close() error {
	var err error
	if s.foldWriter != nil {
		err = s.foldWriter.close()
	}
	if s.model != nil {
		err = errors.Join(err, s.model.Close())
	}
	return err
}

// Row is one paper as lists and filters see it. The zero values of the unexported fields are those of a paper without
// views.
type Row struct {
	store.Column
	Topic curate.Assignment // after the curator's edits

	before curate.Assignment // before them
	index  int32             // row of the index
	folded *folded           // nil for a document of the model, whose number is index
}

// folded is what fold-in found out about a paper that came after the fit.
type folded struct {
	latent  []float32
	weights []topic.Score
	unknown float32   // share of its words that the model does not know
	once    sync.Once // guards the rest
	x, y    float32   // place on the map
}

// load reads the model at path and makes a snapshot of it. The caller holds changing.
func (l *Library) load(ctx context.Context, path string) error {
	m, err := classifier.Open(path)
	if err != nil {
		return err
	}
	s := &state{path: path, model: m}
	if err := l.fill(ctx, s); err != nil {
		return errors.Join(err, m.Close())
	}
	return nil
}

// fill makes the engine over the documents of the model and folds in the papers that came since.
func (l *Library) fill(ctx context.Context, s *state) error {
	m := s.model
	o, err := readOrigin(s.path)
	if err != nil {
		return err
	}
	if o != nil {
		s.fitted, s.reason = o.Fitted, o.Reason
		if o.Settings != nil {
			s.settings = *o.Settings
		}
	} else if fi, err := os.Stat(s.path); err == nil { // a model of an earlier release
		s.fitted = fi.ModTime().UTC().Truncate(time.Second)
		if now := l.now().UTC().Truncate(time.Second); s.fitted.After(now) { // the file was copied or touched
			s.fitted = now
		}
	}
	stats, err := l.store.Stats(ctx)
	if err != nil {
		return err
	}
	if stats.Seq < m.Seq() {
		return l.folder.exchanged(stats, m.Docs())
	}
	number := make(map[string]int32, m.Docs())
	for i, id := range m.IDs() {
		number[id] = int32(i)
	}
	s.rows = make([]Row, 0, stats.Papers)
	rowOf := make(map[string]int32, stats.Papers)
	// The columns of the documents go into the index while the store is still being read.
	batches := make(chan []store.Column, 4)
	var index *recommend.Index
	var building sync.WaitGroup
	var failed error
	building.Go(func() {
		failed = fault.Guard(func() (err error) {
			index, err = NewIndex(m, func(yield func(store.Column) bool) {
				for b := range batches {
					for _, c := range b {
						if !yield(c) {
							return
						}
					}
				}
			})
			return err
		})
		for range batches { // left over by a failure
		}
	})
	err = l.documents(ctx, batches, func(c *store.Column) bool {
		doc, known := number[c.ID]
		if !known {
			return false // fold-in adds it
		}
		row := Row{Column: *c, index: doc}
		row.before.Topic, row.before.Confidence = m.TopicOf(int(doc))
		row.before.Sub = m.SubtopicOf(int(doc))
		row.Topic = row.before
		rowOf[c.ID] = int32(len(s.rows))
		s.rows = append(s.rows, row)
		return true
	})
	close(batches)
	building.Wait()
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	s.engine = recommend.NewEngine(index, m, l.store)
	var gone []string
	for _, id := range m.IDs() {
		if _, stored := rowOf[id]; !stored {
			gone = append(gone, id)
		}
	}
	s.engine = s.engine.With(nil, gone)
	s.seq = m.Seq()
	if s.folds, s.foldsWhole, err = readFolds(foldFile(s.path), m.TermCount(), m.Dims()); err != nil {
		l.log.Warn("folded papers cannot be read and are computed again", "err", err)
	}
	old, oldRows := l.state, l.rowOf
	l.state, l.rowOf = s, rowOf
	if err := l.catchUp(ctx); err != nil {
		l.state, l.rowOf = old, oldRows
		return err
	}
	s.folds = map[string]foldRecord{} // the rows hold what is of use
	if old != nil {
		return old.close() // requests that still use its model hold that themselves
	}
	return nil
}

// documents sends the columns of all papers for which keep holds, a batch at a time.
func (l *Library) documents(ctx context.Context, batches chan<- []store.Column, keep func(*store.Column) bool) error {
	const size = 512
	batch := make([]store.Column, 0, size)
	for c, err := range l.store.Columns(ctx, 0) {
		if err != nil {
			return err
		}
		if !keep(&c) {
			continue
		}
		if batch = append(batch, c); len(batch) == size {
			batches <- batch
			batch = make([]store.Column, 0, size)
		}
	}
	batches <- batch
	return nil
}

// NewIndex returns the index over the documents of m.
func NewIndex(m *classifier.Model, columns iter.Seq[store.Column]) (*recommend.Index, error) {
	index, err := recommend.NewIndex(recommend.Base{
		IDs: m.IDs(), Lexical: m.Lexical(), Postings: m.Postings(), Scale: m.LexicalScale(), Latent: m.Latent(), Codes: m.Codes(),
		Meta: func(yield func(string, recommend.Meta) bool) {
			for c := range columns {
				m := recommend.Meta{
					Title: c.Title, Authors: c.Authors, Published: c.Published, Venue: c.Venue,
					Categories: c.Categories, DuplicateOf: c.DuplicateOf,
				}
				if !yield(c.ID, m) {
					return
				}
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Version(), err)
	}
	return index, nil
}

// catchUp takes into the state what the store has since, batch by batch, and publishes a snapshot after each. Of a state
// that nothing was published from, the first snapshot has everything: papers that were acknowledged do not vanish while a
// server starts or goes over to another model. The caller holds changing.
func (l *Library) catchUp(ctx context.Context) error {
	first := l.state.curated == nil
	for {
		seq, revision, err := l.store.Revision(ctx)
		if err != nil {
			return err
		}
		s := l.state
		fresh := s.curated == nil
		if !fresh && seq == s.seq && revision == s.revision {
			return nil
		}
		if fresh || revision != s.revision {
			edits, err := l.Edits(ctx)
			if err != nil {
				return err
			}
			if fresh || !sameEdits(edits, s.edits) {
				s.edits = edits
				l.curate()
			}
		}
		more, err := l.foldIn(ctx, seq)
		if err != nil {
			return err
		}
		if first && more {
			continue
		}
		if s.stale {
			l.curate()
		}
		if !more {
			s.revision = revision
			l.updateDrift(ctx)
		}
		_, after, err := l.store.Revision(ctx)
		if err != nil {
			return err
		}
		if s.between = ""; more || after != revision {
			s.between = "." + rand.Text()
		}
		l.publish()
		if !more {
			return nil
		}
	}
}

func sameEdits(a, b []curate.Edit) bool {
	return slices.EqualFunc(a, b, func(x, y curate.Edit) bool { return x.ID == y.ID && x.Same(&y) })
}

// curate applies the edits to the topics of the model and moves all papers.
func (l *Library) curate() {
	s := l.state
	if s.model == nil {
		s.curated = &curate.Curated{}
		return
	}
	s.curated, s.stale = l.base().Apply(s.edits), false
	s.evidence = evidence(s.edits)
	s.rows = slices.Clone(s.rows) // snapshots keep what they have
	s.papers = map[int]int{}
	for i := range s.rows {
		s.assign(&s.rows[i])
	}
}

// evidence returns the papers that the effect of edits depends on.
func evidence(edits []curate.Edit) map[string]bool {
	out := map[string]bool{}
	add := func(ids []string) {
		for _, id := range ids {
			out[id] = true
		}
	}
	for i := range edits {
		add(edits[i].Papers)
		add(edits[i].IntoPapers)
		for _, share := range edits[i].Shares {
			add(share.Anchors)
		}
	}
	return out
}

// assign sets the topic of a paper after the edits and counts it.
func (s *state) assign(r *Row) {
	r.Topic = s.curated.Assign(r.ID, r.before, func() []topic.Score { return s.weights(r) }, func() []float32 { return s.vector(r) })
	s.count(r, 1)
}

// count adds n papers to the topics of r.
func (s *state) count(r *Row, n int) {
	s.papers[r.Topic.Topic] += n
	if r.Topic.Sub != 0 {
		s.papers[r.Topic.Sub] += n
	}
}

// weights returns the shares that topics of the model have in a paper, heaviest first.
func (s *state) weights(r *Row) []topic.Score {
	if r.folded != nil {
		return r.folded.weights
	}
	return s.model.TopicsOf(int(r.index))
}

// vector returns the latent vector of a paper.
func (s *state) vector(r *Row) []float32 {
	if r.folded != nil {
		return r.folded.latent
	}
	return s.model.Latent().Row(int(r.index))
}

// base returns what the model says of topics and papers. It is valid while the caller holds changing.
func (l *Library) base() *curate.Base {
	s, m := l.state, l.state.model
	return &curate.Base{
		Topics: allTopics(m),
		Row: func(id string) (int, bool) {
			row, ok := l.rowOf[id]
			return int(row), ok
		},
		Assigned: func(row int) curate.Assignment { return s.rows[row].before },
		Vector:   func(row int) []float32 { return s.vector(&s.rows[row]) },
	}
}

// publish makes a snapshot of the state the current one.
func (l *Library) publish() {
	s := l.state
	if s.model == nil {
		l.current.Store(s.bare(l.store, l.cache))
		return
	}
	m, curated, rows := s.model, s.curated, s.rows
	topics := curated.Sized(maps.Clone(s.papers))
	embed := func(text string) ([]float32, error) {
		views, err := m.Embed(text)
		return views.Latent, err
	}
	engine, at := s.withTopics(topics)
	index := engine.Index()
	catalog := NewCatalog(rows, topics)
	catalog.find = func(id string) (int, bool) {
		row, ok := index.Row(id)
		if !ok {
			return 0, false
		}
		return int(at[row]), true
	}
	old := l.current.Swap(&Snapshot{
		Model: ModelInfo{
			Version: m.Version(), FittedAt: s.fitted, Docs: m.Docs(), Dims: m.Dims(), Terms: m.TermCount(), Explained: m.Explained(),
		},
		Revision: s.name(),
		Seq:      s.seq,
		Papers:   &papers{l.store, l.cache, catalog}, Recommender: engine, Classifier: curated.Classifier(m, embed),
		Topics: topics, Catalog: catalog, Points: s.points(), Lag: s.lag,
		Weights: func(row int) []topic.Score {
			r := &rows[row]
			return curated.PaperWeights(r.ID, s.weights(r), func() []float32 { return s.vector(r) })
		},
		Inapplicable: curated.Inapplicable, Changes: m.TopicChanges(),
		Fit: FitInfo{Settings: s.settings, Reason: s.reason}, Drift: s.drift,
		Views: func(row int) vec.Views { return index.Views(int(rows[row].index)) }, Surface: m.Surface,
		model: m, engine: engine,
	})
	if old != nil && old.Catalog != nil {
		old.Catalog.retire()
	}
}

// name returns the revision of the next snapshot. Whatever has one name holds the same papers and edits, in every process
// and after every start: answers are cached under it, here and by clients. A snapshot for which the store changed while
// it was read, or of which papers are still to be folded in, gets a name that no other has.
func (s *state) name() string {
	return strconv.FormatInt(s.revision, 10) + "." + strconv.FormatInt(s.seq, 10) + s.between
}

// withTopics returns the engine with the topics after the curator's edits, and the state's row of each row of its
// index.
func (s *state) withTopics(topics []topic.Topic) (*recommend.Engine, []int32) {
	column := make([]recommend.RowTopic, s.engine.Index().Rows())
	at := make([]int32, len(column))
	for i := range s.rows {
		r := &s.rows[i]
		column[r.index] = recommend.RowTopic{Topic: int32(r.Topic.Topic), Sub: int32(r.Topic.Sub)}
		at[r.index] = int32(i)
	}
	parents := make(map[int]int, len(topics))
	for i := range topics {
		parents[topics[i].ID] = topics[i].Parent
	}
	return s.engine.WithTopics(column, parents), at
}

// points returns the positions on the map, nil when there is no map. That of a paper that came after the fit is
// computed when the map is first asked for, because it takes a product with every document.
func (s *state) points() func() []Point {
	m, rows := s.model, s.rows
	if m.Points() == nil {
		return nil
	}
	return func() []Point {
		out := make([]Point, 0, len(rows))
		for i := range rows {
			p := Point{ID: rows[i].ID}
			if f := rows[i].folded; f != nil {
				f.once.Do(func() { f.x, f.y, _ = m.Place(f.latent, int(rows[i].Seq)) })
				p.X, p.Y = f.x, f.y
			} else {
				p.X, p.Y, _ = m.PointOf(int(rows[i].index))
			}
			out = append(out, p)
		}
		return out
	}
}
