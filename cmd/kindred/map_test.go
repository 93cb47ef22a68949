package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"kindred/data"
)

// twoSubjects is a file of n papers on graphs and as many on proteins.
func twoSubjects(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"g%d","title":"Graph networks %d","abstract":"Message passing over nodes and edges of a graph, with attention, part %d."}`+"\n", i, i, i)
		fmt.Fprintf(&b, `{"id":"p%d","title":"Protein folding %d","abstract":"The structure of proteins from amino acid sequences and alignments, part %d."}`+"\n", i, i, i)
	}
	return b.String()
}

func TestMapShowsEveryPaper(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", twoSubjects(8)))
	ok(t, dir, "fit")
	a := &app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, getenv: func(string) string { return "" }, data: dir}
	l, err := a.openLibrary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	type xy struct{ x, y float64 }
	places := func() map[string]xy {
		out := map[string]xy{}
		for _, p := range l.Current().Points() {
			if !(p.X >= -1 && p.X <= 1 && p.Y >= -1 && p.Y <= 1) {
				t.Errorf("%s stands at %v, %v", p.ID, p.X, p.Y)
			}
			out[p.ID] = xy{float64(p.X), float64(p.Y)}
		}
		return out
	}
	before := places()
	if len(before) != 16 {
		t.Fatalf("%d papers on the map, want 16", len(before))
	}

	fresh := &data.Paper{ID: "new", Title: "Attention on a graph", Abstract: "Message passing between nodes of a graph."}
	strange := &data.Paper{ID: "strange", Title: "Qwzx vbnm", Abstract: ""}
	if _, err := l.Put(t.Context(), []*data.Paper{fresh, strange}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Delete(t.Context(), "g3"); err != nil {
		t.Fatal(err)
	}
	after := places()
	if _, there := after["g3"]; there || len(after) != 17 {
		t.Errorf("%d papers on the map after two came and one went; the one is there: %t", len(after), there)
	}
	best, nearest := math.Inf(1), ""
	for id, p := range before {
		if id == "g3" {
			continue
		}
		if after[id] != p {
			t.Errorf("%s moved from %v to %v", id, p, after[id])
		}
		if d := math.Hypot(p.x-after["new"].x, p.y-after["new"].y); d < best {
			best, nearest = d, id
		}
	}
	if !strings.HasPrefix(nearest, "g") {
		t.Errorf("a new paper on graphs stands beside %s", nearest)
	}
	if r := math.Hypot(after["strange"].x, after["strange"].y); math.Abs(r-1) > 1e-5 {
		t.Errorf("a paper of which nothing is known stands %v from the middle, not on the rim", r)
	}

	var report struct {
		Trust, Recall float64
		Papers        int
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "eval", "map", "--neighbors", "3", "--json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Papers != 16 || report.Recall < 0.2 {
		t.Errorf("eval map: %+v", report)
	}
}
