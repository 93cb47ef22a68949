package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kindred/data/read"
	"kindred/data/readable"
	"kindred/netguard"
)

// Options steer a [Client]. The zero value is the default.
type Options struct {
	// Contact is a mail address or the address of a page by which a service can reach whoever runs this program. Services
	// ask for one, and some answer faster for it.
	Contact string
	// Version is that of the program, for the User-Agent.
	Version string
	// AllowPrivate lets requests go to loopback, private and link-local addresses, and through the proxy that the
	// environment names. Without it, nobody who may add a source can have this machine ask others behind its firewall.
	AllowPrivate bool
	// Key returns the value of an environment variable; nil means that no service has a key.
	Key func(name string) string

	Now   func() time.Time                           // nil means time.Now
	Sleep func(context.Context, time.Duration) error // nil waits
	Rand  func() float64                             // in [0, 1), for jitter; nil means math/rand

	// Patience is how long an answer may take to begin, and then each KiB of it; 0 means 2 minutes.
	Patience time.Duration
	MaxPage  int64             // bytes of one answer, unpacked; 0 means 64 MiB
	MaxFile  int64             // bytes of one file that is fetched; 0 means 16 GiB
	Attempts int               // how often a request is tried; 0 means 5
	Base     map[string]string // by service: another address to ask at
}

// Bounds of one request.
const (
	maxRedirects = 5
	pageTime     = 2 * time.Minute  // for one attempt at a page
	fileTime     = 2 * time.Hour    // for one attempt at a file
	maxWait      = 10 * time.Minute // between attempts; a service that asks for more is asked again in a later run
	firstWait    = 2 * time.Second  // doubled with each attempt
	mostBackoff  = 2 * time.Minute
	patience     = 2 * time.Minute
	leastPart    = 1 << 10 // bytes that come within Options.Patience, while there are more
)

// Client asks services: one request at a time at each host, not more often than the host wants, again after failures
// that may pass, and within bounds of size and time. It is safe for concurrent use.
type Client struct {
	opt  Options
	http *http.Client

	mu      sync.Mutex
	hosts   map[string]*turn
	secrets []string
}

// turn is when a host may be asked next.
type turn struct {
	mu   sync.Mutex
	next time.Time
}

// NewClient returns a client.
func NewClient(opt Options) *Client {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Sleep == nil {
		opt.Sleep = sleep
	}
	if opt.Rand == nil {
		opt.Rand = rand.Float64
	}
	if opt.Key == nil {
		opt.Key = func(string) string { return "" }
	}
	if opt.Patience == 0 {
		opt.Patience = patience
	}
	if opt.MaxPage == 0 {
		opt.MaxPage = 64 << 20
	}
	if opt.MaxFile == 0 {
		opt.MaxFile = 16 << 30
	}
	if opt.Attempts == 0 {
		opt.Attempts = 5
	}
	c := &Client{opt: opt, hosts: make(map[string]*turn)}
	dialer := netguard.Dialer(30 * time.Second)
	transport := &http.Transport{
		DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true, // unpacked here, within bounds
		TLSHandshakeTimeout: 30 * time.Second, ResponseHeaderTimeout: opt.Patience, MaxResponseHeaderBytes: 1 << 20,
		IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 1,
	}
	if opt.AllowPrivate {
		dialer.Control = nil
		transport.Proxy = http.ProxyFromEnvironment
	}
	c.http = &http.Client{Transport: transport, CheckRedirect: redirect}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// secretHeaders are the headers that hold keys.
var secretHeaders = []string{"Authorization", "X-Api-Key", "Zotero-Api-Key"}

// redirect bounds redirects and keeps keys from hosts that they are not for.
func redirect(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return fmt.Errorf("redirects to a %s: address", req.URL.Scheme)
	}
	req.Header.Del("Referer") // the query may hold a key
	if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
		for _, name := range secretHeaders {
			req.Header.Del(name)
		}
	}
	return nil
}

// Validator is what a service named a version of an answer by.
type Validator struct {
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
}

