package input

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kindred/api/problem"
	"kindred/recommend"
	"kindred/recommend/digest"
)

// wrong returns the parameters and pointers that an error names, in its order.
func wrong(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var p *problem.Problem
	if !errors.As(err, &p) || p.Status/100 != 4 {
		t.Fatalf("%v is no error of the request", err)
	}
	var names []string
	for _, e := range p.Errors {
		if e.Detail == "" {
			t.Errorf("%q is wrong, and nothing says why", e.Pointer+e.Parameter)
		}
		names = append(names, e.Pointer+e.Parameter)
	}
	return names
}

// TestParameters reads each kind of parameter as it should and as it should not be written.
func TestParameters(t *testing.T) {
	for _, test := range []struct {
		raw   string
		wrong []string
	}{
		{"", nil},
		{"n=5&f=.5&b=true&d=2024-06&w=two&topic=3,4&fields=title,id&level=-1&year=2016-", nil},
		{"n=0", []string{"n"}},
		{"n=five", []string{"n"}},
		{"n=", []string{"n"}},
		{"n=5&n=6", []string{"n"}},
		{"f=1.5&b=yes", []string{"f", "b"}},
		{"f=NaN", []string{"f"}},
		{"d=2024-13", []string{"d"}},
		{"w=four", []string{"w"}},
		{"topic=0,3", []string{"topic"}},
		{"topic=99999999999", []string{"topic"}},
		{"fields=colour", []string{"fields"}},
		{"level=2", []string{"level"}},
		{"year=16", []string{"year"}},
		{"limt=5&z=1", []string{"limt", "z"}},
	} {
		p, err := Parse(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		p.Strict = true
		p.Integer("n", 3, 1, 10)
		p.Fraction("f")
		p.Boolean("b")
		p.Date("d")
		p.Choice("w", "one", "two", "three")
		p.Integers("topic")
		p.Fields(0)
		p.Level()
		p.Years("year")
		if got := wrong(t, p.Done()); !slices.Equal(got, test.wrong) {
			t.Errorf("%q: %q are wrong, want %q", test.raw, got, test.wrong)
		}
	}
	if _, err := Parse("q=%zz"); len(wrong(t, err)) != 1 {
		t.Errorf("a broken escape: %v", err)
	}
}

// TestPages take empty fields for none, and what they do not know for nothing.
func TestPages(t *testing.T) {
	p, err := Parse("n=&d=&utm_source=letter&list=x")
	if err != nil {
		t.Fatal(err)
	}
	if n := p.Integer("n", 3, 1, 10); n != 3 || !p.Date("d").IsZero() {
		t.Errorf("an empty field is %d", n)
	}
	if err := p.DoneAmong("list"); err != nil || p.Values.Get("list") != "x" || p.Values.Has("utm_source") {
		t.Errorf("%v, left %v", err, p.Values)
	}
}

func TestIDs(t *testing.T) {
	for in, want := range map[string][]string{
		"arxiv:1, arxiv:2,":         {"arxiv:1", "arxiv:2"},
		"doi:10.1/x,2-a,arxiv:3":    {"doi:10.1/x,2-a", "arxiv:3"},
		"10.1/a,10.2/b":             {"10.1/a", "10.2/b"},
		"title:moss,doi:10.1/x,y,z": {"title:moss", "doi:10.1/x,y,z"},
		" , ":                       nil,
	} {
		if got := SplitIDs(in); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	p := &Params{Values: map[string][]string{"positive": slices.Repeat([]string{"x:1"}, recommend.MaxSeeds+1)}}
	if ids := p.IDs("positive"); ids != nil || len(wrong(t, p.Done())) != 1 {
		t.Errorf("%d ids", len(ids))
	}
}

// TestBodies points to the place in a body that is wrong.
func TestBodies(t *testing.T) {
	for _, test := range []struct{ typ, body, at string }{
		{"application/json; charset=utf-8", `{"limit":14.0,"text":"a"}`, ""},
		{"text/plain", `{}`, "415"},
		{"", `{}`, "415"},
		{"application/json", `{"limit":"five"}`, "/limit"},
		{"application/json", `{"colour":1}`, "/colour"},
		{"application/json", `{"positive":["a",null]}`, "/positive/1"},
		{"application/json", `{"a~/b":null}`, "/a~0~1b"},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body))
		r.Header.Set("Content-Type", test.typ)
		var in Recommendations
		err := JSON(r, &in)
		at := strings.Join(wrong(t, err), " ")
		if test.at == "415" {
			if problem.Of(err).Status != http.StatusUnsupportedMediaType {
				t.Errorf("%q: %v", test.typ, err)
			}
		} else if at != test.at {
			t.Errorf("%s: %q is wrong, want %q: %v", test.body, at, test.at, err)
		}
	}
	for _, cut := range []string{"", "{", `{"limit":`, `{}{}`, "nonsense", "null"} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(cut))
		r.Header.Set("Content-Type", "application/json")
		if err := JSON(r, &Recommendations{}); problem.Of(err).Status != http.StatusBadRequest {
			t.Errorf("%q: %v", cut, err)
		}
	}
}

