// Package digest chooses the papers that a subscription sends: what is new, near to what its reader reads, and not sent
// before. It holds subscriptions, their filters and times, and the choice itself. How an issue looks, and how it
// reaches its reader, does not belong here.
package digest

import (
	"time"

	"kindred/data"
)

// Issue is one number of a digest: the papers that one subscription gets at one time. Its JSON is what the store keeps
// and what the API shows.
type Issue struct {
	Subscription string    `json:"subscription"`     // its id
	Number       int       `json:"number"`           // 1 for the first issue of the subscription
	Name         string    `json:"name"`             // what the reader calls the subscription
	Time         time.Time `json:"time"`             // when it was made
	Groups       []Group   `json:"groups,omitempty"` // by interest of the reader, the most important first; none in a quiet issue
	Considered   int       `json:"considered"`       // new papers that the choice was made from
	Quiet        string    `json:"quiet,omitempty"`  // why there is nothing, a sentence for the reader; empty where there are papers
}

// Group is the part of an issue that serves one interest of its reader.
type Group struct {
	Label string `json:"label"` // words for the interest: a topic's name, an author's, a search
	Picks []Pick `json:"picks"` // best first
}

// Pick is one paper of an issue, with the reason why it is there.
type Pick struct {
	Paper   data.Paper  `json:"paper"`
	Score   float64     `json:"score,omitempty"`   // likeness to the interest, 0 to 1; 0 where nothing was compared
	Summary string      `json:"summary,omitempty"` // the first two sentences of the abstract, as plain text
	Words   []string    `json:"words,omitempty"`   // the shared words that count most
	Near    []Neighbour `json:"near,omitempty"`    // the reader's own papers that it is nearest to, nearest first
	Author  string      `json:"author,omitempty"`  // the favourite author for whom it is here; empty where none is
	Topic   string      `json:"topic,omitempty"`   // label of its topic; empty where it is in none
	Links   []Link      `json:"links,omitempty"`   // where to read it, the page here first
	More    string      `json:"more,omitempty"`    // address that asks for more like this; empty where the digest was made without a server
	Less    string      `json:"less,omitempty"`    // address that asks for less like this
}

// Neighbour is a paper of the reader's own.
type Neighbour struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Link is an address with the words to show for it.
type Link struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}
