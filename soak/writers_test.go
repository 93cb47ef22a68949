package soak

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// exists reports whether a paper was ever handed in, through whatever door.
func (w *world) exists(id string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.handed[id] || w.services.known(id)
}

// gone reports whether the deletion of a paper had been acknowledged at a time.
func (w *world) gone(id string, at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	when, ok := w.deleted[id]
	return ok && when.Before(at)
}

// until sends a request again and again until it is answered, as a careful client does.
func (w *world) until(ctx context.Context, method, door, target string, body any, allowed ...int) *reply {
	for ctx.Err() == nil {
		if r := w.send(ctx, method, door, target, body, allowed...); r != nil {
			return r
		}
		time.Sleep(200 * time.Millisecond)
	}
	return nil
}

// write posts papers until they are acknowledged, and looks at once whether they are there. Some are posted twice at
// once, some are deleted again.
func (w *world) write(ctx context.Context, seed uint64, papers []paper, over time.Duration) {
	rnd := rand.New(rand.NewPCG(w.seed, seed))
	pause := over / time.Duration(len(papers)/6+1)
	var mine []string
	var twice sync.WaitGroup
	defer twice.Wait()
	for len(papers) > 0 && ctx.Err() == nil {
		n := min(len(papers), 1+rnd.IntN(11))
		batch := papers[:n]
		papers = papers[n:]
		w.mu.Lock()
		for _, p := range batch {
			w.handed[p.ID] = true
		}
		w.mu.Unlock()
		if rnd.IntN(4) == 0 {
			twice.Go(func() { w.send(ctx, http.MethodPost, "post", "/v1/papers", batch) })
		}
		go func() { // while the papers are stored and folded in
			time.Sleep(time.Duration(rnd.IntN(25)) * time.Millisecond)
			w.trigger.hit("fold-in")
		}()
		if w.until(ctx, http.MethodPost, "post", "/v1/papers", batch) == nil {
			return
		}
		w.mu.Lock()
		for _, p := range batch {
			w.acked[p.ID] = true
		}
		w.mu.Unlock()
		for _, p := range batch {
			mine = append(mine, p.ID)
			w.becomes(ctx, "/v1/papers/"+url.PathEscape(p.ID), http.StatusOK)
		}
		w.mu.Lock()
		for _, p := range batch {
			w.stored = append(w.stored, p.ID)
		}
		w.mu.Unlock()
		if rnd.IntN(8) == 0 {
			twice.Wait() // a paper that is posted once more would be there again
			at := rnd.IntN(len(mine))
			w.remove(ctx, mine[at])
			mine = slices.Delete(mine, at, at+1)
		}
		time.Sleep(time.Duration(rnd.Int64N(int64(2*pause) + 1)))
	}
}

// remove deletes a paper. It is not read from here on but to see that it is gone.
func (w *world) remove(ctx context.Context, id string) {
	w.mu.Lock()
	w.stored = slices.DeleteFunc(slices.Clone(w.stored), func(s string) bool { return s == id })
	w.mu.Unlock()
	time.Sleep(100 * time.Millisecond) // readers that picked it before
	target := "/v1/papers/" + url.PathEscape(id)
	w.mu.Lock()
	delete(w.acked, id)
	w.deleting[id] = true
	w.mu.Unlock()
	if w.until(ctx, http.MethodDelete, "delete", target, struct{}{}) == nil {
		return
	}
	w.mu.Lock()
	w.deleted[id] = time.Now()
	w.mu.Unlock()
	w.becomes(ctx, target, http.StatusNotFound)
}