// TestPapers names a paper by its place among those that came.
func TestPapers(t *testing.T) {
	for body, want := range map[string][]string{
		`{"title":"Moss"}`:                        nil,
		`[{"title":"Moss"},{"title":"Ferns"}]`:    nil,
		`{"papers":[{"title":"Moss"}]}`:           nil,
		`[]`:                                      {""},
		`{"papers":[],"more":1}`:                  {"/papers"},
		`[{"title":"Moss"},{"title":" \u0000 "}]`: {"/1/title"},
		`{"papers":[{"title":1},{"title":"x","colour":"red"}]}`: {"/papers/0/title", "/papers/1/colour"},
		`{"title":"x","upvotes":9007199254740992}`:              {"/upvotes"},
	} {
		papers, err := Papers([]byte(body))
		if got := wrong(t, err); !slices.Equal(got, want) || (err == nil) != (len(papers) > 0) {
			t.Errorf("%s: %q are wrong, want %q", body, got, want)
		}
	}
}

func TestRecommendations(t *testing.T) {
	for name, test := range map[string]struct {
		in    Recommendations
		wrong []string
	}{
		"seeds of both names": {Recommendations{Positive: []string{"x:1"}, PositivePaperIDs: []string{"x:2"}}, nil},
		"nothing":             {Recommendations{Text: " \t"}, []string{"/positive"}},
		"all wrong": {Recommendations{Text: "moss", MinScore: 2, Diversity: -1, Limit: -1, HalfLife: 3, Unknown: "maybe", PublishedAfter: "spring", Topics: []int{0}},
			[]string{"/published_after", "/unknown", "/topic/0", "/half_life", "/min_score", "/diversity", "/limit"}},
	} {
		q, err := test.in.Query()
		if got := wrong(t, err); !slices.Equal(got, test.wrong) {
			t.Errorf("%s: %q are wrong, want %q", name, got, test.wrong)
		}
		if name == "seeds of both names" && !slices.Equal(q.Positive, []string{"x:1", "x:2"}) {
			t.Errorf("%q", q.Positive)
		}
	}
	in := Recommendations{Library: []string{"x:1"}, Positive: []string{"x:2"}, HalfLife: -1}
	if _, _, err := in.LibraryQuery(); !slices.Equal(wrong(t, err), []string{"/library", "/half_life"}) {
		t.Error(err)
	}
	long := Classify{Text: strings.Repeat("x", recommend.MaxText+1), Limit: -1}
	if _, err := long.Words(); !slices.Equal(wrong(t, err), []string{"/text", "/limit"}) {
		t.Error(err)
	}
	if text, err := (&Classify{Title: "Moss", Abstract: "It grows."}).Words(); err != nil || text != "Moss\nIt grows." {
		t.Errorf("%q, %v", text, err)
	}
}

// TestSubscriptionChange replaces what is there alone, and keeps what no answer shows.
func TestSubscriptionChange(t *testing.T) {
	s := digest.Subscription{Name: "a", Search: "moss", Zotero: &digest.Zotero{Library: "users/1", Key: "k"}}
	s.To.Webhook, s.To.Secret = "https://old.example.org", "s"
	name := "b"
	in := Subscription{Name: &name, To: &digest.Destination{Webhook: "https://new.example.org"}, Zotero: &Zotero{Library: "users/1", Collection: "C"}}
	in.Apply(&s)
	if s.Name != "b" || s.Search != "moss" || s.To.Webhook != "https://new.example.org" || s.To.Secret != "s" || s.Zotero.Key != "k" || s.Zotero.Collection != "C" {
		t.Errorf("%+v, %+v", s, s.Zotero)
	}
	(&Subscription{To: &digest.Destination{}, Zotero: &Zotero{}}).Apply(&s)
	if s.To.Secret != "" || s.Zotero != nil {
		t.Errorf("the secret %q, or the library %+v, outlives what it was for", s.To.Secret, s.Zotero)
	}
	both := Subscription{Bibliography: &name, Zotero: &Zotero{Library: "users/1"}}
	if _, _, err := both.Papers(t.Context()); !slices.Equal(wrong(t, err), []string{"/bibliography"}) {
		t.Error(err)
	}
	invalid := &digest.InvalidError{Faults: []digest.Fault{{Field: "day", Detail: "x"}, {Field: "library", Detail: "x"}, {Field: "name", Detail: "x"}}}
	if got := wrong(t, SubscriptionProblem(invalid)); !slices.Equal(got, []string{"/schedule/day", "/bibliography", "/name"}) {
		t.Errorf("%q", got)
	}
}

// TestWholeNumbers writes whole numbers without a point, and leaves the inside of strings.
func TestWholeNumbers(t *testing.T) {
	for in, want := range map[string]string{
		`{"limit":14.0,"text":"3.0 and \"4.00"}`: `{"limit":14,"text":"3.0 and \"4.00"}`,
		`[1.5,2.00,3.0e1,4.01]`:                  `[1.5,2,3.0e1,4.01]`,
		`7.0`:                                    `7`,
		`[7,8]`:                                  `[7,8]`,
	} {
		if got := string(wholeNumbers([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}
