package soak

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// answers is what is known of all answers so far, to hold each against the others.
type answers struct {
	mu     sync.Mutex
	bodies map[string][32]byte // sum of the body by address and entity tag
	labels map[string]string   // label of a topic by model, revision and number
	topics []int               // of the last list
	model  string              // of the last list
	models map[string]bool
	count  map[string]int // answers by door
	status map[int]int
	again  int // answers that had been seen before under their tag
	walks  int
	hits   int
	slow   int // answers that took longer than the server lets them, because the machine has much else to do
	down   int // requests that found no process, or one that starts
}

// listed is the part of a list that is checked.
type listed struct {
	Data []struct {
		Paper struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"paper"`
		Score *float64 `json:"score"`
		Rank  int      `json:"rank"`
		Topic *struct {
			ID    int    `json:"id"`
			Label string `json:"label"`
		} `json:"topic"`
	} `json:"data"`
	Meta struct {
		Count  int      `json:"count"`
		Total  int      `json:"total"`
		Cursor string   `json:"next_cursor"`
		Seeds  []string `json:"seeds"`
		Model  struct {
			Version string `json:"version"`
		} `json:"model"`
	} `json:"meta"`
	Links struct {
		Next string `json:"next"`
	} `json:"links"`
}

// read asks one door after the other until ctx ends, so many times a second together with the other readers.
func (w *world) read(ctx context.Context, seed uint64, each time.Duration) {
	rnd := rand.New(rand.NewPCG(w.seed, seed))
	next := time.Now().Add(time.Duration(rnd.Int64N(int64(each))))
	for ctx.Err() == nil {
		if wait := time.Until(next); wait > 0 {
			time.Sleep(wait)
		} else if wait < -5*time.Second { // the machine is too slow for more: do not pile up
			next = time.Now()
		}
		next = next.Add(each)
		if w.quiet.Load() {
			continue
		}
		w.door(ctx, rnd)
	}
}

// pick returns a paper that is known to be stored: mostly one of a few that all readers ask for.
func (w *world) pick(rnd *rand.Rand) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if rnd.IntN(10) < 6 {
		return w.stored[rnd.IntN(min(len(w.stored), 12))]
	}
	return w.stored[rnd.IntN(len(w.stored))]
}

func (w *world) topic(rnd *rand.Rand) int {
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	if len(w.answers.topics) == 0 {
		return 1
	}
	return w.answers.topics[rnd.IntN(len(w.answers.topics))]
}

// queries are what readers search for; the words of invented papers are not among them, and find nothing.
var queries = []string{"diffusion models", "language model agents", "robot", "speech recognition", "3d reconstruction", "tor ku", "video -generation"}

// door asks one door.
func (w *world) door(ctx context.Context, rnd *rand.Rand) {
	id := w.pick(rnd)
	path := url.PathEscape(id)
	topic := w.topic(rnd)
	query := url.QueryEscape(queries[rnd.IntN(len(queries))])
	kind := []string{"atom", "rss", "json"}[rnd.IntN(3)]
	switch n := rnd.IntN(100); {
	case n < 30:
		w.list(ctx, "similar", fmt.Sprintf("/v1/papers/%s/similar?limit=%d", path, 5+5*rnd.IntN(2)), id)
	case n < 40:
		w.list(ctx, "search", "/v1/search?q="+query, "")
	case n < 50:
		w.get(ctx, "paper", "/v1/papers/"+path)
	case n < 54:
		w.listTopics(ctx)
	case n < 60:
		w.ofTopic(ctx, rnd, topic)
	case n < 66:
		other := w.pick(rnd)
		w.list(ctx, "recommendations", "/v1/recommendations?positive="+url.QueryEscape(id)+"&positive="+url.QueryEscape(other), id, other)
	case n < 69:
		w.walk(ctx, rnd, "/v1/papers/"+path+"/similar?limit=10", id)
	case n < 71:
		w.walk(ctx, rnd, "/v1/papers?limit=20", "")
	case n < 74:
		w.get(ctx, "feed", "/v1/papers/"+path+"/similar."+kind)
	case n < 76:
		w.get(ctx, "feed", "/v1/papers."+kind)
	case n < 78:
		w.get(ctx, "feed", "/v1/search."+kind+"?q="+query)
	case n < 82:
		w.get(ctx, "page", "/papers/"+path)
	case n < 84:
		w.get(ctx, "page", "/search?q="+query)
	case n < 88:
		w.get(ctx, "page", []string{"/", "/topics", "/sources", "/v1/stats", "/docs", "/sitemap.xml"}[rnd.IntN(6)])
	case n < 89:
		w.get(ctx, "map", "/v1/map")
	case n < 91:
		w.get(ctx, "trends", []string{"/v1/topics/trends", "/v1/topics/changes"}[rnd.IntN(2)])
	case n < 94:
		w.get(ctx, "scholar", "/graph/v1/paper/"+strings.Replace(id, "arxiv:", "ARXIV:", 1)+"?fields=title,authors")
	case n < 96:
		w.send(ctx, "POST", "classify", "/v1/classify", map[string]any{"text": "a model of language that plans with tools"}, http.StatusUnprocessableEntity)
	case n < 98:
		w.get(ctx, "subscription", "/subscriptions/"+w.tokens[rnd.IntN(len(w.tokens))])
	default:
		w.get(ctx, "export", "/v1/papers/"+path+"/export.bib")
	}
}

// shows is how long a change may take to be in answers on a machine that has much else to do. It is durable at once.
const shows = 30 * time.Second

// reply is an answer of the server, or nil where the process was not there the whole time.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// ask makes a request. It returns nil where the process was not there the whole time, or the answer was a fault.
func (w *world) ask(ctx context.Context, method, door, target string, body any, allowed ...int) *reply {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			w.t.Error(err)
			return nil
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), method, w.server.url+target, content)
	if err != nil {
		w.fault("%s: %v", target, err)
		return nil
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+w.key)
	}
	before := w.server.now.Load()
	resp, err := w.client.Do(req)
	var text []byte
	if err == nil {
		text, err = io.ReadAll(resp.Body)
		resp.Body.Close()
	}
	after := w.server.now.Load()
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	if err != nil {
		switch {
		case excused(before, after):
			w.answers.down++
		case os.IsTimeout(err):
			w.answers.slow++
		default:
			w.fault("%s %s: %v", method, target, err)
		}
		return nil
	}
	w.answers.count[door]++
	w.answers.status[resp.StatusCode]++
	r := &reply{resp.StatusCode, resp.Header, text}
	switch {
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusAccepted, slices.Contains(allowed, resp.StatusCode):
		return r
	case resp.StatusCode == unready(door) && excused(before, after):
		if resp.Header.Get("Retry-After") == "" {
			w.fault("%s: %d without Retry-After", target, resp.StatusCode)
		}
		w.answers.down++
		return nil
	}
	if resp.StatusCode == http.StatusServiceUnavailable && (bytes.Contains(text, []byte("Too slow")) || bytes.Contains(text, []byte("took too long"))) {
		w.answers.slow++
		return nil
	}
	w.fault("%s %s: %d %s (life %d phase %d, then %d %d)", method, target, resp.StatusCode, clip(text), before.life, before.phase, after.life, after.phase)
	return nil
}

// unready is the status of a door while papers are being loaded. Clients of Semantic Scholar wait at 504.
func unready(door string) int {
	if door == "scholar" {
		return http.StatusGatewayTimeout
	}
	return http.StatusServiceUnavailable
}

func clip(text []byte) string { return string(text[:min(len(text), 400)]) }

// get asks for an answer that an entity tag identifies: the same tag is the same body, through every cache and after
// every restart.
func (w *world) get(ctx context.Context, door, target string, allowed ...int) *reply {
	r := w.ask(ctx, http.MethodGet, door, target, nil, allowed...)
	if r == nil || r.status != http.StatusOK {
		return r
	}
	tag := r.header.Get("Etag")
	if tag == "" {
		return r
	}
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	sum := sha256.Sum256(r.body)
	before, ok := w.answers.bodies[target+" "+tag]
	switch {
	case !ok:
		w.answers.bodies[target+" "+tag] = sum
	case before != sum:
		w.fault("%s: two bodies under the tag %s; one is %s", target, tag, clip(r.body))
	default:
		w.answers.again++
	}
	return r
}

// send makes a request that changes or computes something.
func (w *world) send(ctx context.Context, method, door, target string, body any, allowed ...int) *reply {
	return w.ask(ctx, method, door, target, body, allowed...)
}

// list asks for a list and checks it by itself and against all others.
func (w *world) list(ctx context.Context, door, target string, seeds ...string) *listed {
	asked := time.Now()
	r := w.get(ctx, door, target, http.StatusGone)
	if r == nil || r.status != http.StatusOK {
		return nil
	}
	var l listed
	if err := json.Unmarshal(r.body, &l); err != nil {
		w.fault("%s: %v", target, err)
		return nil
	}
	if len(l.Data) != l.Meta.Count || l.Meta.Total < l.Meta.Count {
		w.fault("%s: %d papers, count %d, total %d", target, len(l.Data), l.Meta.Count, l.Meta.Total)
	}
	model, revision := l.Meta.Model.Version, ""
	if l.Meta.Cursor != "" {
		var c struct{ M, R string }
		if b, err := base64.RawURLEncoding.DecodeString(l.Meta.Cursor); err != nil || json.Unmarshal(b, &c) != nil || c.M != model {
			w.fault("%s: the answer is of model %s, its cursor of %s", target, model, c.M)
		}
		revision = c.R
	}
	seen := map[string]bool{}
	for i, hit := range l.Data {
		id := hit.Paper.ID
		switch {
		case seen[id]:
			w.fault("%s: %s is there twice", target, id)
		case slices.Contains(seeds, id) || slices.Contains(l.Meta.Seeds, id):
			w.fault("%s: the seed %s is in its own answer", target, id)
		case !w.exists(id):
			w.fault("%s: %s was never handed in", target, id)
		case !strings.Contains(target, "cursor=") && w.gone(id, asked.Add(-shows)):
			w.fault("%s: %s had been deleted", target, id)
		case hit.Score != nil && !(*hit.Score >= 0 && *hit.Score <= 1.0001):
			w.fault("%s: the score of %s is %v", target, id, *hit.Score)
		case i > 0 && hit.Rank != 0 && hit.Rank != l.Data[i-1].Rank+1:
			w.fault("%s: rank %d after %d", target, hit.Rank, l.Data[i-1].Rank)
		}
		seen[id] = true
		if hit.Topic != nil && revision != "" {
			w.label(target, model, revision, hit.Topic.ID, hit.Topic.Label)
		}
	}
	w.answers.mu.Lock()
	w.answers.hits += len(l.Data)
	w.answers.mu.Unlock()
	return &l
}

// label holds the label of a topic against that of other answers from the same snapshot.
func (w *world) label(target, model, revision string, id int, label string) {
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	w.answers.models[model] = true
	key := fmt.Sprint(model, " ", revision, " ", id)
	if before, ok := w.answers.labels[key]; ok && before != label {
		w.fault("%s: topic %d of %s at %s is %q here and %q elsewhere", target, id, model, revision, label, before)
	}
	w.answers.labels[key] = label
}

// walk follows a list over some pages: no paper comes twice. A cursor whose snapshot has gone is 410.
func (w *world) walk(ctx context.Context, rnd *rand.Rand, target, seed string) {
	seen := map[string]string{}
	before := w.server.now.Load()
	for range 2 + rnd.IntN(4) {
		l := w.list(ctx, "walk", target, seed)
		if l == nil {
			return
		}
		for _, hit := range l.Data {
			if at, ok := seen[hit.Paper.ID]; ok && *w.server.now.Load() == *before {
				w.fault("%s: %s was on the page %s before", target, hit.Paper.ID, at)
			}
			seen[hit.Paper.ID] = target
		}
		if l.Links.Next == "" {
			break
		}
		target = l.Links.Next
	}
	w.answers.mu.Lock()
	w.answers.walks++
	w.answers.mu.Unlock()
}

// listTopics asks for the topics and remembers them.
func (w *world) listTopics(ctx context.Context) (model string, ids []int) {
	r := w.get(ctx, "topics", "/v1/topics")
	if r == nil {
		return "", nil
	}
	var l struct {
		Data []struct {
			ID int `json:"id"`
		} `json:"data"`
		Meta struct {
			Model struct {
				Version string `json:"version"`
			} `json:"model"`
		} `json:"meta"`
	}
	if err := json.Unmarshal(r.body, &l); err != nil || len(l.Data) == 0 {
		w.fault("/v1/topics: %d topics, %v", len(l.Data), err)
		return "", nil
	}
	for _, t := range l.Data {
		ids = append(ids, t.ID)
	}
	w.answers.mu.Lock()
	defer w.answers.mu.Unlock()
	w.answers.topics, w.answers.model = ids, l.Meta.Model.Version
	return l.Meta.Model.Version, ids
}

// ofTopic asks for a topic. Only one that is gone from the list of topics may be 404.
func (w *world) ofTopic(ctx context.Context, rnd *rand.Rand, id int) {
	target := fmt.Sprintf("/v1/topics/%d", id)
	switch rnd.IntN(4) {
	case 0:
		target += "/papers?limit=10"
	case 1:
		target += "/papers.atom"
	case 2:
		target = fmt.Sprintf("/topics/%d", id)
	}
	for range 4 { // an edit that hides it, or its being taken back, may come between the two
		r := w.get(ctx, "topic", target, http.StatusNotFound)
		if r == nil || r.status != http.StatusNotFound {
			return
		}
		if _, ids := w.listTopics(ctx); !slices.Contains(ids, id) {
			return
		}
	}
	w.fault("%s: 404, and the topic is listed", target)
}
