package soak

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// aims are the moments at which the server is killed.
var aims = []string{"fetch", "fold-in", "fit", "swap", "send", "restart", "hook", "any"}

// duringFetch answers a source's request in part, and kills the server.
func (w *world) duringFetch(out http.ResponseWriter, whole []byte) bool {
	if !w.trigger.hit("fetch") {
		return false
	}
	_, _ = out.Write(whole[:len(whole)/2]) // whether it arrives before the end does not matter
	return true
}

// killAll kills the server at one aim after the other until a time, and starts it again.
func (w *world) killAll(ctx context.Context, until time.Time) {
	rnd := rand.New(rand.NewPCG(w.seed, 5))
	var order []string
	total := time.Until(until)
	gap := min(total/time.Duration(2*len(aims)), 40*time.Second)
	for time.Now().Before(until) && ctx.Err() == nil {
		time.Sleep(time.Duration(rnd.Int64N(int64(gap))))
		if len(order) == 0 {
			order = slices.Clone(aims)
			rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		aim := order[0]
		order = order[1:]
		before := w.server.now.Load().life
		aimed := w.killAt(ctx, rnd, aim)
		w.kill() // where it did not come to that
		if !aimed {
			aim = "none of them"
		}
		w.mu.Lock()
		w.kills[aim]++
		w.mu.Unlock()
		if w.server.now.Load().life != before {
			w.fault("the process of life %d was replaced", before)
		}
		w.server.start()
		if aim == "restart" {
			time.Sleep(time.Duration(rnd.IntN(900)) * time.Millisecond)
			w.kill()
			w.server.start()
		}
		if !w.server.untilReady(ctx, 3*time.Minute) && ctx.Err() == nil {
			w.fault("life %d does not become ready", w.server.now.Load().life)
			return
		}
	}
}

// kill kills the server and looks what it held.
func (w *world) kill() {
	if w.server.kill() {
		w.afterKill()
	}
}

// killAt waits for a moment and kills the server then. It reports false where the moment did not come.
func (w *world) killAt(ctx context.Context, rnd *rand.Rand, aim string) bool {
	step := aim
	switch aim {
	case "restart", "any":
		w.kill()
		return true
	case "fit", "swap":
		return w.killFit(ctx, rnd, aim == "swap")
	case "send":
		step = steps[rnd.IntN(len(steps))]
	}
	done := w.trigger.arm(step, w.kill)
	if aim == "send" || aim == "hook" {
		w.command(0, "digest", "run") // so that there is something to send
	}
	select {
	case <-done:
		if aim == "send" {
			w.mu.Lock()
			w.kills["at "+step]++
			w.mu.Unlock()
		}
		return true
	case <-ctx.Done():
	case <-time.After(25 * time.Second):
	}
	if !w.trigger.disarm() {
		<-done
		return true
	}
	return false
}

// killFit kills the server within a fit, or when the model that was fitted takes the place of the one before.
func (w *world) killFit(ctx context.Context, rnd *rand.Rand, swap bool) bool {
	models := func() string {
		names, _ := filepath.Glob(w.path("models/*"))
		current, _ := os.ReadFile(w.path("CURRENT"))
		return strings.Join(names, " ") + string(current)
	}
	before, began := models(), time.Now()
	if w.until(ctx, http.MethodPost, "refit", "/v1/refit", struct{}{}) == nil {
		return false
	}
	if !swap {
		time.Sleep(time.Duration(rnd.IntN(6000)) * time.Millisecond)
		w.kill()
		return true
	}
	for time.Since(began) < time.Minute && ctx.Err() == nil {
		if models() != before {
			time.Sleep(time.Duration(rnd.IntN(80)) * time.Millisecond)
			w.kill()
			return true
		}
		time.Sleep(2 * time.Millisecond)
	}
	return false
}

// use is what the process holds.
type use struct {
	goroutines, files float64
	memory, heap      float64 // MB
	papers            float64
	models            float64 // that are mapped; -1 where that is not known
	cache             float64 // MB of encoded answers, which are bounded
}

// measure reads the use of the process from its metrics.
func (w *world) measure() (u use, ok bool) {
	resp, err := w.client.Get(w.server.url + "/metrics")
	if err != nil {
		return u, false
	}
	defer resp.Body.Close()
	values := map[string]float64{}
	for lines := bufio.NewScanner(io.LimitReader(resp.Body, 4<<20)); lines.Scan(); {
		if name, text, ok := strings.Cut(lines.Text(), " "); ok {
			values[name], _ = strconv.ParseFloat(text, 64)
		}
	}
	return use{
		values["go_goroutines"], values["process_open_fds"], values["process_resident_memory_bytes"] / 1e6, values["go_memstats_heap_inuse_bytes"] / 1e6,
		values["kindred_index_papers"], w.mapped(), values["kindred_cache_bytes"] / 1e6,
	}, values["go_goroutines"] > 0
}

// mapped returns how many models the process has mapped.
func (w *world) mapped() float64 {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", w.server.cmd.Process.Pid))
	if err != nil {
		return -1
	}
	names := map[string]bool{}
	for _, found := range modelName.FindAll(maps, -1) {
		names[string(found)] = true
	}
	return float64(len(names))
}

// modelSize returns the size of the present model in MB.
func (w *world) modelSize() (size float64) {
	names, _ := filepath.Glob(w.path("models/*.model"))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			size = max(size, float64(info.Size())/1e6)
		}
	}
	return size
}

