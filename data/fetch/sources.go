package fetch

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/read"
	"kindred/data/readable"
)

// Kept says what became of the papers of a page.
type Kept struct {
	New       int // stored for the first time
	Updated   int // known, and something in it changed
	Unchanged int // known, and the same
	Deleted   int // removed
}

// Store is what this package asks of whatever keeps the papers. Its methods are safe for concurrent use, also beside
// other processes.
type Store interface {
	// Keep stores papers, removes those that ids name, and sets the value of a key to what state returns, in one
	// transaction. An error that wraps [data.ErrInvalid] is one of the papers.
	Keep(ctx context.Context, papers []*data.Paper, deleted []string, bucket, key string, state func(Kept) ([]byte, error)) (Kept, error)
	// Papers returns the papers that ids name, in their order; nil for one that is not known.
	Papers(ctx context.Context, ids []string) ([]*data.Paper, error)
	Setting(ctx context.Context, bucket, key string) ([]byte, error)
	SetSetting(ctx context.Context, bucket, key string, value []byte) error // a nil value removes the key
	SettingKeys(ctx context.Context, bucket string) ([]string, error)
	// Lock takes a lock that one process can hold at a time, and that ends with the process. It does not wait: ok says
	// whether it was free.
	Lock(name string) (unlock func(), ok bool, err error)
}

// Buckets of the settings.
const (
	sourceBucket = "sources"      // by name: what people decide of a source
	stateBucket  = "source-state" // by name, or by onePrefix and address: where it stands
)

// onePrefix begins the keys of the states of addresses that were fetched without being followed.
const onePrefix = "once "

// Config is what people decide of a source.
type Config struct {
	Name    string        `json:"name"`
	Address string        `json:"address"`
	Every   time.Duration `json:"every"` // between the beginnings of two runs
	Paused  bool          `json:"paused,omitempty"`
	Added   time.Time     `json:"added"`
}

// Counts says what a run did.
type Counts struct {
	Pages     int         `json:"pages"`
	Got       int         `json:"got"`       // papers that came
	New       int         `json:"new"`       // stored for the first time
	Updated   int         `json:"updated"`   // known, and something in them changed
	Unchanged int         `json:"unchanged"` // known, and the same
	Deleted   int         `json:"deleted"`   // removed, because the service said that they are gone
	Skipped   int         `json:"skipped"`   // records that could not be used, or are no papers
	Reasons   []read.Note `json:"reasons,omitempty"`
	Began     time.Time   `json:"began,omitzero"`
	Took      int64       `json:"took_ms,omitempty"`
}

// maxReasons bounds the different reasons that are kept of one run.
const maxReasons = 20

// skip counts records that were skipped.
func (c *Counts) skip(reason string, n int) {
	c.Skipped += n
	reason = readable.Clip(readable.OneLine(reason), 300)
	for i := range c.Reasons {
		if c.Reasons[i].Text == reason {
			c.Reasons[i].Count += n
			return
		}
	}
	if len(c.Reasons) < maxReasons {
		c.Reasons = append(c.Reasons, read.Note{Text: reason, Count: n})
	} else {
		c.Reasons[maxReasons-1].Text, c.Reasons[maxReasons-1].Count = "other reasons", c.Reasons[maxReasons-1].Count+n
	}
}

// add adds what a page brought.
func (c *Counts) add(k Kept) {
	c.New += k.New
	c.Updated += k.Updated
	c.Unchanged += k.Unchanged
	c.Deleted += k.Deleted
}

// State is where a source stands. It is stored with each page.
type State struct {
	Cursor   Cursor      `json:"cursor"`
	Began    time.Time   `json:"began,omitzero"` // the present or last run
	Ended    time.Time   `json:"ended,omitzero"` // the last run; before Began while one is under way or was cut off
	Next     time.Time   `json:"next,omitzero"`  // when it is due
	Run      Counts      `json:"run"`            // of the present or last run
	Total    Counts      `json:"total"`          // of all runs
	Error    string      `json:"error,omitempty"`
	Remedy   string      `json:"remedy,omitempty"`
	Failures int         `json:"failures,omitempty"` // runs in a row that failed
	Quiet    string      `json:"quiet,omitempty"`    // why the last run brought nothing
	Arrivals []time.Time `json:"arrivals,omitempty"` // ends of the last runs that brought something new
}

