package mcp

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
)

// TestAnswers holds the tools' answers against those of the snapshot, which the REST API gives as well.
func TestAnswers(t *testing.T) {
	l := fitted(t)
	snap := l.Current()
	c := session(t, New(Options{Current: l.Current}))
	same := func(name string, list *List, want *recommend.Answer, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Papers) != len(want.Hits) || len(want.Hits) == 0 || list.Total != want.Total {
			t.Fatalf("%s: %d of %d papers, want %d of %d", name, len(list.Papers), list.Total, len(want.Hits), want.Total)
		}
		for i, h := range want.Hits {
			got := list.Papers[i]
			same := got.ID == h.ID && got.Rank == h.Rank && got.Score == round2(h.Score)
			if !same || got.Topic == nil || got.Topic.ID != h.Topic {
				t.Errorf("%s: hit %d is %+v, want %+v", name, i, got, h)
			}
		}
	}

	var list List
	text := c.ask("similar", `{"ids":["https://arxiv.org/abs/2306.05544v2"],"n":5,"reasons":true}`, &list)
	want, err := snap.Recommender.Recommend(t.Context(), recommend.Query{Positive: []string{boot}, Limit: 5})
	same("similar", &list, want, err)
	for _, says := range []string{`"BOOT: Data-free`, "because of ", list.Papers[0].ID, "1 to 5 of ", "offset 5"} {
		if !strings.Contains(text, says) {
			t.Errorf("similar does not say %q:\n%s", says, text)
		}
	}
	if list.NextOffset != 5 || len(list.Papers[0].Reasons) == 0 || list.Papers[0].Abstract != "" {
		t.Errorf("similar: %+v", list)
	}

	topicID := snap.TopicList()[0].ID
	list = List{}
	const draft = "Distilling diffusion models. A student learns from its teacher."
	c.ask("similar", fmt.Sprintf(`{"text":%q,"dislikes":[%q],"n":4,"topic":[%d],"published_after":"2020",
		"exclude":["x:1"],"min_score":0.01,"diversity":0.3,"abstracts":true}`, draft, boot, topicID), &list)
	want, err = snap.Recommender.Recommend(t.Context(), recommend.Query{
		Text: draft, Negative: []string{boot}, Limit: 4, MinScore: .01, Diversity: .3,
		Filter: recommend.Filter{Topics: []int{topicID}, After: data.Date{Year: 2020}},
	})
	same("similar to a text", &list, want, err)
	if !slices.ContainsFunc(list.Papers, func(h Hit) bool { return h.Abstract != "" }) {
		t.Error("no abstracts")
	}

	list = List{}
	c.ask("search", `{"query":"scaling laws -vision","n":3}`, &list)
	want, err = snap.Recommender.Search(t.Context(), recommend.SearchQuery{Text: "scaling laws -vision", Limit: 3})
	same("search", &list, want, err)

	list = List{}
	text = c.ask("similar", fmt.Sprintf(`{"ids":[%q,"nobody:1"],"n":1}`, boot), &list)
	if !slices.Equal(list.Missing, []string{"nobody:1"}) || !strings.Contains(text, "nobody:1") {
		t.Errorf("missing %v:\n%s", list.Missing, text)
	}
}

