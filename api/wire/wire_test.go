package wire

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
	"kindred/recommend/recommendtest"
)

// fakeClassifier gives every text the topics 2 and 1.
type fakeClassifier struct{ err error }

// Classify implements library.Snapshot's classifier.
func (f fakeClassifier) Classify(_ string, limit int) ([]topic.Score, float32, error) {
	return []topic.Score{{Topic: 2, Weight: .75}, {Topic: 1, Weight: .25}}[:min(2, limit)], 0, f.err
}

// snapshot has six papers in two topics of one field.
func snapshot(t *testing.T) *library.Snapshot {
	t.Helper()
	titles := []string{"Lichen on granite", "Lichen on basalt", "Lichen in cities", "Tides of an inland sea", "Tides and winds", "Winds at sea"}
	papers := make([]*data.Paper, len(titles))
	rows := make([]library.Row, len(titles))
	topics := []topic.Topic{
		{ID: 1, Label: "Lichens", Parent: 9, Size: 3, Papers: []string{"t:1", "t:2", "t:gone"}, Terms: []topic.Term{{Text: "lichen", Weight: 1}}},
		{ID: 2, Label: "Tides", Parent: 9, Size: 3, Papers: []string{"t:4"}},
		{ID: 9, Label: "Nature", Level: topic.Fields, Size: 6, Children: []int{1, 2, 77}},
	}
	for i, title := range titles {
		p := &data.Paper{ID: "t:" + string(rune('1'+i)), Title: title, Abstract: title + ", seen again.", Published: data.Date{Year: 2020 + i}}
		papers[i] = p
		rows[i].Column = store.Column{Seq: int64(i + 1), ID: p.ID, Title: p.Title, Published: p.Published}
		rows[i].Topic = curate.Assignment{Topic: 1 + i/3, Confidence: .5}
	}
	engine, _, byID := recommendtest.NewEngine(papers)
	return &library.Snapshot{
		Model: library.ModelInfo{Version: "feed", FittedAt: time.Unix(0, 0).UTC()}, Papers: byID, Recommender: engine,
		Classifier: fakeClassifier{}, Topics: topics, Catalog: library.NewCatalog(rows, topics),
		Inapplicable: map[string]string{"0002": "its topic is gone"},
	}
}