// becomes waits until a change that was acknowledged shows, and keeps how long that took.
func (w *world) becomes(ctx context.Context, target string, status int) {
	began := time.Now()
	for ctx.Err() == nil {
		before := w.server.now.Load()
		r := w.send(ctx, http.MethodGet, "paper", target, nil, http.StatusNotFound)
		took := time.Since(began)
		if r != nil && r.status == status {
			if *before == *w.server.now.Load() {
				w.mu.Lock()
				w.delays = append(w.delays, took)
				w.mu.Unlock()
			}
			return
		}
		if r == nil { // no process: it begins anew
			began = time.Now()
		}
		if took > shows {
			w.fault("%s does not become %d", target, status)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// edit makes a curator's edits, one after the other, and takes some back.
func (w *world) edit(ctx context.Context, each time.Duration) {
	rnd := rand.New(rand.NewPCG(w.seed, 99))
	for n := 1; ctx.Err() == nil; n++ {
		time.Sleep(time.Duration(rnd.Int64N(int64(2 * each))))
		model, topics := w.listTopics(ctx)
		if len(topics) < 4 {
			continue
		}
		e := map[string]any{"kind": "rename", "topic": topics[rnd.IntN(len(topics))], "label": fmt.Sprintf("Shelf %d", n)}
		switch rnd.IntN(12) {
		case 0:
			e = map[string]any{"kind": "pin", "topic": e["topic"]}
		case 1:
			e = map[string]any{"kind": "hide", "topic": e["topic"]}
		case 2:
			e = map[string]any{"kind": "merge", "topic": topics[0], "into": topics[1]}
		case 3:
			e = map[string]any{"kind": "split", "topic": e["topic"], "parts": 2}
		}
		r := w.send(ctx, http.MethodPost, "edit", "/v1/topics/edits", e, http.StatusBadRequest)
		if r == nil || r.status != http.StatusOK {
			continue
		}
		var made struct {
			Data struct {
				ID string `json:"id"`
			} `json:"data"`
		}
		if err := json.Unmarshal(r.body, &made); err != nil || made.Data.ID == "" {
			w.fault("edit %v: %v: %s", e, err, clip(r.body))
			continue
		}
		w.mu.Lock()
		w.edits[made.Data.ID] = fmt.Sprint(e)
		w.mu.Unlock()
		if e["kind"] == "rename" {
			w.shows(ctx, model, e)
		}
		if e["kind"] != "rename" && rnd.IntN(4) > 0 || rnd.IntN(6) == 0 {
			w.undo(ctx, made.Data.ID)
		}
	}
}

// shows looks whether a topic has the label that it was just given, unless another model came.
func (w *world) shows(ctx context.Context, model string, e map[string]any) {
	r := w.get(ctx, "topic", fmt.Sprintf("/v1/topics/%d", e["topic"]), http.StatusNotFound)
	if r == nil {
		return
	}
	var got struct {
		Data struct {
			Label string `json:"label"`
		} `json:"data"`
		Meta struct {
			Model struct {
				Version string `json:"version"`
			} `json:"model"`
		} `json:"meta"`
	}
	if err := json.Unmarshal(r.body, &got); err != nil {
		w.fault("topic: %v", err)
	}
	if r.status == http.StatusNotFound {
		if now, ids := w.listTopics(ctx); now == model && slices.Contains(ids, e["topic"].(int)) {
			w.fault("edit %v was acknowledged, and the topic is not found", e)
		}
		return
	}
	if got.Meta.Model.Version == model && got.Data.Label != e["label"] {
		w.fault("edit %v was acknowledged, and the topic is called %q", e, got.Data.Label)
	}
}

func (w *world) undo(ctx context.Context, id string) {
	w.mu.Lock()
	delete(w.edits, id)
	w.mu.Unlock()
	if w.until(ctx, http.MethodDelete, "undo", "/v1/topics/edits/"+id, struct{}{}) == nil {
		return
	}
	w.mu.Lock()
	w.undone[id] = true
	w.mu.Unlock()
}

// refit asks for a new model every now and then.
func (w *world) refit(ctx context.Context, each time.Duration) {
	for ctx.Err() == nil {
		select {
		case <-time.After(each):
			w.send(ctx, http.MethodPost, "refit", "/v1/refit", struct{}{})
		case <-ctx.Done():
		}
	}
}

// follow has the sources run far more often than their schedule.
func (w *world) follow(ctx context.Context, each time.Duration) {
	for ctx.Err() == nil {
		for _, name := range sourceNames {
			w.send(ctx, http.MethodPost, "source", "/v1/sources/"+name, map[string]string{"action": "run"}, http.StatusConflict)
		}
		time.Sleep(each)
	}
}

var sourceNames = []string{"archive", "feed", "file"}

// beside runs commands on the data folder while the server runs, and kills every third of them.
func (w *world) beside(ctx context.Context, imports []paper, each time.Duration) {
	rnd := rand.New(rand.NewPCG(w.seed, 7))
	smtp := []string{"--smtp", fmt.Sprintf("127.0.0.1:%d", w.post.smtp.Port), "--smtp-tls", "none", "--smtp-from", "papers@example.org", "--smtp-per-minute", "10000"}
	for n := 0; ctx.Err() == nil; n++ {
		var args []string
		var batch []paper
		next := func() string {
			size := min(len(imports), 1+rnd.IntN(12))
			batch, imports = imports[:size], imports[size:]
			w.mu.Lock()
			for _, p := range batch {
				w.handed[p.ID] = true
			}
			w.mu.Unlock()
			return writeLines(w.t, w.dir, fmt.Sprintf("import%d.jsonl", n), batch)
		}
		switch rnd.IntN(9) {
		case 0, 1:
			args = []string{"digest", "run"}
		case 2:
			args = append([]string{"mail", "send", "--base-url", w.server.url, "--private-webhooks"}, smtp...)
		case 3:
			args = []string{"sources", "run", sourceNames[rnd.IntN(3)], "--allow-private"}
		case 4:
			args = []string{"fetch", "feed:" + w.services.URL + "/feed", "--allow-private"}
		case 5:
			args = []string{"backup", "--out", fmt.Sprintf("%s/backup%d.tar.zst", w.dir, n)}
		case 6:
			args = []string{"import", next()}
		case 7:
			args = append([]string{"daily", "--name", "the other way", "--library", w.base, "--papers", next(), "--to", "daily@example.net", "--wait", "1s"}, smtp...)
		case 8:
			args = [][]string{{"fit", "--no-map"}, {"check"}}[rnd.IntN(2)]
		}
		var limit time.Duration
		if rnd.IntN(3) == 0 {
			limit = time.Duration(20+rnd.IntN(1500)) * time.Millisecond
		}
		out, killed, err := w.command(limit, args...)
		w.mu.Lock()
		if w.commands[args[0]]++; killed {
			w.shot++
		}
		w.mu.Unlock()
		switch {
		case killed:
			w.afterKill()
		case args[0] == "check" && strings.Count(out, "FAULT") == 1 && strings.Contains(out, "FAULT files of interrupted commands"):
			// what a killed fit has left; the next fit removes it
		case err != nil && ctx.Err() == nil && !busy(out):
			w.fault("kindred %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		for tries := 0; len(batch) > 0 && (killed || err != nil); tries++ { // whoever runs it runs it again
			if out, _, err = w.command(0, "import", args[slices.IndexFunc(args, func(a string) bool { return strings.HasSuffix(a, ".jsonl") && strings.Contains(a, "import") })]); err == nil {
				break
			} else if tries == 5 {
				w.fault("kindred import: %v\n%s", err, out)
				return
			}
		}
		w.mu.Lock()
		for _, p := range batch {
			w.acked[p.ID] = true
		}
		w.mu.Unlock()
		time.Sleep(time.Duration(rnd.Int64N(int64(2 * each))))
	}
}

// busy reports whether a command says that another process is at it, or that a letter waits: that is no fault.
func busy(out string) bool {
	for _, text := range []string{"is being fetched at this moment", "another fit is running", "a letter waits until", "another process made this issue"} {
		if strings.Contains(out, text) {
			return true
		}
	}
	return false
}
