package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// Meta says what Data holds and which model it comes from.
type Meta struct {
	Count      *int     `json:"count,omitempty"` // items in Data, where it is a list
	Total      *int     `json:"total,omitempty"` // items of the whole list, as far as it was ranked
	Limit      int      `json:"limit,omitempty"`
	NextCursor string   `json:"next_cursor,omitempty"`
	Reason     string   `json:"reason,omitempty"` // why Data is empty
	Seeds      []string `json:"seeds,omitempty"`  // canonical ids of the seeds that were used
	Missing    []string `json:"missing,omitempty"`
	DidYouMean string   `json:"did_you_mean,omitempty"`
	// Interests are those of a library that was asked with, the one that matters most first.
	Interests []recommend.Interest `json:"interests,omitempty"`
	Rejected  int                  `json:"rejected,omitempty"` // records of a bibliography that cannot be used
	Listing   *library.Ordered     `json:"listing,omitempty"`  // order and span of a listing
	Other     *float32             `json:"other,omitempty"`    // how sure it is that a paper or a text is in no topic, in [0,1]
	Model     *library.ModelInfo   `json:"model"`
}

// Links leads on from an answer. They are relative to the server's root.
type Links struct {
	Self string `json:"self"`
	Next string `json:"next,omitempty"`
	HTML string `json:"html,omitempty"` // the page that shows the same to people
}

// Item is one paper of a list, with what put it there.
type Item struct {
	Paper      View               `json:"paper"`
	Score      *float32           `json:"score,omitempty"` // likeness in [0,1], where the list is ranked by it
	Rank       int                `json:"rank,omitempty"`  // 1 for the first, over all pages
	Topic      *library.TopicRef  `json:"topic,omitempty"`
	Confidence *float32           `json:"confidence,omitempty"` // of the topic, or of being in none, in [0,1]
	Reasons    []recommend.Reason `json:"reasons,omitempty"`
	Interest   int                `json:"interest,omitempty"` // number in Meta.Interests, from 1, in answers to a library
	Near       []string           `json:"near,omitempty"`     // ids of the papers of the library that are nearest to it
	Trend      float64            `json:"trend,omitempty"`    // what a trending order goes by
}

// TopicView is a topic as the API shows it.
type TopicView struct {
	ID          int                `json:"id"`
	Label       string             `json:"label"`
	Terms       []topic.Term       `json:"terms"`
	Size        int                `json:"size"`
	Description string             `json:"description,omitempty"`
	Level       int                `json:"level"`
	Parent      *library.TopicRef  `json:"parent,omitempty"`
	Children    []library.TopicRef `json:"children,omitempty"`
	Papers      []library.PaperRef `json:"representative_papers"`
	Trend       library.Trend      `json:"trend"`
	Rise        float64            `json:"rise"`      // share of the newest fifth of the periods, by share of those before
	Direction   int                `json:"direction"` // 1 rising, -1 falling, 0 neither for sure
}

// View is a paper reduced to some of its fields.
type View struct {
	Paper  *data.Paper
	Fields Fields
}

// Fields is a set of the fields of a paper, by their places in paperFields.
type Fields uint32

// paperField is one field of a paper's JSON form; get returns nil where the paper does not have it.
type paperField struct {
	name string
	get  func(p *data.Paper) any
}

