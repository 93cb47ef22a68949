// Package cached has encoded answers: in each content coding, with their entity tags and cache rules, and a cache that
// keeps them for as long as they hold.
//
// What belongs here is what HTTP says of a finished answer (RFC 9110: codings, validators, 304). What does not belong
// here: what an answer says, and how it is found out (api). The package knows neither gin nor snapshots.
package cached

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Content is what an answer says.
type Content struct {
	Status int // 0 means 200
	Type   string
	Body   []byte
	Header map[string]string // beside Content-Type
}

// Answer is a content in one content coding, ready to be written many times. Tens of thousands are kept for hours, and
// the garbage collector follows every pointer in them, so its header is an array of values rather than a map of lists.
type Answer struct {
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
	Zstd = iota
	Gzip
	None
)

var codingName = [...]string{Zstd: "zstd", Gzip: "gzip"}

// MinCompressed is the size in bytes below which compressing gains nothing: the answer fits one packet anyway.
const MinCompressed = 1200

// weight is the memory that an answer holds beside its key: body, header, and the cache's own links.
func (a *Answer) weight() int64 { return int64(len(a.body)) + answerOverhead }

// answerOverhead was measured: 50,000 kept answers take 510 to 560 bytes more than their bodies and keys, each.
const answerOverhead = 560

// NewAnswer makes an answer of a content. etag names the content, and the policy says how long it may be kept.
func NewAnswer(of Content, etag, policy string) *Answer {
	tag := `"` + etag + `"`
	a := &Answer{etag: tag[1 : len(tag)-1], status: cmp.Or(of.Status, http.StatusOK), body: of.Body}
	a.values[fieldPolicy], a.values[fieldTag], a.values[fieldVary] = policy, tag, "Accept-Encoding"
	a.values[fieldType], a.values[fieldLength] = of.Type, strconv.Itoa(len(of.Body))
	for name, v := range of.Header {
		if name = http.CanonicalHeaderKey(name); name == answerHeader[fieldLink] {
			a.values[fieldLink] = v
		} else {
			a.more = append(a.more, headerField{name, []string{v}})
		}
	}
	return a
}

// Coded returns the answer in a coding, a itself where that is not worth it.
func (a *Answer) Coded(coding int) *Answer {
	if coding == None || len(a.body) < MinCompressed {
		return a
	}
	out := *a
	if coding == Gzip {
		out.body = Gzipped(a.body)
	} else {
		out.body = zstdEncoder().EncodeAll(a.body, nil)
	}
	out.values[fieldTag] = `"` + a.etag + "-" + codingName[coding] + `"`
	out.values[fieldLength] = strconv.Itoa(len(out.body))
	out.values[fieldCoding] = codingName[coding]
	return &out
}

// Tag returns the entity tag of the plain form, without quotes.
func (a *Answer) Tag() string { return a.etag }

// Fixed is an answer that stays the same as long as the process runs, in all codings.
type Fixed [None + 1]*Answer

// NewFixed returns a plain answer in all codings.
func NewFixed(plain *Answer) Fixed {
	return Fixed{Zstd: plain.Coded(Zstd), Gzip: plain.Coded(Gzip), None: plain}
}

// Write answers in the coding that the client prefers.
func (f *Fixed) Write(w http.ResponseWriter, r *http.Request) {
	f[Accepted(r.Header.Get("Accept-Encoding"))].Write(w, r)
}

// Write answers a GET or HEAD with a, or with 304 when the client has it.
func (a *Answer) Write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if match := r.Header.Get("If-None-Match"); match != "" && Matches(match, a.etag) {
		a.put(h, fieldVary)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	a.put(h, len(a.values)-1)
	for _, f := range a.more {
		h[f.name] = f.values
	}
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		w.Write(a.body) // an error here means the client is gone, and nobody is left to tell
	}
}

// put sets the fields up to last. Lists of one value are parts of a's own array, which h.Add cannot grow into.
func (a *Answer) put(h http.Header, last int) {
	for i, name := range answerHeader[:last+1] {
		if a.values[i] != "" {
			h[name] = a.values[i : i+1 : i+1]
		}
	}
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

// Gzipped returns b under gzip.
func Gzipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(&buf)
	w.Write(b) // a bytes.Buffer takes everything
	w.Close()
	return buf.Bytes()
}

// Accepted returns the coding that an Accept-Encoding header weighs most (RFC 9110, section 12.5.3). Equal
// weights give zstd, then gzip, then no coding. The wildcard stands for gzip alone: every client that sends it reads
// gzip.
func Accepted(accept string) int {
	zstdWeight, gzipWeight, plainWeight, anyWeight := 0.0, -1.0, 0.0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, param, _ := strings.Cut(part, ";")
		q, ok := Weight(param)
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
	best, most := None, plainWeight
	if gzipWeight > 0 && gzipWeight >= most {
		best, most = Gzip, gzipWeight
	}
	if zstdWeight > 0 && zstdWeight >= most {
		best = Zstd
	}
	return best
}

// Weight returns the weight that the parameter of a coding gives, 1 without one. It is false for a weight outside
// 0 to 1.
func Weight(param string) (float64, bool) {
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

// Matches reports whether an If-None-Match header names etag in any of its codings. Comparison is weak, as RFC 9110
// asks for here; a proxy that compresses makes our tags weak.
func Matches(header, etag string) bool {
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

// Tag names the answer to a query: a strong validator made of everything the answer depends on.
func Tag(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// Policy returns a Cache-Control value for answers that may be shared for age and served stale while they are fetched
// anew.
func Policy(age time.Duration) string {
	if age == 0 {
		return "public, no-cache"
	}
	return fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", int(age.Seconds()), int(10*age.Seconds()))
}
