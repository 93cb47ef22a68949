package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/api/wire"
	"kindred/classifier/curate"
	"kindred/recommend/library"
)

// editable is a site whose topics are edited.
type editable struct{ *site }

func newEditable(t *testing.T) *editable { return &editable{newSite(t, nil)} }

func (e *editable) edit(t *testing.T, body string) curate.Edit {
	t.Helper()
	return decode[struct{ Data curate.Edit }](t, e.ask("POST", "/v1/topics/edits", body), 200).Data
}

// similarTopics counts the topics of the first hundred papers like one, as a filter leaves them, and all papers that it
// leaves.
func (e *editable) similarTopics(t *testing.T, query string) (map[int]int, int) {
	t.Helper()
	hits := decode[struct {
		Data []struct{ Topic *library.TopicRef }
		Meta wire.Meta
	}](t, e.get("/v1/papers/"+boot+"/similar?limit=100"+query), 200)
	out := map[int]int{}
	for _, it := range hits.Data {
		if it.Topic == nil {
			out[0]++
		} else {
			out[it.Topic.ID]++
		}
	}
	return out, *hits.Meta.Total
}

// TestEditLog merges and renames topics over HTTP, and wants lists, filters, classification and undo to follow.
func TestEditLog(t *testing.T) {
	s := newEditable(t)
	all := s.current.Load().Catalog
	want := len(all.Members(1)) + len(all.Members(3))
	for _, body := range []string{`{"kind":"merge","topic":3,"into":1}`, `{"kind":"rename","topic":1,"label":"Language and Vision"}`, `{"kind":"rename","topic":1,"label":"Language and Vision"}`, `{"kind":"pin","topic":2}`} {
		s.edit(t, body)
	}
	edits, err := s.Edits(t.Context())
	if err != nil || len(edits) != 3 || edits[0].Kind != curate.Merge {
		t.Fatalf("%+v %v", edits, err)
	}
	if got := decode[answerOf](t, s.get("/v1/topics/1/papers"), 200); *got.Meta.Total != want {
		t.Errorf("the merged topic has %d papers, want %d", *got.Meta.Total, want)
	}
	if rec := s.get("/v1/topics/3"); rec.Code != 404 {
		t.Errorf("the topic that was merged away: %d", rec.Code)
	}
	both, all1 := s.similarTopics(t, "")
	one, n := s.similarTopics(t, "&topic=1")
	if len(one) != 1 || one[1] == 0 || n >= all1 || both[3] > 0 {
		t.Errorf("a filter on the merged topic keeps %v of %v", one, both)
	}
	if rest, m := s.similarTopics(t, "&exclude_topic=1"); rest[1] > 0 || m != all1-n {
		t.Errorf("without the merged topic: %v, %d of %d", rest, m, all1)
	}
	if _, m := s.similarTopics(t, "&topic=9"); m != all1 {
		t.Errorf("a filter on the field keeps %d of %d", m, all1)
	}
	weights := decode[struct{ Data []library.TopicWeight }](t, s.ask("POST", "/v1/classify", `{"text":"language models","limit":3}`), 200).Data
	if len(weights) != 2 || slices.ContainsFunc(weights, func(w library.TopicWeight) bool { return w.ID == 3 }) {
		t.Errorf("%+v", weights)
	}
	for _, e := range edits {
		s.ask("DELETE", "/v1/topics/edits/"+e.ID, "")
	}
	if rec := s.get("/v1/topics/3"); rec.Code != 200 {
		t.Errorf("after undoing: %d", rec.Code)
	}
	if e := s.edit(t, `{"kind":"hide","topic":2}`); e.ID != curate.EditID(4) {
		t.Errorf("the number of an edit that was undone is given again: %s", e.ID)
	}
}