// TestWalk reads a list to its end by next_offset and finds every paper once.
func TestWalk(t *testing.T) {
	l := fitted(t)
	c := session(t, New(Options{Current: l.Current}))
	topicID := l.Current().TopicList()[0].ID
	for tool, args := range map[string]string{
		"similar": fmt.Sprintf(`{"ids":[%q],"n":100,"offset":%%d}`, boot),
		"topic":   fmt.Sprintf(`{"id":%d,"n":7,"offset":%%d}`, topicID),
	} {
		seen, total := map[string]bool{}, 0
		for offset, pages := 0, 0; pages < 100; pages++ {
			var page struct {
				Papers     []Hit `json:"papers"`
				Newest     []Hit `json:"newest_papers"`
				NextOffset int   `json:"next_offset"`
				Total      int   `json:"total"`
			}
			if tool == "topic" { // whose papers are a number
				var detail TopicDetail
				c.ask(tool, fmt.Sprintf(args, offset), &detail)
				page.Newest, page.NextOffset, page.Total = detail.Newest, detail.NextOffset, detail.Total
			} else {
				c.ask(tool, fmt.Sprintf(args, offset), &page)
			}
			for _, h := range append(page.Papers, page.Newest...) {
				if seen[h.ID] {
					t.Errorf("%s: %s comes twice", tool, h.ID)
				}
				seen[h.ID] = true
			}
			total = page.Total
			if offset = page.NextOffset; offset == 0 {
				break
			}
		}
		if len(seen) != total || total == 0 {
			t.Errorf("%s: %d papers, want %d", tool, len(seen), total)
		}
	}
	text := c.ask("topic", fmt.Sprintf(`{"id":%d,"offset":999}`, topicID), nil)
	if !strings.Contains(text, "ends before offset 999") {
		t.Errorf("beyond the end: %s", text)
	}
}

func TestPaper(t *testing.T) {
	l := fitted(t)
	put(t, l, &data.Paper{
		ID: "doi:10.1000/wembel(1)", DOI: "10.1000/wembel(1)", Title: "Wembel of diffusion",
		Authors: []string{"Quib, Ada", "Zemm, Bo"}, Venue: "Wembel Letters", Published: data.Date{Year: 2024, Month: 3},
		Keywords: []string{"wembel"},
	})
	c := session(t, New(Options{Current: l.Current}))
	var p Paper
	text := c.ask("paper", `{"id":"https://doi.org/10.1000/WEMBEL(1)"}`, &p)
	if p.ID != "doi:10.1000/wembel(1)" || p.Published != "2024-03" || len(p.Authors) != 2 || len(p.Path) == 0 {
		t.Errorf("paper %+v", p)
	}
	for _, says := range []string{
		"Wembel of diffusion\n", "Wembel Letters", "Quib, Ada; Zemm, Bo", "(no abstract)", "Topic: ",
	} {
		if !strings.Contains(text, says) {
			t.Errorf("no %q in\n%s", says, text)
		}
	}
	text = c.ask("paper", fmt.Sprintf(`{"id":%q}`, boot), &p)
	if !strings.Contains(text, p.Abstract) || p.Abstract == "" {
		t.Errorf("no abstract in\n%s", text)
	}
}

// TestNames names papers by title, by address and by resource, and by a title that two papers have.
func TestNames(t *testing.T) {
	l := fitted(t)
	put(t, l,
		&data.Paper{ID: "x:1", Title: "Wembel of the twins", Authors: []string{"Quib, Ada"}},
		&data.Paper{ID: "x:2", Title: "Wembel of the Twins", Authors: []string{"Zemm, Bo"}})
	c := session(t, New(Options{Current: l.Current}))
	title := "Boot: data-free distillation of denoising diffusion models with bootstrapping"
	for _, name := range []string{
		title, "https://huggingface.co/papers/2306.05544", "kindred://papers/" + boot, " 2306.05544v3 ",
	} {
		var p Paper
		c.ask("paper", fmt.Sprintf(`{"id":%q}`, name), &p)
		if p.ID != boot {
			t.Errorf("%s is %s", name, p.ID)
		}
		var list, want List
		c.ask("similar", fmt.Sprintf(`{"ids":[%q],"n":2}`, name), &list)
		c.ask("similar", fmt.Sprintf(`{"ids":[%q],"n":2}`, boot), &want)
		if len(list.Papers) != 2 || list.Papers[0].ID != want.Papers[0].ID {
			t.Errorf("like %s: %+v", name, list.Papers)
		}
	}
	for tool, args := range map[string]string{
		"paper": `{"id":"wembel of the twins"}`, "similar": `{"ids":["wembel of the twins"]}`,
	} {
		says := c.refused(tool, args)
		if !strings.Contains(says, "2 papers have the title") || !strings.Contains(says, "x:1, x:2") {
			t.Errorf("%s by a title of two papers: %s", tool, says)
		}
	}
}

