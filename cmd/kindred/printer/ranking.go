package printer

import (
	"fmt"
	"strings"

	"kindred/api/wire"
	"kindred/recommend"
)

// Ranking prints ranked papers: rank, score, date and title, then id and topic, then the terms behind the score.
func (p *Printer) Ranking(answer *wire.Answer[[]wire.Item]) error {
	meta := &answer.Meta
	if meta.DidYouMean != "" {
		p.printf("Did you mean: %s\n", meta.DidYouMean)
	}
	if len(answer.Data) == 0 {
		p.printf("No papers: %s.\n", noneBecause(meta.Reason))
	}
	for i := range answer.Data {
		item := &answer.Data[i]
		paper := item.Record()
		score := "" // of a paper that a filter found
		if item.Score != nil {
			score = fmt.Sprintf("%.2f", *item.Score)
		}
		p.printf("%3d  %4s  %-10s  %s\n", item.Rank, score, paper.Published, p.clip(paper.Title, 24))
		line := paper.ID
		if item.Topic != nil {
			line += "  ·  " + item.Topic.Label
		}
		p.printf("%23s%s\n", "", line)
		if item.Interest > 0 {
			p.printf("%23sfor interest %d, near %s\n", "", item.Interest, strings.Join(item.Near, ", "))
		}
		if why := reasonsLine(item.Reasons); why != "" {
			p.printf("%23sbecause of %s\n", "", why)
		}
	}
	return p.err
}

// reasonsLine lists the terms behind a score with their shares of it in per cent.
func reasonsLine(reasons []recommend.Reason) string {
	total := float32(0)
	for _, r := range reasons {
		total += r.Share
	}
	var parts []string
	for _, r := range reasons {
		if r.Term != "" && total > 0 {
			parts = append(parts, fmt.Sprintf("%s %.0f %%", r.Term, 100*r.Share/total))
		}
	}
	return strings.Join(parts, ", ")
}

// noneBecause says why a ranking is empty.
func noneBecause(reason string) string {
	switch reason {
	case recommend.ReasonNoText:
		return "the seed has neither title nor abstract"
	case recommend.ReasonNoKnownTerms:
		return "the model knows none of the words"
	case recommend.ReasonBelowMinScore:
		return "none reaches the lowest score"
	case recommend.ReasonNoneAlike:
		return "none is alike enough"
	case recommend.ReasonFiltered:
		return "none passes the filters"
	}
	return "none is similar"
}
