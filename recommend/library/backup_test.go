package library

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/data"
)

// TestBackup takes a backup while papers are stored and a fit runs, restores it, and wants a library that answers as
// the other did: all papers acknowledged before, the decisions, and a model.
func TestBackup(t *testing.T) {
	l := fitted(t, 60, 3)
	renamed := l.Current().TopicList()[0].ID
	if _, err := l.Edit(t.Context(), curate.Edit{Kind: curate.Rename, Topic: renamed, Label: "my own name"}); err != nil {
		t.Fatal(err)
	}
	put(t, l, manyPapers(0, 20)...)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { // writes all the while
		for n := 20; ctx.Err() == nil; n++ {
			if _, err := l.Put(context.WithoutCancel(ctx), manyPapers(n, 1)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	out := filepath.Join(t.TempDir(), "backup")
	b, err := l.Folder().Backup(t.Context(), out)
	stop()
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	if b.Papers < 80 || b.Model == "" {
		t.Errorf("%+v", b)
	}
	folder := Folder(filepath.Join(t.TempDir(), "deep", "restored"))
	restored, err := folder.Restore(t.Context(), out)
	if err != nil || !reflect.DeepEqual(restored, b) {
		t.Fatalf("restored %+v, %v; want %+v", restored, err, b)
	}
	report, err := folder.Check(t.Context())
	if err != nil || len(report.Faults()) > 0 || report.Papers != b.Papers || report.Model != b.Model {
		t.Errorf("check: %+v, %v", report, err)
	}
	again := opened(t, folder)
	if err := again.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := again.Current()
	if s.Catalog.Len() != b.Papers || s.Label(renamed) != "my own name" {
		t.Errorf("%d papers, topic %d is named %q", s.Catalog.Len(), renamed, s.Label(renamed))
	}
	for n := range 20 {
		if _, ok := s.Catalog.Find(fmt.Sprint("many:", n)); !ok {
			t.Errorf("paper %d, acknowledged before the backup, is not in it", n)
		}
	}
	if mostAlike(t, again, "many:3") == "" {
		t.Error("the restored library finds nothing alike")
	}
	if _, err := l.Folder().Backup(t.Context(), out); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a backup replaces another one: %v", err)
	}
	if _, err := folder.Restore(t.Context(), out); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a restore into a folder in use: %v", err)
	}
	if rest, err := filepath.Glob(filepath.Join(filepath.Dir(out), ".*")); err != nil || len(rest) > 0 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
}

// TestRestoreRefuses wants no folder at all of a backup that is cut, changed or made by somebody else.
func TestRestoreRefuses(t *testing.T) {
	l := fitted(t, 40, 2)
	out := filepath.Join(t.TempDir(), "backup")
	if _, err := l.Folder().Backup(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	forged := func(names ...string) []byte {
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w := tar.NewWriter(z)
		for _, name := range names {
			text := []byte(`{"format":1,"files":[]}`)
			if err := writeTar(w, name, int64(len(text)), bytes.NewReader(text), time.Unix(0, 0)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), z.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, content := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)*2/3], "cut late": whole[:len(whole)-20], "flipped": flipped, "text": []byte("no backup at all"),
		"climbing": forged("../evil.model", manifestFile), "absolute": forged("/tmp/evil", manifestFile), "no files": forged(manifestFile),
		"a file that the manifest lacks": forged(papersFile, manifestFile), "no manifest": forged(papersFile),
	} {
		file := filepath.Join(t.TempDir(), "backup")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		parent := t.TempDir()
		_, err := Folder(filepath.Join(parent, "new")).Restore(t.Context(), file)
		if !errors.Is(err, errBackup) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
		if rest, err := os.ReadDir(parent); err != nil || len(rest) > 0 {
			t.Errorf("%s: left behind %v, %v", name, rest, err)
		}
	}
}

// TestCheckBesideAFit wants the files that a running fit writes told from those that an interrupted one has left, and each
// left one named once.
func TestCheckBesideAFit(t *testing.T) {
	folder := fitted(t, 40, 2).Folder()
	temporary := folder.Path(modelsDir, ".0123.modelXYZ")
	if err := os.WriteFile(temporary, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	faults := func() []Finding {
		t.Helper()
		report, err := folder.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return report.Faults()
	}
	unlock, err := folder.lock(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if found := faults(); len(found) > 0 {
		t.Errorf("beside a fit: %+v", found)
	}
	unlock()
	if found := faults(); len(found) != 1 || strings.Count(found[0].What, temporary) != 1 {
		t.Errorf("after a fit that was killed: %+v", found)
	}
}

// TestCheckAndRepair damages a folder in several ways, and wants each found and what can be repaired repaired.
func TestCheckAndRepair(t *testing.T) {
	for _, c := range []struct {
		name, part, want string
		damage           func(t *testing.T, f Folder)
		mends            bool
	}{
		{"nothing", "", "", func(*testing.T, Folder) {}, true},
		{"model cut", "model", "fit again", func(t *testing.T, f Folder) {
			path, err := f.Current()
			if err := errors.Join(err, os.Truncate(path, 1000)); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"model gone", "model", "fit again", func(t *testing.T, f Folder) {
			path, err := f.Current()
			if err := errors.Join(err, os.Remove(path)); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"no model yet", "", "", func(t *testing.T, f Folder) {
			if err := errors.Join(os.Remove(f.Path(currentFile)), os.RemoveAll(f.Path(modelsDir))); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"left over", "folder", "remove", func(t *testing.T, f Folder) {
			if err := os.WriteFile(f.Path(modelsDir, "0123.model"), []byte("x"), 0o644); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"database damaged", "store", "backup", func(t *testing.T, f Folder) {
			b, err := os.ReadFile(f.Path(papersFile))
			if err != nil {
				t.Fatal(err)
			}
			for at := 8192; at < len(b); at += 4096 {
				copy(b[at:], bytes.Repeat([]byte{0xa5}, 64))
			}
			if err := os.WriteFile(f.Path(papersFile), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		folder := Folder(t.TempDir())
		l, err := Open(t.Context(), folder, Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		put(t, l, samplePapers(t, 40)...)
		fit(t, l, classifier.Options{Topics: 2, NoMap: true})
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		c.damage(t, folder)
		report, err := folder.Check(t.Context())
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		faults := report.Faults()
		switch {
		case c.part == "" && len(faults) > 0:
			t.Errorf("%s: %+v", c.name, faults)
		case c.part != "" && (len(faults) == 0 || faults[0].Part != c.part || !strings.Contains(faults[0].Remedy, c.want) || faults[0].Mends != c.mends):
			t.Errorf("%s: %+v; want one of %s with remedy %q", c.name, faults, c.part, c.want)
		}
		if !c.mends {
			continue
		}
		if err := folder.Repair(t.Context(), Options{}, nil); err != nil {
			t.Errorf("%s: repair: %v", c.name, err)
		}
		if report, err = folder.Check(t.Context()); err != nil || len(report.Faults()) > 0 || report.Papers != 40 || report.Model == "" {
			t.Errorf("%s: after the repair %+v, %v", c.name, report, err)
		}
	}
}
