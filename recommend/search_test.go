package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

func library() []*data.Paper {
	paper := func(id, title, abstract, date, category string, authors ...string) *data.Paper {
		d, err := data.ParseDate(date)
		if err != nil {
			panic(err)
		}
		return &data.Paper{ID: id, Title: title, Abstract: abstract, Published: d, Categories: []string{category}, Authors: authors}
	}
	return []*data.Paper{
		paper("attention", "Neural machine translation with attention", "We translate sentences with a network that attends to words.", "2015-05", "cs.CL", "Anna Bahdanau", "Ben Cho"),
		paper("transformer", "Translation by attention alone", "Attention layers translate sentences without recurrent networks.", "2017-06-12", "cs.CL", "Ann Vaswani", "Bo Cho"),
		paper("images", "Deep networks for images", "Residual networks classify images with many layers.", "2016", "cs.CV", "Kai He"),
		paper("graphs", "Networks for graphs", "Graph networks classify nodes and molecules; attention helps.", "2018-02-01", "cs.LG", "Tom Kipf", "Max Welling"),
		paper("molecules", "Message passing for molecules", "Molecules are graphs, and messages pass between atoms.", "2017", "physics.chem-ph", "Justin Gilmer", "Ben Welling"),
		paper("undated", "Networks of words", "Words and sentences.", "", "cs.CL", "Zoë O'Hara"),
	}
}

