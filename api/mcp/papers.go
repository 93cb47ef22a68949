package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// page is the part of a list that an assistant asks for.
type page struct {
	N         int  `json:"n,omitempty" jsonschema:"how many papers"`
	Offset    int  `json:"offset,omitempty" jsonschema:"how many papers to skip: next_offset of the answer before"`
	Abstracts bool `json:"abstracts,omitempty" jsonschema:"add the beginning of each abstract; paper has the whole"`
}

// dates are the filters that every list takes.
type dates struct {
	PublishedAfter  string   `json:"published_after,omitempty" jsonschema:"from this date on: YYYY, YYYY-MM or YYYY-MM-DD"`
	PublishedBefore string   `json:"published_before,omitempty" jsonschema:"up to this date, the same forms"`
	Category        []string `json:"category,omitempty" jsonschema:"only papers with one of these categories"`
}

// filters are the filters that every ranking takes, with the names of the REST API.
type filters struct {
	dates
	Topic        []int    `json:"topic,omitempty" jsonschema:"only papers of these topics, by their numbers"`
	ExcludeTopic []int    `json:"exclude_topic,omitempty" jsonschema:"no papers of these topics"`
	Exclude      []string `json:"exclude,omitempty" jsonschema:"ids of papers to leave out"`
	MinScore     float32  `json:"min_score,omitempty" jsonschema:"lowest score of a paper, 0 to 1"`
	Diversity    float32  `json:"diversity,omitempty" jsonschema:"0 ranks by likeness alone, 1 by novelty alone"`
	Reasons      bool     `json:"reasons,omitempty" jsonschema:"add the terms that made each score"`
}

// SimilarArgs are the arguments of similar.
type SimilarArgs struct {
	IDs      []string `json:"ids,omitempty" jsonschema:"ids, addresses or whole titles of papers to be like"`
	Text     string   `json:"text,omitempty" jsonschema:"a text to be like, best a title on a line and an abstract"`
	Dislikes []string `json:"dislikes,omitempty" jsonschema:"papers to move away from, named in the same way"`
	filters
	page
}

// LibraryArgs are the arguments of for_library.
type LibraryArgs struct {
	Library      []string `json:"library,omitempty" jsonschema:"ids, addresses or whole titles of the papers that the reader has"`
	Bibliography string   `json:"bibliography,omitempty" jsonschema:"the same as the text of a file, such as BibTeX or RIS"`
	Dislikes     []string `json:"dislikes,omitempty" jsonschema:"papers to move away from, by id, address or title"`
	HalfLife     float64  `json:"half_life,omitempty" jsonschema:"what is new first: the age in days at which a paper counts half as much"`
	dates
	MinScore float32 `json:"min_score,omitempty" jsonschema:"lowest score of a paper, 0 to 1"`
	Reasons  bool    `json:"reasons,omitempty" jsonschema:"add the terms that made each score"`
	page
}

// SearchArgs are the arguments of search.
type SearchArgs struct {
	Query string `json:"query" jsonschema:"the words"`
	filters
	page
}

// PaperArgs are the arguments of paper.
type PaperArgs struct {
	ID string `json:"id" jsonschema:"an id from an answer, an arXiv id, a DOI, an address, or the whole title"`
}

// List is a list of papers.
type List struct {
	Papers     []Hit    `json:"papers"`
	Total      int      `json:"total" jsonschema:"papers of the whole list, as far as it was ranked"`
	NextOffset int      `json:"next_offset,omitempty" jsonschema:"the offset of the next papers; absent at the end"`
	Missing    []string `json:"missing,omitempty" jsonschema:"ids that name no paper of this library, and were left aside"`
	DidYouMean string   `json:"did_you_mean,omitempty" jsonschema:"the search with its unknown words corrected"`
	Interests  []string `json:"interests,omitempty" jsonschema:"words for the interests of a reader's library, the one that matters most first"`
	Note       string   `json:"note,omitempty" jsonschema:"why the list is empty, or what it lacks"`
}

