package mail

import (
	"cmp"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/digest"
)

// MaxHTML bounds the HTML of a letter, in bytes. Gmail cuts a letter off at 102 kB.
const MaxHTML = 100_000

// Bounds of what is shown of one paper, in characters.
const (
	maxTitle   = 300
	maxByline  = 200
	maxSummary = 600
	maxNear    = 120
	maxLabel   = 100
	maxTerm    = 60
	shownWords = 5
	shownNear  = 2
	shownLinks = 4
)

// issueView is an issue as both forms of a letter show it. All texts are plain and of one line.
type issueView struct {
	Site, Name string
	Heading    string // of the letter
	Lead       string // how many papers of how many
	Preheader  string // what mail programs show beside the subject
	Quiet      string
	Groups     []groupView
	Left       string // papers that found no room, a sentence
	Foot       []footLine
}

type groupView struct {
	Label  string
	Papers []paperView
}

// paperView is a paper of a letter. Where there is little room it is brief: title, byline and address.
type paperView struct {
	Number    int
	Title     string
	URL       string
	Byline    string // authors, date, topic, likeness
	Favourite string // why it comes first
	Summary   string
	Shared    string // shared words
	Near      string // the nearest papers of the reader's own
	Links     []digest.Link
}

// footLine is a sentence at the end of a letter, and the address behind it.
type footLine struct{ Text, URL string }

// Issue returns the letter of an issue. The same issue and addresses give the same letter.
func Issue(issue *digest.Issue, a Addresses) (*Letter, error) {
	if err := a.validate(); err != nil {
		return nil, err
	}
	html, text, err := Bodies(issue, a)
	if err != nil {
		return nil, err
	}
	return &Letter{
		From: a.From, To: a.To, Subject: subject(issue), Text: text, HTML: html, Date: issue.Time,
		MessageID: messageID(a.From, "issue", issue.Subscription, strconv.Itoa(issue.Number)),
		ListID:    listID(a.From, issue.Subscription),
		ListName:  line(issue.Name, maxLabel), Unsubscribe: a.Unsubscribe,
	}, nil
}

// Bodies returns an issue as the HTML and the text of a letter. Later papers are shown without their abstract where the
// HTML would be longer than [MaxHTML], and the last ones only counted.
func Bodies(issue *digest.Issue, a Addresses) (html, text string, err error) {
	papers := 0
	for _, g := range issue.Groups {
		papers += len(g.Picks)
	}
	render := func(full, shown int) (*issueView, string) {
		v := viewOf(issue, &a, full, shown)
		page, failed := renderHTML("issue", v)
		err = cmp.Or(err, failed)
		return v, page
	}
	fits := func(full, shown int) bool {
		_, page := render(full, shown)
		return len(page) <= MaxHTML
	}
	full, shown := papers, papers
	if !fits(papers, papers) {
		full = sort.Search(papers, func(n int) bool { return !fits(n+1, papers) })
		if full == 0 && !fits(0, papers) {
			shown = sort.Search(papers, func(n int) bool { return !fits(0, n+1) })
		}
	}
	v, page := render(full, shown)
	if err != nil {
		return "", "", err
	}
	return page, issueText(v), nil
}

