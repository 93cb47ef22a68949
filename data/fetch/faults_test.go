package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"kindred/data/fetch"
)

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	if d > 0 {
		c.mu.Lock()
		c.slept = append(c.slept, d)
		c.mu.Unlock()
		c.add(d)
	}
	return ctx.Err()
}

// fault is one way in which an answer arrives otherwise than it was sent.
type fault struct {
	name string
	// harm is part of what a source says of an answer that is lost; "" where the answer must be understood all the same.
	harm   string
	inFile string // the same where a file is fetched, which is unpacked as an import unpacks it; "" where that says the same
	slow   bool   // takes the patience of the client, and is rare therefore
	long   bool   // asks for more patience than one run has
	spoil  func(w http.ResponseWriter, good *httptest.ResponseRecorder, rnd *rand.Rand)
}

// status answers with an error.
func status(code int, headers ...string) func(http.ResponseWriter, *httptest.ResponseRecorder, *rand.Rand) {
	return func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprintln(w, "not now")
	}
}

// pass hands on the headers of the good answer, and a body in its place.
func pass(w http.ResponseWriter, good *httptest.ResponseRecorder, body []byte, headers ...string) {
	for name, values := range good.Header() {
		w.Header()[name] = values
	}
	for i := 0; i < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(good.Code)
	_, _ = w.Write(body)
}

// packed returns a body as gzip.
func packed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// raw hands over the connection, past HTTP, and closes it.
func raw(w http.ResponseWriter, talk func(net.Conn)) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	talk(conn)
}

// circle is a path that leads to itself.
const circle = "/circle"

// patience of the client under faults that take it; other answers have far more time than they need.
const patience = 400 * time.Millisecond