// request is one question to a service.
type request struct {
	url    string // without keys
	secret string // query parameters with keys, written behind those of url
	header http.Header
	gap    time.Duration // that the service wants between two requests
	env    string        // the environment variable that holds the service's key, for the remedy
	known  Validator
	// check says whether an answer is one. An answer that is not, such as the page of a proxy or half a text, is asked for
	// again.
	check func(*answer) error
	// into takes the body as it comes instead of keeping it in memory, up to MaxFile bytes. It is emptied before each
	// attempt.
	into interface {
		io.Writer
		Reset() error
	}
}

// answer is what a service answered.
type answer struct {
	status int
	header http.Header
	body   []byte // in UTF-8; nil where the request had a writer
	same   bool   // nothing changed since the validator was given
	known  Validator
}

// Error is a request that failed. Its text holds no key.
type Error struct {
	Address string    // what was asked, without keys
	Reason  string    // what happened
	Remedy  string    // what to do about it
	Status  int       // of the answer, 0 where there was none
	Retry   time.Time // before which the service does not want to be asked again; zero if it did not say
	err     error
}

// Error implements error.
func (e *Error) Error() string {
	s := e.Address + ": " + e.Reason
	if e.Remedy != "" {
		s += ": " + e.Remedy
	}
	return s
}

// Unwrap implements the interface of package errors.
func (e *Error) Unwrap() error { return e.err }

// key returns the value of an environment variable that holds a key. No text of this client shows it from then on.
func (c *Client) key(env string) string {
	return c.secret(c.opt.Key(env))
}

// secret returns a key without spaces around it, and keeps it out of errors.
func (c *Client) secret(v string) string {
	v = strings.TrimSpace(v)
	if v != "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, form := range []string{v, url.QueryEscape(v)} {
			if !slices.Contains(c.secrets, form) {
				c.secrets = append(c.secrets, form)
			}
		}
	}
	return v
}

// clean returns a text without keys.
func (c *Client) clean(s string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, "…")
	}
	return s
}

// failure is an attempt that failed, and may succeed later where temporary is set.
type failure struct {
	reason    string
	remedy    string
	status    int
	temporary bool
	wait      time.Duration // that the service asks for
	err       error
}

// get asks a service and returns its answer, after as many attempts as it takes. Its error is an [*Error], or that of
// ctx.
func (c *Client) get(ctx context.Context, q request) (*answer, error) {
	shown := Redact(q.url)
	u, err := url.Parse(q.url)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Error{Address: shown, Reason: "is not an address of the web", Remedy: "write one that begins with https://"}
	}
	host := c.host(polite(u.Host))
	host.mu.Lock() // one request at a time
	defer host.mu.Unlock()
	for attempt := 1; ; attempt++ {
		if err := c.opt.Sleep(ctx, max(0, host.next.Sub(c.opt.Now()))); err != nil {
			return nil, err
		}
		a, f := c.attempt(ctx, &q)
		host.next = c.opt.Now().Add(q.gap)
		if f == nil {
			if more := retryAfter(a.header, c.opt.Now()); more > q.gap { // it answers, and asks for a pause
				host.next = c.opt.Now().Add(min(more, maxWait))
			}
			return a, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failed := &Error{Address: shown, Reason: c.clean(f.reason), Remedy: f.remedy, Status: f.status, err: f.err}
		wait := min(firstWait<<min(attempt-1, 10), mostBackoff)
		wait = wait/2 + time.Duration(c.opt.Rand()*float64(wait)) // jitter, so that those who failed together do not come together
		if f.wait > 0 {
			failed.Retry = c.opt.Now().Add(f.wait)
			wait = f.wait + time.Duration(c.opt.Rand()*float64(firstWait))
		}
		switch {
		case !f.temporary:
			return nil, failed
		case attempt == c.opt.Attempts:
			failed.Reason += fmt.Sprintf(" (%d attempts)", attempt)
			return nil, failed
		case wait > maxWait:
			return nil, failed
		}
		host.next = c.opt.Now().Add(max(wait, q.gap))
	}
}

