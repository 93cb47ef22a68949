package web

import (
	"kindred/recommend"
	"kindred/recommend/library"
)

// List is a page of a list of papers.
type List struct {
	*library.List
	Offset int    // papers before the page
	Next   string // cursor of the next page, "" at the end
	Form   Form
}

// Form is what the reader chose of the filters that pages offer, as it is written.
type Form struct {
	After     string
	Before    string
	Diversity string
}

// Chosen reports whether anything was chosen.
func (f Form) Chosen() bool { return f != Form{} }

// listView is a list of papers on a page.
type listView struct {
	Cards      []card
	Total      int
	More       bool // than Total
	First      int  // rank of the first card
	Empty      string
	DidYouMean string
	MeanPath   string
	Next, Back string
	Form       filterForm
	Missing    []string
}

// filterForm is a Form with the fields that its reader does not see.
type filterForm struct {
	Form
	Hidden []hidden
}

type hidden struct{ Name, Value string }

// list returns the form of a list for pages.
func (v View) list(l List) listView {
	out := listView{
		Total: l.Total, More: l.More, First: l.Offset + 1, Empty: emptyReason(l), DidYouMean: l.DidYouMean,
		Missing: l.Missing, Form: filterForm{Form: l.Form},
	}
	out.Cards = v.cards(l.Items)
	if l.Next != "" {
		out.Next = pageAddress(v.URL, "cursor", l.Next)
	}
	if l.Offset > 0 {
		out.Back = pageAddress(v.URL, "cursor", "")
	}
	if l.DidYouMean != "" {
		out.MeanPath = pageAddress(v.URL, "q", l.DidYouMean, "cursor", "")
	}
	return out
}

// emptyReason says in words why a list is empty.
func emptyReason(l List) string {
	if len(l.Items) > 0 {
		return ""
	}
	switch l.Reason {
	case recommend.ReasonNoText:
		return "There is no text to go by: the paper has neither title nor abstract."
	case recommend.ReasonNoKnownTerms:
		return "None of these words occurs in the papers here."
	case recommend.ReasonBelowMinScore:
		return "There are papers that are somewhat alike, but none is good enough for the score you asked for."
	case recommend.ReasonNoneAlike:
		return "No paper here is alike enough."
	case recommend.ReasonFiltered:
		return "No paper is left after the filters."
	}
	if l.Offset > 0 {
		return "The list ends here."
	}
	return "Nothing was found."
}
