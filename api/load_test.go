package api

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// BenchmarkHTTP compares what a request costs here with a bare gin handler that answers the same bytes, on this
// machine, with the load of wrk (2 threads, 64 connections) on it as well:
//
//	go test ./api -run '^$' -bench '^BenchmarkHTTP$' -benchtime 1x
//
// Warm asks for the papers like random ones of 50,000 after each has been asked for once, tag the same with the entity
// tag of the answer, cold each for the first time. The recommender behind it costs nothing, so cold is what this
// package adds to an answer. Every figure is requests a second; share is that of the bare handler's.
func BenchmarkHTTP(b *testing.B) {
	wrk, err := exec.LookPath("wrk")
	if err != nil {
		b.Skip("wrk is not installed")
	}
	papers := 50_000
	snap := loadSnapshot(papers)
	// With a base of its own, answers and tags are the same for every host.
	srv, err := New(Config{Current: func() *library.Snapshot { return snap }, CacheBytes: 512 << 20, BaseURL: "http://papers.example", Rate: -1})
	if err != nil {
		b.Fatal(err)
	}
	target := func(i int) string { return "/v1/papers/load:" + strconv.Itoa(i) + "/similar" }
	ask := func(path, tag string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.RemoteAddr = "127.0.0.1:1"
		if tag != "" {
			req.Header.Set("If-None-Match", tag)
		}
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, req)
		return rec
	}
	first := ask(target(7), "")
	b.Logf("answers of %d bytes, %d CPUs", first.Body.Len(), runtime.NumCPU())
	bare := bareHandler(first.Body.Bytes())
	ours, theirs := listen(b, srv), listen(b, bare)
	dir := b.TempDir()
	random := script(b, dir, "random.lua", `request = function() return wrk.format(nil, "/v1/papers/load:" .. math.random(0, `+strconv.Itoa(papers-1)+`) .. "/similar") end`)
	tagged := script(b, dir, "tag.lua", `wrk.headers["If-None-Match"] = '`+first.Header().Get("ETag")+`'`)
	anyTag := script(b, dir, "bare.lua", `wrk.headers["If-None-Match"] = '"x"'`)
	run := func(address, path, lua string) load {
		return runWrk(b, wrk, "http://"+address+path, lua)
	}
	for range b.N {
		cold := run(ours, target(1), random)
		for i := range papers {
			ask(target(i), "")
		}
		before := heap()
		// Rounds take turns, and medians are told: on a machine that others use as well, neighbours in time compare
		// best.
		var rounds [4][]load
		for range loadRounds {
			rounds[0] = append(rounds[0], run(theirs, target(1), random))
			rounds[1] = append(rounds[1], run(ours, target(1), random))
			rounds[2] = append(rounds[2], run(theirs, target(1), anyTag))
			rounds[3] = append(rounds[3], run(ours, target(7), tagged))
		}
		after := heap()
		bare, warm, bare304, tag := middle4(rounds)
		warmShare, tagShare := share(rounds[1], rounds[0]), share(rounds[3], rounds[2])
		b.Logf("bare %.0f/s p99 %v | warm %.0f/s p99 %v = %.0f%% | bare 304 %.0f/s p99 %v | 304 %.0f/s p99 %v = %.0f%% | cold %.0f/s p99 %v | heap %d MB before, %d MB after | processor time a request: bare %v, warm %v, bare 304 %v, 304 %v, cold %v",
			bare.rate, bare.p99, warm.rate, warm.p99, warmShare, bare304.rate, bare304.p99, tag.rate, tag.p99, tagShare, cold.rate, cold.p99, before>>20, after>>20, bare.cpu, warm.cpu, bare304.cpu, tag.cpu, cold.cpu)
		b.ReportMetric(bare.rate, "bare/s")
		b.ReportMetric(warm.rate, "warm/s")
		b.ReportMetric(cold.rate, "cold/s")
		b.ReportMetric(tag.rate, "tag/s")
		b.ReportMetric(warmShare, "warm_share_%")
		b.ReportMetric(tagShare, "tag_share_%")
		b.ReportMetric(float64(bare.errors+cold.errors+warm.errors+tag.errors), "errors")
	}
}

