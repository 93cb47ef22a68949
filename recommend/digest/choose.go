package digest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kindred/classifier/vec"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// FirstLook is how many papers the first choice of a subscription is made from, besides those that came after it was
// made: the last that came before. A first issue shows what a reader may expect.
const FirstLook = 500

// DefaultLeast is the lowest score of a paper for a reader's interest where Filter.LeastScore is 0.
const DefaultLeast = 0.1

// maxSummary bounds the two sentences of a paper, in characters: some abstracts are one sentence.
const maxSummary = 600

// Input is what a choice is made from, besides the papers.
type Input struct {
	Subscription *Subscription
	Own          []*data.Paper // papers of the reader's library that are kept with the subscription
	Sent         []string      // ids of all papers that it was sent before
	Now          time.Time
	Silence      string // why the sources brought nothing, a clause such as "arXiv announces nothing on Saturdays"; "" where that is not known
	Divide       Divide // nil means DivideByMeans
}

// Addresses makes absolute addresses on a server for the papers of an issue.
type Addresses struct {
	Page, More, Less func(id string) string
}

// WithAddresses returns the issue with addresses of a server. An issue is kept without them, because they hold what
// manages the subscription.
func (i *Issue) WithAddresses(a Addresses) *Issue {
	out := *i
	out.Groups = slices.Clone(i.Groups)
	for g := range out.Groups {
		picks := slices.Clone(out.Groups[g].Picks)
		for k := range picks {
			id := picks[k].Paper.ID
			picks[k].Links = slices.Insert(slices.Clone(picks[k].Links), 0, Link{"Papers like this", a.Page(id)})
			picks[k].More, picks[k].Less = a.More(id), a.Less(id)
		}
		out.Groups[g].Picks = picks
	}
	return &out
}

// Choice is what was chosen for the next issue of a subscription.
type Choice struct {
	Issue *Issue
	Seen  int64 // sequence number of the store up to which papers were considered
	// Waits says that there is no issue yet: papers are missing to the number that the subscription waits for.
	Waits bool
}

// IDs returns the ids of the chosen papers.
func (i *Issue) IDs() []string {
	var ids []string
	for _, g := range i.Groups {
		for _, p := range g.Picks {
			ids = append(ids, p.Paper.ID)
		}
	}
	return ids
}

// Choose chooses the papers of the next issue of a subscription from those of a snapshot that came since the last
// choice. They are counted by the sequence of the store, so that neither a late index nor a wrong date loses one. It
// chooses no paper that the subscription was sent or that its reader has, and neither another edition of one. The same
// input gives the same choice. The error wraps [library.ErrNoModel] for a snapshot without a model.
func Choose(ctx context.Context, s *library.Snapshot, in Input) (*Choice, error) {
	if s.Engine() == nil {
		return nil, library.ErrNoModel
	}
	if in.Divide == nil {
		in.Divide = DivideByMeans
	}
	c := &chooser{Input: in, sub: in.Subscription, s: s, why: &excuses{}}
	if err := c.prepare(ctx); err != nil {
		return nil, err
	}
	c.candidates()
	if err := c.filter(ctx); err != nil {
		return nil, err
	}
	if err := c.favourites(ctx); err != nil {
		return nil, err
	}
	if err := c.pick(ctx); err != nil {
		return nil, err
	}
	issue := &Issue{
		Subscription: c.sub.ID, Number: c.sub.Issued + 1, Name: c.sub.Name, Time: in.Now,
		Groups: c.groups, Considered: c.why.came,
	}
	out := &Choice{Issue: issue, Seen: s.Seq}
	if c.sub.Schedule.Every == ByCount {
		out.Waits = c.chosen() < c.sub.Schedule.Count
	}
	if c.chosen() == 0 {
		issue.Quiet = c.excuse()
	}
	return out, nil
}

// chooser makes one choice.
type chooser struct {
	Input
	sub    *Subscription
	s      *library.Snapshot
	engine *recommend.Engine
	reader *Reader          // nil but for a library
	known  *recommend.Works // sent, the reader's own, and chosen
	rows   []int            // rows of the catalog that may be chosen
	groups []Group
	why    *excuses
}

