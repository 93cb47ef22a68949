package library

import (
	"slices"
	"strings"
	"testing"

	"kindred/classifier/curate"
	"kindred/data"
)

// another opens the folder of a library as another process does.
func another(t *testing.T, l *Library) *Library {
	t.Helper()
	other, err := Open(t.Context(), l.Folder(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	return other
}

// TestFirstSnapshotIsWhole starts a library of which more than a batch of papers came after the fit: its first snapshot
// has all of them.
func TestFirstSnapshotIsWhole(t *testing.T) {
	l := fitted(t, 60, 3)
	more := manyPapers(0, foldBatch+100)
	if _, err := l.Store().Put(t.Context(), identified(more)); err != nil {
		t.Fatal(err)
	}
	other := another(t, l)
	done := make(chan error, 1)
	go func() { done <- other.Load(t.Context()) }()
	for other.Current() == nil {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			done <- nil
		default:
		}
	}
	if first := other.Current(); first.Catalog.Len() != 60+len(more) {
		t.Errorf("the first snapshot has %d papers, want %d", first.Catalog.Len(), 60+len(more))
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestOneNameOneContent compares a library that took up papers and edits as they came with one that reads all of them at
// its start: they name their snapshots the same, and have every paper in the same topic. A snapshot of a store that
// changes while it is read has a name of its own.
func TestOneNameOneContent(t *testing.T) {
	l := fitted(t, 60, 3)
	put(t, l, manyPapers(0, 300)...)
	if err := l.Refresh(t.Context()); err != nil { // a slow machine takes them up after Put has returned
		t.Fatal(err)
	}
	largest := l.Current().TopicList()[0].ID
	for _, e := range []curate.Edit{{Kind: curate.Split, Topic: largest, Parts: 2}, {Kind: curate.Rename, Topic: largest, Label: "first half"}} {
		if _, err := l.Edit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	put(t, l, manyPapers(300, 50)...)
	anchor := l.Current().Catalog // an anchor of the split goes, and another one changes
	var ids []string
	for id := range l.state.evidence {
		if _, known := anchor.Find(id); known && strings.HasPrefix(id, manyPapers(0, 1)[0].ID[:3]) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		t.Fatalf("no edit goes by papers that came after the fit: %v", l.state.evidence)
	}
	if _, err := l.Delete(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	put(t, l, &data.Paper{ID: ids[1], Title: "An anchor that moves", Abstract: "Tides and kettles of the harbour."})
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := another(t, l)
	if err := other.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	a, b := l.Current(), other.Current()
	if a.Revision != b.Revision || strings.Count(a.Revision, ".") != 1 {
		t.Errorf("revisions %s and %s", a.Revision, b.Revision)
	}
	for i := range b.Catalog.Len() {
		row := b.Catalog.Row(i)
		at, ok := a.Catalog.Find(row.ID)
		if !ok || a.Catalog.Row(at).Topic != row.Topic {
			t.Errorf("%s is in %+v after a start, before it in %+v (%v)", row.ID, row.Topic, a.Catalog.Row(at).Topic, ok)
		}
	}
	if a.Catalog.Len() != b.Catalog.Len() {
		t.Errorf("%d papers, then %d", a.Catalog.Len(), b.Catalog.Len())
	}
	other.state.between = ".x"
	if name := other.state.name(); name == a.Revision {
		t.Errorf("a snapshot between two revisions is called %s", name)
	}
}

// TestReplacedCatalogs wants the indexes of titles and authors dropped from a snapshot that is no longer current, because
// many of these may be held for the pages of lists. Such a snapshot gives the same answers all the same.
func TestReplacedCatalogs(t *testing.T) {
	l := fitted(t, 60, 3)
	old := l.Current()
	paper, err := old.Papers.Paper(t.Context(), old.Catalog.Row(0).ID)
	if err != nil {
		t.Fatal(err)
	}
	author := AuthorID(paper.Authors[0])
	titled := old.Catalog.Titled(paper.Title)
	known, _ := old.Catalog.Author(author)
	put(t, l, manyPapers(0, 1)...)
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l.Current() == old || old.Catalog.looked.Load() != nil {
		t.Error("a replaced snapshot keeps the indexes of its titles and authors")
	}
	if got := old.Catalog.Titled(paper.Title); len(got) == 0 || !slices.Equal(got, titled) {
		t.Errorf("%q has the rows %v, before %v", paper.Title, got, titled)
	}
	if got, ok := old.Catalog.Author(author); !ok || known == nil || !slices.Equal(got.Rows, known.Rows) {
		t.Errorf("%s is %+v, before %+v", paper.Authors[0], got, known)
	}
}
