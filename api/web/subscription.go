package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/digest"
)

// Managing is what the page of a subscription is about.
type Managing struct {
	Subscription *digest.Subscription
	Issues       []*digest.Issue // the newest first
	Next         *digest.Issue   // what the next issue would be now, nil where that is not known
	Path         string          // of the page
	Feed         string          // path of the feed
	More, Less   string          // id of a paper that the reader wants more or less like, by a link that was followed
	Paper        *data.Paper     // that paper
	Person       bool            // a person followed the link, not a program that looks at mail
	Code         string          // of the letter that asks for a confirmation, by its link
	Done, Wrong  string          // what the last form did, or why it did not
}

// managingView is what the page of a subscription shows.
type managingView struct {
	Managing
	About, When, Due     string
	Waiting, Stopped     bool
	Must, MustNot, First string // a line each
	Days                 []string
	Last                 []issueLine
	Preview              []previewGroup
	Further              int // papers of the next issue that are not shown
}

// previewGroup is a group of the next issue.
type previewGroup struct {
	Label  string
	Papers []previewPaper
}

// previewPaper is a paper of the next issue, with the reader's own papers that it is near to.
type previewPaper struct {
	card
	Near []string
}

// shownNext is how many papers of the next issue the page shows.
const shownNext = 10

// preview fills in what the next issue would be now.
func (m *managingView) preview(v View) {
	shown := 0
	for _, g := range m.Next.Groups {
		group := previewGroup{Label: g.Label}
		for i := range g.Picks {
			if shown == shownNext {
				m.Further++
				continue
			}
			shown++
			pick := &g.Picks[i]
			c := v.plainCard(&pick.Paper)
			c.First, c.Ranked, c.Percent = readable.Powers(pick.Summary), pick.Score > 0, percent(float32(pick.Score))
			if strings.EqualFold(pick.Topic, g.Label) {
				c.Topic = nil // the heading has it
			}
			for _, w := range pick.Words[:min(len(pick.Words), shownReasons)] {
				c.Reasons = append(c.Reasons, chip{Term: w, How: "in papers of yours, too"})
			}
			paper := previewPaper{card: c}
			for _, n := range pick.Near {
				paper.Near = append(paper.Near, readable.Powers(n.Title))
			}
			group.Papers = append(group.Papers, paper)
		}
		if len(group.Papers) > 0 {
			m.Preview = append(m.Preview, group)
		}
	}
}

// issueLine is an issue on the page of a subscription.
type issueLine struct {
	When, Quiet string
	Papers      []paperLink
}

// paperLink is a paper by its title.
type paperLink struct{ Title, Page string }

// Subscription returns the page by which a reader manages a subscription.
func (p *Pages) Subscription(v View, in Managing) ([]byte, error) {
	s := in.Subscription
	view := managingView{
		Managing: in, About: s.About(), When: s.Schedule.String(), Waiting: s.State == digest.Pending, Stopped: s.State == digest.Stopped,
		Must: strings.Join(s.Filter.Must, "\n"), MustNot: strings.Join(s.Filter.MustNot, "\n"), First: strings.Join(s.Favourites, "\n"),
		Days: []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"},
	}
	if next := s.Schedule.After(time.Now()); s.Active() && !next.IsZero() {
		view.Due = next.Format("Monday, 2 January 2006, 15:04 MST")
	}
	if in.Next != nil {
		view.preview(v)
	}
	for _, issue := range in.Issues[:min(len(in.Issues), 5)] {
		line := issueLine{When: issue.Time.Format("2 January 2006"), Quiet: issue.Quiet}
		for _, g := range issue.Groups {
			for _, pick := range g.Picks {
				line.Papers = append(line.Papers, paperLink{pick.Paper.Title, link.Paper(pick.Paper.ID)})
			}
		}
		view.Last = append(view.Last, line)
	}
	f := p.frame(v, s.Name, "")
	f.NoIndex = true
	f.Canonical = ""
	f.Data = view
	return p.render("subscription", f)
}

// Issues returns issues, the newest first, as Atom: an entry each, whose content lists the papers.
func (f Feed) Issues(issues []*digest.Issue) ([]byte, error) {
	if len(issues) > 0 {
		f.Updated = issues[0].Time
	}
	out := f.atom()
	for _, issue := range issues {
		var b strings.Builder
		if issue.Quiet != "" {
			fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(issue.Quiet))
		}
		for _, g := range issue.Groups {
			fmt.Fprintf(&b, "<h2>%s</h2>", template.HTMLEscapeString(readable.PlainXML(g.Label)))
			for _, pick := range g.Picks {
				fmt.Fprintf(&b, `<h3><a href="%s">%s</a></h3><p>%s</p><p>%s</p>`, template.HTMLEscapeString(f.Base+link.Paper(pick.Paper.ID)),
					template.HTMLEscapeString(readable.PlainXML(pick.Paper.Title)), template.HTMLEscapeString(readable.PlainXML(strings.Join(pick.Paper.Authors, ", "))),
					template.HTMLEscapeString(readable.PlainXML(pick.Summary)))
			}
		}
		when := issue.Time.Format(time.RFC3339)
		title := fmt.Sprintf("%s: %s", issue.Name, issue.Time.Format("Monday, 2 January 2006"))
		out.Entries = append(out.Entries, AtomEntry{
			// The name of an entry is not an address, which would hold the secret of the feed (RFC 4151).
			ID:    fmt.Sprintf("tag:kindred,2026:subscription:%s:%d", issue.Subscription, issue.Number),
			Title: readable.PlainXML(title), Updated: when, Published: when, Content: &AtomText{"html", b.String()},
		})
	}
	return encodeXML(out)
}

// AtomText is text of Atom in a form that Type names.
type AtomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}
