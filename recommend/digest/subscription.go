package digest

import (
	"cmp"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones by name, where the system has no files of them
	"unicode/utf8"

	"kindred/data"
	"kindred/recommend"
)

// What a subscription asks for.
const (
	Library  = "library"  // papers like those of its reader
	Search   = "search"   // papers that a typed search finds
	Topic    = "topic"    // papers of topics
	Authors  = "authors"  // papers by authors
	Trending = "trending" // papers with the most upvotes
)

// Kinds are all kinds of subscriptions.
var Kinds = []string{Library, Search, Topic, Authors, Trending}

// States of a subscription.
const (
	Pending   = "pending"   // its mail address was not confirmed yet
	Confirmed = "confirmed" // it gets issues
	Stopped   = "stopped"   // by its reader, or because its address does not take letters
)

// Bounds of a subscription.
const (
	MaxName       = 100  // characters of a name
	MaxListed     = 1000 // ids of seeds, and of dislikes
	MaxWords      = 50   // entries of each list of words, authors, categories, sources and topics
	MaxWord       = 200  // bytes of one entry of a list
	MaxPicks      = 100  // papers of an issue
	DefaultPicks  = 10   // papers of an issue where Filter.Limit is 0
	MaxSearch     = 1000 // bytes of a search
	maxID         = 1000 // bytes of an id
	minHookSecret = 16   // characters of the secret of a webhook
)

// Subscription is what one reader gets, when, and where. Its JSON is what the store keeps and what the API shows.
type Subscription struct {
	ID   string `json:"id"`   // random; not secret
	Name string `json:"name"` // what the reader calls it
	Kind string `json:"kind"` // one of Kinds

	Seeds    []string `json:"seeds,omitempty"`      // ids of papers that the reader likes
	Dislikes []string `json:"dislikes,omitempty"`   // ids of papers that the reader does not
	Own      int      `json:"own_papers,omitempty"` // papers of the reader's library, see Subscriptions.Own
	Zotero   *Zotero  `json:"zotero,omitempty"`     // where those come from, nil for files
	Search   string   `json:"search,omitempty"`
	Topics   []int    `json:"topics,omitempty"`
	Authors  []string `json:"authors,omitempty"`
	// Favourites are authors whose papers come first, whatever the subscription asks for.
	Favourites []string `json:"favourites,omitempty"`

	Filter   Filter      `json:"filter,omitzero"`
	Schedule Schedule    `json:"schedule"`
	To       Destination `json:"to,omitzero"`
	// TellQuiet asks for an issue also where there is no paper for it. It says why.
	TellQuiet bool `json:"tell_quiet,omitempty"`

	State   string `json:"state"`
	Paused  bool   `json:"paused,omitempty"`
	Stopped string `json:"stopped,omitempty"` // why it was stopped
	Agreed  string `json:"agreed,omitempty"`  // the mail address whose owner agreed to get letters

	Created time.Time `json:"created"`
	Issued  int       `json:"issued"`             // number of the last issue, 0 before the first
	Last    time.Time `json:"last,omitzero"`      // when the last choice was made, with or without a paper
	Quiet   string    `json:"quiet,omitempty"`    // why the last choice has no paper
	Start   int64     `json:"start"`              // sequence number of the store when it was made
	Seen    int64     `json:"seen,omitempty"`     // sequence number of the store up to which papers were considered
	Earlier int64     `json:"seen_was,omitempty"` // Seen before the last choice
}

// Filter is what the papers of a subscription must have. The zero Filter passes everything.
type Filter struct {
	Must       []string `json:"must,omitempty"`       // words or phrases, all of which occur in title or abstract
	MustNot    []string `json:"must_not,omitempty"`   // words or phrases, none of which occurs
	Categories []string `json:"categories,omitempty"` // at least one of these; "cs" passes all that begin with "cs."
	Sources    []string `json:"sources,omitempty"`    // schemes of ids such as arxiv, or names of venues; at least one
	LeastScore float64  `json:"least_score,omitempty"`
	Limit      int      `json:"limit,omitempty"` // papers of an issue; 0 means DefaultPicks
}

// Destination is where issues go besides the feed that each subscription has.
type Destination struct {
	Mail    string `json:"mail,omitempty"`    // address
	Webhook string `json:"webhook,omitempty"` // http or https address
	Secret  string `json:"secret,omitempty"`  // by which calls of the webhook are signed
}

// InvalidError says all that is wrong with a subscription. It wraps [data.ErrInvalid].
type InvalidError struct{ Faults []Fault }

// Fault is what is wrong with one field of a subscription.
type Fault struct{ Field, Detail string }

// invalid returns the error of one fault.
func invalid(field, format string, args ...any) error {
	return &InvalidError{[]Fault{{field, fmt.Sprintf(format, args...)}}}
}

// Error implements error.
func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		parts[i] = f.Field + ": " + f.Detail
	}
	return fmt.Sprintf("subscription: %v: %s", data.ErrInvalid, strings.Join(parts, "; "))
}

// Unwrap returns [data.ErrInvalid].
func (e *InvalidError) Unwrap() error { return data.ErrInvalid }

