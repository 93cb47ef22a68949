package printer

import (
	"strings"

	"kindred/classifier/curate"
	"kindred/recommend/library"
)

// Edited prints an edit that was made. text is the edit in words.
func (p *Printer) Edited(e *curate.Edit, text string) error {
	p.printf("%s (edit %s)\n", text, EditNumber(e.ID))
	for _, s := range e.Shares {
		p.printf("%8d  %s\n", s.ID, s.Label)
	}
	return p.err
}

// EditNumber returns the id of an edit without leading zeros.
func EditNumber(id string) string { return strings.TrimLeft(id, "0") }

// Edits prints the edits in force. text has an edit in words.
func (p *Printer) Edits(edits []curate.Edit, text func(curate.Edit) string) error {
	if len(edits) == 0 {
		p.printf("There are no edits.\n")
	}
	for _, e := range edits {
		p.printf("%4s  %s\n", EditNumber(e.ID), text(e))
		if e.By != "" || e.Note != "" {
			p.printf("      %s\n", madeBy(e))
		}
		if e.Inapplicable != "" {
			p.printf("      no effect: %s\n", e.Inapplicable)
		}
	}
	return p.err
}

// madeBy says when an edit was made, by whom and why.
func madeBy(e curate.Edit) string {
	var parts []string
	if !e.Made.IsZero() {
		parts = append(parts, e.Made.Format(minute))
	}
	if e.By != "" {
		parts = append(parts, "by "+e.By)
	}
	out := strings.Join(parts, " ")
	if e.Note != "" {
		out = strings.TrimPrefix(out+": "+e.Note, ": ")
	}
	return out
}

// Preview prints what an edit, in words text, would change.
func (p *Printer) Preview(out *library.Preview, text string) error {
	p.printf("%s would change:\n", text)
	for _, t := range out.Topics {
		switch {
		case t.Gone:
			p.printf("%8d  %s: %d papers, goes\n", t.ID, t.Label, t.Before)
		case t.Was != "" && t.Was != t.Label:
			p.printf("%8d  %s, was %s: %d papers, then %d\n", t.ID, t.Label, t.Was, t.Before, t.After)
		default:
			p.printf("%8d  %s: %d papers, then %d\n", t.ID, t.Label, t.Before, t.After)
		}
		for _, paper := range t.Papers {
			p.printf("          + %s  %s\n", paper.ID, paper.Title)
		}
	}
	if len(out.Topics) == 0 {
		p.printf("no topic's name, and no paper's topic\n")
	}
	return p.err
}
