package mailtest

import (
	"fmt"
	"strings"
	"time"

	"kindred/data"
	"kindred/recommend/digest"
)

// Issue returns an issue of invented papers: formulas, a title from right to left, one of Chinese characters, a very
// long one, a favourite author, a paper without anything but its title, and markup that must stay text.
func Issue() *digest.Issue {
	paper := func(id, title string, authors []string, day int) data.Paper {
		return data.Paper{ID: id, Title: title, Authors: authors, Published: data.Date{Year: 2031, Month: 3, Day: day}}
	}
	links := func(n int) []digest.Link {
		return []digest.Link{
			{Text: "Page", URL: fmt.Sprintf("https://papers.example/papers/x:%d?from=mail&issue=7", n)},
			{Text: "Source", URL: fmt.Sprintf("https://source.example/abs/%d", n)},
		}
	}
	more := func(n int) (string, string) {
		return fmt.Sprintf("https://papers.example/s/t0ken/more/x:%d", n), fmt.Sprintf("https://papers.example/s/t0ken/less/x:%d", n)
	}
	pick := func(n int, p data.Paper, score float64, summary string, words ...string) digest.Pick {
		m, l := more(n)
		return digest.Pick{Paper: p, Score: score, Summary: summary, Words: words, Topic: "Lichen growth", Links: links(n), More: m, Less: l}
	}
	first := pick(1, paper("x:1", "Lichen spread on basalt walls follows a ring law in O(n^2) steps",
		[]string{"Odalys Fenwick", "Tamsin Orrery", "Bo Quillfeather", "Ines Marrow", "Piet Vandersloot"}, 4), 0.83,
		"We photograph forty basalt walls each week for nine years and fit ring models to every thallus. "+
			"A law with one exponent, α ≈ 1.7, describes all of them & beats the usual model < in each season.",
		"basalt wall", "thallus", "ring model")
	first.Near = []digest.Neighbour{{ID: "x:90", Title: "Rings of slow growth on quarry stone"}, {ID: "x:91", Title: "Counting thalli from photographs"}}
	first.Author = "Tamsin Orrery"
	second := pick(2, paper("x:2", "نمو الأشنة على جدران البازلت: قياسات تسع سنوات", []string{"ليلى الصافي", "Odalys Fenwick"}, 4), 0.61,
		"نقيس نمو الأشنة على أربعين جدارا كل أسبوع. ونجد قانونا واحدا يصفها جميعا.", "جدار")
	third := pick(3, paper("x:3", "玄武岩墙上地衣的环状生长", []string{"林小溪", "周远山"}, 3), 0.58,
		"我们每周拍摄四十面墙。一个指数描述了所有的墙。", "地衣")
	long := pick(4, paper("x:4", "A "+strings.Repeat("very patient ", 30)+"study of moss", []string{strings.Repeat("Longname", 30)}, 2), 0.44,
		strings.Repeat("Moss grows where it is wet, and we waited for it with a stopwatch. ", 20), "moss", "stopwatch", "patience", "wet stone", "north side", "never shown")
	long.Near = []digest.Neighbour{{ID: "x:92", Title: strings.Repeat("On waiting ", 40)}}
	hostile := pick(5, paper("x:5", `<script>alert(1)</script> and "quoted" & 'single' titles`, []string{`<b>Eve</b> "O'Brien"`}, 1), 0.4,
		`An <img src=x onerror=alert(1)> in the abstract. It stays text.`, `<i>`)
	hostile.Links = []digest.Link{{Text: "Bad", URL: "javascript:alert(1)"}, {Text: "Broken", URL: "https://x.example/ \" onmouseover=\"x"}, {Text: "Good", URL: "https://good.example/?a=1&b=2"}}
	bare := digest.Pick{Paper: data.Paper{ID: "x:6", Title: "A title alone"}}
	return &digest.Issue{
		Subscription: "s1", Number: 7, Name: "Lichens, mosses & walls", Time: time.Date(2031, 3, 5, 6, 0, 0, 0, time.UTC), Considered: 512,
		Groups: []digest.Group{
			{Label: "Lichens on stone", Picks: []digest.Pick{first, second, third}},
			{Label: "Mosses", Picks: []digest.Pick{long, hostile, bare}},
		},
	}
}

// LargeIssue returns an issue of n papers whose texts are as long as texts get.
func LargeIssue(n int) *digest.Issue {
	issue := Issue()
	long := issue.Groups[1].Picks[0]
	issue.Groups = []digest.Group{{Label: "All"}}
	for i := range n {
		p := long
		p.Paper.Title = fmt.Sprintf("Number %d: %s", i+1, long.Paper.Title)
		issue.Groups[0].Picks = append(issue.Groups[0].Picks, p)
	}
	return issue
}