// polite returns the name under which the requests to a host count. Those of arXiv count together.
func polite(host string) string {
	if h := strings.ToLower(host); h == "arxiv.org" || strings.HasSuffix(h, ".arxiv.org") {
		return "arxiv.org"
	}
	return strings.ToLower(host)
}

func (c *Client) host(name string) *turn {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.hosts[name]
	if t == nil {
		t = &turn{}
		c.hosts[name] = t
	}
	return t
}

// attempt asks once.
func (c *Client) attempt(ctx context.Context, q *request) (*answer, *failure) {
	limit := pageTime
	if q.into != nil {
		limit = fileTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ctx, give := context.WithCancelCause(ctx)
	defer give(nil)
	address := q.url
	if q.secret != "" {
		sep := "?"
		if strings.Contains(address, "?") {
			sep = "&"
		}
		address += sep + q.secret
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &failure{reason: "is not an address that can be asked"}
	}
	for name, values := range q.header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", c.agent())
	req.Header.Set("Accept-Encoding", "gzip")
	if q.known.ETag != "" {
		req.Header.Set("If-None-Match", q.known.ETag)
	}
	if q.known.Modified != "" {
		req.Header.Set("If-Modified-Since", q.known.Modified)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, broken(err)
	}
	defer res.Body.Close()
	if f := c.refused(res, q); f != nil {
		return nil, f
	}
	a := &answer{status: res.StatusCode, header: res.Header, same: res.StatusCode == http.StatusNotModified}
	a.known = Validator{ETag: res.Header.Get("ETag"), Modified: res.Header.Get("Last-Modified")}
	if a.same {
		a.known = q.known
		return a, nil
	}
	body := newAwaited(res.Body, c.opt.Patience, func() { give(errStalled) })
	defer body.timer.Stop()
	if err := c.body(body, q, a); err != nil {
		if errors.Is(context.Cause(ctx), errStalled) {
			err = errStalled
		}
		return nil, broken(err)
	}
	if q.check != nil {
		if err := q.check(a); err != nil {
			var final *failure
			if errors.As(err, &final) {
				return nil, final
			}
			if errors.Is(err, errStale) {
				return nil, &failure{reason: err.Error(), err: err}
			}
			return nil, &failure{
				reason: "the answer cannot be used: " + err.Error(), temporary: true, err: err, status: res.StatusCode,
				remedy: "look at the address in a browser; the service may be down or have changed",
			}
		}
	}
	return a, nil
}

// Error implements error, so that a check can say that asking again is no use.
func (f *failure) Error() string { return f.reason }

// agent returns the User-Agent.
func (c *Client) agent() string {
	agent := "kindred/" + strings.TrimSpace(c.opt.Version)
	if c.opt.Version == "" {
		agent = "kindred"
	}
	contact := readable.OneLine(c.opt.Contact)
	switch {
	case contact == "":
		return agent
	case strings.Contains(contact, "@") && !strings.Contains(contact, ":"):
		contact = "mailto:" + contact
	}
	return agent + " (" + contact + ")"
}

// errStalled is an answer that comes too slowly.
var errStalled = errors.New("began to answer and did not go on")

// awaited is a reader that loses patience where little comes. Without it a file that trickles would keep its host for
// hours.
type awaited struct {
	r        io.Reader
	patience time.Duration
	timer    *time.Timer
	part     int // bytes since the timer was set
}

func newAwaited(r io.Reader, patience time.Duration, lost func()) *awaited {
	return &awaited{r: r, patience: patience, timer: time.AfterFunc(patience, lost)}
}

func (a *awaited) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if a.part += n; a.part >= leastPart && a.timer.Stop() {
		a.part = 0
		a.timer.Reset(a.patience)
	}
	return n, err
}

// errTooLong is an answer without end.
var errTooLong = errors.New("is longer than allowed")