// excuses counts what became of the papers that came.
type excuses struct {
	came, editions, filtered, known, below int
}

// readersPapers finds papers among a reader's own first.
type readersPapers struct {
	own map[string]*data.Paper
	all library.Papers
}

func (p readersPapers) Paper(ctx context.Context, id string) (*data.Paper, error) {
	if own, ok := p.own[id]; ok {
		return own, nil
	}
	return p.all.Paper(ctx, id)
}

// prepare finds out what is known of the reader.
func (c *chooser) prepare(ctx context.Context) error {
	papers := readersPapers{map[string]*data.Paper{}, c.s.Papers}
	for _, p := range c.Own {
		papers.own[p.ID] = p
	}
	c.engine = c.s.Engine().WithPapers(papers)
	var mine []*data.Paper
	taken := map[string]bool{}
	for _, p := range c.Own {
		if !taken[p.ID] {
			taken[p.ID] = true
			mine = append(mine, p)
		}
	}
	for _, id := range c.sub.Seeds {
		p, err := papers.Paper(ctx, id)
		if errors.Is(err, data.ErrNotFound) {
			continue // it was deleted, or never came
		}
		if err != nil {
			return fmt.Errorf("seed %s: %w", id, err)
		}
		if !taken[p.ID] {
			taken[p.ID] = true
			mine = append(mine, p)
		}
	}
	known := slices.Concat(c.Sent, c.sub.Dislikes)
	for _, p := range mine {
		known = append(known, p.ID)
	}
	var err error
	if c.known, err = c.engine.Works(ctx, known); err != nil {
		return err
	}
	if c.sub.Kind == Library {
		c.reader = NewReader(c.engine, mine, c.sub.Dislikes, c.Divide)
	}
	return nil
}

// candidates collects the rows that came since the last choice. Another edition of a paper that was there before is no
// news.
func (c *chooser) candidates() {
	since := c.sub.Seen
	if c.sub.Kind == Trending {
		since = c.sub.Earlier // upvotes come after the paper
	}
	var older []int
	catalog := c.s.Catalog
	for row := range catalog.Len() {
		switch r := catalog.Row(row); {
		case r.Added <= since:
		case since == 0 && r.Added <= c.sub.Start:
			older = append(older, row)
		default:
			c.rows = append(c.rows, row)
		}
	}
	if since == 0 {
		slices.SortFunc(older, func(a, b int) int {
			x, y := catalog.Row(a), catalog.Row(b)
			return cmp.Or(cmp.Compare(y.Added, x.Added), cmp.Compare(y.Seq, x.Seq))
		})
		c.rows = append(c.rows, older[:min(FirstLook, len(older))]...)
	}
	c.why.came = len(c.rows)
	in := map[int]bool{}
	for _, row := range c.rows {
		in[row] = true
	}
	c.rows = slices.DeleteFunc(c.rows, func(row int) bool {
		first := catalog.Row(row).DuplicateOf
		if first == "" {
			return false
		}
		of, there := catalog.Find(first)
		if there && !in[of] {
			c.why.editions++
		}
		return there && !in[of]
	})
	slices.SortFunc(c.rows, func(a, b int) int { return strings.Compare(catalog.Row(a).ID, catalog.Row(b).ID) })
}

// filterBatch is how many papers are read at once to look for words in them.
const filterBatch = 1000

// filter leaves the candidates that the filter of the subscription passes.
func (c *chooser) filter(ctx context.Context) error {
	f := newFilter(&c.sub.Filter)
	before := len(c.rows)
	c.rows = slices.DeleteFunc(c.rows, func(row int) bool { return !f.column(&c.s.Catalog.Row(row).Column) })
	if f.words() {
		var kept []int
		for batch := range slices.Chunk(c.rows, filterBatch) {
			papers, err := c.papers(ctx, batch)
			if err != nil {
				return err
			}
			for i, p := range papers {
				if p != nil && f.text(p) {
					kept = append(kept, batch[i])
				}
			}
		}
		c.rows = kept
	}
	c.why.filtered = before - len(c.rows)
	return nil
}

