package cached

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAccepted(t *testing.T) {
	for accept, want := range map[string]int{
		"": None, "br": None, "gzip;q=0": None, "*": Gzip, "gzip": Gzip,
		"zstd, gzip": Zstd, "gzip;q=1.0, identity": Gzip, "zstd;q=x": None,
		"zstd;q=0.5, gzip": Gzip, "GZIP;Q=0.8, zstd; q=0.8": Zstd, "identity, gzip;q=0.5": None,
		"*, gzip;q=0": None, "zstd;q=0, *": Gzip, "zstd;q=2": None,
	} {
		if got := Accepted(accept); got != want {
			t.Errorf("%q: coding %d, want %d", accept, got, want)
		}
	}
}

// TestWrite has clients ask for one answer: each gets a coding that it reads, and 304 for the tag of any coding.
func TestWrite(t *testing.T) {
	body := strings.Repeat("many like lines\n", 200)
	f := NewFixed(NewAnswer(Content{Type: "text/plain", Body: []byte(body), Header: map[string]string{"link": "</x>", "X-More": "1"}}, "tag", Policy(time.Minute)))
	get := func(method, accept, match string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		r.Header.Set("If-None-Match", match)
		rec := httptest.NewRecorder()
		f.Write(rec, r)
		return rec
	}
	for accept, tag := range map[string]string{"": `"tag"`, "gzip": `"tag-gzip"`, "zstd": `"tag-zstd"`} {
		rec := get(http.MethodGet, accept, "")
		h := rec.Header()
		if rec.Code != 200 || h.Get("ETag") != tag || h.Get("Link") != "</x>" || h.Get("X-More") != "1" || h.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %d %v, want the tag %s", accept, rec.Code, h, tag)
		}
		if got := rec.Body.Len(); h.Get("Content-Length") != strconv.Itoa(got) || (accept == "") != (rec.Body.String() == body) || accept != "" && got > len(body)/2 {
			t.Errorf("%q: %d bytes of %d, header %v", accept, got, len(body), h)
		}
		for _, match := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			if rec := get(http.MethodGet, accept, match); rec.Code != 304 || rec.Body.Len() > 0 || rec.Header().Get("Content-Length") != "" {
				t.Errorf("%q, tag %s: %d with %d bytes", accept, match, rec.Code, rec.Body.Len())
			}
		}
		if rec := get(http.MethodHead, accept, ""); rec.Code != 200 || rec.Body.Len() > 0 || rec.Header().Get("ETag") != tag {
			t.Errorf("HEAD %q: %d, %d bytes, %v", accept, rec.Code, rec.Body.Len(), rec.Header())
		}
	}
	for _, match := range []string{`"tag-br"`, "tag", `"ta"`, `"tagtag"`, `W/tag`, ""} {
		if rec := get(http.MethodGet, "", match); rec.Code != 200 {
			t.Errorf("tag %s: %d, want 200", match, rec.Code)
		}
	}
}

// TestSmallAnswersStayPlain holds that no answer is coded which fits one packet.
func TestSmallAnswersStayPlain(t *testing.T) {
	plain := NewAnswer(Content{Type: "text/plain", Body: make([]byte, MinCompressed-1)}, "tag", Policy(0))
	if plain.Coded(Gzip) != plain || plain.Coded(Zstd) != plain {
		t.Error("a small answer was coded")
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := NewCache(100_000)
	v, w := Snapshot{Model: "v"}, Snapshot{Model: "w"}
	key := func(target string) Key { return Key{Target: target} }
	for i := range 1000 {
		c.Put(v, key(strconv.Itoa(i)), &Answer{body: make([]byte, 2000)})
	}
	n, size := c.Stats()
	if size > 100_000 || n < 20 || n > 50 {
		t.Errorf("%d answers, %d bytes", n, size)
	}
	if _, ok := c.Get(v, key("999")); !ok {
		t.Error("the newest is gone")
	}
	if _, ok := c.Get(v, key("0")); ok {
		t.Error("the oldest is kept")
	}
	oldest := 1000 - n
	c.Get(v, key(strconv.Itoa(oldest)))
	c.Put(v, key("another"), &Answer{body: make([]byte, 2000)})
	if _, ok := c.Get(v, key(strconv.Itoa(oldest))); !ok {
		t.Error("one that was asked for again is gone before others")
	}
	if _, ok := c.Get(v, key(strconv.Itoa(oldest+1))); ok {
		t.Error("the one that nobody asked for is kept")
	}
	if _, ok := c.Get(w, key("999")); ok {
		t.Error("an answer of another snapshot")
	}
	c.Put(w, key("a"), &Answer{body: []byte("x")})
	if n, _ := c.Stats(); n != 1 {
		t.Errorf("%d answers after the snapshot changed", n)
	}
	c.Put(w, key("huge"), &Answer{body: make([]byte, 90_000)})
	if _, ok := c.Get(w, key("huge")); ok {
		t.Error("one answer takes all the room")
	}
}
