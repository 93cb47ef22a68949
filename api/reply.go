package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
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

// answer is a reply ready to be written many times: header values are shared slices, and each encoding of the body is
// made once, when first asked for.
type answer struct {
	header http.Header
	etag   string // without quotes, of the plain encoding
	plain  []byte
	length []string // Content-Length of plain

	once  [2]sync.Once
	coded [2]coded
}

type coded struct {
	body   []byte
	length []string
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

// weight is the most memory the answer will hold: the plain body, and two compressed ones of at most half its size.
func (a *answer) weight() int64 { return int64(2*len(a.plain) + 64) }

// newAnswer makes r ready. etag names the content, and the policy says how long it may be kept.
func newAnswer(r *reply, etag, policy string) *answer {
	h := make(http.Header, 8+len(r.header))
	h["Content-Type"] = []string{r.typ}
	h["Cache-Control"] = []string{policy}
	h["Etag"] = []string{`"` + etag + `"`}
	h["Vary"] = []string{"Accept-Encoding"}
	for name, v := range r.header {
		h.Set(name, v)
	}
	return &answer{header: h, etag: etag, plain: r.body, length: []string{strconv.Itoa(len(r.body))}}
}

// write answers a GET or HEAD with a, or with 304 when the client has it.
func (a *answer) write(c *gin.Context) {
	req, h := c.Request, c.Writer.Header()
	for name, v := range a.header {
		h[name] = v
	}
	coding := codingNone
	if len(a.plain) >= minCompressed {
		coding = acceptedCoding(req.Header.Get("Accept-Encoding"))
	}
	if match := req.Header.Get("If-None-Match"); match != "" && etagMatches(match, a.etag) {
		writeNotModified(c)
		return
	}
	body, length := a.plain, a.length
	if coding != codingNone {
		e := a.encoded(coding)
		body, length = e.body, e.length
		h["Content-Encoding"] = []string{codingName[coding]}
		h["Etag"] = []string{`"` + a.etag + "-" + codingName[coding] + `"`}
	}
	h["Content-Length"] = length
	c.Writer.WriteHeader(http.StatusOK)
	if req.Method != http.MethodHead {
		c.Writer.Write(body) // an error here means the client is gone, and nobody is left to tell
	}
}

// writeNotModified answers 304; headers already set stay, but for those that describe a body.
func writeNotModified(c *gin.Context) {
	h := c.Writer.Header()
	delete(h, "Content-Type")
	c.Writer.WriteHeader(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
}

// encoded returns the body in a coding.
func (a *answer) encoded(coding int) *coded {
	a.once[coding].Do(func() {
		var body []byte
		if coding == codingGzip {
			body = gzipped(a.plain)
		} else {
			body = zstdEncoder().EncodeAll(a.plain, nil)
		}
		a.coded[coding] = coded{body, []string{strconv.Itoa(len(body))}}
	})
	return &a.coded[coding]
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