var faults = []fault{
	{name: "cut connection", harm: "the connection ended", spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) { panic(http.ErrAbortHandler) }},
	{name: "half body, length given", harm: "the connection ended", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		body := good.Body.Bytes()
		pass(w, good, body[:len(body)/2], "Content-Length", fmt.Sprint(len(body)+1))
		panic(http.ErrAbortHandler)
	}},
	{name: "half body, ended as if whole", harm: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		body := good.Body.Bytes()
		pass(w, good, body[:len(body)/2])
	}},
	{name: "429", harm: "answered 429", spoil: status(http.StatusTooManyRequests)},
	{name: "500", harm: "answered 500", spoil: status(http.StatusInternalServerError)},
	{name: "503, Retry-After in seconds", harm: "answered 503", spoil: status(http.StatusServiceUnavailable, "Retry-After", "120")},
	{name: "503, Retry-After as a date", harm: "answered 503", spoil: status(http.StatusServiceUnavailable, "Retry-After", "Wed, 11 Mar 2099 12:02:00 GMT", "Date", "Wed, 11 Mar 2099 12:00:00 GMT")},
	{name: "garbage", harm: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, rnd *rand.Rand) {
		body := make([]byte, 2000)
		for i := range body {
			body[i] = byte(rnd.Uint32())
		}
		pass(w, good, body)
	}},
	{name: "page of a proxy", harm: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, []byte("<html><head><title>Sign in</title></head><body><p>Sign in to the network.</p></body></html>"), "Content-Type", "text/html", "ETag", `"portal"`)
	}},
	{name: "empty body", harm: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) { pass(w, good, nil) }},
	{name: "endless body", harm: "longer than allowed", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes())
		for block := bytes.Repeat([]byte(" <!-- on and on -->"), 1000); ; {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}},
	{name: "endless when unpacked", harm: "longer than allowed", inFile: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, packed(append(append(good.Body.Bytes(), bytes.Repeat([]byte{' '}, 8<<20)...), '!')), "Content-Encoding", "gzip")
	}},
	{name: "half body in chunks", harm: "the connection ended", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes()[:good.Body.Len()/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}},
	{name: "half of a packed body, ended as if whole", harm: "ended before", inFile: "ends in the middle", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		body := packed(good.Body.Bytes())
		pass(w, good, body[:len(body)/2], "Content-Encoding", "gzip")
	}},
	{name: "429, Retry-After in seconds", harm: "answered 429", spoil: status(http.StatusTooManyRequests, "Retry-After", "7")},
	{name: "429, Retry-After as a date", harm: "answered 429", spoil: status(http.StatusTooManyRequests, "Retry-After", "Wed, 11 Mar 2099 12:01:00 GMT", "Date", "Wed, 11 Mar 2099 12:00:00 GMT")},
	{name: "429 for an hour", harm: "answered 429", long: true, spoil: status(http.StatusTooManyRequests, "Retry-After", "3600")},
	{name: "an error that says 200", harm: "cannot be used", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, []byte(`{"error": {"code": 429, "message": "Too many requests"}}`), "Content-Type", "application/json")
	}},
	{name: "redirects in a circle", harm: "redirects", spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		w.Header().Set("Location", circle)
		w.WriteHeader(http.StatusFound)
	}},
	{name: "no HTTP", harm: "malformed HTTP", spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		raw(w, func(conn net.Conn) { fmt.Fprint(conn, "220 mail.example.org ESMTP\r\n") })
	}},
	{name: "endless headers", harm: "header", spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		raw(w, func(conn net.Conn) {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n")
			for err := error(nil); err == nil; {
				_, err = fmt.Fprintf(conn, "X-Tide: %s\r\n", strings.Repeat("ebb ", 1000))
			}
		})
	}},
	{name: "no answer", harm: "took too long", slow: true, spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		raw(w, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }) // until the client goes away
	}},
	{name: "a byte now and then", harm: "did not go on", slow: true, spoil: func(w http.ResponseWriter, _ *httptest.ResponseRecorder, _ *rand.Rand) {
		raw(w, func(conn net.Conn) {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
			for err := error(nil); err == nil; time.Sleep(10 * time.Millisecond) {
				_, err = conn.Write([]byte{' '})
			}
		})
	}},
	{name: "wrong type of content", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes(), "Content-Type", "image/png")
	}},
	{name: "type of content that is none", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes(), "Content-Type", ";;charset")
	}},
	{name: "UTF-8 with a byte order mark", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, append([]byte("\xef\xbb\xbf"), good.Body.Bytes()...))
	}},
	{name: "UTF-16", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		out := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(good.Body.String())) {
			out = append(out, byte(u), byte(u>>8))
		}
		pass(w, good, out)
	}},
	{name: "Latin-1 declared as UTF-8", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		var out []byte
		for _, r := range good.Body.String() {
			out = append(out, byte(r))
		}
		pass(w, good, out, "Content-Type", "text/plain; charset=utf-8")
	}},
	{name: "Latin-1 declared as such", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		var out []byte
		for _, r := range strings.ReplaceAll(good.Body.String(), "UTF-8", "ISO-8859-1") {
			out = append(out, byte(r))
		}
		pass(w, good, out, "Content-Type", "text/plain; charset=iso-8859-1")
	}},
	{name: "UTF-8 declared as Latin-1", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		body := strings.NewReplacer(`encoding="UTF-8"`, `encoding="ISO-8859-1"`, `encoding='UTF-8'`, `encoding='ISO-8859-1'`).Replace(good.Body.String())
		pass(w, good, []byte(body), "Content-Type", "text/plain; charset=iso-8859-1")
	}},
	{name: "gzip that is not said", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, packed(good.Body.Bytes()))
	}},
	{name: "gzip that is none", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes(), "Content-Encoding", "gzip")
	}},
	{name: "clock ahead", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes(), "Date", "Sat, 07 Mar 2099 12:00:00 GMT", "Last-Modified", "Sat, 07 Mar 2099 12:00:00 GMT")
	}},
	{name: "clock behind", spoil: func(w http.ResponseWriter, good *httptest.ResponseRecorder, _ *rand.Rand) {
		pass(w, good, good.Body.Bytes(), "Date", "Sun, 07 Mar 1990 12:00:00 GMT", "Last-Modified", "Sun, 07 Mar 1990 12:00:00 GMT")
	}},
}