// written returns v as a client gets it.
func written(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSimilar asks with one paper, which is a resource of its own, with two, and with one that is not there.
func TestSimilar(t *testing.T) {
	s := snapshot(t)
	one, err := Similar(t.Context(), s, recommend.Query{Positive: []string{"t:1"}, Limit: 2, KeepUnlike: true})
	if err != nil {
		t.Fatal(err)
	}
	if one.Links.Self != "/v1/papers/t:1/similar" || len(one.Data) != 2 || *one.Meta.Count != 2 || one.Meta.Limit != 2 || one.Meta.Model.Version != "feed" {
		t.Errorf("%s", written(t, one))
	}
	for i, it := range one.Data {
		if it.Rank != i+1 || it.Score == nil || it.Record().ID == "t:1" {
			t.Errorf("%s", written(t, it))
		}
	}
	two, err := Similar(t.Context(), s, recommend.Query{Positive: []string{"t:1", "t:2"}, Limit: 2, KeepUnlike: true})
	if err != nil || two.Links.Self != "/v1/recommendations" || !strings.Contains(two.Links.HTML, "t%3A2") {
		t.Errorf("%s, %v", written(t, two), err)
	}
	var missing *NotFoundError
	if _, err := Similar(t.Context(), s, recommend.Query{Positive: []string{"t:0"}, Limit: 2}); !errors.As(err, &missing) || missing.ID != "t:0" || !errors.Is(err, data.ErrNotFound) {
		t.Errorf("an unknown paper: %v", err)
	}
	if _, err := Library(t.Context(), s, recommend.LibraryQuery{Papers: []string{"t:0"}, Limit: 2}); !errors.As(err, &missing) {
		t.Errorf("an unknown library: %v", err)
	}
	lib, err := Library(t.Context(), s, recommend.LibraryQuery{Papers: []string{"t:1", "t:4"}, Limit: 3, KeepUnlike: true})
	if err != nil || len(lib.Data) == 0 || len(lib.Meta.Interests) == 0 || lib.Data[0].Interest == 0 {
		t.Errorf("a library: %s, %v", written(t, lib), err)
	}
}

// TestSearch answers with the search that was asked in the links.
func TestSearch(t *testing.T) {
	got, err := Search(t.Context(), snapshot(t), recommend.SearchQuery{Text: "lichen & granite", Limit: 3})
	if err != nil || got.Links.Self != "/v1/search?q=lichen+%26+granite" || len(got.Data) == 0 || got.Data[0].Record().ID != "t:1" {
		t.Errorf("%s, %v", written(t, got), err)
	}
}

// TestPaper answers with a paper by its id, by an address and by its title, with its topics beside its fields.
func TestPaper(t *testing.T) {
	s := snapshot(t)
	for _, id := range []string{"t:4", "Tides of an inland sea"} {
		got, err := Paper(t.Context(), s, id)
		if err != nil {
			t.Fatal(err)
		}
		want := `{"id":"t:4","title":"Tides of an inland sea","abstract":"Tides of an inland sea, seen again.","published":"2023","page":"/papers/t:4",` +
			`"topics":` + written(t, got.Data.Topics()) + `,"path":[{"id":9,"label":"Nature"},{"id":2,"label":"Tides"}]}`
		if text := written(t, got.Data); text != want || len(got.Data.Path()) != 2 || got.Data.Record().ID != "t:4" {
			t.Errorf("%s: %s\nwant\n%s", id, text, want)
		}
	}
	var missing *NotFoundError
	if _, err := Paper(t.Context(), s, "t:0"); !errors.As(err, &missing) || missing.Kind != "paper" || err.Error() != "no paper has the id t:0" {
		t.Errorf("%v", err)
	}
}

// TestCanonicalID mends addresses whose slashes a proxy merged.
func TestCanonicalID(t *testing.T) {
	for _, id := range []string{"https:/arxiv.org/abs/2101.00001", "https://arxiv.org/abs/2101.00001v2", "http:/arxiv.org/abs/2101.00001", "arxiv:2101.00001"} {
		if got := CanonicalIDs([]string{id})[0]; got != "arxiv:2101.00001" {
			t.Errorf("%s is %s", id, got)
		}
	}
}

// TestFields writes what is asked for and there, id and title in any case, and names what no paper has.
func TestFields(t *testing.T) {
	p := &data.Paper{ID: "t:1", Title: "Lichen", Abstract: "Grey.", Authors: []string{"Ada Quill"}, Upvotes: 3, Original: &data.Original{Title: "Flechten"}}
	for names, want := range map[string]string{
		"": `{"id":"t:1","title":"Lichen"}`, "abstract": `{"id":"t:1","title":"Lichen","abstract":"Grey."}`,
		"upvotes doi labels": `{"id":"t:1","title":"Lichen","upvotes":3}`,
		"author_count":       `{"id":"t:1","title":"Lichen","author_count":1}`,
		"original":           `{"id":"t:1","title":"Lichen","original":` + written(t, p.Original) + `}`,
	} {
		set, unknown := ParseFields(strings.Fields(names))
		if got := written(t, View{p, set}); unknown != "" || got != want {
			t.Errorf("%q: %s, want %s", names, got, want)
		}
	}
	if _, unknown := ParseFields([]string{"title", "zorp", "zarp"}); unknown != "zorp" {
		t.Errorf("%q is unknown", unknown)
	}
	for name := range strings.SplitSeq(FieldNames(), ", ") {
		if _, unknown := ParseFields([]string{name}); unknown != "" {
			t.Errorf("%s is listed and unknown", name)
		}
	}
	if got := written(t, View{p, AllFields}); !json.Valid([]byte(got)) || !strings.Contains(got, `"original"`) {
		t.Error(got)
	}
}

// TestTopics lists a level, cut short, and shows one topic: what of it is gone is left out.
func TestTopics(t *testing.T) {
	s := snapshot(t)
	list, err := Topics(t.Context(), s, topic.Main)
	if err != nil || len(list.Data) != 2 || *list.Meta.Total != 2 || list.Links.Self != "/v1/topics?level=0" {
		t.Errorf("%s, %v", written(t, list), err)
	}
	if cut, err := TopicList(t.Context(), s, s.SortedTopics(topic.Main, "size", ""), 1, "/x"); err != nil || len(cut.Data) != 1 || *cut.Meta.Total != 2 || *cut.Meta.Count != 1 {
		t.Errorf("%s, %v", written(t, cut), err)
	}
	one, err := Topic(t.Context(), s, 1)
	if err != nil {
		t.Fatal(err)
	}
	if v := one.Data; v.Parent == nil || v.Parent.Label != "Nature" || len(v.Papers) != 2 || v.Papers[1].Title != "Lichen on basalt" {
		t.Errorf("%s", written(t, one))
	}
	field, err := Topic(t.Context(), s, 9)
	if err != nil || len(field.Data.Children) != 2 || field.Data.Terms == nil {
		t.Errorf("%s, %v", written(t, field), err)
	}
	var missing *NotFoundError
	if _, err := Topic(t.Context(), s, 5); !errors.As(err, &missing) || missing.Kind != "topic" || missing.ID != "5" {
		t.Errorf("%v", err)
	}
}

// TestClassify names the topics of a text, as many as are asked for, and passes on why there are none.
func TestClassify(t *testing.T) {
	s := snapshot(t)
	got, err := Classify(s, "tides", 1)
	if err != nil || len(got.Data) != 1 || got.Data[0].ID != 2 || got.Data[0].Label != "Tides" || *got.Meta.Count != 1 {
		t.Errorf("%s, %v", written(t, got), err)
	}
	failed := errors.New("no words")
	s.Classifier = fakeClassifier{failed}
	if _, err := Classify(s, "", 1); !errors.Is(err, failed) {
		t.Errorf("%v", err)
	}
}

// fakeCurator has some edits.
type fakeCurator struct {
	edits []curate.Edit
	err   error
}

// Edits implements Curator.
func (f fakeCurator) Edits(context.Context) ([]curate.Edit, error) { return f.edits, f.err }

// TestEdits says of each edit why it changes nothing, and answers before there is a snapshot.
func TestEdits(t *testing.T) {
	c := fakeCurator{edits: []curate.Edit{{ID: "0001", Kind: curate.Pin, Topic: 1}, {ID: "0002", Kind: curate.Hide, Topic: 5}}}
	got, err := Edits(t.Context(), snapshot(t), c)
	if err != nil || got.Data[0].Inapplicable != "" || got.Data[1].Inapplicable != "its topic is gone" {
		t.Errorf("%s, %v", written(t, got), err)
	}
	if got, err := Edits(t.Context(), nil, fakeCurator{}); err != nil || written(t, got) != `{"data":[]}` {
		t.Errorf("%s, %v", written(t, got), err)
	}
	if _, err := Edits(t.Context(), nil, fakeCurator{err: context.Canceled}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestItems has a score only where the list is ranked by it, and a topic only where there is one.
func TestItems(t *testing.T) {
	p := &data.Paper{ID: "t:1", Title: "Lichen on granite"}
	l := &library.List{Total: 3, Items: []library.Item{
		{Paper: p, Ranked: true, Score: .5, Rank: 1, Topic: 1, Confidence: .75}, {Paper: p, Topic: 2}, {Paper: p, Topic: 77, Confidence: .5},
	}}
	want := `[{"paper":{"id":"t:1","title":"Lichen on granite"},"score":0.5,"rank":1,"topic":{"id":1,"label":"Lichens"},"confidence":0.75},` +
		`{"paper":{"id":"t:1","title":"Lichen on granite"},"topic":{"id":2,"label":"Tides"}},{"paper":{"id":"t:1","title":"Lichen on granite"}}]`
	if got := written(t, List(snapshot(t), l, 10, fieldSet("id", "title"), Links{}).Data); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestListOfNone is an empty list with its reason, not null.
func TestListOfNone(t *testing.T) {
	got := written(t, List(snapshot(t), &library.List{Reason: recommend.ReasonFiltered}, 10, ListFields, Links{Self: "/x"}))
	if !strings.HasPrefix(got, `{"data":[],"meta":{"count":0,"total":0,"limit":10,"reason":"`+recommend.ReasonFiltered) {
		t.Error(got)
	}
}