// Hit is a paper of a list.
type Hit struct {
	Rank      int               `json:"rank,omitempty"`
	Score     float64           `json:"score,omitempty" jsonschema:"likeness from 0 to 1"`
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Authors   string            `json:"authors,omitempty" jsonschema:"the first three, and how many more"`
	Published string            `json:"published,omitempty"`
	Venue     string            `json:"venue,omitempty"`
	Topic     *library.TopicRef `json:"topic,omitempty"`
	Reasons   []Reason          `json:"reasons,omitempty"`
	Abstract  string            `json:"abstract,omitempty"`
	Interest  string            `json:"interest,omitempty" jsonschema:"the interest that it serves"`
	Near      []string          `json:"near,omitempty" jsonschema:"ids of the reader's own papers that are nearest to it"`
}

// Reason is a term with its share of a score.
type Reason struct {
	Term  string  `json:"term"`
	Share float64 `json:"share" jsonschema:"of the score, 0 to 1"`
}

// Paper is a paper in full.
type Paper struct {
	ID          string                `json:"id"`
	Title       string                `json:"title"`
	Authors     []string              `json:"authors,omitempty"`
	Published   string                `json:"published,omitempty"`
	Venue       string                `json:"venue,omitempty"`
	Abstract    string                `json:"abstract,omitempty"`
	Categories  []string              `json:"categories,omitempty"`
	Keywords    []string              `json:"keywords,omitempty"`
	DOI         string                `json:"doi,omitempty"`
	ArXiv       string                `json:"arxiv,omitempty"`
	URL         string                `json:"url,omitempty"`
	DuplicateOf string                `json:"duplicate_of,omitempty" jsonschema:"the id of another edition of this paper"`
	Path        []library.TopicRef    `json:"path,omitempty" jsonschema:"its topics, from the field down to the subtopic"`
	Topics      []library.TopicWeight `json:"topics,omitempty" jsonschema:"the topics that have a fair share of it"`
}

const (
	shownAuthors  = 3   // of a paper in a list
	shownAbstract = 600 // characters of an abstract in a list
	shownReasons  = 5   // terms behind a score
)

func (s *Server) similar(ctx context.Context, snap *library.Snapshot, in SimilarArgs) (*List, string, error) {
	in.Text = strings.TrimSpace(in.Text)
	if len(in.IDs) == 0 && in.Text == "" {
		return nil, "", tell(errors.New("similar needs something to be like: give ids of papers, a text, or both"))
	}
	if !snap.Ready() {
		return nil, "", tell(unlearned("similar", snap))
	}
	f, err := in.filter(ctx, snap)
	if err != nil {
		return nil, "", err
	}
	likes, err := allNamed(ctx, snap, in.IDs)
	if err != nil {
		return nil, "", err
	}
	dislikes, err := allNamed(ctx, snap, in.Dislikes)
	if err != nil {
		return nil, "", err
	}
	q := recommend.Query{
		Positive: likes, Negative: dislikes, Text: in.Text, Limit: in.limit(), Offset: in.Offset,
		MinScore: in.MinScore, Diversity: in.Diversity, Explain: in.Reasons, Filter: f,
	}
	found, err := snap.Similar(ctx, q)
	switch {
	case errors.Is(err, data.ErrNotFound):
		return nil, "", tell(noPaper(snap, in.IDs...))
	case err != nil:
		return nil, "", err
	case found.Reason == recommend.ReasonNoKnownTerms && in.Text != "" && len(found.Seeds) == 0:
		return nil, "", tell(noTerms())
	}
	like := "the text"
	if n := len(found.Seeds); n > 0 && (n > 1 || in.Text != "") {
		like = count(n, "paper")
		if in.Text != "" {
			like += " and the text"
		}
	} else if n == 1 {
		p, err := snap.Papers.Paper(ctx, found.Seeds[0])
		if err != nil {
			return nil, "", err
		}
		like = fmt.Sprintf("%q (%s)", readable.ClipWords(p.Title, 120), p.ID)
	}
	return s.list(snap, found, "like "+like, in.page)
}

