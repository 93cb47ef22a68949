package library

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
)

// mostAlike returns the id of the paper most like another one.
func mostAlike(tb testing.TB, l *Library, id string) string {
	tb.Helper()
	answer, err := l.Current().Recommender.Recommend(tb.Context(), recommend.Query{Positive: []string{id}, Limit: 1})
	if err != nil {
		tb.Fatal(err)
	}
	if len(answer.Hits) == 0 {
		return ""
	}
	return answer.Hits[0].ID
}

// TestFoldInBesideAnImport stores papers behind the library's back, as another process does, and then one by the
// library: the one is acknowledged without the others, and all answer after a refresh.
func TestFoldInBesideAnImport(t *testing.T) {
	l := fitted(t, 60, 3)
	const many = 3*foldBatch + 10
	if _, err := l.Store().Put(t.Context(), manyPapers(0, many)); err != nil {
		t.Fatal(err)
	}
	put(t, l, &data.Paper{ID: "x:one", Title: "One more paper on scaling laws"})
	if _, err := l.Store().Paper(t.Context(), "x:one"); err != nil {
		t.Fatalf("an acknowledged paper: %v", err)
	}
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := l.Current()
	if s.Lag != many+1 || s.Catalog.Len() != 60+many+1 {
		t.Errorf("%d papers are folded in, %d listed", s.Lag, s.Catalog.Len())
	}
	for _, id := range []string{"many:0", fmt.Sprint("many:", many-1), "x:one"} {
		if row, ok := s.Catalog.Find(id); !ok || s.Catalog.Row(row).ID != id || s.Catalog.Assignment(row).Topic == 0 {
			t.Errorf("%s is not listed under a topic", id)
		}
		if mostAlike(t, l, id) == "" {
			t.Errorf("%s has no neighbour", id)
		}
	}
}

// TestSnapshotsAreImmutable changes papers while an older snapshot is held, and compares all that it lists.
func TestSnapshotsAreImmutable(t *testing.T) {
	l := fitted(t, 60, 3)
	put(t, l, manyPapers(0, 5)...)
	s := l.Current()
	titles := func() (out []string) {
		for i := range s.Catalog.Len() {
			out = append(out, s.Catalog.Row(i).ID+" "+s.Catalog.Row(i).Title)
		}
		return out
	}
	before := titles()
	put(t, l, manyPapers(5, 5)...)
	put(t, l, &data.Paper{ID: "many:2", Title: "Distillation of diffusion models, done again", Abstract: "With another abstract of diffusion."})
	if _, err := l.Delete(t.Context(), "many:3", samplePapers(t, 1)[0].ID); err != nil {
		t.Fatal(err)
	}
	if after := titles(); !reflect.DeepEqual(before, after) {
		t.Error("a snapshot changed after it was made")
	}
	now := l.Current()
	if now.Catalog.Len() != 60+10-2 {
		t.Errorf("%d papers are listed", now.Catalog.Len())
	}
	if _, ok := now.Catalog.Find("many:3"); ok {
		t.Error("a deleted paper is found")
	}
	for i := range now.Catalog.Len() {
		if row, ok := now.Catalog.Find(now.Catalog.Row(i).ID); !ok || row != i {
			t.Fatalf("paper %s of row %d is found at row %d", now.Catalog.Row(i).ID, i, row)
		}
	}
}

// TestRestartReadsFolds folds papers in, opens the folder again, and wants the same views without computing them.
func TestRestartReadsFolds(t *testing.T) {
	l := fitted(t, 60, 3)
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, l, manyPapers(0, 20)...)
	put(t, l, &data.Paper{ID: "many:7", Title: "Distillation, changed", Abstract: "A changed abstract of diffusion models."})
	want := map[string]Row{}
	for i := range l.Current().Catalog.Len() {
		r := *l.Current().Catalog.Row(i)
		want[r.ID] = r
	}
	path, err := l.Folder().Current()
	if err != nil {
		t.Fatal(err)
	}
	model := l.Model()
	records, _, err := readFolds(foldFile(path), model.TermCount(), model.Dims())
	if err != nil || len(records) != 20 {
		t.Fatalf("the fold file has %d papers, %v", len(records), err)
	}
	later := opened(t, l.Folder())
	if err := later.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range later.Current().Catalog.Len() {
		got := *later.Current().Catalog.Row(i)
		w := want[got.ID]
		if got.Topic != w.Topic || (got.folded == nil) != (w.folded == nil) {
			t.Errorf("%s is in %+v after a restart, in %+v before", got.ID, got.Topic, w.Topic)
		}
		if got.folded == nil {
			continue
		}
		if !reflect.DeepEqual(got.folded.latent, w.folded.latent) || !reflect.DeepEqual(got.folded.weights, w.folded.weights) {
			t.Errorf("%s has other views after a restart", got.ID)
		}
		if &got.folded.latent[0] == &w.folded.latent[0] {
			t.Error("the two libraries share memory: the test proves nothing")
		}
	}
}

// TestFoldOrder folds one batch in on one core and on many.
func TestFoldOrder(t *testing.T) {
	l := fitted(t, 60, 3)
	var batch []store.Entry
	for i, p := range manyPapers(0, 50) {
		batch = append(batch, store.Entry{Seq: int64(1000 + i), ID: p.ID, Paper: p})
	}
	many := l.state.fold(batch)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for i, v := range l.state.fold(batch) {
		if v.topic != many[i].topic || !reflect.DeepEqual(v.item, many[i].item) {
			t.Fatalf("paper %d has other views on one core", i)
		}
	}
}