func (c *chooser) papers(ctx context.Context, rows []int) ([]*data.Paper, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = c.s.Catalog.Row(row).ID
	}
	papers, err := c.s.Papers.Papers(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("new papers: %w", err)
	}
	return papers, nil
}

// scored is a candidate with what is known of it.
type scored struct {
	row   int // of the catalog
	score float64
	words []string
	label string // of its group
	by    string // favourite author
}

// fresh reports whether no paper of the work of a row is known, and makes it known.
func (c *chooser) fresh(row int) bool {
	at, ok := c.engine.Index().Row(c.s.Catalog.Row(row).ID)
	if !ok {
		return false
	}
	if !c.known.Add(at) {
		c.why.known++
		return false
	}
	return true
}

// room is the number of papers that the issue has room for.
func (c *chooser) room() int { return c.sub.Limit() - c.chosen() }

func (c *chooser) chosen() int {
	n := 0
	for _, g := range c.groups {
		n += len(g.Picks)
	}
	return n
}

// favourites takes the papers by favourite authors, newest first.
func (c *chooser) favourites(ctx context.Context) error {
	if len(c.sub.Favourites) == 0 {
		return nil
	}
	return c.take(ctx, c.byAuthors(c.sub.Favourites, true))
}

// favouritesLabel heads the papers by favourite authors.
const favouritesLabel = "Authors you follow"

// byAuthors returns the candidates by authors, newest first, each under the first of them.
func (c *chooser) byAuthors(names []string, favourite bool) []scored {
	wanted := map[string]string{}
	for _, name := range names {
		if id := library.AuthorID(name); id != "" {
			wanted[id] = data.GivenFirst(name)
		}
	}
	var out []scored
	for _, row := range c.rows {
		for _, name := range c.s.Catalog.Row(row).Authors {
			if by, ok := wanted[library.AuthorID(name)]; ok {
				s := scored{row: row, label: by}
				if favourite {
					s.by, s.label = by, favouritesLabel
				}
				out = append(out, s)
				break
			}
		}
	}
	c.newestFirst(out)
	return out
}

func (c *chooser) newestFirst(list []scored) {
	slices.SortStableFunc(list, func(a, b scored) int { return c.s.Catalog.Published(b.row).Compare(c.s.Catalog.Published(a.row)) })
}

// pick takes the papers that the subscription asks for.
func (c *chooser) pick(ctx context.Context) error {
	if len(c.rows) == 0 || c.room() == 0 {
		return nil
	}
	var list []scored
	var err error
	switch c.sub.Kind {
	case Library:
		return c.pickLike(ctx)
	case Search:
		list, err = c.found(ctx)
	case Topic:
		list = c.inTopics()
	case Authors:
		list = c.byAuthors(c.sub.Authors, false)
	case Trending:
		list, err = c.upvoted(ctx)
	}
	if err != nil {
		return err
	}
	c.why.below = len(c.rows) - len(list)
	return c.take(ctx, list)
}

// found returns the candidates that the search finds, best first.
func (c *chooser) found(ctx context.Context) ([]scored, error) {
	answer, err := c.engine.Search(ctx, recommend.SearchQuery{
		Text: c.sub.Search, Limit: recommend.MaxLimit, Explain: true, Filter: recommend.Filter{Only: c.ids()},
	})
	if err != nil {
		return nil, err
	}
	words := wordsOf(answer.Hits)
	var out []scored
	for _, h := range answer.Hits {
		row, ok := c.s.Catalog.Find(h.ID)
		if ok && (h.Unscored || float64(h.Score) >= cmp.Or(c.sub.Filter.LeastScore, DefaultLeast)) {
			out = append(out, scored{row: row, score: float64(h.Score), words: words[h.ID], label: "Search: " + c.sub.Search})
		}
	}
	return out, nil
}

func (c *chooser) ids() []string {
	ids := make([]string, len(c.rows))
	for i, row := range c.rows {
		ids[i] = c.s.Catalog.Row(row).ID
	}
	return ids
}

