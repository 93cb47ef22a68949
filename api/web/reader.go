package web

import (
	"kindred/api/link"
	"kindred/data"
	"kindred/recommend/library"
)

// Reader is the list that a reader collects. All of it is in the address, so it can be kept and sent, and the server
// knows nothing of who has it.
type Reader struct {
	Seeds              link.Seeds
	Positive, Negative []Seed         // those of Seeds that are here
	Typed              string         // what the reader looks for
	Found              []library.Item // candidates for Typed
	List               List           // papers like the seeds
}

// Seed is a paper of a reader's list under the id that the list has for it, which may be one of its aliases.
type Seed struct {
	ID    string
	Paper *data.Paper
}

// readerView is what the page of a reader's list shows.
type readerView struct {
	Positive, Negative []seedCard
	Text               string
	Share              string // address of this list
	Exports            []Link
	List               listView
	Hidden             []hidden // the list, for the form that adds to it
	Found              []card
	Typed              string
}

// seedCard is a paper of the list, and the address of the list without it or with its sign turned.
type seedCard struct {
	card
	Remove, Turn string
}

// Reader returns the page of a reader's list.
func (p *Pages) Reader(v View, in Reader) ([]byte, error) {
	const api = "/v1/recommendations"
	f := p.frame(v, "Your list", "Papers you like and dislike, and what to read next.")
	f.NoIndex = true
	out := readerView{Text: in.Seeds.Text, Share: in.Seeds.Path(), Typed: in.Typed, List: v.list(in.List, in.Seeds)}
	for _, id := range in.Seeds.Positive {
		out.Hidden = append(out.Hidden, hidden{"positive", id})
	}
	for _, id := range in.Seeds.Negative {
		out.Hidden = append(out.Hidden, hidden{"negative", id})
	}
	out.List.Form.Hidden = out.Hidden
	seeds := func(side []Seed, turn func(link.Seeds, string) link.Seeds) (out []seedCard) {
		for _, s := range side {
			rest := in.Seeds.Without(s.ID)
			c := cardOf(v.Snapshot, &library.Item{Paper: s.Paper}, in.Seeds)
			out = append(out, seedCard{c, rest.Path(), turn(rest, s.ID).Path()})
		}
		return out
	}
	out.Positive = seeds(in.Positive, link.Seeds.Dislike)
	out.Negative = seeds(in.Negative, link.Seeds.Like)
	for i := range in.Found {
		c := cardOf(v.Snapshot, &in.Found[i], in.Seeds)
		c.Ranked = false
		out.Found = append(out.Found, c)
	}
	if len(in.Seeds.Positive) > 0 || in.Seeds.Text != "" {
		f.Feeds = feeds("Recommended papers", api, in.Seeds.Values())
		out.Exports = exports(api, in.Seeds.Values())
	}
	f.Data = out
	return p.render("list", f)
}