func TestTopics(t *testing.T) {
	l := fitted(t)
	snap := l.Current()
	c := session(t, New(Options{Current: l.Current}))
	var main, tree Topics
	c.ask("topics", `{}`, &main)
	list := snap.SortedTopics(0, "size", "")
	if main.Total != len(list) || len(main.Topics) != len(list) {
		t.Fatalf("%d of %d topics, want %d", len(main.Topics), main.Total, len(list))
	}
	if first := main.Topics[0]; first.ID != list[0].ID || first.Papers != list[0].Size {
		t.Errorf("topics %+v", main)
	}
	text := c.ask("topics", `{"level":"tree","n":500}`, &tree)
	if tree.Total != len(snap.TopicList()) {
		t.Errorf("a tree of %d topics, want %d", tree.Total, len(snap.TopicList()))
	}
	place := map[int]int{}
	for i, topic := range tree.Topics {
		place[topic.ID] = i
		if above, ok := place[topic.Parent]; snap.Label(topic.Parent) != "" && (!ok || above > i) {
			t.Errorf("topic %d stands before the one above it", topic.ID)
		}
	}
	if !strings.Contains(text, "\n  ") {
		t.Errorf("a tree without indents:\n%s", text)
	}
	var some Topics
	word := list[0].Label[:5]
	c.ask("topics", fmt.Sprintf(`{"words":%q,"level":"tree"}`, word), &some)
	if len(some.Topics) == 0 || len(some.Topics) == len(tree.Topics) {
		t.Errorf("%d topics with %q", len(some.Topics), word)
	}
	if text := c.ask("topics", `{"words":"zzzzqqq"}`, nil); !strings.Contains(text, "Leave words out") {
		t.Errorf("no topics: %s", text)
	}
	text = c.ask("topics", `{"n":1}`, nil)
	if !strings.Contains(text, "more: raise n") {
		t.Errorf("one topic:\n%s", text)
	}

	var detail TopicDetail
	text = c.ask("topic", fmt.Sprintf(`{"id":%d,"n":2}`, list[0].ID), &detail)
	rows := snap.Catalog.Members(list[0].ID)
	newest := snap.Catalog.Row(int(rows[0])).ID
	if detail.Label != list[0].Label || detail.Total != len(rows) {
		t.Errorf("topic %+v", detail)
	}
	if len(detail.Newest) != 2 || detail.Newest[0].ID != newest {
		t.Errorf("topic %+v", detail)
	}
	if len(detail.Typical) == 0 || !strings.Contains(text, detail.Typical[0].ID) {
		t.Errorf("no typical papers in\n%s", text)
	}
	text = c.ask("topic", fmt.Sprintf(`{"id":%d,"published_after":"2199"}`, list[0].ID), nil)
	if !strings.Contains(text, "No paper passes the filters") {
		t.Errorf("none passes: %s", text)
	}

	var trends Trends
	c.ask("trends", `{"period":"year"}`, &trends)
	rising, falling := 0, 0
	for _, tt := range snap.Trends("year", 0).Topics {
		switch {
		case tt.Direction > 0:
			rising++
		case tt.Direction < 0:
			falling++
		}
	}
	var up Trends
	c.ask("trends", `{"period":"year","direction":"rising"}`, &up)
	if up.Total != rising || trends.Total != rising+falling || rising == 0 || falling == 0 {
		t.Errorf("%d rising of %d, want %d and %d falling", up.Total, trends.Total, rising, falling)
	}
	if trends.Period != "year" || trends.Topics[0].Direction != "rising" || trends.Topics[0].Rise <= 1 {
		t.Errorf("trends %+v", trends)
	}

	var classes Classes
	text = c.ask("classify", `{"text":"Federated learning of clients that keep their data private","n":2}`, &classes)
	if len(classes.Topics) == 0 || len(classes.Topics) > 2 || !strings.Contains(text, classes.Topics[0].Label) {
		t.Errorf("classes %+v:\n%s", classes, text)
	}
}

