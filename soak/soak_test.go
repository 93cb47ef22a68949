package soak

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kindred/mail/mailtest"
)

// world is one run: the program, what it talks to, and what it acknowledged.
type world struct {
	t        *testing.T
	seed     uint64
	dir      string // of everything but the data folder
	data     string // the data folder
	base     string // file of the papers that are there from the beginning
	posted   []paper
	imported []paper
	program  string
	server   *server
	services *services
	post     *post
	trigger  *trigger
	client   *http.Client
	key      string
	tokens   []string
	answers  answers
	quiet    atomic.Bool // readers and writers rest

	mu       sync.Mutex
	handed   map[string]bool // papers that were given to the program
	acked    map[string]bool // those of which it said that it has them
	stored   []string        // those that readers ask for
	deleting map[string]bool
	deleted  map[string]time.Time
	edits    map[string]string // acknowledged, by id
	undone   map[string]bool
	commands map[string]int
	delays   []time.Duration // from a change's being acknowledged to its being in answers
	shot     int             // commands that were killed
	kills    map[string]int
	faults   []string
	more     int
}

// maxFaults bounds how many faults are reported one by one.
const maxFaults = 40

// fault reports something that must not happen.
func (w *world) fault(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.faults) == maxFaults {
		w.more++
		return
	}
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
	w.t.Errorf("%s: "+format, append([]any{time.Now().Format("15:04:05")}, args...)...)
}

// say prints a count.
func (w *world) say(what, format string, args ...any) {
	w.t.Helper()
	w.t.Logf("%-14s "+format, append([]any{what}, args...)...)
}

func (w *world) path(name string) string { return filepath.Join(w.data, name) }

// TestSoak is described in the package comment. It runs for KINDRED_SOAK, such as 3m or 30m.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("KINDRED_SOAK"))
	if err != nil {
		t.Skip("set KINDRED_SOAK to a time such as 3m")
	}
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("KINDRED_SOAK_SEED"); text != "" {
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("KINDRED_SOAK_SEED=%d", seed)
	w := newWorld(t, seed, length)
	w.run(length)
	w.finish()
}

