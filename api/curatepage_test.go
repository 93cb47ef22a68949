package api

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kindred/classifier/curate"
)

// asCurator returns functions that ask for a page and send a form as somebody who signed in.
func asCurator(t *testing.T, s *site) (get func(target string) string, post func(values url.Values) (to string)) {
	t.Helper()
	with := []string{"Cookie", signedIn(t, s, ownerSecret), "Sec-Fetch-Site", "same-origin"}
	get = func(target string) string { return html.UnescapeString(s.get(target, with...).Body.String()) }
	post = func(values url.Values) string {
		t.Helper()
		rec := s.form("/curate", values, with...)
		if rec.Code != http.StatusSeeOther {
			t.Fatalf("%v: %d %s", values, rec.Code, rec.Body)
		}
		return rec.Header().Get("Location")
	}
	return get, post
}

// TestCuratePage makes every kind of change by forms: previews change nothing, every change is answered with a
// redirection, and names of topics are understood as the choices write them.
func TestCuratePage(t *testing.T) {
	s := newSite(t, nil)
	get, post := asCurator(t, s)
	for kind, f := range map[string]url.Values{
		curate.Merge: {"topic": {"Vision (3)"}, "into": {"language models"}},
		curate.Split: {"topic": {"1"}, "parts": {"2"}},
		curate.Hide:  {"topic": {"Vision"}},
		curate.Move:  {"paper": {boot}, "into": {"3"}},
	} {
		f.Set("kind", kind)
		page := get("/curate?" + f.Encode())
		if !strings.Contains(page, `id="preview"`) || !strings.Contains(page, "<th scope=\"row\">") || len(s.edits) > 0 {
			t.Errorf("preview of %s: %d edits, %s", kind, len(s.edits), page)
		}
		f.Set("note", "blim <b>")
		to := post(f)
		if len(s.edits) != 1 || s.edits[0].Kind != kind || s.edits[0].Note != "blim <b>" || s.edits[0].By == "" {
			t.Fatalf("%s: %+v", kind, s.edits)
		}
		done := get(to)
		if public := s.get(to).Body.String(); strings.Contains(public, "blim") || strings.Contains(public, s.edits[0].By) {
			t.Errorf("after %s everybody reads the note and who made it", kind)
		}
		if !strings.Contains(done, "Done: ") || !strings.Contains(done, "blim <b>") || !strings.Contains(done, s.edits[0].By) {
			t.Errorf("after %s: %s", kind, done)
		}
		to = post(url.Values{"undo": {s.edits[0].ID}})
		if len(s.edits) > 0 || !strings.Contains(s.get(to).Body.String(), "The change is undone.") {
			t.Errorf("undo %s: %d edits", kind, len(s.edits))
		}
	}
	if page := get("/curate?done=00000001&undone="); strings.Contains(page, "Done: ") {
		t.Error("an address says that what is not in force was done")
	}
}

// TestCurateFaults wants what is wrong said in words, beside what was typed.
func TestCurateFaults(t *testing.T) {
	s := newSite(t, nil)
	get, _ := asCurator(t, s)
	for query, says := range map[string]string{
		"kind=merge&topic=Vision&into=Vision":    "A topic is merged into another topic, not into itself.",
		"kind=merge&topic=Zzqq&into=Vision":      "No topic is called “Zzqq”; choose one from the list.",
		"kind=split&topic=Vision&parts=77":       "A topic is split into parts from 2 to 8, not 77.",
		"kind=move&paper=arxiv:1&into=Vision":    "No paper here is arxiv:1.",
		"kind=hide&topic=77":                     "There is no such topic: 77; the page of topics lists them.",
		"kind=scatter&topic=1":                   "There is no change of the kind",
		"kind=hide&topic=Language+Models+%2877)": "No topic is called",
	} {
		page := get("/curate?" + query)
		if !strings.Contains(page, says) || strings.Contains(page, `id="preview"`) {
			i := strings.Index(page, "note bad")
			t.Errorf("%s: want %q in %.300s", query, says, page[max(i, 0):])
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if typed := values.Get("topic"); values.Get("kind") == "merge" && !strings.Contains(page, `value="`+typed+`"`) {
			t.Errorf("%s: what was typed is lost", query)
		}
	}
	if page := s.get("/curate?kind=hide&topic=3").Body.String(); strings.Contains(page, `id="preview"`) {
		t.Error("a preview without a key")
	}
}