// TestRefusals asks what cannot be answered: each answer names what is wrong, where, and what to do.
func TestRefusals(t *testing.T) {
	l := fitted(t)
	c := session(t, New(Options{Current: l.Current}))
	for _, test := range []struct{ tool, args, says string }{
		{"similar", `{}`, "give ids of papers, a text, or both"},
		{"similar", `{"text":" "}`, "give ids of papers, a text, or both"},
		{"similar", `{"ids":["arxiv:9999.99999"]}`, `no paper "arxiv:9999.99999"`},
		{"similar", `{"ids":["arxiv:9999.99999"]}`, "as text"},
		{"similar", `{"text":"zzzzqqq"}`, "knows no word"},
		{"similar", `{"ids":["x"],"n":101}`, "n (1 to 100)"},
		{"similar", `{"id":"x"}`, "ids (a list)"},
		{"similar", `{"ids":"x"}`, "ids: type"},
		{"similar", `{"ids":["x"],"diversity":7}`, "diversity (0 to 1)"},
		{"similar", `{"text":"diffusion","topic":[999]}`, "no topic has the number 999"},
		{"similar", `{"text":"diffusion","exclude_topic":[999]}`, "topics lists the topics"},
		{"similar", `{"text":"` + strings.Repeat("é", recommend.MaxText/2+1) + `"}`, fmt.Sprint(recommend.MaxText)},
		{"similar", `{"ids":[` + strings.Repeat(`"x",`, recommend.MaxSeeds) + `"x"]}`, "maxItems"},
		{"search", `{"query":"x","published_after":"yesterday"}`, `published_after is "yesterday": want YYYY`},
		{"search", `{"query":"x","published_before":"2020-13"}`, "published_before"},
		{"search", `{"query":""}`, "needs words"},
		{"search", `{}`, `missing properties: ["query"]`},
		{"search", `{"query":"` + strings.Repeat("é", recommend.MaxQuery/2+1) + `"}`, "give a longer text to similar"},
		{"paper", `{"id":"doi:10.1/none"}`, "with search"},
		{"paper", `{"id":"Data-free Distillation of Denoising Diffusion Models"}`, "the nearest title is \"BOOT: Data-free"},
		{"topic", `{"id":999}`, "no topic has the number 999"},
		{"trends", `{"level":"tree"}`, "level (fields topics subtopics)"},
		{"classify", `{"text":"zzzzqqq"}`, "knows no word"},
		{"classify", `{"text":"  "}`, "needs a text"},
		{"about", `{"x":1}`, "its arguments are none"},
		{"similar", `null`, "give ids of papers"},
		{"similar", `[]`, "no JSON object"},
		{"similar", `"x"`, "no JSON object"},
		{"similar", `{"ids":[null]}`, "ids (a list)"},
		{"similar", `{"ids":["x"],"n":1e300}`, "n (1 to 100)"},
		{"similar", `{"ids":["x"],"n":1.5}`, "n (1 to 100)"},
		{"similar", `{"ids":["x"],"topic":[99999999999999999999]}`, "topic"},
		{"similar", `{"ids":["` + strings.Repeat("x", 3000) + `"]}`, "maxLength"},
	} {
		if says := c.refused(test.tool, test.args); !strings.Contains(says, test.says) || len(says) > 700 {
			t.Errorf("%s %s: %q is not in %q", test.tool, readable.ClipWords(test.args, 100), test.says, readable.ClipWords(says, 800))
		}
	}
	for _, test := range []struct{ args, says string }{
		{`{"query":"zzzzqqq"}`, "knows none of the words"},
		{`{"query":"diffusion","published_after":"2199"}`, "The papers are from 2001"},
		{`{"query":"diffusion","min_score":1}`, "lower min_score"},
		{`{"query":"difusion"}`, "Did you mean: diffusion"},
	} {
		if text := c.ask("search", test.args, nil); !strings.Contains(text, test.says) {
			t.Errorf("search %s: %q is not in\n%s", test.args, test.says, text)
		}
	}
}
