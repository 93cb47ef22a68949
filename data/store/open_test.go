package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// database returns the bytes of a closed store with some papers.
func database(tb testing.TB) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "papers.db")
	s, err := store.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	for n := range 5 {
		if _, err := s.Put(tb.Context(), crashPapers(n)); err != nil {
			tb.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// run executes SQL on the file behind the store's back.
func run(tb testing.TB, path string, statements ...string) {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	for _, st := range statements {
		if _, err := db.Exec(st); err != nil {
			tb.Fatalf("%s: %v", st, err)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	good := database(t)
	write := func(b []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	damaged := bytes.Clone(good)
	for i := 4096; i < len(damaged); i++ {
		damaged[i] = 0x5a
	}
	for _, test := range []struct {
		name  string
		make  func(t *testing.T, path string)
		wants []string
	}{
		{"text", write([]byte(strings.Repeat("not a database, but a text of some length\n", 40))), []string{"not a SQLite database", "move this file away"}},
		{"cut short", write(good[:len(good)/2]), []string{"damaged", "backup"}},
		{"overwritten", write(damaged), []string{"damaged", "backup"}},
		{"folder", func(t *testing.T, path string) { os.Mkdir(path, 0o700) }, []string{"folder"}},
		{"no folder", func(t *testing.T, path string) { os.Remove(filepath.Dir(path)) }, []string{"folder is not there"}},
		{"of another program", func(t *testing.T, path string) { run(t, path, "CREATE TABLE notes (body TEXT)") }, []string{"another program", "another data folder"}},
		{"of another program, marked", func(t *testing.T, path string) { run(t, path, "PRAGMA application_id = 7", "PRAGMA user_version = 1") }, []string{"another program"}},
		{"newer", func(t *testing.T, path string) {
			write(good)(t, path)
			run(t, path, "PRAGMA user_version = 1000")
		}, []string{"newer release", "1000", "update kindred"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "dir", "papers.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			test.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := store.Open(t.Context(), path)
			if err == nil { // what opening did not touch is found on reading
				err = readAll(t.Context(), s)
				s.Close()
			}
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range append(test.wants, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file that could not be used was changed")
			}
		})
	}
}

// readAll reads everything there is.
func readAll(ctx context.Context, s *store.SQLite) error {
	for _, err := range s.Since(ctx, 0) {
		if err != nil {
			return err
		}
	}
	for _, err := range s.Columns(ctx, 0) {
		if err != nil {
			return err
		}
	}
	if _, err := s.Stats(ctx); err != nil {
		return err
	}
	return s.Check(ctx)
}

func TestOpenOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "100%.db", "what?mode=ro.db", "hash#tag.db", "grün.db"} {
		path := filepath.Join(t.TempDir(), name)
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		s.Close()
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestEveryField checks that no field of data.Paper is forgotten in the table, those of tomorrow included.
func TestEveryField(t *testing.T) {
	s := open(t)
	defer s.Close()
	var p data.Paper
	fill(reflect.ValueOf(&p).Elem(), 1)
	p.Published = data.Date{Year: 2024, Month: 2, Day: 29}
	if _, err := s.Put(t.Context(), []*data.Paper{&p}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Paper(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, &p) {
		t.Errorf("read back %+v\nwant %+v", got, &p)
	}
}

// fill sets every field below v to something that is not zero.
func fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("word ", n) + v.Type().Name())
	case reflect.Int:
		v.SetInt(int64(n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), n+i)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n+i)
		}
	default:
		panic("a field of kind " + v.Kind().String() + ": teach fill and the table of papers about it")
	}
}

func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	var stores [2]*store.SQLite
	for i := range stores {
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		stores[i] = s
	}
	for n := range 6 {
		if _, err := stores[n%2].Put(t.Context(), crashPapers(n)); err != nil {
			t.Fatal(err)
		}
		if p, err := stores[(n+1)%2].Paper(t.Context(), "x:first"); err != nil || p.Comments != n+1 {
			t.Errorf("after batch %d the other sees %+v, %v", n, p, err)
		}
	}
}

// FuzzOpen holds arbitrary bytes for a database: whatever they are, there is an answer or an error.
func FuzzOpen(f *testing.F) {
	good := database(f)
	f.Add([]byte{})
	f.Add([]byte("SQLite format 3\x00"))
	f.Add(good)
	f.Add(good[:4096])
	f.Add(good[:5000])
	for _, at := range []int{18, 20, 28, 60, 68, 100, 105, 4096, 4100, 8192, 8200} {
		b := bytes.Clone(good)
		b[at] ^= 0xff
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "papers.db")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), path)
		if err != nil {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("error %q does not name the file", err)
			}
			return
		}
		defer s.Close()
		_ = readAll(t.Context(), s)
		if _, err := s.Put(t.Context(), crashPapers(1)); err == nil {
			if _, err := s.Paper(t.Context(), "x:first"); err != nil {
				t.Logf("what was put is not found: %v", err)
			}
		}
		_, _ = s.Delete(t.Context(), "x:first", "x:1-1")
	})
}