// maxArrivals bounds the runs from which the usual gap is known.
const maxArrivals = 20

// Sources are the sources that a store follows.
type Sources struct {
	Client *Client
	Store  Store
	Log    *slog.Logger // nil discards
	// Rejected is called with each record that cannot be used; nil drops them. Their reasons are kept in any case.
	Rejected func(source string, r *read.RecordError) error
	// Progress is called after each page that is stored; nil is fine.
	Progress func(Counts)
}

// Errors of names.
var (
	ErrUnknown = errors.New("there is no such source")
	ErrExists  = errors.New("there is such a source already")
	ErrBusy    = errors.New("is being fetched at this moment, by this process or another")
)

// Bounds of what a source may be given: the time between two runs, and the bytes of an address.
const (
	MinEvery   = 5 * time.Minute
	MaxEvery   = 366 * 24 * time.Hour
	maxAddress = 4096
)

var sourceName = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,63}$`)

// nameOf makes a name of an address.
func nameOf(address string) string {
	var b strings.Builder
	for _, r := range strings.NewReplacer("https://", "", "http://", "").Replace(publicAddress(address)) {
		switch {
		case r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 60 {
			break
		}
	}
	return strings.Trim(b.String(), "-.")
}

// Add adds a source. An empty name is made from the address, zero for every takes the service's own interval, and an
// empty since that of the service.
func (s *Sources) Add(ctx context.Context, name, address string, every time.Duration, since string) (Config, error) {
	c := Config{Name: cmp.Or(name, nameOf(address)), Address: strings.TrimSpace(address), Every: every, Added: s.now()}
	if len(c.Address) > maxAddress {
		return c, fmt.Errorf("address: %w: it has %d bytes, want %d at most", data.ErrInvalid, len(c.Address), maxAddress)
	}
	service, _, err := serviceOf(address)
	if err == nil {
		_, err = s.Client.open(address)
	}
	if err != nil {
		return c, err
	}
	if !sourceName.MatchString(c.Name) {
		return c, fmt.Errorf("name %q: %w: want letters, digits, dots, - and _, up to 64", c.Name, data.ErrInvalid)
	}
	if c.Every = cmp.Or(every, service.Every); c.Every < MinEvery || c.Every > MaxEvery {
		return c, fmt.Errorf("every %v: %w: want %v to %v", every, data.ErrInvalid, MinEvery, MaxEvery)
	}
	at, err := sinceCursor(since)
	if err != nil {
		return c, err
	}
	names, err := s.Store.SettingKeys(ctx, sourceBucket)
	if err != nil {
		return c, err
	}
	for _, other := range names {
		known, err := s.config(ctx, other)
		if err != nil {
			return c, err
		}
		if other == c.Name || known.Address == c.Address {
			return c, fmt.Errorf("%w: %s, of %s", ErrExists, known.Name, Redact(known.Address))
		}
	}
	if err := s.putState(ctx, c.Name, State{Cursor: at, Next: s.now()}); err != nil {
		return c, err
	}
	return c, s.putConfig(ctx, c)
}

// sinceCursor returns the cursor of a run from a day on.
func sinceCursor(since string) (Cursor, error) {
	if since == "" {
		return Cursor{}, nil
	}
	d, err := data.ParseDate(since)
	if err != nil || d.IsZero() {
		return Cursor{}, fmt.Errorf("since %q: %w: want a day such as 2026-01-31", since, data.ErrInvalid)
	}
	return Cursor{Since: day(d.First())}, nil
}

// Pause stops the runs of a source, or goes on with them.
func (s *Sources) Pause(ctx context.Context, name string, paused bool) (Config, error) {
	c, err := s.config(ctx, name)
	if err != nil {
		return c, err
	}
	c.Paused = paused
	return c, s.putConfig(ctx, c)
}

// Due makes a source due at once, for the schedule of a server.
func (s *Sources) Due(ctx context.Context, name string) error {
	c, err := s.config(ctx, name)
	if err != nil {
		return err
	}
	if c.Paused {
		return fmt.Errorf("source %s: %w: it is paused; resume it first", name, data.ErrInvalid)
	}
	unlock, err := s.lock(c.Address)
	if err != nil {
		return fmt.Errorf("source %s %w", name, err)
	}
	defer unlock()
	st, err := s.state(ctx, name)
	if err != nil {
		return err
	}
	st.Next = s.now()
	return s.putState(ctx, name, st)
}

// Remove forgets a source. Its papers stay.
func (s *Sources) Remove(ctx context.Context, name string) error {
	c, err := s.config(ctx, name)
	if err != nil {
		return err
	}
	unlock, err := s.lock(c.Address)
	if err != nil {
		return fmt.Errorf("source %s %w: pause it, and remove it when the run has ended", name, err)
	}
	defer unlock()
	if err := s.Store.SetSetting(ctx, sourceBucket, name, nil); err != nil {
		return err
	}
	return s.Store.SetSetting(ctx, stateBucket, name, nil)
}

// lock takes the lock of an address's host: sources of one host never run at the same time.
func (s *Sources) lock(address string) (unlock func(), err error) {
	unlock, ok, err := s.Store.Lock(host(address))
	if err == nil && !ok {
		err = ErrBusy
	}
	return unlock, err
}

func (s *Sources) now() time.Time { return s.Client.opt.Now().UTC() }

func (s *Sources) config(ctx context.Context, name string) (c Config, err error) {
	b, err := s.Store.Setting(ctx, sourceBucket, name)
	if err != nil {
		return c, err
	}
	if b == nil {
		names, err := s.Store.SettingKeys(ctx, sourceBucket)
		if err != nil {
			return c, err
		}
		return c, fmt.Errorf("%w: %q; there are: %s", ErrUnknown, name, cmp.Or(strings.Join(names, ", "), "none"))
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("source %s: its entry in the store is damaged: %w", name, err)
	}
	return c, nil
}

func (s *Sources) putConfig(ctx context.Context, c Config) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.Store.SetSetting(ctx, sourceBucket, c.Name, b)
}

func (s *Sources) state(ctx context.Context, key string) (st State, err error) {
	b, err := s.Store.Setting(ctx, stateBucket, key)
	if err == nil && b != nil {
		err = json.Unmarshal(b, &st)
	}
	return st, err
}

func (s *Sources) putState(ctx context.Context, key string, st State) error {
	b, err := json.Marshal(st)
	if err != nil {
		return err
	}
	return s.Store.SetSetting(ctx, stateBucket, key, b)
}

// Run fetches what a source has, from where it stands on, until its service has no more. The status says what happened
// in any case; the error is that of the service, the store or ctx.
func (s *Sources) Run(ctx context.Context, name string) (Status, error) {
	c, err := s.config(ctx, name)
	if err != nil {
		return Status{}, err
	}
	return s.run(ctx, c, name, nil, false)
}

// runDue is Run for a source that is still due when its turn comes, and errNotDue otherwise. Another process, or an
// earlier turn, may have run it since it was found to be due.
func (s *Sources) runDue(ctx context.Context, name string) (Status, error) {
	c, err := s.config(ctx, name)
	if err != nil {
		return Status{}, err
	}
	if c.Paused {
		return Status{}, errNotDue
	}
	return s.run(ctx, c, name, nil, true)
}

// errNotDue is a source whose time has not come.
var errNotDue = errors.New("is not due")

// due reports that a run should begin: its time has come, or the last one was cut off.
func (st *State) due(now time.Time) bool { return !st.Next.After(now) || st.cutOff() }

// cutOff reports that the last run began and did not end.
func (st *State) cutOff() bool { return st.Ended.Before(st.Began) }

// Once fetches what an address has without following it. A run that was cut off is gone on with; otherwise it begins
// with the day since, or where the last one ended if that is empty.
func (s *Sources) Once(ctx context.Context, address, since string) (Status, error) {
	c := Config{Name: nameOf(address), Address: strings.TrimSpace(address), Added: s.now()}
	at, err := sinceCursor(since)
	if err != nil {
		return Status{}, err
	}
	return s.run(ctx, c, onePrefix+c.Address, &at, false)
}

// run is one run of a source whose state has a key. from is where a new run begins that was not cut off, if it says a
// day. With onlyDue, a source that is not due is left alone, with errNotDue.
func (s *Sources) run(ctx context.Context, c Config, key string, from *Cursor, onlyDue bool) (Status, error) {
	src, err := s.Client.open(c.Address)
	if err != nil {
		return Status{}, err
	}
	if closer, ok := src.(interface{ Close() }); ok {
		defer closer.Close()
	}
	unlock, err := s.lock(c.Address)
	if err != nil {
		return Status{}, fmt.Errorf("%s %w: try again when that has ended", Redact(c.Address), err)
	}
	defer unlock()
	st, err := s.state(ctx, key)
	if err != nil {
		return Status{}, err
	}
	if onlyDue && !st.due(s.now()) { // read again under the lock
		return Status{}, errNotDue
	}
	if !st.Cursor.sound() { // what is asked for again is known, and what was not asked for would be lost
		st.Cursor = Cursor{}
	}
	cutOff := st.cutOff()
	if from != nil && from.Since != "" && !(cutOff && st.Cursor.started() && st.Cursor.Since == from.Since) {
		st.Cursor = *from
	}
	st.Began = s.now()
	st.Run, st.Error, st.Remedy, st.Quiet = Counts{Began: st.Began}, "", "", ""
	if err := s.putState(ctx, key, st); err != nil {
		return Status{}, err
	}
	failed := s.pages(ctx, src, c, key, &st)
	if ctx.Err() != nil { // what is stored is stored; the next run goes on
		return s.status(c, st), ctx.Err()
	}
	s.end(&st, c, failed)
	if err := s.putState(ctx, key, st); err != nil {
		return s.status(c, st), errors.Join(failed, err)
	}
	status := s.status(c, st)
	if s.Log != nil {
		s.Log.Info("source", "name", c.Name, "got", st.Run.Got, "new", st.Run.New, "updated", st.Run.Updated, "skipped", st.Run.Skipped,
			"quiet", st.Quiet, "err", st.Error)
	}
	return status, failed
}

// maxRestarts bounds how often a run begins again because its cursor went stale.
const maxRestarts = 3

// pages stores page after page. Its error is that of the service or the store.
func (s *Sources) pages(ctx context.Context, src Source, c Config, key string, st *State) error {
	for restarts := 0; ; {
		page, err := src.Next(ctx, st.Cursor)
		if errors.Is(err, errStale) && restarts < maxRestarts {
			restarts++
			st.Cursor = st.Cursor.first()
			continue
		}
		if err != nil {
			return err
		}
		if err := s.keep(ctx, c, key, st, page); err != nil {
			return err
		}
		if s.Progress != nil {
			s.Progress(st.Run)
		}
		if page.Done {
			return nil
		}
	}
}

// keep stores a page with the state after it.
func (s *Sources) keep(ctx context.Context, c Config, key string, st *State, page *Page) error {
	run, total := st.Run, st.Total
	run.Reasons, total.Reasons = slices.Clone(run.Reasons), nil
	skip := func(reason string, n int) {
		run.skip(reason, n)
		total.Skipped += n
	}
	for _, r := range page.Rejected {
		if skip(r.Reason, 1); s.Rejected != nil {
			if err := s.Rejected(c.Name, r); err != nil {
				return err
			}
		}
	}
	for _, n := range page.Notes {
		if strings.Contains(n.Text, "passed over") {
			skip(n.Text, n.Count)
		}
	}
	var papers []*data.Paper
	for _, p := range page.Papers {
		if err := p.CheckBounds(); err != nil {
			skip(err.Error(), 1)
			continue
		}
		papers = append(papers, p)
	}
	deleted, err := s.mayGo(ctx, page, skip)
	if err != nil {
		return err
	}
	if len(papers)+len(deleted)+len(page.Rejected)+len(page.Notes) == 0 && !page.Done { // nothing that could be lost
		st.Cursor = page.Next
		st.Run.Pages, st.Total.Pages = st.Run.Pages+1, st.Total.Pages+1
		return nil
	}
	next := *st
	encode := func(k Kept) ([]byte, error) {
		r, t := run, total
		r.Pages, t.Pages = r.Pages+1, t.Pages+1
		r.Got, t.Got = r.Got+len(papers), t.Got+len(papers)
		r.add(k)
		t.add(k)
		next.Run, next.Total = r, t
		if next.Cursor = page.Next; page.Done {
			next.Quiet = page.Quiet
		}
		return json.Marshal(next)
	}
	_, err = s.Store.Keep(ctx, papers, deleted, stateBucket, key, encode)
	if errors.Is(err, data.ErrInvalid) { // one of them: the others are stored
		var sum Kept
		for i := 0; i < len(papers); {
			none := func(Kept) ([]byte, error) { return json.Marshal(*st) }
			k, err := s.Store.Keep(ctx, papers[i:i+1], nil, stateBucket, key, none)
			switch {
			case errors.Is(err, data.ErrInvalid):
				skip(err.Error(), 1)
				papers = slices.Delete(papers, i, i+1)
				continue
			case err != nil:
				return err
			}
			sum.New, sum.Updated, sum.Unchanged = sum.New+k.New, sum.Updated+k.Updated, sum.Unchanged+k.Unchanged
			i++
		}
		_, err = s.Store.Keep(ctx, nil, deleted, stateBucket, key, func(k Kept) ([]byte, error) {
			sum.Deleted = k.Deleted
			return encode(sum)
		})
	}
	if err != nil {
		return err
	}
	*st = next
	return nil
}

// mayGo returns the papers that a page's deletions remove. What was taken off one list is removed only where it has no
// id but one of that list: others may know the paper.
func (s *Sources) mayGo(ctx context.Context, page *Page, skip func(string, int)) ([]string, error) {
	if !page.Shared || len(page.Deleted) == 0 {
		return page.Deleted, nil
	}
	papers, err := s.Store.Papers(ctx, page.Deleted)
	if err != nil {
		return nil, err
	}
	var out []string
	for i, p := range papers {
		if p == nil {
			continue
		}
		scheme, _, _ := strings.Cut(page.Deleted[i], ":")
		own := func(id string) bool {
			return scheme != "arxiv" && strings.HasPrefix(id, scheme+":") || data.TitleOnly(id)
		}
		if p.DOI != "" || p.ArXiv != "" || slices.ContainsFunc(p.IDs(), func(id string) bool { return !own(id) }) {
			skip("taken off the list there and kept here, as others may know the paper", 1)
			continue
		}
		out = append(out, page.Deleted[i])
	}
	return out, nil
}

// Waits after a run that failed, doubled with each in a row up to the interval of the source.
const firstRetry = 5 * time.Minute

// end closes a run and says when the next one is due.
func (s *Sources) end(st *State, c Config, failed error) {
	st.Ended = s.now()
	st.Run.Took = st.Ended.Sub(st.Began).Milliseconds()
	st.Next = st.Began.Add(max(c.Every, MinEvery))
	if st.Next.Before(st.Ended) {
		st.Next = st.Ended
	}
	if failed == nil {
		st.Failures = 0
		if st.Run.New > 0 {
			st.Arrivals = append(st.Arrivals, st.Ended)
			st.Arrivals = st.Arrivals[max(0, len(st.Arrivals)-maxArrivals):]
			st.Quiet = ""
		} else if st.Quiet == "" {
			st.Quiet = "nothing new came"
			if st.Run.Got > 0 {
				st.Quiet = "what came was known: " + several(st.Run.Got, "paper")
			}
		}
		return
	}
	st.Failures++
	st.Quiet = ""
	st.Error = s.Client.clean(failed.Error())
	var e *Error
	if errors.As(failed, &e) {
		st.Error, st.Remedy = s.Client.clean(e.Address+": "+e.Reason), e.Remedy
	}
	wait := firstRetry << min(st.Failures-1, 12)
	wait += time.Duration(s.Client.opt.Rand() * float64(wait) / 4)
	if again := st.Ended.Add(wait); again.Before(st.Next) {
		st.Next = again
	}
	if e != nil && e.Retry.After(st.Next) {
		st.Next = e.Retry.UTC()
	}
}

// Status says how a source is.
type Status struct {
	Name    string        `json:"name"`
	Address string        `json:"address"` // without keys
	Service string        `json:"service"`
	Every   time.Duration `json:"-"`
	Seconds int64         `json:"every_seconds"`
	Paused  bool          `json:"paused"`
	Running bool          `json:"running"` // a run is under way
	Cut     bool          `json:"cut"`     // the last run was cut off and is gone on with
	Last    time.Time     `json:"last,omitzero"`
	Next    time.Time     `json:"next,omitzero"`
	Run     Counts        `json:"run"`
	Total   Counts        `json:"total"`
	Error   string        `json:"error,omitempty"`
	Remedy  string        `json:"remedy,omitempty"`
	Fails   int           `json:"failures"`
	Quiet   string        `json:"quiet,omitempty"`
	Arrived time.Time     `json:"arrived,omitzero"` // when something new came last
	Usual   time.Duration `json:"-"`                // the usual time between two runs that bring something new; 0 if it is not known
	UsualS  int64         `json:"usual_gap_seconds,omitempty"`
	Silent  bool          `json:"silent"` // nothing new came for longer than usual
	Says    string        `json:"says"`   // all of it in one or two sentences
}

// status returns how a source is.
func (s *Sources) status(c Config, st State) Status {
	service, _, err := serviceOf(c.Address)
	if err != nil {
		service = &Service{Title: "unknown service"}
	}
	out := Status{
		Name: c.Name, Address: Redact(c.Address), Service: service.Title, Every: c.Every, Seconds: int64(c.Every / time.Second), Paused: c.Paused,
		Last: st.Began, Next: st.Next, Run: st.Run, Total: st.Total, Error: st.Error, Remedy: st.Remedy, Fails: st.Failures, Quiet: st.Quiet,
	}
	out.Cut = st.Ended.Before(st.Began)
	if c.Paused {
		out.Next = time.Time{}
	}
	if n := len(st.Arrivals); n > 0 {
		out.Arrived = st.Arrivals[n-1]
		out.Usual, out.Silent = usual(st.Arrivals, s.now())
		out.UsualS = int64(out.Usual / time.Second)
		out.Silent = out.Silent && !c.Paused
	}
	out.Says = out.says(s.now())
	return out
}

// leastGaps is from how many gaps on a gap is called usual.
const leastGaps = 3

// usual returns the median of the times between arrivals, and whether the present silence is longer than all of them by
// half. Both need some gaps.
func usual(arrivals []time.Time, now time.Time) (gap time.Duration, silent bool) {
	var gaps []time.Duration
	for i := 1; i < len(arrivals); i++ {
		gaps = append(gaps, arrivals[i].Sub(arrivals[i-1]))
	}
	if len(gaps) < leastGaps {
		return 0, false
	}
	slices.Sort(gaps)
	longest := gaps[len(gaps)-1]
	return gaps[len(gaps)/2], now.Sub(arrivals[len(arrivals)-1]) > longest+longest/2
}

// says puts a status into words.
func (s *Status) says(now time.Time) string {
	var out []string
	switch {
	case s.Running:
		out = append(out, fmt.Sprintf("A run is under way since %s: %s so far, %d of them new.", clock(s.Last), several(s.Run.Got, "paper"), s.Run.New))
	case s.Last.IsZero():
		out = append(out, "It has not run yet.")
	case s.Cut:
		out = append(out, fmt.Sprintf("The run of %s was cut off after %s; the next one goes on from there.", clock(s.Last), several(s.Run.Got, "paper")))
	case s.Error != "":
		out = append(out, fmt.Sprintf("The run of %s failed: %s.", clock(s.Last), strings.TrimSuffix(s.Error, ".")))
		if s.Remedy != "" {
			out = append(out, sentence(s.Remedy))
		}
		if s.Run.Got > 0 {
			out = append(out, fmt.Sprintf("Before that came %s, %d of them new.", several(s.Run.Got, "paper"), s.Run.New))
		}
	case s.Run.New > 0:
		out = append(out, fmt.Sprintf("The run of %s brought %s, %d changed and %d known.", clock(s.Last), several(s.Run.New, "new paper"), s.Run.Updated, s.Run.Unchanged))
	default:
		out = append(out, fmt.Sprintf("The run of %s brought nothing new: %s.", clock(s.Last), s.Quiet))
		if s.Run.Updated > 0 {
			out = append(out, fmt.Sprintf("Changed: %s.", several(s.Run.Updated, "known paper")))
		}
	}
	if s.Run.Deleted > 0 {
		out = append(out, fmt.Sprintf("Removed, as gone there: %s.", several(s.Run.Deleted, "paper")))
	}
	if s.Run.Skipped > 0 {
		out = append(out, fmt.Sprintf("Skipped: %s.", several(s.Run.Skipped, "record")))
	}
	if s.Silent {
		out = append(out, fmt.Sprintf("It has been silent for %s, longer than usual (%s): look whether the service still announces at this address.",
			span(now.Sub(s.Arrived)), span(s.Usual)))
	}
	if s.Paused {
		out = append(out, "It is paused.")
	}
	return strings.Join(out, " ")
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// sentence writes a remedy as a sentence.
func sentence(s string) string {
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// several writes a number of things.
func several(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// span writes a duration in the largest unit that fits.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Round(24*time.Hour)/(24*time.Hour)))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Round(time.Hour)/time.Hour))
	}
	return fmt.Sprintf("%d minutes", int(d.Round(time.Minute)/time.Minute))
}

// List returns how all sources are, by name.
func (s *Sources) List(ctx context.Context) ([]Status, error) {
	configs, err := s.configs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Status, 0, len(configs))
	for _, c := range configs {
		st, err := s.state(ctx, c.Name)
		if err != nil {
			return nil, err
		}
		status := s.status(c, st)
		if status.Cut {
			if unlock, err := s.lock(c.Address); err == nil {
				unlock()
			} else if errors.Is(err, ErrBusy) {
				status.Running, status.Cut = true, false
				status.Says = status.says(s.now())
			}
		}
		out = append(out, status)
	}
	return out, nil
}

// Public returns a status for those who may only read: without the paths of this machine.
func (s Status) Public() Status {
	if public := publicAddress(s.Address); public != s.Address {
		path := strings.TrimPrefix(s.Address, "file:")
		hide := func(text string) string { return strings.ReplaceAll(text, path, strings.TrimPrefix(public, "file:")) }
		s.Address, s.Error, s.Says, s.Quiet = public, hide(s.Error), hide(s.Says), hide(s.Quiet)
		s.Run.Reasons = slices.Clone(s.Run.Reasons)
		for i := range s.Run.Reasons {
			s.Run.Reasons[i].Text = hide(s.Run.Reasons[i].Text)
		}
	}
	return s
}

func (s *Sources) configs(ctx context.Context) (out []Config, err error) {
	names, err := s.Store.SettingKeys(ctx, sourceBucket)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		c, err := s.config(ctx, name)
		if errors.Is(err, ErrUnknown) { // removed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// due returns the sources whose time has come, by host, the longest waiting first.
func (s *Sources) due(ctx context.Context) (map[string][]Config, error) {
	configs, err := s.configs(ctx)
	if err != nil {
		return nil, err
	}
	next := map[string]time.Time{}
	out := map[string][]Config{}
	for _, c := range configs {
		st, err := s.state(ctx, c.Name)
		if err != nil {
			return nil, err
		}
		if c.Paused || !st.due(s.now()) {
			continue
		}
		next[c.Name] = st.Next
		out[host(c.Address)] = append(out[host(c.Address)], c)
	}
	for _, h := range slices.Sorted(maps.Keys(out)) {
		slices.SortStableFunc(out[h], func(a, b Config) int { return next[a.Name].Compare(next[b.Name]) })
	}
	return out, nil
}
