package web

import (
	"strings"
	"testing"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
)

func TestChipsCountWordsWithTheirPhrases(t *testing.T) {
	reason := func(term string, share float32) recommend.Reason {
		return recommend.Reason{Term: term, Share: share, Lexical: share / 2, Latent: share / 2}
	}
	got := chips([]recommend.Reason{
		reason("teacher", 0.2), reason("Diffusion", 0.15), reason("diffusion models", 0.1), reason("models", 0.05), reason("pre-training", 0.04),
		reason("pre", 0.03), {Share: 0.23},
	}, 0.8)
	want := []chip{{Term: "diffusion models", Share: 38}, {Term: "teacher", Share: 25}, {Term: "pre-training", Share: 9}}
	if len(got) != len(want) {
		t.Fatalf("chips %+v", got)
	}
	for i, w := range want {
		if got[i].Term != w.Term || got[i].Share != w.Share || got[i].How == "" {
			t.Errorf("chip %d is %+v, want %+v", i, got[i], w)
		}
	}
	if got := chips([]recommend.Reason{reason("teacher", 0.2)}, 0); got != nil {
		t.Errorf("a score of nothing has reasons %+v", got)
	}
}

func TestFirstSentence(t *testing.T) {
	long := strings.Repeat("zant blim sorv ", 30)
	for abstract, want := range map[string]string{
		"We show how sorvs are blimmed by a zant, as Quill et al. Have shown before. Then we stop.": "We show how sorvs are blimmed by a zant, as Quill et al. Have shown before.",
		"Short one. But the second sentence is about sorvs and is long enough to be shown. Third.":  "Short one. But the second sentence is about sorvs and is long enough to be shown.",
		"Only\none  line without an end": "Only one line without an end", "": "",
		long: strings.TrimSpace(long[:219]) + " …",
	} {
		got := firstSentence(abstract)
		if abstract == long {
			if !strings.HasSuffix(got, " …") || len(got) > mostSentence+8 || !strings.HasPrefix(long, strings.TrimSuffix(got, " …")) {
				t.Errorf("a long sentence is cut to %q", got)
			}
		} else if got != want {
			t.Errorf("%q begins with %q, want %q", abstract, got, want)
		}
	}
}

// TestNothingTwice wants a year and a category that the venue says already left out, and no others.
func TestNothingTwice(t *testing.T) {
	for _, test := range []struct{ venue, date, want string }{
		{"NIPS 2013", "2013", ""}, {"NIPS 2013", "4 May 2013", "4 May 2013"}, {"NIPS", "2013", "2013"}, {"", "2013", "2013"},
	} {
		if got := (card{Venue: test.venue, Date: test.date}).When(); got != test.want {
			t.Errorf("%q beside %q: %q, want %q", test.date, test.venue, got, test.want)
		}
	}
	if got := beyondVenue(&data.Paper{Venue: "NIPS 2013", Categories: []string{"nips", "cs.LG"}}); len(got) != 1 || got[0] != "cs.LG" {
		t.Errorf("categories %v", got)
	}
	var terms []topic.Term
	for _, word := range []string{"image", "edits", "editing", "FLUX", "robot", "robotic", "vision language", "prompt", "mask"} {
		terms = append(terms, topic.Term{Text: word})
	}
	got := furtherTerms(&topic.Topic{Label: "image editing", Terms: terms}, 4)
	if want := "FLUX robot vision language prompt"; strings.Join(got, " ") != want {
		t.Errorf("further terms %v, want %s", got, want)
	}
	for rise, want := range map[float64]string{1.04: "", 1.26: "×1.3", 9.9: "×9.9", 9.96: "new", 30: "new"} {
		if got := riseText(rise); got != want {
			t.Errorf("a rise of %v is %s, want %s", rise, got, want)
		}
	}
}