// body reads an answer within bounds.
func (c *Client) body(r io.Reader, q *request, a *answer) error {
	if q.into != nil {
		if err := q.into.Reset(); err != nil {
			return err
		}
		n, err := io.Copy(q.into, io.LimitReader(r, c.opt.MaxFile+1))
		if err == nil && n > c.opt.MaxFile {
			err = fmt.Errorf("%w (%d MB)", errTooLong, c.opt.MaxFile>>20)
		}
		return err
	}
	packed, err := io.ReadAll(io.LimitReader(r, c.opt.MaxPage+1))
	if err != nil {
		return err
	}
	tooLong := fmt.Errorf("%w (%d MB)", errTooLong, c.opt.MaxPage>>20)
	if int64(len(packed)) > c.opt.MaxPage {
		return tooLong
	}
	if bytes.HasPrefix(packed, []byte{0x1f, 0x8b}) { // whatever the headers say
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return err
		}
		if packed, err = io.ReadAll(io.LimitReader(z, c.opt.MaxPage+1)); err != nil {
			return err
		}
		if int64(len(packed)) > c.opt.MaxPage {
			return tooLong
		}
	}
	_, declared, _ := mime.ParseMediaType(a.header.Get("Content-Type")) // one that does not parse declares nothing
	a.body, err = read.UTF8(packed, declared["charset"])
	return err
}

// broken explains an error of the connection. The error itself may hold the whole address, keys included.
func broken(err error) *failure {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	f := &failure{reason: err.Error(), temporary: true, err: err, remedy: "check the connection to the internet, then run it again"}
	var dns *net.DNSError
	switch {
	case errors.Is(err, netguard.ErrPrivate):
		f.temporary, f.remedy = false, "if that is intended, allow private addresses (--allow-private)"
	case errors.As(err, &dns) && dns.IsNotFound:
		f.reason, f.remedy = "there is no host "+dns.Name, "check the address, and the connection to the internet"
	case errors.Is(err, errStalled):
		f.remedy = "try again later"
	case errors.Is(err, context.DeadlineExceeded):
		f.reason, f.remedy = "took too long to answer", "try again later"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		f.reason, f.remedy = "the connection ended before the answer did", "try again later"
	case errors.Is(err, errTooLong):
		f.remedy = "check the address: no answer should be that long"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		f.reason, f.remedy = "the compressed answer is damaged", "try again later"
	}
	return f
}

// refused explains an answer that is not what was asked for; nil for one that is.
func (c *Client) refused(res *http.Response, q *request) *failure {
	status := res.StatusCode
	if status == http.StatusOK || status == http.StatusNotModified {
		return nil
	}
	f := &failure{status: status, reason: fmt.Sprintf("answered %d %s", status, http.StatusText(status))}
	if text, _ := io.ReadAll(io.LimitReader(res.Body, 2000)); len(text) > 0 && !bytes.Contains(bytes.ToLower(text), []byte("<html")) {
		if line := readable.OneLine(strings.ToValidUTF8(string(text), "")); line != "" {
			f.reason += ": " + readable.Clip(line, 200)
		}
	}
	switch {
	case status == http.StatusTooManyRequests:
		f.temporary, f.remedy = true, "it is asked again later"
		if q.env != "" && c.key(q.env) == "" {
			f.remedy = "get a key and set " + q.env
		}
	case status >= 500 || status == http.StatusRequestTimeout:
		f.temporary, f.remedy = true, "it is asked again later"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		f.remedy = "check whether the address is open to all"
		if q.env != "" {
			f.remedy = "check the key in " + q.env
		}
	case status == http.StatusNotFound || status == http.StatusGone:
		f.remedy = "check the address of the source"
	default:
		f.remedy = "check what the source asks for"
	}
	f.wait = retryAfter(res.Header, c.opt.Now())
	return f
}

// retryAfter returns how long a service asks to wait: in seconds, or until a time. A time is taken by the service's own
// clock, which may be wrong. Zotero says Backoff.
func retryAfter(h http.Header, now time.Time) time.Duration {
	for _, name := range []string{"Retry-After", "Backoff"} {
		v := strings.TrimSpace(h.Get(name))
		if n, err := strconv.Atoi(v); err == nil && n >= 0 {
			return min(time.Duration(n), 30*24*3600) * time.Second
		}
		if until, err := http.ParseTime(v); err == nil {
			if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
				now = theirs
			}
			return min(max(0, until.Sub(now)), 30*24*time.Hour)
		}
	}
	return 0
}
