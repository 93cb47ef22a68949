package store

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kindred/data"
)

func TestRecordRoundTrip(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*data.Paper{
		{ID: "x:bare"},
		{ID: "x:abstract", Abstract: strings.Repeat("long and dull ", 100_000)},
		{ID: "x:rest", Upvotes: 1},
		{ID: "x:both", Abstract: "\x00{}", Original: &data.Original{Title: "T"}, Aliases: []string{"a", "b"}},
	} {
		r, err := c.record(p)
		if err != nil {
			t.Fatal(err)
		}
		got := &data.Paper{ID: p.ID}
		if err := c.unpack(r.body, got); err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s: unpacked %.100v, %v", p.ID, got, err)
		}
	}
}

func TestContentHash(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	base := data.Paper{ID: "x:1", Title: "One", Authors: []string{"A B", "C"}, Venue: "V"}
	seen := map[string]string{}
	for name, change := range map[string]func(p *data.Paper){
		"nothing":    func(*data.Paper) {},
		"id":         func(p *data.Paper) { p.ID = "x:2" },
		"title":      func(p *data.Paper) { p.Title = "OneA" },
		"abstract":   func(p *data.Paper) { p.Abstract = "V" },
		"authors":    func(p *data.Paper) { p.Authors = []string{"A", "B C"} },
		"one author": func(p *data.Paper) { p.Authors = []string{"A B C"} },
		"category":   func(p *data.Paper) { p.Categories = []string{"A B", "C"} },
		"moved":      func(p *data.Paper) { p.Venue, p.DuplicateOf = "", "V" },
		"date":       func(p *data.Paper) { p.Published.Year = 2000 },
		"upvotes":    func(p *data.Paper) { p.Upvotes = 1 },
		"comments":   func(p *data.Paper) { p.Comments = 1 },
	} {
		p := base
		change(&p)
		r, err := c.record(&p)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[string(r.hash)]; ok {
			t.Errorf("a change of %s has the digest of a change of %s", name, other)
		}
		seen[string(r.hash)] = name
		if again, _ := c.record(&p); string(again.hash) != string(r.hash) {
			t.Errorf("%s: two digests of one paper", name)
		}
	}
}

// TestPlans checks that no reading query sorts or scans what it need not: at three million papers it would show.
func TestPlans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, query := range []string{
		sinceQuery, columnsQuery, named, lastSeq,
		"SELECT " + paperColumns + " FROM papers WHERE seq = (" + named + ")",
		"SELECT seq FROM papers WHERE title_key = ?1 ORDER BY seq",
		"SELECT seq FROM papers WHERE duplicate_of = ?1 AND duplicate_of != '' ORDER BY seq",
		"DELETE FROM aliases WHERE id = ?1",
	} {
		rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, 0)
		if query == lastSeq {
			rows, err = s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
		}
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			steps++
			if strings.Contains(detail, "TEMP B-TREE") || strings.HasPrefix(detail, "SCAN") && detail != "SCAN CONSTANT ROW" {
				t.Errorf("%s: %s", query, detail)
			}
		}
		if err := rows.Err(); err != nil || steps == 0 {
			t.Errorf("%s: %d steps, %v", query, steps, err)
		}
		rows.Close()
	}
}

// FuzzUnpack holds arbitrary bytes for the body of a row.
func FuzzUnpack(f *testing.F) {
	c, err := newCodec()
	if err != nil {
		f.Fatal(err)
	}
	r, err := c.record(&data.Paper{ID: "x:1", Abstract: "Some text.", Upvotes: 3, Aliases: []string{"a"}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.body)
	f.Add(r.body[:len(r.body)-3])
	for _, raw := range []string{"", "\x05abc", "\x03abc", "\x03abc{", "\x00{\"aliases\":3}", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x80"} {
		f.Add(c.enc.EncodeAll([]byte(raw), nil))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p := &data.Paper{ID: "x:1"}
		if err := c.unpack(body, p); err != nil {
			return
		}
		again, err := c.record(p)
		if err != nil {
			t.Fatal(err)
		}
		q := &data.Paper{ID: "x:1"}
		if err := c.unpack(again.body, q); err != nil || q.Abstract != p.Abstract || q.Upvotes != p.Upvotes {
			t.Errorf("packed again it is %+v, %v; want %+v", q, err, p)
		}
	})
}