// proxy spoils the first answer and others by chance, but never more than three in a row, or all after some.
type proxy struct {
	next  http.Handler
	fault fault

	mu      sync.Mutex
	rnd     *rand.Rand
	row     int // spoiled answers in a row
	always  bool
	good    int // answers that pass before all are spoiled
	hits    int // spoiled answers
	answers int
	passed  []string // targets whose answers were not spoiled
}

func newProxy(next http.Handler, f fault, seed uint64) *proxy {
	return &proxy{next: next, fault: f, rnd: rand.New(rand.NewPCG(seed, 77))}
}

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == circle {
		http.Redirect(w, r, circle, http.StatusFound)
		return
	}
	rec := httptest.NewRecorder()
	p.next.ServeHTTP(rec, r)
	spoil, rnd := p.turn(rec, r.URL.RequestURI())
	if spoil {
		p.fault.spoil(w, rec, rnd)
		return
	}
	pass(w, rec, rec.Body.Bytes())
}

// turn decides whether an answer is spoiled.
func (p *proxy) turn(good *httptest.ResponseRecorder, target string) (spoil bool, rnd *rand.Rand) {
	p.mu.Lock()
	defer p.mu.Unlock()
	often := .6
	if p.fault.slow {
		often = .2
	}
	spoil = p.fault.spoil != nil && good.Code == http.StatusOK && p.row < 3 && (p.answers == 0 || p.rnd.Float64() < often)
	p.answers++
	if p.always {
		spoil = p.good <= 0
		p.good--
	}
	if p.row++; !spoil {
		p.row = 0
		p.passed = append(p.passed, target)
	} else {
		p.hits++
	}
	return spoil, rand.New(rand.NewPCG(p.rnd.Uint64(), 1))
}

// client gives a client the patience that a fault needs.
func (f *fault) client(opt *fetch.Options) {
	if f.slow {
		opt.Patience = patience
	}
}

// today returns what a service under a fault takes for now.
func (f *fault) today() time.Time {
	switch f.name {
	case "clock ahead":
		return now.AddDate(70, 0, 0)
	case "clock behind":
		return now.AddDate(-30, 0, 0)
	}
	return now
}

// tally counts what happened to one source.
type tally struct {
	mu                                        sync.Mutex
	faults, answers, spoiled, papers, resumed int
}

func (c *tally) add(p *proxy, papers, resumed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults++
	c.answers, c.spoiled, c.papers, c.resumed = c.answers+p.answers, c.spoiled+p.hits, c.papers+papers, c.resumed+resumed
}

// TestFaults runs every fault against every source: all papers come, each once and whole, the run ends, and so does the
// next, which finds nothing new.
func TestFaults(t *testing.T) {
	for _, s := range fakes {
		var sum tally
		t.Run(s.service, func(t *testing.T) {
			for i, f := range append([]fault{{name: "none"}}, faults...) {
				if f.long {
					continue
				}
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					runThrough(t, s, f, uint64(i+1), &sum)
				})
			}
		})
		t.Logf("%-16s %d faults: %d of %d answers spoiled, %d papers for %d", s.service, sum.faults-1, sum.spoiled, sum.answers, sum.papers, sum.faults*len(items()))
	}
}