func (s *Server) forLibrary(ctx context.Context, snap *library.Snapshot, in LibraryArgs) (*List, string, error) {
	if len(in.Library) == 0 && in.Bibliography == "" {
		return nil, "", tell(errors.New("for_library needs the reader's papers: give them as library, or a file's text as bibliography"))
	}
	if !snap.Ready() {
		return nil, "", tell(unlearned("for_library", snap))
	}
	f := filters{dates: in.dates}
	filter, err := f.filter(ctx, snap)
	if err != nil {
		return nil, "", err
	}
	q := recommend.LibraryQuery{
		HalfLife: in.HalfLife, Limit: in.limit(), Offset: in.Offset, MinScore: in.MinScore, Explain: in.Reasons, Filter: filter,
	}
	if q.Papers, err = allNamed(ctx, snap, in.Library); err != nil {
		return nil, "", err
	}
	if q.Negative, err = allNamed(ctx, snap, in.Dislikes); err != nil {
		return nil, "", err
	}
	if in.Bibliography != "" {
		papers, _, err := library.ReadBibliography("bibliography", strings.NewReader(in.Bibliography))
		if err != nil {
			return nil, "", tell(err)
		}
		ids, others, err := snap.Know(ctx, papers)
		if err != nil {
			return nil, "", err
		}
		q.Papers, q.Records = append(q.Papers, ids...), others
	}
	if err := q.Validate(); err != nil {
		return nil, "", tell(err)
	}
	found, err := snap.ForReader(ctx, q)
	switch {
	case errors.Is(err, data.ErrNotFound):
		return nil, "", tell(noPaper(snap, in.Library[:min(len(in.Library), 10)]...))
	case err != nil:
		return nil, "", err
	}
	return s.list(snap, found, "for a library of "+count(len(q.Papers)+len(q.Records), "paper"), in.page)
}

func (s *Server) search(ctx context.Context, snap *library.Snapshot, in SearchArgs) (*List, string, error) {
	switch in.Query = strings.TrimSpace(in.Query); {
	case in.Query == "":
		return nil, "", tell(errors.New("search needs words: give them as query"))
	case len(in.Query) > recommend.MaxQuery:
		err := fmt.Errorf("query has %d bytes, at most %d: give a longer text to similar", len(in.Query), recommend.MaxQuery)
		return nil, "", tell(err)
	}
	f, err := in.filter(ctx, snap)
	if err != nil {
		return nil, "", err
	}
	found, err := snap.Search(ctx, recommend.SearchQuery{
		Text: in.Query, Limit: in.limit(), Offset: in.Offset, MinScore: in.MinScore, Diversity: in.Diversity,
		Explain: in.Reasons, Filter: f,
	})
	if err != nil {
		return nil, "", err
	}
	return s.list(snap, found, fmt.Sprintf("about %q", readable.ClipWords(in.Query, 80)), in.page)
}

// limit returns the number of papers that a page shows.
func (p page) limit() int {
	return min(cmp.Or(p.N, recommend.DefaultLimit), recommend.MaxLimit-p.Offset)
}

// span reads the two dates.
func (d *dates) span() (after, before data.Date, err error) {
	if after, err = data.ParseDate(d.PublishedAfter); err != nil {
		return after, before, tell(badDate("published_after", d.PublishedAfter))
	}
	if before, err = data.ParseDate(d.PublishedBefore); err != nil {
		return after, before, tell(badDate("published_before", d.PublishedBefore))
	}
	return after, before, nil
}