// newWorld builds the program and fills its data folder.
func newWorld(t *testing.T, seed uint64, length time.Duration) *world {
	dir := t.TempDir()
	w := &world{
		t: t, seed: seed, dir: dir, data: filepath.Join(dir, "data"), program: build(t), trigger: &trigger{},
		handed: map[string]bool{}, acked: map[string]bool{}, deleting: map[string]bool{}, deleted: map[string]time.Time{}, edits: map[string]string{},
		undone: map[string]bool{}, commands: map[string]int{}, kills: map[string]int{},
		answers: answers{bodies: map[string][32]byte{}, labels: map[string]string{}, models: map[string]bool{}, count: map[string]int{}, status: map[int]int{}},
		client:  &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 32}},
	}
	temporary := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		t.Fatal(err)
	}
	all := recorded(t)
	base := all[:min(1200, len(all)/3)]
	var parts [5][]paper // archive, feed, file, posted, imported
	for i, p := range all[len(base):] {
		part := []int{0, 0, 0, 0, 0, 1, 2, 3, 3, 4}[i%10]
		parts[part] = append(parts[part], p)
	}
	playback := length * 8 / 10
	w.services = newServices(t, parts[0], parts[1], parts[2], playback, w.duringFetch)
	first, last := day(base[len(base)-1].day), day(all[len(all)-1].day)
	w.say("papers", "%d at the beginning, %d to come, played back at %.0f times their pace", len(base), len(all)-len(base), last.Sub(first).Seconds()/playback.Seconds())

	w.post = &post{hooks: map[string]int{}, unsure: map[string]int{}}
	w.post.smtp = mailtest.Start(t, mailtest.Options{NoStartTLS: true, Script: script(w.trigger)})
	go func() {
		for range w.post.smtp.Arrived() { // it is bounded
		}
	}()
	hooks := httptest.NewServer(w.post.hook(w.trigger))
	t.Cleanup(hooks.Close)

	address := freeAddress(t)
	w.server = &server{
		t: t, program: w.program, url: "http://" + address, log: filepath.Join(dir, "server.log"),
		env: append(os.Environ(), "TMPDIR="+temporary, "NO_PROXY=127.0.0.1"),
		args: []string{
			"serve", "--data", w.data, "--addr", address, "--base-url", "http://" + address, "--rate", "-1", "--allow-private", "--private-webhooks",
			"--smtp", fmt.Sprintf("127.0.0.1:%d", w.post.smtp.Port), "--smtp-tls", "none", "--smtp-from", "papers@example.org", "--smtp-per-minute", "10000",
		},
	}
	w.base = writeLines(t, dir, "base.jsonl", base)
	for _, p := range base {
		w.handed[p.ID], w.acked[p.ID] = true, true
		w.stored = append(w.stored, p.ID)
	}
	w.must("import", w.base)
	w.must("fit", "--no-map")
	w.subscribe(50, hooks.URL, base)
	w.must("sources", "add", "oai:"+w.services.URL+"/oai#set=cs&prefix=arXiv", "--name", "archive", "--since", parts[0][0].day)
	w.must("sources", "add", "feed:"+w.services.URL+"/feed", "--name", "feed")
	w.must("sources", "add", "file:"+w.services.URL+"/papers.jsonl", "--name", "file")
	w.posted, w.imported = parts[3], parts[4]
	w.server.start()
	t.Cleanup(func() {
		w.server.kill()
		if t.Failed() {
			w.keepLog()
		}
	})
	if !w.server.untilReady(t.Context(), 2*time.Minute) {
		t.Fatal("the server does not start")
	}
	key, err := os.ReadFile(w.path("owner.key"))
	if err != nil {
		t.Fatal(err)
	}
	w.key = strings.TrimSpace(string(key))
	return w
}

func day(s string) time.Time {
	t, _ := time.Parse(time.DateOnly, s)
	return t
}

// keepLog copies the log of the server to where it outlives the test.
func (w *world) keepLog() {
	keep := filepath.Join(os.TempDir(), fmt.Sprintf("kindred-soak-%d.log", w.seed))
	if text, err := os.ReadFile(w.server.log); err == nil && os.WriteFile(keep, text, 0o644) == nil {
		w.t.Logf("the log of the server is kept as %s", keep)
	}
}

// run has everything go on at once. The server is killed in the first two thirds of the time, and must hold still in the
// last.
func (w *world) run(length time.Duration) {
	begun := time.Now()
	ctx, cancel := context.WithCancel(w.t.Context())
	var group sync.WaitGroup
	defer func() {
		cancel()
		group.Wait()
	}()
	const readers, rate = 20, 200
	for i := range readers {
		group.Go(func() { w.read(ctx, uint64(1000+i), time.Second*readers/rate) })
	}
	half := len(w.posted) / 2
	group.Go(func() { w.write(ctx, 2000, w.posted[:half], length*7/10) })
	group.Go(func() { w.write(ctx, 2001, w.posted[half:], length*7/10) })
	group.Go(func() { w.edit(ctx, 2*time.Second) })
	group.Go(func() { w.refit(ctx, min(3*time.Minute, length/6)) })
	group.Go(func() { w.follow(ctx, 4*time.Second) })
	group.Go(func() { w.beside(ctx, w.imported, max(time.Second, length/150)) })
	w.killAll(ctx, begun.Add(length*2/3))
	w.steady(ctx, begun.Add(length))
	w.say("readers", "%.0f answers a second over %s", w.answered()/time.Since(begun).Seconds(), time.Since(begun).Round(time.Second))
}

func (w *world) answered() float64 {
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	n := 0
	for _, c := range w.answers.count {
		n += c
	}
	return float64(n)
}