// Validate reports everything that is wrong with s in an [*InvalidError]. It puts defaults where nothing is said.
func (s *Subscription) Validate() error {
	v := &faults{}
	s.Name = strings.Join(strings.Fields(s.Name), " ")
	v.when(s.Name == "" || utf8.RuneCountInString(s.Name) > MaxName, "name", "want 1 to %d characters", MaxName)
	v.when(!slices.Contains(Kinds, s.Kind), "kind", "%q is none of %s", clip(s.Kind), strings.Join(Kinds, ", "))
	v.ids("seeds", &s.Seeds)
	v.ids("dislikes", &s.Dislikes)
	for _, list := range []struct {
		name  string
		words *[]string
	}{
		{"authors", &s.Authors}, {"favourites", &s.Favourites}, {"must", &s.Filter.Must}, {"must_not", &s.Filter.MustNot},
		{"categories", &s.Filter.Categories}, {"sources", &s.Filter.Sources},
	} {
		v.words(list.name, list.words)
	}
	s.Search = strings.TrimSpace(s.Search)
	v.when(len(s.Search) > MaxSearch, "search", "%d bytes, at most %d", len(s.Search), MaxSearch)
	v.when(len(s.Topics) > MaxWords, "topics", "%d topics, at most %d", len(s.Topics), MaxWords)
	v.when(slices.ContainsFunc(s.Topics, func(id int) bool { return id < 1 }), "topics", "want the numbers of topics")
	switch s.Kind {
	case Library:
		v.when(len(s.Seeds) == 0 && s.Own == 0 && s.Zotero == nil, "seeds", "no papers: give ids, or a file of your library")
	case Search:
		v.when(s.Search == "", "search", "no words")
	case Topic:
		v.when(len(s.Topics) == 0, "topics", "no topic: give its number")
	case Authors:
		v.when(len(s.Authors) == 0, "authors", "no author")
	}
	f := &s.Filter
	for _, phrase := range slices.Concat(f.Must, f.MustNot) {
		v.when(len(recommend.TextWords(phrase)) == 0, "must", "%q has no word", clip(phrase))
	}
	v.when(!(f.LeastScore >= 0 && f.LeastScore <= 1), "least_score", "%v, want 0 to 1", f.LeastScore)
	v.when(f.Limit < 0 || f.Limit > MaxPicks, "limit", "%d, want 1 to %d, or 0 for %d", f.Limit, MaxPicks, DefaultPicks)
	if s.Zotero != nil {
		s.Zotero.validate(v)
	}
	s.Schedule.validate(v)
	s.To.validate(v)
	return v.err()
}

func (d *Destination) validate(v *faults) {
	if d.Mail != "" {
		a, err := mail.ParseAddress(d.Mail)
		if v.when(err != nil || strings.ContainsAny(d.Mail, "\r\n") || len(d.Mail) > 254, "mail", "%q is no mail address", clip(d.Mail)) {
			return
		}
		d.Mail = a.Address
	}
	if d.Webhook != "" {
		u, err := url.Parse(d.Webhook)
		v.when(err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || len(d.Webhook) > 2000,
			"webhook", "%q: want an address such as https://example.org/hook", clip(d.Webhook))
		v.when(len(d.Secret) < minHookSecret || len(d.Secret) > 200, "secret", "want %d to 200 characters, by which calls of the webhook are signed", minHookSecret)
	}
}

// Limit returns the number of papers of an issue.
func (s *Subscription) Limit() int {
	return max(cmp.Or(s.Filter.Limit, DefaultPicks), s.Schedule.Count)
}

// Active reports whether issues are made of s.
func (s *Subscription) Active() bool { return s.State == Confirmed && !s.Paused }

// Public returns s without the secret of its webhook and the key of its Zotero library.
func (s *Subscription) Public() *Subscription {
	p := *s
	p.To.Secret = ""
	if s.Zotero != nil {
		z := *s.Zotero
		z.Key = ""
		p.Zotero = &z
	}
	return &p
}

// faults collects what is wrong with a subscription.
type faults struct{ list []Fault }

// when notes a fault of a field, if there is one, and reports it.
func (v *faults) when(wrong bool, field, format string, args ...any) bool {
	if wrong {
		v.list = append(v.list, Fault{field, fmt.Sprintf(format, args...)})
	}
	return wrong
}

func (v *faults) err() error {
	if len(v.list) == 0 {
		return nil
	}
	return &InvalidError{v.list}
}

// ids makes ids canonical and removes repeated ones.
func (v *faults) ids(field string, ids *[]string) {
	if v.when(len(*ids) > MaxListed, field, "%d papers, at most %d", len(*ids), MaxListed) {
		return
	}
	var out []string
	for _, id := range *ids {
		c := data.CanonicalID(id)
		v.when(c == "" || len(c) > maxID, field, "%q is no id of a paper", clip(id))
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	*ids = out
}

// words trims the entries of a list and removes repeated ones.
func (v *faults) words(field string, list *[]string) {
	if v.when(len(*list) > MaxWords, field, "%d entries, at most %d", len(*list), MaxWords) {
		return
	}
	var out []string
	for _, w := range *list {
		w = strings.Join(strings.Fields(w), " ")
		v.when(w == "" || len(w) > MaxWord, field, "%q: want 1 to %d bytes", clip(w), MaxWord)
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	*list = out
}

// clip shortens what a message quotes.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