// paperFields lists the fields in the order in which they are written. id and title are always among them.
var paperFields = []paperField{
	{"id", func(p *data.Paper) any { return p.ID }},
	{"title", func(p *data.Paper) any { return p.Title }},
	{"abstract", func(p *data.Paper) any { return text(p.Abstract) }},
	{"authors", func(p *data.Paper) any { return texts(p.Authors) }},
	{"author_count", func(p *data.Paper) any { return number(max(p.AuthorCount, len(p.Authors))) }},
	{"published", func(p *data.Paper) any { return text(p.Published.String()) }},
	{"venue", func(p *data.Paper) any { return text(p.Venue) }},
	{"categories", func(p *data.Paper) any { return texts(p.Categories) }},
	{"labels", func(p *data.Paper) any { return texts(p.Labels) }},
	{"keywords", func(p *data.Paper) any { return texts(p.Keywords) }},
	{"url", func(p *data.Paper) any { return text(p.SourceURL()) }},
	{"page", func(p *data.Paper) any { return link.Paper(p.ID) }},
	{"doi", func(p *data.Paper) any { return text(p.DOI) }},
	{"arxiv", func(p *data.Paper) any { return text(p.ArXiv) }},
	{"upvotes", func(p *data.Paper) any { return number(p.Upvotes) }},
	{"comments", func(p *data.Paper) any { return number(p.Comments) }},
	{"aliases", func(p *data.Paper) any { return texts(p.Aliases) }},
	{"duplicate_of", func(p *data.Paper) any { return text(p.DuplicateOf) }},
	{"original", func(p *data.Paper) any {
		if p.Original == nil {
			return nil
		}
		return p.Original
	}},
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func texts(s []string) any {
	if len(s) == 0 {
		return nil
	}
	return s
}

func number(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// The fields that are written where none are asked for.
var (
	// ListFields are those of a paper in a list.
	ListFields = fieldSet("id", "title", "authors", "author_count", "published", "venue", "categories", "url", "page", "upvotes", "comments")
	// AllFields are those of a paper by itself.
	AllFields = Fields(1)<<len(paperFields) - 1
)

func fieldSet(names ...string) Fields {
	var set Fields
	for i, f := range paperFields {
		if slices.Contains(names, f.name) {
			set |= 1 << i
		}
	}
	return set
}

// ParseFields returns the fields that names list, id and title among them, and the first name that is none.
func ParseFields(names []string) (set Fields, unknown string) {
	set = fieldSet("id", "title")
	for _, name := range names {
		bit := fieldSet(name)
		if bit == 0 {
			return 0, name
		}
		set |= bit
	}
	return set, ""
}

// FieldNames returns the names of all fields, separated by commas.
func FieldNames() string {
	names := make([]string, len(paperFields))
	for i, f := range paperFields {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}

// MarshalJSON implements json.Marshaler.
func (v View) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	for i, f := range paperFields {
		if v.Fields&(1<<i) == 0 {
			continue
		}
		val := f.get(v.Paper)
		if val == nil {
			continue
		}
		b, err := json.Marshal(val)
		if err != nil {
			return nil, fmt.Errorf("field %s of %s: %w", f.name, v.Paper.ID, err)
		}
		if buf.Len() > 1 {
			buf.WriteByte(',')
		}
		fmt.Fprintf(&buf, "%q:", f.name)
		buf.Write(b)
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

// CanonicalID returns the canonical form of an id from a path, where proxies may have merged the slashes of an address.
func CanonicalID(id string) string {
	for _, scheme := range []string{"https:/", "http:/"} {
		if rest, ok := strings.CutPrefix(id, scheme); ok && !strings.HasPrefix(rest, "/") {
			id = scheme + "/" + rest
		}
	}
	return data.CanonicalID(id)
}

// CanonicalIDs replaces each of ids by its canonical form.
func CanonicalIDs(ids []string) []string {
	for i, id := range ids {
		ids[i] = CanonicalID(id)
	}
	return ids
}

// PaperDetail is a paper with its topics.
type PaperDetail struct {
	View
	topics []library.TopicWeight
	path   []library.TopicRef
}

// MarshalJSON implements json.Marshaler: the paper's fields, and topics and path after them.
func (p PaperDetail) MarshalJSON() ([]byte, error) {
	b, err := p.View.MarshalJSON()
	if err != nil {
		return b, err
	}
	t, err := json.Marshal(p.topics)
	if err != nil {
		return nil, err
	}
	path, err := json.Marshal(p.path)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(b[:len(b)-1], `,"topics":%s,"path":%s}`, t, path), nil
}

// Record returns the whole paper of an item.
func (it *Item) Record() *data.Paper { return it.Paper.Paper }

// Record returns the whole paper.
func (p *PaperDetail) Record() *data.Paper { return p.Paper }

// Topics returns the topics that have a fair share of the paper, heaviest first.
func (p *PaperDetail) Topics() []library.TopicWeight { return p.topics }

// Path returns the topics that the paper is in, from its field down to its subtopic.
func (p *PaperDetail) Path() []library.TopicRef { return p.path }

// newItem returns the JSON form of an item.
func newItem(s *library.Snapshot, it *library.Item, fields Fields) Item {
	out := Item{Paper: View{it.Paper, fields}, Rank: it.Rank, Reasons: it.Reasons, Interest: it.Interest, Near: it.Near, Trend: round3(it.Trend)}
	if it.Ranked {
		out.Score = &it.Score
	}
	if label := s.Label(it.Topic); label != "" {
		out.Topic = &library.TopicRef{ID: it.Topic, Label: label}
	}
	if it.Confidence > 0 && (out.Topic != nil || it.Topic == 0) {
		out.Confidence = &it.Confidence
	}
	return out
}