// runThrough runs a source whose answers are spoiled now and then.
func runThrough(t *testing.T, s fake, f fault, seed uint64, sum *tally) {
	p := newProxy(s.handler(items(), f.today()), f, seed)
	w := newWorld(t, s, p, f.client)
	w.add("")
	got, err := w.sources.Run(t.Context(), "tides")
	if err != nil {
		t.Fatalf("after %d spoiled answers: %v", p.hits, err)
	}
	w.wantAll(items())
	if got.Run.New != len(items()) || got.Run.Skipped != 0 || got.Error != "" {
		t.Errorf("the run says %+v", got)
	}
	if f.spoil != nil && p.hits == 0 {
		t.Error("no answer was spoiled")
	}
	sum.add(p, got.Run.New, 0)
	w.clock.add(24 * time.Hour)
	again, err := w.sources.Run(t.Context(), "tides")
	if err != nil {
		t.Fatalf("again: %v", err)
	}
	w.wantAll(items())
	if again.Run.New != 0 || again.Quiet == "" {
		t.Errorf("the second run says %+v", again)
	}
}

// TestOutages spoils every answer after the first page: the run ends, its source says what happened and what to do, what
// had come is kept. When the service is well again, the run goes on behind the last page that was stored, and nothing is
// missing.
func TestOutages(t *testing.T) {
	for _, s := range fakes {
		var sum tally
		t.Run(s.service, func(t *testing.T) {
			for i, f := range faults {
				if f.harm == "" {
					continue
				}
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					breakDown(t, s, f, uint64(i+1), &sum)
				})
			}
		})
		t.Logf("%-16s %d outages: %d of %d answers spoiled, %d papers before and after, %d runs went on behind a page", s.service, sum.faults, sum.spoiled, sum.answers,
			sum.papers, sum.resumed)
	}
}

// breakDown runs a source whose service breaks down within the run, and again when it is well.
func breakDown(t *testing.T, s fake, f fault, seed uint64, sum *tally) {
	p := newProxy(s.handler(items(), now), f, seed)
	p.always, p.good = true, 1
	if s.conditional && s.service != "zotero" {
		p.good = 0 // it has one page
	}
	w := newWorld(t, s, p, f.client)
	w.add("")
	got, err := w.sources.Run(t.Context(), "tides")
	if err == nil {
		t.Fatalf("no error: %+v", got)
	}
	st := w.status()
	want := f.harm
	if s.service == "file" && f.inFile != "" {
		want = f.inFile
	}
	if !strings.Contains(st.Error, want) || !strings.Contains(st.Says, want) {
		t.Errorf("the source says %q, want %q in it", st.Says, want)
	}
	if st.Remedy == "" || st.Fails != 1 || !st.Next.After(w.clock.now()) || !strings.Contains(st.Says, "failed") {
		t.Errorf("the source says %+v", st)
	}
	if f.long && st.Next.Before(w.clock.now().Add(50*time.Minute)) {
		t.Errorf("it is asked again at %v, earlier than it wants", st.Next)
	}
	stored := len(w.titles())
	if st.Run.New != stored {
		t.Errorf("the source says %d new papers, %d are stored", st.Run.New, stored)
	}
	p.mu.Lock()
	before := p.passed
	p.always, p.fault, p.passed = false, fault{}, nil
	p.mu.Unlock()
	if got, err = w.sources.Run(t.Context(), "tides"); err != nil {
		t.Fatal(err)
	}
	w.wantAll(items())
	if st := w.status(); st.Error != "" || st.Fails != 0 || st.Total.New != len(items()) {
		t.Errorf("when it is well again: %+v", st)
	}
	for _, target := range p.passed {
		if slices.Contains(before, target) {
			t.Errorf("%s was stored, and asked for again", target)
		}
	}
	if got.Run.New != len(items())-stored {
		t.Errorf("the second run brought %d, after %d", got.Run.New, stored)
	}
	resumed := 0
	if len(before) > 0 {
		resumed = 1
	}
	sum.add(p, stored+got.Run.New, resumed)
}

// TestEveryServiceHasAFake holds the table of faults against the table of services.
func TestEveryServiceHasAFake(t *testing.T) {
	for _, s := range fetch.Services() {
		if !slices.ContainsFunc(fakes, func(f fake) bool { return f.service == s.Name }) {
			t.Errorf("no fake answers as %s does, so no fault was tried on it", s.Name)
		}
	}
}