// inTopics returns the candidates of the topics and of those below them, the most typical first.
func (c *chooser) inTopics() []scored {
	var out []scored
	for _, row := range c.rows {
		for t := range c.s.Catalog.Lineage(row) {
			if slices.Contains(c.sub.Topics, t) {
				out = append(out, scored{row: row, label: c.s.Label(t)})
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b scored) int {
		return cmp.Compare(c.s.Catalog.Assignment(b.row).Confidence, c.s.Catalog.Assignment(a.row).Confidence)
	})
	return out
}

// otherLabel heads the papers that are in no topic.
const otherLabel = "Other papers"

// upvoted returns the candidates with upvotes, in the order of [library.Snapshot.Trending], under their topics.
func (c *chooser) upvoted(ctx context.Context) ([]scored, error) {
	rows := make([]int32, len(c.rows))
	for i, row := range c.rows {
		rows[i] = int32(row)
	}
	order, _, err := c.s.Trending(ctx, rows, data.DateOf(c.Now.UTC()))
	if err != nil {
		return nil, err
	}
	var out []scored
	for _, h := range order {
		if h.Upvotes > 0 {
			label := cmp.Or(c.s.Label(c.s.Catalog.Assignment(int(h.Row)).Topic), otherLabel)
			out = append(out, scored{row: int(h.Row), label: label})
		}
	}
	return out, nil
}

// pickLike takes the papers that are like the interests of the reader.
func (c *chooser) pickLike(ctx context.Context) error {
	least := cmp.Or(c.sub.Filter.LeastScore, DefaultLeast)
	ranked, err := c.reader.Rank(ctx, c.ids(), least)
	if err != nil {
		return err
	}
	c.why.below = len(c.rows) - len(ranked)
	room := c.room()
	rowOf := func(s Scored) int {
		row, _ := c.s.Catalog.Find(s.ID)
		return row
	}
	shared := c.reader.Share(ranked, room, func(s Scored) bool { return c.fresh(rowOf(s)) })
	byInterest := map[int][]scored{}
	for _, s := range shared {
		byInterest[s.Interest] = append(byInterest[s.Interest], scored{row: rowOf(s), score: s.Score})
	}
	var list []scored
	labels := map[string]bool{}
	for i := range c.reader.interests { // largest first
		group := byInterest[i]
		if len(group) == 0 {
			continue
		}
		var ids []string
		for _, s := range group {
			ids = append(ids, c.s.Catalog.Row(s.row).ID)
		}
		words, err := c.reader.reasons(ctx, i, ids)
		if err != nil {
			return err
		}
		label := c.interestLabel(i, ids, words, labels)
		labels[label] = true
		for _, s := range group {
			s.words, s.label = words[c.s.Catalog.Row(s.row).ID], label
			list = append(list, s)
		}
	}
	return c.fill(ctx, list)
}

// interestLabel names an interest: by a phrase that tells its papers from the reader's others, otherwise by the topic that most
// of its papers are in, or by words that its papers share, and last by words that the chosen papers share with it. No two
// interests have one name.
func (c *chooser) interestLabel(interest int, ids []string, words map[string][]string, taken map[string]bool) string {
	var library []vec.Views
	for i := range c.reader.own {
		library = append(library, c.reader.own[i].views)
	}
	named := c.engine.Label(library, c.reader.interests[interest].Papers)
	if strings.Contains(named, " ") && !strings.Contains(named, ",") && !taken[named] {
		return named
	}
	count := map[string]int{}
	best := ""
	for _, i := range c.reader.interests[interest].Papers {
		row, ok := c.s.Catalog.Find(c.reader.own[i].paper.ID)
		if !ok {
			continue
		}
		if label := c.s.Label(c.s.Catalog.Assignment(row).Topic); label != "" {
			if count[label]++; count[label] > count[best] {
				best = label
			}
		}
	}
	if n := len(c.reader.interests[interest].Papers); best != "" && 2*count[best] > n && !taken[best] {
		return best
	}
	if named != "" && !taken[named] {
		return named
	}
	weight := map[string]int{}
	var terms []string
	for _, id := range ids {
		for i, w := range words[id] {
			if weight[w] == 0 {
				terms = append(terms, w)
			}
			weight[w] += maxWords - i
		}
	}
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(weight[b], weight[a]) })
	label := strings.Join(terms[:min(2, len(terms))], ", ")
	if label == "" || taken[label] {
		return "More like your papers"
	}
	return label
}

