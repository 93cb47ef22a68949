package soak

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// paper is a paper as the soak hands it out. Its JSON is what import and POST /v1/papers read.
type paper struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Abstract  string   `json:"abstract"`
	Authors   []string `json:"authors,omitempty"`
	Published string   `json:"published,omitempty"`

	day string // on which it arrived
}

// recorded reads the papers of a recording in the order in which they arrived, invented ones where there is none.
func recorded(t *testing.T) []paper {
	t.Helper()
	f, err := os.Open("../../shared/data/corpus/hf_daily_until_2025.jsonl.gz")
	if err != nil {
		t.Logf("no recording beside the checkout: the papers are invented")
		return invented(4000)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []paper
	seen := map[string]bool{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var p struct {
			paper
			Daily string `json:"daily"`
		}
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if p.day = p.Daily; p.Title == "" || p.Abstract == "" || p.day == "" || seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		out = append(out, p.paper)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(out, func(a, b paper) int { return cmp.Compare(a.day, b.day) })
	return out
}

// invented makes papers of invented words, in twelve fields that share a third of their words.
func invented(n int) []paper {
	rnd := rand.New(rand.NewPCG(3, 5))
	word := func() string {
		syllables := []string{"ba", "tor", "mi", "len", "ku", "ras", "vo", "dil", "pe", "nax", "shi", "gol", "wen", "ru", "fey", "zan"}
		var b strings.Builder
		for range 2 + rnd.IntN(3) {
			b.WriteString(syllables[rnd.IntN(len(syllables))])
		}
		return b.String()
	}
	words := func(n int) (out []string) {
		for range n {
			out = append(out, word())
		}
		return out
	}
	common := words(300)
	var fields [][]string
	for range 12 {
		fields = append(fields, words(150))
	}
	people := words(600)
	var out []paper
	for i := range n {
		field := fields[rnd.IntN(len(fields))]
		text := func(n int) string {
			var b []string
			for range n {
				if rnd.IntN(3) == 0 {
					b = append(b, common[rnd.IntN(len(common))])
				} else {
					b = append(b, field[int(float64(len(field))*rnd.Float64()*rnd.Float64())])
				}
			}
			return strings.ToUpper(b[0][:1]) + b[0][1:] + " " + strings.Join(b[1:], " ")
		}
		day := time.Date(2024, 1, 1+i/10, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		out = append(out, paper{
			ID: fmt.Sprintf("arxiv:24%02d.%05d", 1+i/1000%12, i), Title: fmt.Sprintf("%s %d", text(7), i), Abstract: text(40) + ". " + text(40) + ".",
			Authors: []string{people[rnd.IntN(600)] + " " + people[rnd.IntN(600)], people[rnd.IntN(600)] + " " + people[rnd.IntN(600)]}, Published: day, day: day,
		})
	}
	return out
}

// arXiv returns the number of a paper in arXiv.
func (p *paper) arXiv() string { return strings.TrimPrefix(p.ID, "arxiv:") }

// services are the sources that the program follows: an archive with OAI-PMH, a feed and a file of the web. Each plays
// its papers back in the order of their days, so that all have been announced when the time is over.
type services struct {
	*httptest.Server
	oai, feed, file []paper
	began           time.Time
	length          time.Duration // of the playback
	hook            func(w http.ResponseWriter, whole []byte) bool

	mu       sync.Mutex
	offered  map[string]bool // ids that an answer held
	requests int
}

const oaiPage = 80

func newServices(t *testing.T, oai, feed, file []paper, length time.Duration, hook func(http.ResponseWriter, []byte) bool) *services {
	s := &services{oai: oai, feed: feed, file: file, began: time.Now(), length: length, hook: hook, offered: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/oai", s.answer("text/xml", s.records))
	mux.HandleFunc("/feed", s.answer("application/rss+xml", s.items))
	mux.HandleFunc("/papers.jsonl", s.answer("application/jsonl", s.lines))
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// now is how many of the papers have been announced.
func (s *services) now(list []paper) []paper {
	share := float64(time.Since(s.began)) / float64(s.length)
	return list[:min(len(list), int(share*float64(len(list)))+1)]
}

// answer writes what make returns, unless the hook does something else.
func (s *services) answer(kind string, make func(*http.Request) (string, []paper)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, papers := make(r)
		s.mu.Lock()
		s.requests++
		for i := range papers {
			s.offered[papers[i].ID] = true
		}
		s.mu.Unlock()
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		if !s.hook(w, []byte(body)) {
			_, _ = w.Write([]byte(body))
		}
	}
}

// known reports whether a paper was offered.
func (s *services) known(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offered[id]
}

func esc(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

// records answers as an archive does. Its clock is that of the recording.
func (s *services) records(r *http.Request) (string, []paper) {
	there := s.now(s.oai)
	q := r.URL.Query()
	from, since := 0, q.Get("from")
	if token := q.Get("resumptionToken"); token != "" {
		number, day, _ := strings.Cut(token, "|")
		from, _ = strconv.Atoi(number)
		since = day
	}
	first, _ := slices.BinarySearchFunc(there, since, func(p paper, day string) int { return cmp.Compare(p.day, day) })
	there = there[first:]
	page := there[min(from, len(there)):min(from+oaiPage, len(there))]
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>%sT12:00:00Z</responseDate><request>x</request>`,
		s.now(s.oai)[len(s.now(s.oai))-1].day)
	if len(page) == 0 {
		b.WriteString(`<error code="noRecordsMatch">nothing</error></OAI-PMH>`)
		return b.String(), nil
	}
	b.WriteString("<ListRecords>")
	for _, p := range page {
		fmt.Fprintf(&b, `<record><header><identifier>oai:arXiv.org:%s</identifier><datestamp>%s</datestamp></header><metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>%s</id><created>%s</created><authors>`,
			p.arXiv(), p.day, p.arXiv(), cmp.Or(p.Published, p.day))
		for _, a := range p.Authors {
			fore, key := "", a
			if at := strings.LastIndexByte(a, ' '); at > 0 {
				fore, key = a[:at], a[at+1:]
			}
			fmt.Fprintf(&b, "<author><keyname>%s</keyname><forenames>%s</forenames></author>", esc(key), esc(fore))
		}
		fmt.Fprintf(&b, "</authors><title>%s</title><categories>cs.CL</categories><abstract>%s</abstract></arXiv></metadata></record>\n", esc(p.Title), esc(p.Abstract))
	}
	if from+oaiPage < len(there) {
		fmt.Fprintf(&b, "<resumptionToken>%d|%s</resumptionToken>", from+oaiPage, since)
	}
	b.WriteString("</ListRecords></OAI-PMH>")
	return b.String(), page
}

// items answers as a feed does that keeps what it announced.
func (s *services) items(*http.Request) (string, []paper) {
	there := s.now(s.feed)
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Feed</title>`)
	for _, p := range slices.Backward(there) {
		fmt.Fprintf(&b, "<item><title>%s</title><link>https://arxiv.org/abs/%s</link><guid>https://arxiv.org/abs/%s</guid><description>%s</description><dc:date>%s</dc:date></item>\n",
			esc(p.Title), p.arXiv(), p.arXiv(), esc(p.Abstract), cmp.Or(p.Published, p.day))
	}
	b.WriteString("</channel></rss>")
	return b.String(), there
}

// lines answers with a file that grows.
func (s *services) lines(*http.Request) (string, []paper) {
	there := s.now(s.file)
	return lines(there), there
}

// lines writes papers as JSON lines.
func lines(list []paper) string {
	var b strings.Builder
	for i := range list {
		text, err := json.Marshal(&list[i])
		if err != nil {
			panic(err)
		}
		b.Write(append(text, '\n'))
	}
	return b.String()
}

// writeLines writes papers to a file.
func writeLines(t *testing.T, dir, name string, list []paper) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(lines(list)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
