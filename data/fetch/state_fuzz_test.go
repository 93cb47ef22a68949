package fetch

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kindred/data"
)

// memory is a Store of settings alone.
type memory map[string][]byte

func (m memory) Keep(_ context.Context, papers []*data.Paper, _ []string, bucket, key string, state func(Kept) ([]byte, error)) (Kept, error) {
	k := Kept{New: len(papers)}
	b, err := state(k)
	m[bucket+"/"+key] = b
	return k, err
}

func (m memory) Papers(_ context.Context, ids []string) ([]*data.Paper, error) {
	return make([]*data.Paper, len(ids)), nil
}

func (m memory) Setting(_ context.Context, bucket, key string) ([]byte, error) {
	return m[bucket+"/"+key], nil
}

func (m memory) SetSetting(_ context.Context, bucket, key string, value []byte) error {
	if m[bucket+"/"+key] = value; value == nil {
		delete(m, bucket+"/"+key)
	}
	return nil
}

func (m memory) SettingKeys(_ context.Context, bucket string) (out []string, _ error) {
	for name := range m {
		if key, found := strings.CutPrefix(name, bucket+"/"); found {
			out = append(out, key)
		}
	}
	return out, nil
}

func (m memory) Lock(string) (func(), bool, error) { return func() {}, true, nil }

// FuzzState reads sources and where they stand as they lie in a store: each says how it is or is an error, runs, and is
// stored so that it can be read again.
func FuzzState(f *testing.F) {
	f.Add([]byte(`{"name":"tides","address":"arxiv:cs.CL","every":7200000000000}`), []byte(`{"cursor":{"since":"2026-03-01","token":"x"},"began":"2026-03-01T00:00:00Z"}`))
	f.Add([]byte(`{"address":"dailypapers","every":-1}`), []byte(`{"cursor":{"since":"2026-13-77","until":"x","high":"y","offset":-7,"version":-1},"failures":-9}`))
	f.Add([]byte(`{"address":"biorxiv"}`), []byte(`{"cursor":{"known":{"feed":null},"files":{"x":"y"}},"arrivals":["2026-03-01T00:00:00Z","2025-03-01T00:00:00Z","0001-01-01T00:00:00Z","9999-03-01T00:00:00Z"]}`))
	f.Add([]byte(`{"address":"feed:https://a.example/rss","paused":true}`), []byte(`{"run":{"reasons":[{"text":"\u0000","count":-1}]},"failures":9223372036854775807}`))
	f.Add([]byte(`null`), []byte(`null`))
	f.Add([]byte(`[`), []byte(`7`))
	f.Fuzz(func(t *testing.T, config, state []byte) {
		ctx := t.Context()
		m := memory{sourceBucket + "/tides": config, stateBucket + "/tides": state}
		c := NewClient(Options{
			Attempts: 1, MaxPage: 1 << 20, MaxFile: 1 << 20,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			Now:   func() time.Time { return time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC) },
		})
		asked := 0
		c.http.Transport = counted{answers{http.Header{}, []byte(`[]`)}, &asked}
		s := &Sources{Client: c, Store: m}
		list, err := s.List(ctx)
		if err == nil && len(list) != 1 {
			t.Errorf("%d sources", len(list))
		}
		for _, st := range list {
			if _, err := json.Marshal(st.Public()); err != nil && !strings.Contains(err.Error(), "year") { // JSON has no words for it
				t.Error(err)
			}
		}
		_ = s.Silence(ctx, s.now())
		_, _ = s.due(ctx)
		var kept Config
		if json.Unmarshal(config, &kept) != nil || strings.Contains(kept.Address, "file:") { // which would read files of this machine
			return
		}
		if _, err := s.runDue(ctx, "tides"); err != nil && strings.TrimSpace(err.Error()) == "" {
			t.Error("an error without words")
		}
		if asked > 200 {
			t.Errorf("%d requests in one run", asked)
		}
		if _, err := s.state(ctx, "tides"); err != nil && json.Valid(m[stateBucket+"/tides"]) && string(m[stateBucket+"/tides"]) != string(state) {
			t.Errorf("what the run stored cannot be read: %v", err)
		}
	})
}

// counted counts requests.
type counted struct {
	http.RoundTripper
	n *int
}

func (c counted) RoundTrip(r *http.Request) (*http.Response, error) {
	*c.n++
	return c.RoundTripper.RoundTrip(r)
}
