package link

import (
	"net/url"
	"slices"
	"testing"
)

// TestEscape wants every id back from its path, and slashes left for people to read where nothing can mistake them.
func TestEscape(t *testing.T) {
	for id, want := range map[string]string{
		"arxiv:2306.05544":          "arxiv:2306.05544",
		"doi:10.1000/ab(1)/<2>":     "doi:10.1000/ab%281%29/%3C2%3E",
		"https://blim.example//x":   "https:%2F%2Fblim.example%2F%2Fx",
		"doi:10.1000/similar":       "doi:10.1000%2Fsimilar",
		"doi:10.1000/x/export.blim": "doi:10.1000%2Fx%2Fexport.blim",
		"doi:10.1000/x/":            "doi:10.1000%2Fx%2F",
		"doi:10.1000/./x":           "doi:10.1000%2F.%2Fx",
	} {
		got := Escape(id)
		if back, err := url.PathUnescape(got); got != want || back != id || err != nil {
			t.Errorf("Escape(%q) = %q, want %q; read back %q, %v", id, got, want, back, err)
		}
	}
}

// TestSeeds wants lists changed in copies, and the same address for the same list.
func TestSeeds(t *testing.T) {
	list := Seeds{Positive: make([]string, 0, 4), Text: "blim & vorn"}
	liked := list.Like("a").Like("b").Like("a")
	if other := list.Like("c"); !slices.Equal(liked.Positive, []string{"a", "b"}) || !slices.Equal(other.Positive, []string{"c"}) {
		t.Errorf("%v and %v share their ids", liked, other)
	}
	if got, want := liked.Without("b").Dislike("b").Path(), "/list?negative=b&positive=a&text=blim+%26+vorn"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if got := (Seeds{}).Path(); got != "/list" {
		t.Errorf("path of an empty list %s", got)
	}
}