func TestSplitTopic(t *testing.T) {
	s := newEditable(t)
	members := len(s.current.Load().Catalog.Members(1))
	e := s.edit(t, `{"kind":"split","topic":1,"parts":2}`)
	if len(e.Shares) != 2 || e.Shares[0].ID != 1 || e.Shares[1].ID < curate.FirstPart {
		t.Fatalf("%+v", e)
	}
	other := e.Shares[1].ID
	topics := decode[struct{ Data []wire.TopicView }](t, s.get("/v1/topics"), 200).Data
	sizes := map[string]int{}
	for _, v := range topics {
		sizes[v.Label] = v.Size
		if v.Label == "Odd" && (v.Parent == nil || v.Parent.ID != 9 || len(v.Papers) == 0) {
			t.Errorf("the new part: %+v", v)
		}
	}
	if sizes["Even"]+sizes["Odd"] != members || sizes["Even"] == 0 || sizes["Odd"] == 0 || sizes["Language Models"] != 0 {
		t.Errorf("%v, %d papers were divided", sizes, members)
	}
	_, all := s.similarTopics(t, "")
	kept, n := s.similarTopics(t, fmt.Sprint("&topic=", other))
	if _, m := s.similarTopics(t, fmt.Sprint("&exclude_topic=", other)); len(kept) != 1 || kept[other] == 0 || m != all-n {
		t.Errorf("a filter on the part keeps %v, %d and %d of %d", kept, n, m, all)
	}
	weights := decode[struct{ Data []library.TopicWeight }](t, s.ask("POST", "/v1/classify", `{"text":"language models","limit":3}`), 200).Data
	if !slices.ContainsFunc(weights, func(w library.TopicWeight) bool { return w.ID == other }) {
		t.Errorf("a text of the second half: %+v", weights)
	}
	s.edit(t, fmt.Sprintf(`{"kind":"rename","topic":%d,"label":"Uneven"}`, other))
	s.ask("DELETE", "/v1/topics/edits/"+e.ID, "")
	idle := decode[struct{ Data []curate.Edit }](t, s.get("/v1/topics/edits"), 200).Data
	if len(idle) != 1 || !strings.Contains(idle[0].Inapplicable, fmt.Sprint(other)) {
		t.Errorf("the renaming of a part that is gone: %+v", idle)
	}
	if page := s.get("/curate").Body.String(); !strings.Contains(page, "No effect at the moment: ") {
		t.Error("the curator is not told of the edit that waits")
	}
}

func TestHideTopic(t *testing.T) {
	s := newEditable(t)
	before := s.current.Load().Catalog
	row := int(before.Members(1)[0])
	id := before.Row(row).ID
	members := len(before.Members(2))
	e := s.edit(t, `{"kind":"hide","topic":1}`)
	for _, target := range []string{"/v1/topics", "/v1/map", "/topics", "/v1/topics/trends", "/"} {
		if body := s.get(target).Body.String(); strings.Contains(body, `"label":"Language Models"`) || strings.Contains(body, ">Language Models<") {
			t.Errorf("%s shows the hidden topic", target)
		}
	}
	paper := decode[struct {
		Data struct {
			Topics []library.TopicWeight
			Path   []library.TopicRef
		}
	}](t, s.get("/v1/papers/"+id), 200).Data
	if len(paper.Topics) != 1 || paper.Topics[0].ID != 2 || len(paper.Path) != 2 || paper.Path[1].ID != 2 {
		t.Errorf("a paper of the hidden topic: %+v", paper)
	}
	if got := s.current.Load().Catalog.Members(2); len(got) <= members {
		t.Errorf("the next topic has %d papers, %d before", len(got), members)
	}
	if got, _ := s.similarTopics(t, ""); got[1] > 0 {
		t.Errorf("papers like one show the hidden topic: %v", got)
	}
	s.edit(t, `{"kind":"hide","topic":2}`)
	paper = decode[struct {
		Data struct {
			Topics []library.TopicWeight
			Path   []library.TopicRef
		}
	}](t, s.get("/v1/papers/"+id), 200).Data
	if len(paper.Topics) != 0 || len(paper.Path) != 0 {
		t.Errorf("a paper whose topics are all hidden: %+v", paper)
	}
	s.ask("DELETE", "/v1/topics/edits/"+e.ID, "")
	if rec := s.get("/v1/topics/1"); rec.Code != 200 {
		t.Errorf("after undoing: %d", rec.Code)
	}
}

func TestEditsThatCannotBe(t *testing.T) {
	s := newEditable(t)
	for body, says := range map[string]string{
		`{"kind":"split","topic":9,"parts":2}`:   "is a field",
		`{"kind":"pin","topic":9}`:               "is a field",
		`{"kind":"move","paper":"x:1","into":1}`: "no paper here",
		`{"kind":"move","into":1}`:               "no paper is named",
		`{"kind":"move","paper":"x:1","into":9}`: "moved to a topic",
		`{"kind":"merge","topic":1,"into":1}`:    "not into itself",
		`{"kind":"split","topic":1,"parts":9}`:   "from 2 to 8",
		`{"kind":"split","topic":1,"parts":3}`:   "only halves",
		`{"kind":"merge","topic":9,"into":1}`:    "one level",
		`{"kind":"hide","topic":77}`:             "no such topic",
		`{"kind":"scatter","topic":1}`:           "rename, merge, split, move, hide, pin",
		`{"kind":"rename","topic":1,"label":""}`: "1 to 80",
	} {
		if rec := s.ask("POST", "/v1/topics/edits", body); rec.Code != 400 || !strings.Contains(rec.Body.String(), says) {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
}