// take takes of a list, best first, the papers that are not known, for as long as there is room.
func (c *chooser) take(ctx context.Context, list []scored) error {
	var taken []scored
	room := c.room()
	for _, s := range list {
		if len(taken) == room {
			break
		}
		if c.fresh(s.row) {
			taken = append(taken, s)
		}
	}
	return c.fill(ctx, taken)
}

// fill adds chosen papers to the groups of their labels, in the order of their first.
func (c *chooser) fill(ctx context.Context, list []scored) error {
	rows := make([]int, len(list))
	for i, s := range list {
		rows[i] = s.row
	}
	papers, err := c.papers(ctx, rows)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i := range c.groups {
		at[c.groups[i].Label] = i
	}
	for i, s := range list {
		if papers[i] == nil {
			continue // deleted since the snapshot
		}
		label := readable.Heading(s.label)
		g, ok := at[label]
		if !ok {
			g = len(c.groups)
			at[label] = g
			c.groups = append(c.groups, Group{Label: label})
		}
		c.groups[g].Picks = append(c.groups[g].Picks, c.pickOf(papers[i], s))
	}
	return nil
}

// pickOf returns a chosen paper as the issue shows it.
func (c *chooser) pickOf(p *data.Paper, s scored) Pick {
	pick := Pick{
		Paper: *p, Score: s.score, Words: s.words, Author: s.by,
		Summary: readable.ClipWords(Sentences(p.Abstract, 2), maxSummary),
		Topic:   c.s.Label(c.s.Catalog.Assignment(s.row).Topic),
	}
	if c.reader != nil {
		pick.Near = c.reader.near(c.engine.Views(p), 2)
	}
	if u := p.SourceURL(); u != "" {
		pick.Links = append(pick.Links, Link{"Read the paper", u})
	}
	if p.ArXiv != "" {
		pick.Links = append(pick.Links, Link{"PDF", "https://arxiv.org/pdf/" + p.ArXiv})
	}
	return pick
}

// excuse says why the issue has no papers, in a sentence for the reader.
func (c *chooser) excuse() string {
	w := c.why
	because := func(format string, args ...any) string {
		return "Quiet today, because " + fmt.Sprintf(format, args...) + "."
	}
	came := count(w.came, "new paper") + " came"
	left := w.came - w.editions - w.filtered
	switch {
	case w.came == 0:
		said := "there are no papers yet"
		if !c.sub.Last.IsZero() {
			said = "no new papers came since " + c.sub.Last.In(c.Now.Location()).Format("Monday, 2 January")
		}
		if c.Silence != "" {
			said += ": " + strings.TrimSuffix(c.Silence, ".")
		}
		return because("%s", said)
	case w.came == w.editions:
		return because("%s, and only as other editions of papers that were here before", came)
	case left == 0:
		return because("%s, and your filters let none of them through", came)
	case w.known > 0 && w.known+w.below >= left:
		return because("%s, and what fits is in your library or was sent to you before", came)
	}
	passed := came
	if left < w.came {
		passed += fmt.Sprintf(", %d passed your filters", left)
	}
	switch c.sub.Kind {
	case Library:
		if z := c.sub.Zotero; z != nil && len(c.Own) == 0 {
			if z.Failed != "" {
				return because("your Zotero library could not be read: %s", strings.TrimSuffix(z.Failed, "."))
			}
			return because("your Zotero library was not read yet")
		}
		if len(c.reader.interests) == 0 {
			return because("nothing is known of your library: none of its papers has a text with known words")
		}
		return because("%s, and none reaches a likeness of %.2f to your papers", passed, cmp.Or(c.sub.Filter.LeastScore, DefaultLeast))
	case Search:
		return because("%s, and your search finds none of them", passed)
	case Topic:
		return because("%s, and none is in your topics", passed)
	case Authors:
		return because("%s, and none is by the authors you follow", passed)
	}
	return because("%s, and none has upvotes yet", passed)
}

// count writes a number of things.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