// subject names the first papers, because that is what the reader decides by.
func subject(issue *digest.Issue) string {
	const each = 70 // characters of a title
	var titles []string
	n := 0
	for _, g := range issue.Groups {
		for _, p := range g.Picks {
			if n++; n <= 2 {
				titles = append(titles, line(p.Paper.Title, each))
			}
		}
	}
	switch n {
	case 0:
		return "Quiet: " + line(issue.Name, each)
	case 1, 2:
		return strings.Join(titles, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(titles, "; "), n-2)
}

// viewOf returns what is shown of an issue, with so many papers in full and so many at all.
func viewOf(issue *digest.Issue, a *Addresses, full, shown int) *issueView {
	v := &issueView{Site: a.site(), Name: line(issue.Name, maxLabel), Quiet: line(issue.Quiet, maxSummary)}
	v.Heading = fmt.Sprintf("%s · %s", readable.Heading(v.Name), data.DateOf(issue.Time).InWords())
	papers := 0
	var first []string
	for _, g := range issue.Groups {
		group := groupView{Label: line(g.Label, maxLabel)}
		for i := range g.Picks {
			if papers++; papers > shown {
				continue
			}
			pick := g.Picks[i]
			if len(pick.Words) > 0 || strings.EqualFold(pick.Topic, g.Label) {
				pick.Topic = "" // the heading or the shared words tell more
			}
			group.Papers = append(group.Papers, paperOf(&pick, papers, papers <= full))
			if len(first) < 3 {
				first = append(first, line(g.Picks[i].Paper.Title, maxTitle))
			}
		}
		if len(group.Papers) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	v.Lead = lead(papers, issue.Considered)
	if v.Preheader = line(strings.Join(first, " · "), 200); papers == 0 {
		if v.Quiet == "" {
			v.Quiet = "No new paper is near enough to what you read."
		}
		v.Preheader = v.Quiet
	}
	if left := papers - shown; left > 0 {
		v.Left = fmt.Sprintf("%d more found no room in this letter.", left)
	}
	v.Foot = foot(a, v)
	return v
}

func lead(papers, considered int) string {
	switch {
	case papers == 0 && considered == 0:
		return "No papers today"
	case papers == 0:
		return fmt.Sprintf("None of %s today", counted(considered, "new paper"))
	case considered > papers:
		return fmt.Sprintf("%s of %d new ones", counted(papers, "paper"), considered)
	}
	return counted(papers, "new paper")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// paperOf returns what is shown of a paper.
func paperOf(p *digest.Pick, number int, full bool) paperView {
	v := paperView{Number: number, Title: line(readable.Powers(p.Paper.Title), maxTitle)}
	if v.Title == "" {
		v.Title = "(without a title)"
	}
	for _, l := range p.Links {
		if isWeb(l.URL) && len(v.Links) < shownLinks {
			v.Links = append(v.Links, digest.Link{Text: line(l.Text, maxTerm), URL: l.URL})
		}
	}
	if source := p.Paper.SourceURL(); len(v.Links) == 0 && isWeb(source) {
		v.Links = []digest.Link{{Text: "Read it", URL: source}}
	}
	if len(v.Links) > 0 {
		v.URL = v.Links[0].URL
	}
	var by []string
	for _, s := range []string{
		line(data.Byline(p.Paper.Authors, p.Paper.AuthorCount), maxByline), p.Paper.Published.InWords(), line(p.Topic, maxLabel), likeness(p.Score),
	} {
		if s != "" {
			by = append(by, s)
		}
	}
	v.Byline = strings.Join(by, " · ")
	if p.Author != "" {
		v.Favourite = "By " + line(p.Author, maxTerm) + ", whom you follow"
	}
	if !full {
		v.Links = nil
		return v
	}
	v.Summary = line(readable.Powers(p.Summary), maxSummary)
	var words, near []string
	for _, w := range p.Words[:min(len(p.Words), shownWords)] {
		words = append(words, line(w, maxTerm))
	}
	v.Shared = strings.Join(words, ", ")
	for _, n := range p.Near[:min(len(p.Near), shownNear)] {
		near = append(near, "“"+line(readable.Powers(n.Title), maxNear)+"”")
	}
	v.Near = strings.Join(near, " and ")
	for _, l := range []digest.Link{{Text: "More like this", URL: p.More}, {Text: "Less like this", URL: p.Less}} {
		if isWeb(l.URL) {
			v.Links = append(v.Links, l)
		}
	}
	return v
}

// likeness says how alike a paper is to the interest, empty where nothing was compared.
func likeness(score float64) string {
	if !(score > 0) {
		return ""
	}
	return fmt.Sprintf("%.0f%% alike", 100*min(score, 1))
}

// foot says where the letter comes from and how to end it.
func foot(a *Addresses, v *issueView) []footLine {
	var out []footLine
	for _, l := range []footLine{
		{"Read this issue on the web", a.Issue},
		{"Change what you get", a.Manage},
		{"Unsubscribe", a.Unsubscribe},
	} {
		if l.URL != "" {
			out = append(out, l)
		}
	}
	if a.Unsubscribe == "" && a.To != "" {
		out = append(out, footLine{Text: fmt.Sprintf("%s was run for this address and has no page to unsubscribe at: whoever runs it ends it.", v.Site)})
	}
	return out
}

// line returns s as plain text of one line and n characters at most.
func line(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == '\ufffe' || r == '\uffff':
			return -1
		case r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069: // would turn the text around them
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return readable.ClipWords(readable.OneLine(s), n)
}