var modelName = regexp.MustCompile(`[0-9a-f]{16}\.model`)

// least returns the least use over some seconds in which readers rest: what is held, without what is in passing.
func (w *world) least(ctx context.Context, seconds int) use {
	w.quiet.Store(true)
	defer w.quiet.Store(false)
	var out use
	for range seconds * 4 {
		time.Sleep(250 * time.Millisecond)
		w.client.CloseIdleConnections()
		u, ok := w.measure()
		switch {
		case !ok || ctx.Err() != nil:
		case out.goroutines == 0:
			out = u
		default:
			out.goroutines, out.files = min(out.goroutines, u.goroutines), min(out.files, u.files)
			out.memory, out.heap, out.papers = min(out.memory, u.memory), min(out.heap, u.heap), max(out.papers, u.papers)
			out.models, out.cache = min(out.models, u.models), min(out.cache, u.cache)
		}
	}
	return out
}

const (
	poolFiles  = 48 // files that a server has open whose pool of readers of the database is full
	mostModels = 3  // the present one, and two for cursors
)

// steady lets one process run to the end, and compares what it holds after its first refit with what it holds then.
func (w *world) steady(ctx context.Context, until time.Time) {
	life := w.server.now.Load().life
	began := time.Now()
	total := time.Until(until)
	time.Sleep(min(total/4, time.Minute))
	warm := w.least(ctx, 6)
	if wait := time.Until(until); wait > 0 {
		time.Sleep(wait)
	}
	end := w.least(ctx, 6)
	if now := w.server.now.Load().life; now != life {
		w.fault("the process of life %d ended in the quiet part of the run", life)
		return
	}
	w.say("process", "over %s: goroutines %.0f, then %.0f; files %.0f, then %.0f; memory %.0f MB, then %.0f; heap %.0f MB, then %.0f; cache %.0f MB, then %.0f; models %.0f, then %.0f; papers %.0f, then %.0f",
		time.Since(began).Round(time.Second), warm.goroutines, end.goroutines, warm.files, end.files, warm.memory, end.memory, warm.heap, end.heap, warm.cache, end.cache, warm.models, end.models, warm.papers, end.papers)
	if end.goroutines > warm.goroutines+8 || end.files > max(warm.files+8, poolFiles) {
		w.fault("goroutines or files grow: %+v, then %+v", warm, end)
	}
	if end.models > mostModels {
		w.fault("%.0f models are mapped at the end", end.models)
	}
	// Memory follows the papers, the cache up to its bound, and the models that are kept for cursors or are on their way out.
	grown := max(0, end.cache-warm.cache)*1.5 + max(0, end.models-warm.models)*w.modelSize()
	if allowed := warm.memory*max(1, end.papers/warm.papers)*1.3 + 120 + grown; end.memory > allowed {
		w.fault("memory grows: %.0f MB, then %.0f MB, where %.0f MB would be explained", warm.memory, end.memory, allowed)
	}
}