// filter checks the filters. A topic that is not there would pass for one without papers, and is an error.
func (f *filters) filter(ctx context.Context, s *library.Snapshot) (out recommend.Filter, err error) {
	out = recommend.Filter{Topics: f.Topic, ExcludeTopics: f.ExcludeTopic, Categories: f.Category}
	if out.Exclude, err = allNamed(ctx, s, f.Exclude); err != nil {
		return out, err
	}
	if out.After, out.Before, err = f.span(); err != nil {
		return out, err
	}
	for _, ids := range [][]int{f.Topic, f.ExcludeTopic} {
		for _, id := range ids {
			if !s.Ready() {
				return out, tell(unlearned("a filter by topic", s))
			}
			if _, ok := s.Topic(id); !ok {
				return out, tell(noTopic(id))
			}
		}
	}
	return out, nil
}

// list returns a ranking and its text.
func (s *Server) list(snap *library.Snapshot, found *library.List, about string, pg page) (*List, string, error) {
	out := &List{Papers: []Hit{}, Total: found.Total, Missing: found.Missing, DidYouMean: found.DidYouMean}
	for i := range found.Items {
		hit := hitOf(snap, &found.Items[i], pg.Abstracts)
		if n := found.Items[i].Interest; n > 0 {
			hit.Interest, hit.Near = found.Interests[n-1].Label, found.Items[i].Near
		}
		out.Papers = append(out.Papers, hit)
	}
	for _, in := range found.Interests {
		out.Interests = append(out.Interests, in.Label)
	}
	out.NextOffset = next(pg, pg.limit(), out.Total)
	switch {
	case len(out.Papers) == 0 && found.Total > 0:
		out.Note = endsBefore(pg, found.Total)
	case len(out.Papers) == 0:
		out.Note = emptyNote(found.Reason, snap)
	case !snap.Ready():
		out.Note = fmt.Sprintf("Found by the words of titles, authors and venues alone: %s.", snap.Missing)
	}
	return out, out.text(about), nil
}

// endsBefore says that a page begins behind the end of its list.
func endsBefore(pg page, total int) string {
	return fmt.Sprintf("The list ends before offset %d: it has %s.", pg.Offset, count(total, "paper"))
}

// next returns the offset of the papers after a page, 0 at the end.
func next(pg page, shown, total int) int {
	if after := pg.Offset + shown; after < total {
		return after
	}
	return 0
}

// hitOf returns a paper as lists show it.
func hitOf(s *library.Snapshot, it *library.Item, abstract bool) Hit {
	p := it.Paper
	h := Hit{
		Rank: it.Rank, Score: round2(it.Score), ID: p.ID, Title: p.Title, Authors: authors(p),
		Published: p.Published.String(), Venue: p.Venue, Reasons: reasonsOf(it),
	}
	if label := s.Label(it.Topic); label != "" {
		h.Topic = &library.TopicRef{ID: it.Topic, Label: label}
	}
	if abstract {
		h.Abstract = readable.ClipWords(p.Abstract, shownAbstract)
	}
	return h
}

// authors names the first authors of a paper.
func authors(p *data.Paper) string {
	all := max(p.AuthorCount, len(p.Authors))
	shown := p.Authors[:min(len(p.Authors), shownAuthors)]
	switch {
	case all == 0:
		return ""
	case len(shown) == 0:
		return count(all, "author")
	case all > len(shown):
		return fmt.Sprintf("%s and %d more", strings.Join(shown, "; "), all-len(shown))
	}
	return strings.Join(shown, "; ")
}

// reasonsOf returns the terms of a score with their shares of it.
func reasonsOf(it *library.Item) []Reason {
	var out []Reason
	for _, r := range it.Reasons {
		if r.Term != "" && it.Score > 0 && len(out) < shownReasons {
			out = append(out, Reason{r.Term, round2(r.Share / it.Score)})
		}
	}
	return out
}

func round2(v float32) float64 { return math.Round(100*float64(v)) / 100 }

