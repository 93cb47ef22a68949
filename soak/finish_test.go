package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/hook"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

// finish brings what is under way to its end and counts.
func (w *world) finish() {
	ctx, cancel := context.WithTimeout(w.t.Context(), 15*time.Minute)
	defer cancel()
	w.lastRuns(ctx)
	w.checkAnswers(ctx)
	if err := w.server.stop(time.Minute); err != nil {
		w.fault("the server does not end well: %v", err)
	}
	for _, text := range w.server.strayed {
		w.fault("%s", text)
	}
	w.must("digest", "run")
	w.checkStore(ctx)
	w.checkFolder()
	w.checkLog()
	w.summary()
	if w.more > 0 {
		w.t.Errorf("%d more faults", w.more)
	}
}

// lastRuns has each source run once more, now that everything has been announced.
func (w *world) lastRuns(ctx context.Context) {
	for _, name := range sourceNames {
		for {
			out, _, err := w.command(0, "sources", "run", name, "--allow-private")
			if err == nil {
				break
			}
			if ctx.Err() != nil || !busy(out) {
				w.fault("the last run of %s: %v\n%s", name, err, out)
				break
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
}

// checkAnswers asks for every paper that must be there, and for every one that must not.
func (w *world) checkAnswers(ctx context.Context) {
	w.mu.Lock()
	there := slices.Sorted(maps.Keys(w.acked))
	gone := slices.Sorted(maps.Keys(w.deleted))
	w.mu.Unlock()
	for _, list := range [][]paper{w.services.oai, w.services.feed, w.services.file} {
		for _, p := range list {
			if there = append(there, p.ID); !w.services.known(p.ID) {
				w.fault("%s was never asked for", p.ID)
			}
		}
	}
	missing := func(ids []string) (out []string) {
		for batch := range slices.Chunk(ids, 100) {
			r := w.send(ctx, http.MethodPost, "batch", "/v1/papers/batch", map[string]any{"ids": batch})
			if r == nil {
				w.fault("the last look at papers was not answered")
				return nil
			}
			var l listed
			var m struct {
				Meta struct {
					Missing []string `json:"missing"`
				} `json:"meta"`
			}
			if json.Unmarshal(r.body, &l) != nil || json.Unmarshal(r.body, &m) != nil || len(l.Data)+len(m.Meta.Missing) == 0 {
				w.fault("batch: %s", clip(r.body))
			}
			out = append(out, m.Meta.Missing...)
		}
		return out
	}
	for _, id := range missing(there) {
		w.fault("%s was acknowledged and is not there", id)
	}
	if left := len(gone) - len(missing(gone)); left != 0 {
		w.fault("%d papers were deleted and are there", left)
	}
	w.say("asked for", "%d papers that were acknowledged and %d that were deleted", len(there), len(gone))
}

// checkStore holds the data folder against what was acknowledged.
func (w *world) checkStore(ctx context.Context) {
	st, err := store.Open(ctx, w.path("papers.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer st.Close()
	w.checkPapers(ctx, st)
	w.checkEdits(ctx, st)
	w.drain(ctx, st)
	w.checkLetters(ctx, st)
}

func (w *world) checkPapers(ctx context.Context, st *store.SQLite) {
	titles, ids := map[string]string{}, 0
	for e, err := range st.Since(ctx, 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Paper == nil {
			continue
		}
		ids++
		if !w.exists(e.ID) {
			w.fault("%s is stored, and nobody handed it in", e.ID)
		}
		if w.gone(e.ID, time.Now()) {
			w.fault("%s is stored, and was deleted", e.ID)
		}
		if before, ok := titles[e.Paper.Title]; ok && e.Paper.DuplicateOf == "" {
			w.fault("%s and %s are one paper: %s", before, e.ID, e.Paper.Title)
		}
		if e.Paper.DuplicateOf == "" {
			titles[e.Paper.Title] = e.ID
		}
	}
	w.say("stored", "%d papers", ids)
}

// checkEdits looks for every edit that was acknowledged and not taken back.
func (w *world) checkEdits(ctx context.Context, st *store.SQLite) {
	entries, err := st.Entries(ctx, "topic-edits")
	if err != nil {
		w.t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, e := range entries {
		kept[fmt.Sprintf("%08d", e.Number)] = true
	}
	for id, text := range w.edits {
		if !kept[id] {
			w.fault("edit %s was acknowledged and is not there: %s", id, text)
		}
	}
	for id := range w.undone {
		if kept[id] {
			w.fault("edit %s was taken back and is there", id)
		}
	}
	w.say("edits", "%d kept, %d acknowledged, %d taken back", len(kept), len(w.edits), len(w.undone))
}

// drain sends what is left, with a clock on which the leases of killed processes have run out.
func (w *world) drain(ctx context.Context, st *store.SQLite) {
	smtp, err := mail.NewSMTP(mail.Settings{
		Host: w.post.smtp.Host, Port: w.post.smtp.Port, TLS: mail.NoTLS, From: "papers@example.org", PerMinute: 10_000,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	defer smtp.Close()
	held, err := st.Deliveries(ctx, 1000, store.Sending)
	if err != nil {
		w.t.Fatal(err)
	}
	now := func() time.Time { return time.Now().Add(24 * time.Hour) } // also behind the waits after failed attempts
	c := &outbox.Courier{Outbox: st, Now: now, Senders: map[string]outbox.Sender{
		digest.Mail: &mail.Post{Carrier: smtp}, digest.Webhook: hook.New(hook.Options{AllowPrivate: true}),
	}}
	r, err := c.Drain(ctx)
	if err != nil || r.Failed+r.Later > 0 {
		w.fault("the last letters: %+v, %v", r, err)
	}
	w.say("at the end", "%d messages were held by killed processes, %d were sent late", len(held), r.Sent)
}

// inFolder are the names that a data folder has when nothing runs.
var inFolder = regexp.MustCompile(`^(papers\.db(-wal|-shm)?|CURRENT|LOCK|owner\.key|rejected|sources|sources/[\w.-]+\.lock|models|models/[0-9a-f]{16}\.(model|origin\.json|folded))$`)

// checkFolder looks for what must not be left, and has the program check itself.
func (w *world) checkFolder() {
	models := 0
	err := filepath.WalkDir(w.data, func(path string, _ fs.DirEntry, err error) error {
		name, _ := filepath.Rel(w.data, path)
		if name = filepath.ToSlash(name); err == nil && name != "." && !inFolder.MatchString(name) {
			w.fault("%s is left in the data folder", name)
		}
		if strings.HasSuffix(name, ".model") {
			models++
		}
		return err
	})
	if err != nil || models != 1 {
		w.fault("%d models are left in the data folder, %v", models, err)
	}
	left, err := os.ReadDir(filepath.Join(w.dir, "tmp"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range left {
		w.fault("%s is left in the folder of temporary files", e.Name())
	}
	for _, pattern := range []string{".backup*", "*.tmp"} {
		names, _ := filepath.Glob(filepath.Join(w.dir, pattern))
		for _, name := range names {
			w.fault("%s is left by a backup", filepath.Base(name))
		}
	}
	out, _, err := w.command(0, "check")
	if err != nil {
		w.fault("kindred check: %v\n%s", err, out)
	}
	w.say("check", "%s", strings.ReplaceAll(out, "\n", "; "))
	w.restoreLast()
}

// restoreLast restores the last backups and checks them.
func (w *world) restoreLast() {
	names, _ := filepath.Glob(filepath.Join(w.dir, "backup*.tar.zst"))
	made := len(names)
	names = names[max(0, made-5):]
	for _, name := range names {
		to := name + ".restored"
		out, _, err := w.commandOn(to, 0, "restore", name)
		if err == nil {
			out, _, err = w.commandOn(to, 0, "check")
		}
		if err != nil {
			w.fault("backup %s: %v\n%s", filepath.Base(name), err, out)
		}
	}
	w.say("backups", "%d made, %d of them restored and checked", made, len(names))
}

// answered is a line of a request that came while no papers were loaded, or took too long.
var answered = regexp.MustCompile(`msg=request .* status=50[34] |context deadline exceeded`)

// checkLog looks for what the server may not say.
func (w *world) checkLog() {
	text, err := os.ReadFile(w.server.log)
	if err != nil {
		w.t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range bytes.Lines(text) {
		s := string(bytes.TrimSpace(line))
		if answered.MatchString(s) {
			continue
		}
		for _, bad := range []string{"panic", "fatal error", "level=ERROR", "goroutine "} {
			if strings.Contains(s, bad) {
				s = regexp.MustCompile(`time=\S+ `).ReplaceAllString(s, "")
				if counts[s]++; counts[s] == 1 {
					w.fault("the log says: %s", s)
				}
				break
			}
		}
	}
}

// summary prints the rest of the counts.
func (w *world) summary() {
	a := &w.answers
	a.mu.Lock()
	defer a.mu.Unlock()
	w.say("answers", "%s", counted(a.count))
	status := map[string]int{}
	for code, n := range a.status {
		status[fmt.Sprint(code)] = n
	}
	w.say("statuses", "%s; %d requests while no process was ready, %d too slow", counted(status), a.down, a.slow)
	if total := a.status[http.StatusOK]; a.slow*50 > total {
		w.t.Errorf("%d answers were too slow, beside %d that were given", a.slow, total)
	}
	w.say("checked", "%d hits, %d answers seen again under their tag, %d walks, %d labels in %d models", a.hits, a.again, a.walks, len(a.labels), len(a.models))
	w.say("kills", "%s; %d lives, ready after %v at most", counted(w.kills), w.server.now.Load().life, slices.Max(w.server.waits).Round(10*time.Millisecond))
	slices.Sort(w.delays)
	if n := len(w.delays); n > 0 {
		w.say("shown", "%d changes, half of them after %v, 99 of 100 after %v", n, w.delays[n/2].Round(time.Millisecond), w.delays[n*99/100].Round(time.Millisecond))
	}
	w.say("commands", "%s; %d of them killed", counted(w.commands), w.shot)
	w.say("sources", "%d requests", w.services.requests)
	w.say("faults", "%d", len(w.faults)+w.more)
}

// counted writes counts by name.
func counted(m map[string]int) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", name, m[name]))
	}
	return strings.Join(out, ", ")
}
