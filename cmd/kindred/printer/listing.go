package printer

import (
	"cmp"
	"fmt"
	"strings"

	"kindred/api/wire"
	"kindred/data/readable"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// Papers prints a listing: which papers it shows, then two lines for each paper. sp is its span, zero for all papers.
func (p *Printer) Papers(answer *wire.Answer[[]wire.Item], sp library.Span) error {
	meta := &answer.Meta
	if !sp.IsZero() {
		p.printf("%s (%s, UTC): ", sp.InWords(), sp)
	}
	p.printf("%s%s\n", counted(*meta.Total), orderedBy(meta.Listing))
	for i := range answer.Data {
		item := &answer.Data[i]
		paper := item.Record()
		p.printf("%4s  %-10s  %s\n", votesOrScore(item), paper.Published, p.clip(paper.Title, 18))
		line := withTopic(item)
		if paper.Comments > 0 {
			line = append(line, fmt.Sprintf("%d comments", paper.Comments))
		}
		p.printf("%18s%s\n", "", strings.Join(line, "  ·  "))
	}
	if l := meta.Listing; l.Period != nil && (l.Previous != "" || l.Next != "") {
		p.printf("before: %s  after: %s\n", cmp.Or(l.Previous, "none"), cmp.Or(l.Next, "none"))
	}
	return p.err
}

// withTopic returns the id of a paper and, where it has one, the label of its topic.
func withTopic(item *wire.Item) []string {
	line := []string{item.Record().ID}
	if item.Topic != nil {
		line = append(line, item.Topic.Label)
	}
	return line
}

func counted(n int) string {
	if n == 1 {
		return "1 paper"
	}
	return fmt.Sprintf("%d papers", n)
}

// orderedBy says what the order of a listing goes by.
func orderedBy(l *library.Ordered) string {
	switch {
	case l.Order == library.Likeness:
		return ", by likeness"
	case l.By == library.ByUpvotes:
		return ", by upvotes and age"
	case l.By == library.ByTopics:
		return ", by closeness to rising topics"
	}
	return ", newest first"
}

// votesOrScore returns the number before a paper of a listing: its likeness, or its upvotes.
func votesOrScore(item *wire.Item) string {
	switch {
	case item.Score != nil:
		return fmt.Sprintf("%.2f", *item.Score)
	case item.Record().Upvotes > 0:
		return fmt.Sprint(item.Record().Upvotes)
	}
	return ""
}

// Neighbourhood prints a paper as number 0, the papers nearest to it, and by their numbers which are near each other.
func (p *Printer) Neighbourhood(answer *wire.Answer[wire.NeighbourhoodView]) error {
	n := &answer.Data
	near := map[int][]string{}
	for _, e := range n.Edges {
		near[e.A] = append(near[e.A], fmt.Sprint(e.B))
		near[e.B] = append(near[e.B], fmt.Sprint(e.A))
	}
	print := func(place int, score string, item *wire.Item) {
		line := withTopic(item)
		if near[place] != nil {
			line = append(line, "near "+strings.Join(near[place], ", "))
		}
		title := p.clip(readable.OneLine(item.Record().Title), 24)
		p.printf("%3d  %4s  %-10s  %s\n%23s%s\n", place, score, item.Record().Published, title, "", strings.Join(line, "  ·  "))
	}
	print(0, "", &n.Paper)
	for i := range n.Papers {
		print(i+1, fmt.Sprintf("%.2f", *n.Papers[i].Score), &n.Papers[i])
	}
	if len(n.Papers) == 0 {
		p.printf("No papers: %s.\n", noneBecause(answer.Meta.Reason))
	}
	return p.err
}

// Issue prints an issue of a subscription: each group with its papers, and why each of these is in it.
func (p *Printer) Issue(issue *digest.Issue) error {
	p.printf("%s, issue %d, %s\n", issue.Name, issue.Number, issue.Time.Format("Monday, 2 January 2006"))
	if issue.Quiet != "" {
		p.printf("\n%s\n", issue.Quiet)
		return p.err
	}
	p.printf("chosen from %d new papers\n", issue.Considered)
	for _, g := range issue.Groups {
		p.printf("\n%s\n", strings.ToUpper(g.Label))
		for i := range g.Picks {
			p.pick(&g.Picks[i])
		}
	}
	return p.err
}

// pick prints a paper of an issue.
func (p *Printer) pick(pick *digest.Pick) {
	score := "    "
	if pick.Score > 0 {
		score = fmt.Sprintf("%.2f", pick.Score)
	}
	who := pick.Paper.ID + "  " + strings.Join(pick.Paper.Authors, ", ")
	p.printf("%s  %s\n      %s\n", score, p.clip(pick.Paper.Title, 6), p.clip(who, 6))
	if pick.Summary != "" {
		p.printf("      %s\n", p.clip(pick.Summary, 6))
	}
	if len(pick.Words) > 0 {
		p.printf("      shares %s\n", strings.Join(pick.Words, ", "))
	}
	for _, n := range pick.Near {
		p.printf("      near yours: %s\n", p.clip(n.Title, 18))
	}
}
