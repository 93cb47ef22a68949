package api

import (
	"bytes"
	"cmp"
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
}

const (
	typeJSON = "application/json"
	typeHTML = "text/html; charset=utf-8"
	typeXML  = "application/xml; charset=utf-8"
)

// made returns a reply of a body that was made, or the error of making it.
func made(typ string, body []byte, err error) (*reply, error) {
	if err != nil {
		return nil, err
	}
	return &reply{typ: typ, body: body}, nil
}

// jsonReply encodes v. Text is escaped for HTML, so that an answer shown as a page by mistake is harmless.
func jsonReply(v any) (*reply, error) {
	var buf bytes.Buffer
	if err := json.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encode answer: %w", err)
	}
	return &reply{typ: typeJSON, body: buf.Bytes()}, nil
}

// redirect sends a client on to an address of this site, which it is to GET.
func redirect(to string) *reply {
	header := pageHeader()
	header["Location"] = to
	return &reply{status: http.StatusSeeOther, typ: typeHTML, header: header}
}

// answer is a reply in one content coding, ready to be written many times. Tens of thousands are kept for hours, and
// the garbage collector follows every pointer in them, so its header is an array of values rather than a map of lists.
type answer struct {
	values [len(answerHeader)]string // "" where the answer has no such field
	more   []headerField
	etag   string // without quotes, of the plain form
	status int
	body   []byte
}

// answerHeader names the fields that most answers have; those of a 304 come first (RFC 9110, section 15.4.5).
var answerHeader = [...]string{fieldPolicy: "Cache-Control", fieldTag: "Etag", fieldVary: "Vary", fieldType: "Content-Type", fieldLength: "Content-Length", fieldCoding: "Content-Encoding", fieldLink: "Link"}

const (
	fieldPolicy = iota
	fieldTag
	fieldVary
	fieldType
	fieldLength
	fieldCoding
	fieldLink
)

// headerField is one field of a header under its canonical name.
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

// answerOverhead was measured: 50,000 kept answers take 510 to 560 bytes more than their bodies and keys, each.
const answerOverhead = 560

// newAnswer makes r ready. etag names the content, and the policy says how long it may be kept.
func newAnswer(r *reply, etag, policy string) *answer {
	tag := `"` + etag + `"`
	a := &answer{etag: tag[1 : len(tag)-1], status: cmp.Or(r.status, http.StatusOK), body: r.body}
	a.values[fieldPolicy], a.values[fieldTag], a.values[fieldVary] = policy, tag, "Accept-Encoding"
	a.values[fieldType], a.values[fieldLength] = r.typ, strconv.Itoa(len(r.body))
	for name, v := range r.header {
		if name = http.CanonicalHeaderKey(name); name == answerHeader[fieldLink] {
			a.values[fieldLink] = v
		} else {
			a.more = append(a.more, headerField{name, []string{v}})
		}
	}
	return a
}

// coded returns the answer in a coding, a itself where that is not worth it.
func (a *answer) coded(coding int) *answer {
	if coding == codingNone || len(a.body) < minCompressed {
		return a
	}
	out := *a
	if coding == codingGzip {
		out.body = gzipped(a.body)
	} else {
		out.body = zstdEncoder().EncodeAll(a.body, nil)
	}
	out.values[fieldTag] = `"` + a.etag + "-" + codingName[coding] + `"`
	out.values[fieldLength] = strconv.Itoa(len(out.body))
	out.values[fieldCoding] = codingName[coding]
	return &out
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
	if match := req.Header.Get("If-None-Match"); match != "" && etagMatches(match, a.etag) {
		a.put(h, fieldVary)
		writeNotModified(c)
		return
	}
	a.put(h, len(a.values)-1)
	for _, f := range a.more {
		h[f.name] = f.values
	}
	c.Writer.WriteHeader(a.status)
	if req.Method != http.MethodHead {
		c.Writer.Write(a.body) // an error here means the client is gone, and nobody is left to tell
	}
}

// put sets the fields up to last. Lists of one value are parts of a's own array, which h.Add cannot grow into.
func (a *answer) put(h http.Header, last int) {
	for i, name := range answerHeader[:last+1] {
		if a.values[i] != "" {
			h[name] = a.values[i : i+1 : i+1]
		}
	}
}

// writeNotModified answers 304 with the header that is set.
func writeNotModified(c *gin.Context) {
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

// acceptedCoding returns the coding that an Accept-Encoding header weighs most (RFC 9110, section 12.5.3). Equal
// weights give zstd, then gzip, then no coding. The wildcard stands for gzip alone: every client that sends it reads
// gzip.
func acceptedCoding(accept string) int {
	zstdWeight, gzipWeight, plainWeight, anyWeight := 0.0, -1.0, 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, param, _ := strings.Cut(part, ";")
		q, ok := codingWeight(param)
		if !ok {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "zstd":
			zstdWeight = q
		case "gzip", "x-gzip":
			gzipWeight = q
		case "identity":
			plainWeight = q
		case "*":
			anyWeight = q
		}
	}
	if gzipWeight < 0 {
		gzipWeight = anyWeight
	}
	best, most := codingNone, plainWeight
	if gzipWeight > 0 && gzipWeight >= most {
		best, most = codingGzip, gzipWeight
	}
	if zstdWeight > 0 && zstdWeight >= most {
		best = codingZstd
	}
	return best
}

// codingWeight returns the weight that the parameter of a coding gives, 1 without one. It is false for a weight outside
// 0 to 1.
func codingWeight(param string) (float64, bool) {
	param = strings.TrimSpace(param)
	if param == "" {
		return 1, true
	}
	name, value, _ := strings.Cut(param, "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1, true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return q, err == nil && q >= 0 && q <= 1
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

// trace is what log and metrics want to know of a request. It stands in for the context's writer, which costs one
// object a request where a key of the context costs a map.
type trace struct {
	gin.ResponseWriter
	id      [1]string // as in the answer's X-Request-Id, ready for the header
	pattern string    // of the route, "" where none matched
}

func traceOf(c *gin.Context) *trace {
	if t, ok := c.Writer.(*trace); ok {
		return t
	}
	return &trace{}
}

// requestID returns the id of the request, as in the answer's X-Request-Id.
func requestID(c *gin.Context) string { return traceOf(c).id[0] }
