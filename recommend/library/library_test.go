package library_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"
	"testing"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// source reads JSON lines.
func source(t *testing.T, r io.Reader) *read.Source {
	t.Helper()
	src, err := read.NewSource("papers.jsonl", r, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// open opens a folder, creating it, and closes it at the end of the test.
func open(t *testing.T, folder library.Folder) *library.Library {
	t.Helper()
	l, err := library.Open(t.Context(), folder, library.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// fitAndLoad fits a model and answers from it.
func fitAndLoad(t *testing.T, l *library.Library, opt classifier.Options) {
	t.Helper()
	m, err := l.Fit(t.Context(), library.FitOptions{Options: opt})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Close(), l.Load(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// sampleLibrary returns a library of the sample papers that answers from a model.
func sampleLibrary(t *testing.T) *library.Library {
	t.Helper()
	l := open(t, library.Folder(t.TempDir()))
	if _, err := l.Import(t.Context(), source(t, sample.Papers()).Papers(), library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	fitAndLoad(t, l, classifier.Options{})
	return l
}

// reopened opens the folder of a library anew and loads its model.
func reopened(t *testing.T, folder library.Folder) *library.Library {
	t.Helper()
	l := open(t, folder)
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// nearest returns the id of the paper most similar to another, "" for none.
func nearest(t *testing.T, l *library.Library, id string) string {
	t.Helper()
	answer, err := l.Current().Engine().Recommend(t.Context(), recommend.Query{Positive: []string{id}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Hits) == 0 {
		return ""
	}
	return answer.Hits[0].ID
}

// TestFoldIn stores a paper after the fit. It is found at once, in this library and in one that is opened later, until
// it is deleted.
func TestFoldIn(t *testing.T) {
	l := sampleLibrary(t)
	boot, err := l.Store().Paper(t.Context(), "arxiv:2306.05544")
	if err != nil {
		t.Fatal(err)
	}
	before := nearest(t, l, boot.ID)
	p := &data.Paper{ID: "x:new", Title: "Bootstrapped distillation of denoising diffusion without data",
		Abstract: boot.Abstract + " The student is smaller."}
	if _, err := l.Put(t.Context(), []*data.Paper{p}); err != nil {
		t.Fatal(err)
	}
	if got := nearest(t, l, boot.ID); got != "x:new" {
		t.Errorf("the nearest paper is %s after a nearer one than %s was stored", got, before)
	}
	if got := nearest(t, reopened(t, l.Folder()), boot.ID); got != "x:new" {
		t.Errorf("a library opened later answers %s", got)
	}
	s := l.Current()
	if row, ok := s.Catalog.Find("x:new"); !ok || s.Catalog.Assignment(row).Topic == 0 || s.Lag != 1 {
		t.Errorf("the new paper is missing from the catalog, or has no topic, or the lag is %d", s.Lag)
	}
	if _, err := l.Delete(t.Context(), "x:new"); err != nil {
		t.Fatal(err)
	}
	if got := nearest(t, l, boot.ID); got != before {
		t.Errorf("after the deletion the nearest paper is %s, want %s again", got, before)
	}
	if _, ok := l.Current().Catalog.Find("x:new"); ok {
		t.Error("the deleted paper is still listed")
	}
}

// TestEditsOutliveRefits renames and merges topics. Answers show it at once, and after a refit.
func TestEditsOutliveRefits(t *testing.T) {
	l := sampleLibrary(t)
	before := l.Current()
	first, second, third := before.Topics[0], before.Topics[1], before.Topics[2]
	for _, e := range []curate.Edit{
		{Kind: curate.Rename, Topic: first.ID, Label: "Reading matter"},
		{Kind: curate.Merge, Topic: third.ID, Into: second.ID},
	} {
		if _, err := l.Edit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string) {
		t.Helper()
		labels := map[int]string{}
		for _, tp := range l.Current().Topics {
			labels[tp.ID] = tp.Label
		}
		if labels[first.ID] != "Reading matter" || labels[third.ID] != "" || labels[second.ID] == "" {
			t.Errorf("%s the topics are %v", when, labels)
		}
	}
	check("after the edits")
	if l.Current().Revision == before.Revision {
		t.Error("the revision did not change with the edits")
	}
	fitAndLoad(t, l, classifier.Options{})
	check("after a refit")
}

// record is a line of a file of papers.
func record(id, title string) string { return fmt.Sprintf(`{"id":%q,"title":%q}`+"\n", id, title) }

// TestImportCounts imports records of every kind: new, rejected, unchanged, changed.
func TestImportCounts(t *testing.T) {
	l := open(t, library.Folder(t.TempDir()))
	file := record("x:1", "A first paper") + "no record\n" + record("x:2", "A second paper")
	var lines []int
	progress := library.ImportCounts{}
	got, err := l.Import(t.Context(), source(t, strings.NewReader(file)).Papers(), library.ImportOptions{
		Rejected: func(e *read.RecordError) error {
			lines = append(lines, e.Line)
			return nil
		},
		Progress: func(c library.ImportCounts) { progress = c },
	})
	if want := (library.ImportCounts{Counts: store.Counts{Imported: 2}, Rejected: 1}); err != nil || got.ImportCounts != want || progress != want {
		t.Errorf("imported %v, %v, progress %v; want %v", got, err, progress, want)
	}
	if len(lines) != 1 || lines[0] != 2 || got.Papers() != 2 {
		t.Errorf("rejected lines %d, %d papers", lines, got.Papers())
	}
	file = record("x:1", "A first paper, revised") + record("x:2", "A second paper")
	got, err = l.Import(t.Context(), source(t, strings.NewReader(file)).Papers(), library.ImportOptions{})
	if want := (library.ImportCounts{Counts: store.Counts{Updated: 1, Unchanged: 1}}); err != nil || got.ImportCounts != want {
		t.Errorf("imported %v, %v; want %v", got, err, want)
	}
	if l.Current() != nil {
		t.Error("an import made a snapshot that nobody asked for")
	}
}

// TestImportShows imports into a library that answers: the snapshot has the papers afterwards.
func TestImportShows(t *testing.T) {
	l := sampleLibrary(t)
	file := record("x:1", "Distillation of diffusion models in one step")
	if _, err := l.Import(t.Context(), source(t, strings.NewReader(file)).Papers(), library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := l.Refresh(t.Context()); err != nil { // the import may return while papers are still being folded in
		t.Fatal(err)
	}
	if _, ok := l.Current().Catalog.Find("x:1"); !ok {
		t.Error("the snapshot lacks the imported paper")
	}
}

// TestImportEnds has an import end early: by an error of the source, of the caller and of the store, and by
// cancellation of one whose source blocks. What came before the end is stored.
func TestImportEnds(t *testing.T) {
	broken, refused := errors.New("the source is broken"), errors.New("no more rejects")
	paper := func(i int) *data.Paper {
		return &data.Paper{ID: fmt.Sprint("x:", i), Title: fmt.Sprint("Paper number ", i)}
	}
	papers := func(n int, end error) iter.Seq2[*data.Paper, error] {
		return func(yield func(*data.Paper, error) bool) {
			for i := range n {
				if !yield(paper(i), nil) {
					return
				}
			}
			if end != nil {
				yield(nil, end)
			}
		}
	}
	l := open(t, library.Folder(t.TempDir()))
	if got, err := l.Import(t.Context(), papers(3, broken), library.ImportOptions{}); !errors.Is(err, broken) || got.Imported != 3 {
		t.Errorf("broken source: %v, %v", got, err)
	}
	reject := library.ImportOptions{Rejected: func(*read.RecordError) error { return refused }}
	if _, err := l.Import(t.Context(), papers(0, &read.RecordError{Line: 1}), reject); !errors.Is(err, refused) {
		t.Errorf("refused rejects: %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	blocked := make(chan struct{})
	defer close(blocked)
	endless := func(yield func(*data.Paper, error) bool) {
		for i := range library.ImportBatch {
			if !yield(paper(i), nil) {
				return
			}
		}
		<-blocked
	}
	progress := func(library.ImportCounts) { cancel() } // after the first batch, while the source blocks
	got, err := l.Import(ctx, endless, library.ImportOptions{Progress: progress})
	if !errors.Is(err, context.Canceled) || got.Imported != library.ImportBatch-3 || got.Unchanged != 3 {
		t.Errorf("canceled: %v, %v", got, err)
	}
	if stats, err := l.Store().Stats(t.Context()); err != nil || stats.Papers != library.ImportBatch {
		t.Errorf("%d papers are stored, %v", stats.Papers, err)
	}

	if err := l.Store().Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Import(t.Context(), papers(1, nil), library.ImportOptions{}); !errors.Is(err, library.ErrNotStored) {
		t.Errorf("a closed store: %v", err)
	}
}

// twoSubjects returns a file of n papers about graphs and as many about proteins.
func twoSubjects(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"g%d","title":"Graph networks %d","abstract":"Message passing over nodes and edges of a graph, `+
			`with attention, part %d."}`+"\n", i, i, i)
		fmt.Fprintf(&b, `{"id":"p%d","title":"Protein folding %d","abstract":"The structure of proteins from amino acid sequences `+
			`and alignments, part %d."}`+"\n", i, i, i)
	}
	return b.String()
}

// TestMapShowsEveryPaper has papers come and go: each has a place on the map, new ones near similar ones, and none
// moves.
func TestMapShowsEveryPaper(t *testing.T) {
	l := open(t, library.Folder(t.TempDir()))
	if _, err := l.Import(t.Context(), source(t, strings.NewReader(twoSubjects(8))).Papers(), library.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	fitAndLoad(t, l, classifier.Options{})
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
	best, closest := math.Inf(1), ""
	for id, p := range before {
		if id == "g3" {
			continue
		}
		if after[id] != p {
			t.Errorf("%s moved from %v to %v", id, p, after[id])
		}
		if d := math.Hypot(p.x-after["new"].x, p.y-after["new"].y); d < best {
			best, closest = d, id
		}
	}
	if !strings.HasPrefix(closest, "g") {
		t.Errorf("a new paper on graphs is next to %s", closest)
	}
	if r := math.Hypot(after["strange"].x, after["strange"].y); math.Abs(r-1) > 1e-5 {
		t.Errorf("a paper of which nothing is known stands %v from the middle, not on the rim", r)
	}
}