// TestStartWithoutModel starts a library whose model is missing, damaged or unnamed: papers and searches are answered
// at once, and a model is fitted.
func TestStartWithoutModel(t *testing.T) {
	for name, lose := range map[string]func(l *Library, path string) error{
		"missing": func(_ *Library, path string) error { return os.Remove(path) },
		"damaged": func(_ *Library, path string) error { damage(t, path); return nil },
		"cut":     func(_ *Library, path string) error { return cut(path, 100) },
		"empty":   func(_ *Library, path string) error { return cut(path, 0) },
		"garbage": func(l *Library, _ string) error {
			return os.WriteFile(l.Folder().Path(currentFile), []byte("../x\n"), 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			old := fitted(t, 60, 3)
			path, err := old.Folder().Current()
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(old.Close(), lose(old, path)); err != nil {
				t.Fatal(err)
			}
			l := opened(t, old.Folder())
			bare := make(chan *Snapshot, 1)
			if err := l.startBareOnly(t, bare); err != nil {
				t.Fatal(err)
			}
			s := <-bare
			if s.Ready() || s.Missing == "" || s.Catalog.Len() != 60 {
				t.Errorf("ready %v, missing %q, %d papers", s.Ready(), s.Missing, s.Catalog.Len())
			}
			first := samplePapers(t, 1)[0]
			answer, err := s.Recommender.Search(t.Context(), recommend.SearchQuery{Text: first.Title, Limit: 3})
			if err != nil || len(answer.Hits) == 0 || answer.Hits[0].ID != first.ID || answer.Hits[0].Score != 1 {
				t.Errorf("a search for a title answers %+v, %v", answer, err)
			}
			if _, err := s.Recommender.Recommend(t.Context(), recommend.Query{Positive: []string{first.ID}}); !errors.Is(err, ErrNoModel) {
				t.Errorf("a recommendation without a model: %v", err)
			}
			l.refreshes.wait() // for the fit
			if now := l.Current(); !now.Ready() || mostAlike(t, l, first.ID) == "" {
				t.Error("no model was fitted")
			}
		})
	}
}

// startBareOnly starts the library and sends the snapshot that it answers from before the fit has ended.
func (l *Library) startBareOnly(t *testing.T, bare chan<- *Snapshot) error {
	unlock, err := l.Folder().lock(t.Context(), nil) // the fit waits
	if err != nil {
		return err
	}
	defer unlock()
	err = l.Start(t.Context())
	bare <- l.Current()
	return err
}

func cut(path string, n int64) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return errors.Join(os.Remove(path), os.WriteFile(path, b[:min(int64(len(b)), n)], 0o644))
}

// TestExchangedDatabase empties, exchanges and unlinks the database beside its model.
func TestExchangedDatabase(t *testing.T) {
	l := fitted(t, 60, 3)
	folder := l.Folder()
	db := folder.Path(papersFile)
	away := filepath.Join(t.TempDir(), "away")
	files := []string{"", "-wal", "-shm"} // of a database that is open
	for _, suffix := range files {
		if err := os.Rename(db+suffix, away+suffix); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Put(t.Context(), manyPapers(0, 1)); err == nil {
		t.Error("a paper was acknowledged into a file that has gone")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, contents := range map[string]func() error{
		"empty": func() error { return os.WriteFile(db, nil, 0o644) },
		"another": func() error {
			st, err := store.Open(t.Context(), db)
			if err != nil {
				return err
			}
			_, err = st.Put(t.Context(), manyPapers(0, 200))
			return errors.Join(err, st.Close())
		},
	} {
		for _, suffix := range files {
			_ = os.Remove(db + suffix)
		}
		if err := contents(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), folder, Options{Create: true}); !errors.Is(err, ErrExchanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, suffix := range files {
		_ = os.Remove(db + suffix)
		if err := os.Rename(away+suffix, db+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := opened(t, folder).Load(t.Context()); err != nil {
		t.Errorf("with the database put back: %v", err)
	}
}

// FuzzFolds reads fold files of any bytes.
func FuzzFolds(f *testing.F) {
	l := fitted(f, 40, 2)
	v := l.state.view(samplePapers(f, 1)[0])
	path := filepath.Join(f.TempDir(), "m"+modelSuffix)
	w, err := openFolds(path, 0)
	if err != nil || w == nil {
		f.Fatal(w, err)
	}
	if err := errors.Join(w.write([]foldRecord{{"a", 1, v}, {"b", 2, v}}), w.close()); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(foldFile(path))
	if err != nil {
		f.Fatal(err)
	}
	terms, dims := l.Model().TermCount(), l.Model().Dims()
	if records, whole := parseFolds(b, terms, dims); len(records) != 2 || whole != len(b) {
		f.Fatalf("%d records, %d of %d bytes", len(records), whole, len(b))
	}
	f.Add(b)
	f.Add(b[:len(b)-3])
	f.Add([]byte(foldMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		records, whole := parseFolds(b, terms, dims)
		if whole > len(b) || len(records) > 0 && whole <= len(foldMagic) {
			t.Errorf("%d records in %d of %d bytes", len(records), whole, len(b))
		}
		for id, r := range records {
			if r.id != id || !r.fits(terms, dims) {
				t.Errorf("record %q does not fit", id)
			}
		}
	})
}
