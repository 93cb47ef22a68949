package web

import (
	"strconv"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// HomePapers is how many of the newest papers the first page shows.
const HomePapers = 6

const (
	homeTopics = 12
	homeRising = 6
	homeRecent = 2 // papers of each rising topic
)

// trending is a rising topic with the best of its newest papers.
type trending struct {
	topicCard
	Recent []topicLink
}

// Home returns the first page. newest are papers of the latest week, or else the newest ones.
func (p *Pages) Home(v View, newest *library.List) ([]byte, error) {
	const about = "Papers like this one, and the topics they form, from nothing but their titles and abstracts."
	f := p.frame(v, p.site, about)
	f.Feeds = feeds("New papers", "/v1/papers", nil)
	all := v.SortedTopics(0, "size", "")
	f.Data = struct {
		Topics   []topicCard
		Rising   []trending
		Count    int    // of all topics
		New      []Link // the latest day, week and month with papers, and all papers
		Trending bool   // Papers are those of the latest week that are most talked about
		Papers   []card
		Map      bool
	}{
		topicCards(v.Snapshot, all[:min(homeTopics, len(all))]), rising(v.Snapshot), len(all),
		v.latest(), newest.Ordered != nil && newest.Ordered.By != "", v.cards(newest.Items), v.Points != nil,
	}
	f.LD = map[string]any{
		"@context": "https://schema.org", "@type": "WebSite", "name": p.site, "url": v.Base + "/",
		"potentialAction": map[string]string{
			"@type": "SearchAction", "target": v.Base + "/search?q={q}", "query-input": "required name=q",
		},
	}
	return p.render("home", f)
}

// latest returns links to the latest day, week and month with papers, and to all papers.
func (v View) latest() []Link {
	var out []Link
	for _, unit := range library.SpanUnits {
		if sp, ok := v.Catalog.Latest(unit); ok {
			out = append(out, Link{Title: latestTitle(sp), Href: link.Papers(sp.Unit, sp.String())})
		}
	}
	return append(out, Link{Title: "All papers", Href: link.Papers("", "")})
}

// latestTitle names the latest span of its unit.
func latestTitle(sp library.Span) string {
	if sp.Unit == library.Week {
		_, week := sp.First.First().ISOWeek()
		return "Week " + strconv.Itoa(week)
	}
	return spanShort(sp)
}

// rising returns the topics that rise most, with some of their newest papers.
func rising(s *library.Snapshot) []trending {
	var out []trending
	for _, trend := range s.Trends("", topic.Main).Topics {
		t, ok := s.Topic(trend.ID)
		if !ok || trend.Direction <= 0 || len(out) == homeRising {
			continue
		}
		rise := trending{topicCard: topicCards(s, []*topic.Topic{t})[0]}
		if rise.Rise == "" {
			continue
		}
		for _, p := range trend.Recent[:min(homeRecent, len(trend.Recent))] {
			rise.Recent = append(rise.Recent, topicLink{p.Title, link.Paper(p.ID)})
		}
		out = append(out, rise)
	}
	return out
}