// TestSearchByVenue finds papers by the name of where they appeared, with other words of a search and without.
func TestSearchByVenue(t *testing.T) {
	papers := library()
	papers[0].Venue, papers[1].Venue, papers[3].Venue = "Annals of Plinths", "Proc. of the 3rd Plinth Meeting", "annals of plinths (zorp)"
	e, _, _ := recommendtest.NewEngine(papers)
	for text, want := range map[string]string{
		`venue:annals`: "attention graphs", `venue:"annals of plinths"`: "attention graphs", `venue:"plinths of annals"`: "",
		`venue:annals -venue:zorp`: "attention", `venue:plinth`: "transformer", `venue:annals molecules`: "graphs",
	} {
		ans, err := e.Search(t.Context(), recommend.SearchQuery{Text: text})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got []string
		for _, h := range ans.Hits {
			got = append(got, h.ID)
		}
		slices.Sort(got)
		if strings.Join(got, " ") != want {
			t.Errorf("%s finds %v, want %s", text, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for _, c := range []struct {
		text string
		want string // ids, as a set
	}{
		{`molecules`, "molecules graphs"},
		{`attention -recurrent`, "attention graphs"},
		{`"attention alone"`, "transformer"},
		{`"alone attention"`, ""},
		{`attention -"attention alone"`, "attention graphs"},
		{`title:attention`, "attention transformer"},
		{`title:"for graphs"`, "graphs"},
		{`networks -title:networks`, "transformer"},
		{`author:cho`, "transformer attention"},
		{`author:"bo cho"`, "transformer"},
		{`author:"ben welling"`, "molecules"},
		{`author:"ben cho" author:"anna bahdanau"`, "attention"},
		{`author:"bo vaswani"`, ""},
		{`title:"graphs for"`, ""},
		{`cat:cs.cl -title:"translation by"`, "attention undated"},
		{`cat:cs.cl -author:"bo cho"`, "attention undated"},
		{`author:o'hara`, "undated"},
		{`author:zoe`, "undated"},
		{`-author:cho attention`, "graphs"},
		{`year:2017`, "transformer molecules"},
		{`year:2016-2017`, "transformer molecules images"},
		{`year:2018-`, "graphs"},
		{`year:-2015`, "attention"},
		{`cat:cs.cl`, "transformer attention undated"},
		{`cat:physics`, "molecules"},
		{`-cat:cs`, "molecules"},
		{`networks cat:cs.CV`, "images"},
		{`vaswani`, "transformer"},
		{`kipf welling`, "graphs"},
		{`nobody`, ""},
		{`title:nobody`, ""},
	} {
		a, err := e.Search(context.Background(), recommend.SearchQuery{Text: c.text})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		got := map[string]bool{}
		for _, h := range a.Hits {
			got[h.ID] = true
		}
		for _, id := range strings.Fields(c.want) {
			if !got[id] {
				t.Errorf("%s: %s is missing from %v", c.text, id, a.Hits)
			}
			delete(got, id)
		}
		// Ranking by words lets in whatever is alike; exact clauses do not.
		exact := strings.ContainsAny(c.text, `":`) || c.want == "" || strings.Contains(c.text, "-")
		if exact && len(got) > 0 && !slices.Contains([]string{`networks -title:networks`, `attention -recurrent`, `-author:cho attention`, `attention -"attention alone"`}, c.text) {
			t.Errorf("%s: %v should not be there", c.text, got)
		}
		if (a.Total == 0) != (a.Reason != "") || a.Total != len(a.Hits) {
			t.Errorf("%s: %d hits of %d, reason %q", c.text, len(a.Hits), a.Total, a.Reason)
		}
	}
	for text, ruledOut := range map[string]string{
		`attention -recurrent`: "transformer", `networks -title:networks`: "images graphs undated", `-author:cho attention`: "attention transformer",
		`attention -"attention alone"`: "transformer",
	} {
		a, err := e.Search(context.Background(), recommend.SearchQuery{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range a.Hits {
			if slices.Contains(strings.Fields(ruledOut), h.ID) {
				t.Errorf("%s: %s was ruled out", text, h.ID)
			}
		}
	}
}

// TestConditionsAloneHaveNoScore holds that a paper which only a field finds is no hit of 0, but one without a score.
func TestConditionsAloneHaveNoScore(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for text, scored := range map[string]bool{"author:cho": false, "Bo Cho": false, "cat:cs.cl": false, "attention": true, "title:attention": true} {
		a, err := e.Search(context.Background(), recommend.SearchQuery{Text: text})
		if err != nil || len(a.Hits) == 0 {
			t.Fatalf("%s: %d hits, %v", text, len(a.Hits), err)
		}
		for _, h := range a.Hits {
			if h.Unscored == scored || scored != (h.Score > 0) {
				t.Errorf("%s: %s scores %v, unscored %v", text, h.ID, h.Score, h.Unscored)
			}
		}
	}
}

// TestSearchForNothing holds that a search without a word is told so, whatever signs it has.
func TestSearchForNothing(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for _, text := range []string{`""`, `"" ""`, `title:`, `author:`, `title:""`, `author:" "`, `-""`, `cat: year:`, `-title:`} {
		if _, err := e.Search(context.Background(), recommend.SearchQuery{Text: text}); !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), "no words") {
			t.Errorf("%s: error %v, want that there are no words", text, err)
		}
	}
}

func TestSearchListsNewestFirst(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	a, err := e.Search(context.Background(), recommend.SearchQuery{Text: "cat:cs", Limit: 3, Offset: 1, Diversity: 0.5, Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range a.Hits {
		got = append(got, fmt.Sprintf("%d %s %v", h.Rank, h.ID, h.Score))
	}
	if want := []string{"2 transformer 0", "3 images 0", "4 attention 0"}; !slices.Equal(got, want) || a.Total != 5 {
		t.Errorf("%v of %d, want %v of 5", got, a.Total, want)
	}
}

func TestDidYouMean(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for text, want := range map[string]string{
		"atention":                    "attention",
		"netwroks for molecules":      "networks for molecules",
		`title:"graps" -"moleclues"`:  `title:"graphs" -"molecules"`,
		"attention":                   "",
		"xyzzyxyzzy":                  "",
		"author:atention":             "",
		"gpt-4":                       "",
		"Recurent, atention (images)": "recurrent, attention (images)",
	} {
		a, err := e.Search(context.Background(), recommend.SearchQuery{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if a.DidYouMean != want {
			t.Errorf("%s: did you mean %q, want %q", text, a.DidYouMean, want)
		}
	}
}

func TestWrongSearches(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for _, q := range []recommend.SearchQuery{
		{}, {Text: " "}, {Text: "year:never"}, {Text: "year:2020-2010"}, {Text: "year:-"}, {Text: "year:2020-2021-2022"}, {Text: "a", Limit: -1},
		{Text: strings.Repeat("a ", recommend.MaxQuery)},
	} {
		if _, err := e.Search(context.Background(), q); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%.20q: error %v, want ErrInvalid", q.Text, err)
		}
	}
}

// TestDatesAheadAreNotNewest holds that a list by date does not begin with a mistaken date.
func TestDatesAheadAreNotNewest(t *testing.T) {
	papers := library()
	papers[0].Published = data.Date{Year: 2099}
	e, _, _ := recommendtest.NewEngine(papers)
	a, err := e.Search(context.Background(), recommend.SearchQuery{Text: "cat:cs.cl"})
	if err != nil || len(a.Hits) != 3 || a.Hits[0].ID != "transformer" {
		t.Errorf("the list begins with %v, %v", a.Hits, err)
	}
	if a, err = e.Search(context.Background(), recommend.SearchQuery{Text: "year:2099"}); err != nil || len(a.Hits) != 1 {
		t.Errorf("the year of the paper finds %d papers, %v", len(a.Hits), err)
	}
}

// TestRunsOfCharacters holds that in scripts without spaces a phrase and a title field match a run of characters, and
// that elisions part words.
func TestRunsOfCharacters(t *testing.T) {
	paper := func(id, title, abstract string) *data.Paper {
		return &data.Paper{ID: id, Title: title, Abstract: abstract}
	}
	e, _, _ := recommendtest.NewEngine([]*data.Paper{
		paper("drum", "用有限元方法计算鼓的振动", "本文计算鼓的振动。 drums"),
		paper("mesh", "有限元网格", "网格的划分。 drums"),
		paper("bird", "城市鸟类", "记录鸟类的鸣声，不用有限元。 birds"),
		paper("data", "データの分析", "データを分析する。 data"),
		paper("model", "심층모델을 이용한 분류", "모델의 분류. models"),
		paper("french", "Vers l’étiquetage d'opinion", "L'étiquetage des mots. opinions"),
		paper("irish", "The drums of O'Brien", "A history. drums"),
	})
	for text, want := range map[string]string{
		`title:有限元`:                "drum mesh",
		`"有限元"`:                    "bird drum mesh",
		`"有限网"`:                    "",
		`"元网格"`:                    "mesh",
		`title:鸟`:                  "bird",
		`title:データ`:                "data",
		`title:모델`:                 "model",
		`title:étiquetage`:         "french",
		`title:"l'étiquetage"`:     "french",
		`title:l’étiquetage`:       "french",
		`title:opinion`:            "french",
		`title:o'brien`:            "irish",
		`title:OBrien`:             "irish",
		`drums -有限元`:               "irish",
		`drums -"有限元"`:             "irish",
		`title:drums -title:brien`: "irish",
	} {
		a, err := e.Search(context.Background(), recommend.SearchQuery{Text: text})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var ids []string
		for _, h := range a.Hits {
			ids = append(ids, h.ID)
		}
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s finds %q, want %q", text, got, want)
		}
		if a.DidYouMean != "" && strings.ContainsFunc(text, func(r rune) bool { return r > 0x2e00 }) {
			t.Errorf("%s: did you mean %s", text, a.DidYouMean)
		}
	}
}

// TestNewestHaveAllWords wants the papers that have all words of a search, newest first and without scores, and those of
// them that a predicate lets pass.
func TestNewestHaveAllWords(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(library())
	for text, want := range map[string]string{
		"networks attention": "graphs transformer", "networks": "graphs transformer images undated", "networks -graph": "transformer images undated",
		"networks title:attention": "transformer", "attention molecules translate": "", "networks zzyzzyx": "graphs transformer images undated",
	} {
		a, err := e.Search(t.Context(), recommend.SearchQuery{Text: text, Newest: true, Explain: true})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got []string
		for _, h := range a.Hits {
			got = append(got, h.ID)
			if h.Score != 0 || !h.Unscored {
				t.Errorf("%s: %s has a score of %v", text, h.ID, h.Score)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: newest are %v, want %s", text, got, want)
		}
	}
	pass := recommend.Filter{Pass: func(id string) bool { return id == "images" || id == "undated" }}
	for _, newest := range []bool{false, true} {
		a, err := e.Search(t.Context(), recommend.SearchQuery{Text: "networks words", Newest: newest, Filter: pass})
		if err != nil || len(a.Hits) == 0 || slices.ContainsFunc(a.Hits, func(h recommend.Hit) bool { return !pass.Pass(h.ID) }) {
			t.Errorf("newest %t: %v, %v", newest, a, err)
		}
	}
}