// text writes a list for reading.
func (l *List) text(about string) string {
	var lines strings.Builder
	switch n := len(l.Papers); {
	case n == 0:
		fmt.Fprintf(&lines, "No papers %s.\n", about)
	default:
		fmt.Fprintf(&lines, "Papers %s, %d to %d of %d:\n", about, l.Papers[0].Rank, l.Papers[n-1].Rank, l.Total)
	}
	for i := range l.Papers {
		l.Papers[i].write(&lines)
	}
	if l.NextOffset > 0 {
		fmt.Fprintf(&lines, "More from offset %d on.\n", l.NextOffset)
	}
	if len(l.Missing) > 0 {
		fmt.Fprintf(&lines, "Not in this library, and left aside: %s.\n", readable.ClipWords(strings.Join(l.Missing, ", "), 400))
	}
	if l.DidYouMean != "" {
		fmt.Fprintf(&lines, "Did you mean: %s\n", l.DidYouMean)
	}
	lines.WriteString(l.Note)
	return strings.TrimSpace(lines.String())
}

// write writes a paper on a line, and its reasons and abstract on lines of their own.
func (h *Hit) write(b *strings.Builder) {
	if h.Rank > 0 {
		fmt.Fprintf(b, "%d. %.2f ", h.Rank, h.Score)
	} else {
		b.WriteString("- ")
	}
	b.WriteString(h.Title)
	for _, part := range []string{h.Authors, h.Published, readable.ClipWords(h.Venue, 60)} {
		if part != "" {
			b.WriteString(" | " + part)
		}
	}
	if h.Topic != nil {
		fmt.Fprintf(b, " | topic %d %s", h.Topic.ID, h.Topic.Label)
	}
	fmt.Fprintf(b, " | %s\n", h.ID)
	if len(h.Reasons) > 0 {
		terms := make([]string, 0, len(h.Reasons))
		for _, r := range h.Reasons {
			terms = append(terms, fmt.Sprintf("%s %.0f %%", r.Term, 100*r.Share))
		}
		fmt.Fprintf(b, "   because of %s\n", strings.Join(terms, ", "))
	}
	if h.Abstract != "" {
		fmt.Fprintf(b, "   %s\n", h.Abstract)
	}
}

func (s *Server) paper(ctx context.Context, snap *library.Snapshot, in PaperArgs) (*Paper, string, error) {
	id, err := named(ctx, snap, in.ID)
	if err != nil {
		return nil, "", err
	}
	p, err := snap.Papers.Paper(ctx, id)
	if errors.Is(err, data.ErrNotFound) {
		return nil, "", tell(noPaper(snap, in.ID))
	}
	if err != nil {
		return nil, "", fmt.Errorf("paper %s: %w", in.ID, err)
	}
	out := &Paper{
		ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published.String(), Venue: p.Venue, Abstract: p.Abstract,
		Categories: p.Categories, Keywords: p.Keywords, DOI: p.DOI, ArXiv: p.ArXiv, URL: p.SourceURL(),
		DuplicateOf: p.DuplicateOf, Path: snap.PathOf(p), Topics: snap.TopicsOf(p),
	}
	for i := range out.Topics {
		out.Topics[i].Weight = float32(round2(out.Topics[i].Weight))
	}
	return out, out.text(), nil
}

// text writes a paper for reading.
func (p *Paper) text() string {
	var b strings.Builder
	b.WriteString(p.Title + "\n")
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	line("Authors", strings.Join(p.Authors, "; "))
	line("Published", p.Published)
	line("Venue", p.Venue)
	line("Id", p.ID)
	line("DOI", p.DOI)
	line("arXiv", p.ArXiv)
	line("URL", p.URL)
	line("Categories", strings.Join(p.Categories, ", "))
	line("Keywords", strings.Join(p.Keywords, "; "))
	line("Other edition", p.DuplicateOf)
	path := make([]string, len(p.Path))
	for i, t := range p.Path {
		path[i] = fmt.Sprintf("%d %s", t.ID, t.Label)
	}
	line("Topic", strings.Join(path, " > "))
	if p.Abstract == "" {
		b.WriteString("\n(no abstract)")
	} else {
		b.WriteString("\n" + p.Abstract)
	}
	return b.String()
}
