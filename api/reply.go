package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// reply is what a handler answers with: everything is encoded before the status line is written.
type reply struct {
	status int // 0 means 200
	typ    string
	body   []byte
	header map[string]string // beside Content-Type
	public bool              // pages and feeds of a foreign origin may read it; false only for writes
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
)

// jsonReply encodes v. Text is escaped for HTML, so that an answer shown as a page by mistake is harmless.
func jsonReply(v any) (*reply, error) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return &reply{typ: typeJSON, body: buf.Bytes()}, nil
}

// answer is a reply in one content coding, ready to be written many times: header values are shared slices.
type answer struct {
	header []headerField
	etag   string // without quotes, of the plain form
	body   []byte
}

// headerField is one field of a header under its canonical name. A slice of them is faster to write than a map, and
// gives the garbage collector less to look at.
type headerField struct {
	name   string
	values []string
}

// Content codings, in the order in which they are preferred.
const (
	codingZstd = iota
	codingGzip
	codingNone
)

var codingName = [...]string{codingZstd: "zstd", codingGzip: "gzip"}

// minCompressed is the size in bytes below which compressing gains nothing: the answer fits one packet anyway.
const minCompressed = 1200

// weight is the memory that an answer holds beside its key: body, header, and the cache's own links.
func (a *answer) weight() int64 { return int64(len(a.body)) + answerOverhead }

// answerOverhead was measured: 50,000 kept answers take this much more than their bodies, each.
const answerOverhead = 900

// newAnswer makes r ready. etag names the content, and the policy says how long it may be kept.
func newAnswer(r *reply, etag, policy string) *answer {
	tag, length := `"`+etag+`"`, strconv.Itoa(len(r.body))
	values := []string{r.typ, policy, tag, length}
	h := make([]headerField, 0, 5+len(r.header))
	for i, name := range [...]string{"Content-Type", "Cache-Control", "Etag", "Content-Length"} {
		h = append(h, headerField{name, values[i : i+1 : i+1]})
	}
	h = append(h, headerField{"Vary", varyCoding})
	for name, v := range r.header {
		h = append(h, headerField{http.CanonicalHeaderKey(name), []string{v}})
	}
	return &answer{header: h, etag: etag, body: r.body}
}

var varyCoding = []string{"Accept-Encoding"}

// coded returns the answer in a coding, a itself where that is not worth it.
func (a *answer) coded(coding int) *answer {
	if coding == codingNone || len(a.body) < minCompressed {
		return a
	}
	out := &answer{header: slices.Clone(a.header), etag: a.etag}
	if coding == codingGzip {
		out.body = gzipped(a.body)
	} else {
		out.body = zstdEncoder().EncodeAll(a.body, nil)
	}
	for i := range out.header {
		switch f := &out.header[i]; f.name {
		case "Etag":
			f.values = []string{`"` + a.etag + "-" + codingName[coding] + `"`}
		case "Content-Length":
			f.values = []string{strconv.Itoa(len(out.body))}
		}
	}
	out.header = append(out.header, headerField{"Content-Encoding", []string{codingName[coding]}})
	return out
}

// fixed is an answer that stays the same as long as the process runs, in all codings.
type fixed [codingNone + 1]*answer

func newFixed(r *reply, etag, policy string) fixed {
	plain := newAnswer(r, etag, policy)
	return fixed{codingZstd: plain.coded(codingZstd), codingGzip: plain.coded(codingGzip), codingNone: plain}
}

// write answers in the coding that the client prefers.
func (f *fixed) write(c *gin.Context) {
	f[acceptedCoding(c.Request.Header.Get("Accept-Encoding"))].write(c)
}

// write answers a GET or HEAD with a, or with 304 when the client has it.
func (a *answer) write(c *gin.Context) {
	req, h := c.Request, c.Writer.Header()
	for _, f := range a.header {
		h[f.name] = f.values
	}
	if match := req.Header.Get("If-None-Match"); match != "" && etagMatches(match, a.etag) {
		writeNotModified(c)
		return
	}
	c.Writer.WriteHeader(http.StatusOK)
	if req.Method != http.MethodHead {
		c.Writer.Write(a.body) // an error here means the client is gone, and nobody is left to tell
	}
}

// writeNotModified answers 304; headers already set stay, but for those that describe a body.
func writeNotModified(c *gin.Context) {
	h := c.Writer.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding"} {
		delete(h, name)
	}
	c.Writer.WriteHeader(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
}

// zstdEncoder is shared: EncodeAll may be called concurrently. Level and concurrency are valid, so it cannot fail.
var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err)
	}
	return enc
})

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(&buf)
	w.Write(b) // a bytes.Buffer takes everything
	w.Close()
	return buf.Bytes()
}

// acceptedCoding returns the best coding that an Accept-Encoding header allows (RFC 9110, section 12.5.3).
func acceptedCoding(accept string) int {
	best := codingNone
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(part, ";")
		weight = strings.TrimSpace(weight)
		if q, ok := strings.CutPrefix(weight, "q="); ok {
			if v, err := strconv.ParseFloat(q, 64); err != nil || v == 0 {
				continue
			}
		}
		switch strings.TrimSpace(name) {
		case "zstd":
			best = codingZstd
		case "gzip", "*":
			best = min(best, codingGzip)
		}
	}
	return best
}

// etagMatches reports whether an If-None-Match header names etag in any of its codings. Comparison is weak, as RFC 9110
// asks for here; a proxy that compresses makes our tags weak.
func etagMatches(header, etag string) bool {
	if header == "*" {
		return true
	}
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if len(tag) < 2 || tag[0] != '"' || tag[len(tag)-1] != '"' {
			continue
		}
		tag = tag[1 : len(tag)-1]
		if rest, ok := strings.CutPrefix(tag, etag); ok && (rest == "" || rest == "-gzip" || rest == "-zstd") {
			return true
		}
	}
	return false
}

// etagOf names the answer to a query: a strong validator made of everything the answer depends on.
func etagOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// policy returns a Cache-Control value for answers that may be shared for age and served stale while they are fetched
// anew.
func policy(age time.Duration) string {
	if age == 0 {
		return "public, no-cache"
	}
	return fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", int(age.Seconds()), int(10*age.Seconds()))
}