// loadRounds is how often the handlers take turns.
const loadRounds = 3

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// middle4 returns the median of each kind of round, and of its latencies apart; errors added up.
func middle4(rounds [4][]load) (a, b, c, d load) {
	var out [4]load
	for i, r := range rounds {
		sorted := slices.Clone(r)
		slices.SortFunc(sorted, func(x, y load) int { return cmp.Compare(x.rate, y.rate) })
		out[i] = sorted[len(sorted)/2]
		slices.SortFunc(sorted, func(x, y load) int { return cmp.Compare(x.p99, y.p99) })
		out[i].p99 = sorted[len(sorted)/2].p99
		out[i].errors = 0
		for _, l := range r {
			out[i].errors += l.errors
		}
	}
	return out[0], out[1], out[2], out[3]
}

// share returns the median of what ours reach of theirs, round by round, in percent.
func share(ours, theirs []load) float64 {
	all := make([]float64, len(ours))
	for i := range ours {
		all[i] = 100 * ours[i].rate / theirs[i].rate
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// bareHandler answers body to everything, and 304 to who sends a tag: the least that gin can do.
func bareHandler(body []byte) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/v1/papers/*rest", func(c *gin.Context) {
		if c.Request.Header.Get("If-None-Match") != "" {
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return
		}
		c.Data(http.StatusOK, typeJSON, body)
	})
	return e
}

// loadSnapshot holds n papers and a recommender that answers the ten after the seed.
func loadSnapshot(n int) *library.Snapshot {
	rows := make([]library.Row, n)
	for i := range rows {
		rows[i].Topic.Topic = 1
		rows[i].Column = store.Column{Seq: int64(i + 1), ID: "load:" + strconv.Itoa(i), Title: "Paper " + strconv.Itoa(i), Published: data.Date{Year: 2000 + i%24, Month: time.Month(1 + i%12)}}
	}
	topics := []topic.Topic{{ID: 1, Label: "Loads", Size: n}}
	return &library.Snapshot{
		Model: library.ModelInfo{Version: "load", Docs: n, Dims: 256, FittedAt: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}, Papers: loadPapers(n), Recommender: loadRecommender(n),
		Topics: topics, Catalog: library.NewCatalog(rows, topics),
	}
}

type loadPapers int

func (n loadPapers) Paper(_ context.Context, id string) (*data.Paper, error) {
	i, err := strconv.Atoi(strings.TrimPrefix(id, "load:"))
	if err != nil || i < 0 || i >= int(n) {
		return nil, fmt.Errorf("%s: %w", id, data.ErrNotFound)
	}
	return &data.Paper{
		ID: id, Title: fmt.Sprintf("A study of load %d on servers that answer with papers, and of what it takes to do so", i), Published: data.Date{Year: 2024, Month: 5, Day: 1 + i%28},
		Authors: []string{"Ada Example", "Bertrand Sample", "Carla Instance", "Dorothea Specimen"}, Venue: "Proceedings of Loads", Categories: []string{"cs.PF", "cs.IR"}, ArXiv: fmt.Sprintf("2401.%05d", i),
	}, nil
}

func (n loadPapers) Papers(ctx context.Context, ids []string) (out []*data.Paper, err error) {
	for _, id := range ids {
		p, err := n.Paper(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

type loadRecommender int

func (n loadRecommender) Recommend(_ context.Context, q recommend.Query) (*recommend.Answer, error) {
	i, err := strconv.Atoi(strings.TrimPrefix(q.Positive[0], "load:"))
	if err != nil {
		return nil, err
	}
	ans := &recommend.Answer{Seeds: q.Positive, Total: 200}
	for k := range q.Limit {
		ans.Hits = append(ans.Hits, recommend.Hit{ID: "load:" + strconv.Itoa((i+k+1)%int(n)), Score: 1 / float32(k+2), Rank: q.Offset + k + 1, Topic: 1})
	}
	return ans, nil
}

func (n loadRecommender) RecommendLibrary(context.Context, recommend.LibraryQuery) (*recommend.LibraryAnswer, error) {
	return &recommend.LibraryAnswer{}, nil
}

func (n loadRecommender) Search(context.Context, recommend.SearchQuery) (*recommend.Answer, error) {
	return &recommend.Answer{}, nil
}

func (n loadRecommender) Neighbourhood(context.Context, string, int) (*recommend.Neighbourhood, error) {
	return &recommend.Neighbourhood{}, nil
}

func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(ln) }()
	b.Cleanup(func() {
		srv.Close()
		<-done
	})
	return ln.Addr().String()
}

func script(b *testing.B, dir, name, text string) string {
	b.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// load is what wrk reports.
type load struct {
	rate   float64
	p99    time.Duration
	cpu    time.Duration // of this process, a request
	errors int
}

// processorTime returns what this process has used of the processors.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var (
	wrkRate   = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkP99    = regexp.MustCompile(`99%\s+([\d.]+)(us|ms|s)`)
	wrkSocket = regexp.MustCompile(`Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)`)
	wrkStatus = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
)

func runWrk(b *testing.B, wrk, address, lua string) load {
	b.Helper()
	before := processorTime(b)
	out, err := exec.Command(wrk, "-t2", "-c64", "-d3s", "--latency", "-s", lua, address).CombinedOutput()
	if err != nil {
		b.Fatalf("wrk: %v\n%s", err, out)
	}
	var l load
	m := wrkRate.FindSubmatch(out)
	p := wrkP99.FindSubmatch(out)
	if m == nil || p == nil {
		b.Fatalf("wrk said something else: %s", out)
	}
	if l.rate, err = strconv.ParseFloat(string(m[1]), 64); err != nil {
		b.Fatal(err)
	}
	// Three seconds' worth of requests; the processor time of wrk is its own process's.
	l.cpu = time.Duration(float64(processorTime(b)-before) / (3 * l.rate))
	if l.p99, err = time.ParseDuration(string(p[1]) + string(p[2])); err != nil {
		b.Fatal(err)
	}
	for _, re := range []*regexp.Regexp{wrkSocket, wrkStatus} {
		if m := re.FindSubmatch(out); m != nil {
			for _, n := range m[1:] {
				k, err := strconv.Atoi(string(n))
				if err != nil {
					b.Fatal(err)
				}
				l.errors += k
			}
		}
	}
	return l
}

// BenchmarkKept is one answer that is kept, and one 304 to a client that has it, without a network: for profiles, and
// for what a request allocates, counted for this machine and for another one, beside a bare handler.
func BenchmarkKept(b *testing.B) {
	snap := loadSnapshot(1000)
	srv, err := New(Config{Current: func() *library.Snapshot { return snap }, BaseURL: "http://papers.example", Rate: 1e12})
	if err != nil {
		b.Fatal(err)
	}
	const path = "/v1/papers/load:7/similar"
	rec := httptest.NewRecorder()
	srv.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
	bare := bareHandler(rec.Body.Bytes())
	for _, bench := range []struct {
		name    string
		h       http.Handler
		address string
		tag     string
	}{
		{"bare", bare, "127.0.0.1:1", ""}, {"warm", srv, "127.0.0.1:1", ""}, {"warm-limited", srv, "192.0.2.1:1", ""},
		{"bare-304", bare, "127.0.0.1:1", `"x"`}, {"304", srv, "127.0.0.1:1", rec.Header().Get("ETag")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			req := httptest.NewRequest(http.MethodGet, path, nil)
			req.RemoteAddr = bench.address
			if bench.tag != "" {
				req.Header.Set("If-None-Match", bench.tag)
			}
			b.ReportAllocs()
			for b.Loop() {
				// net/http makes a header for every answer too.
				bench.h.ServeHTTP(&discard{header: make(http.Header)}, req)
			}
		})
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return io.Discard.Write(p) }
func (d *discard) WriteHeader(int)             {}
