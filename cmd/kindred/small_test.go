package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// smallPapers are two papers on each of several subjects, the second of a subject four places behind the first, so that
// small libraries of their first papers have unrelated papers only, or both.
var smallPapers = [][2]string{
	{"Song learning of urban warblers", "We record how urban warblers learn their songs and find that noise raises the pitch."},
	{"Proof search in modal logics", "An algorithm for proof search in modal logics, and a proof that it terminates."},
	{"Rainfall radar and river floods", "Floods of small rivers are forecast by rainfall radar after the snow has melted."},
	{"Lime mortar of old churches", "The mortar of church towers was restored with lime and sand from the same quarry."},
	{"Noise and the pitch of warbler songs", "Urban warblers sing at a higher pitch beside loud roads; we record their songs in twelve towns."},
	{"Search for proofs by refutation", "Proof search by refutation is decidable in modal logics by a short algorithm."},
	{"Forecasts of river floods", "Radar sees the rainfall and satellites the snow from which floods of rivers come."},
	{"Restoring church towers", "Old church towers are restored with lime mortar where sand of the quarry is left."},
}

// TestScoresMeanTheSameInSmallLibraries holds that papers which have nothing in common do not answer for each other in
// a library of a handful, and that related ones score there as they do in larger ones.
func TestScoresMeanTheSameInSmallLibraries(t *testing.T) {
	if testing.Short() {
		t.Skip("fits six models")
	}
	for _, n := range []int{2, 3, 4, 5, 6, 8} {
		var lines strings.Builder
		for i, p := range smallPapers[:n] {
			fmt.Fprintf(&lines, `{"id": "s%d", "title": %q, "abstract": %q}`+"\n", i, p[0], p[1])
		}
		dir := t.TempDir()
		ok(t, dir, "import", write(t, "papers.jsonl", lines.String()))
		ok(t, dir, "fit")
		for i := range n {
			var answer struct {
				Data []struct {
					Paper struct{ ID string }
					Score float32
				}
			}
			if err := json.Unmarshal([]byte(ok(t, dir, "similar", fmt.Sprintf("s%d", i), "--json")), &answer); err != nil {
				t.Fatal(err)
			}
			scores := map[string]float32{}
			for _, hit := range answer.Data {
				scores[hit.Paper.ID] = hit.Score
			}
			for j := range n {
				s := scores[fmt.Sprintf("s%d", j)]
				if related := j != i && j%4 == i%4; related && !(s > 0.7 && s < 0.99) || !related && s > 0.2 {
					t.Errorf("%d papers: %q and %q score %.2f", n, smallPapers[i][0], smallPapers[j][0], s)
				}
			}
		}
		if out := ok(t, dir, "search", "drought"); !strings.Contains(out, "none is alike enough") && !strings.Contains(out, "floods") {
			t.Errorf("%d papers: a search for drought answers\n%s", n, out)
		}
		if out := ok(t, dir, "similar", "s0", "--explain"); n == 2 && !strings.Contains(out, "No papers: none is alike enough.") {
			t.Errorf("two papers that share nothing:\n%s", out)
		}
	}
}
