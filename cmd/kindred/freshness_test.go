package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Load of BenchmarkFreshness.
const (
	freshPosts   = 200
	freshReaders = 4
	readerPause  = 20 * time.Millisecond // of each reader between two questions
)

// BenchmarkFreshness measures how long a paper that is posted takes to be in answers, on the data folder that
// KINDRED_BENCH_DATA names, while readers ask for lists that nobody asked for before. The time runs from before the POST
// to the first answer of /similar for the paper. It writes to the folder and
// removes the papers at its end; use a copy. `make bench-freshness DATA=folder` prints the quantiles.
func BenchmarkFreshness(b *testing.B) {
	source := os.Getenv("KINDRED_BENCH_DATA")
	if source == "" {
		b.Skip("KINDRED_BENCH_DATA names no data folder")
	}
	binary := filepath.Join(b.TempDir(), "kindred")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-tags", "nomsgpack", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	addr := "127.0.0.1:18481"
	server := exec.Command(binary, "serve", "--data", source, "--addr", addr, "--rate", "-1", "--refit-hours", "never")
	var log bytes.Buffer
	server.Stderr = &log
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}()
	key, err := exec.CommandContext(b.Context(), binary, "key", "owner", "--data", source).Output()
	if err != nil {
		b.Fatalf("%v\n%s", err, log.String())
	}
	f := &freshness{base: "http://" + addr, key: strings.TrimSpace(string(key)), client: &http.Client{Timeout: time.Minute}}
	f.await(b)
	known := f.known(b)
	for b.Loop() {
		f.measure(b, known)
	}
}

type freshness struct {
	base, key string
	client    *http.Client
}

func (f *freshness) await(b *testing.B) {
	for range 1200 {
		if status, _ := f.ask("GET", "/readyz", ""); status == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.Fatal("the server is not ready after two minutes")
}

// ask returns the status and the body of an answer, 0 where there was none.
func (f *freshness) ask(method, path, body string) (int, []byte) {
	req, err := http.NewRequest(method, f.base+path, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Api-Key", f.key)
	}
	res, err := f.client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	var out bytes.Buffer
	_, _ = out.ReadFrom(res.Body)
	return res.StatusCode, out.Bytes()
}

// knownPaper is a paper of the folder.
type knownPaper struct{ ID, Title, Abstract string }

// known returns papers of the folder with abstracts, from all years.
func (f *freshness) known(b *testing.B) []knownPaper {
	_, body := f.ask("GET", "/v1/search?q=results&limit=1000&fields=id,title,abstract", "")
	var list struct{ Data []struct{ Paper knownPaper } }
	if err := json.Unmarshal(body, &list); err != nil {
		b.Fatalf("%v: %.300s", err, body)
	}
	var out []knownPaper
	for _, found := range list.Data {
		if len(found.Paper.Abstract) >= 300 {
			out = append(out, found.Paper)
		}
	}
	if len(out) < 10 {
		b.Fatalf("only %d papers with an abstract in %.300s", len(out), body)
	}
	return out
}

// measure posts papers one after the other while readers read.
func (f *freshness) measure(b *testing.B, known []knownPaper) {
	stop := make(chan struct{})
	var reads, failed atomic.Int64
	var readers sync.WaitGroup
	for r := range freshReaders {
		readers.Go(func() {
			for i := r; ; i += freshReaders {
				select {
				case <-stop:
					return
				case <-time.After(readerPause):
				}
				status, _ := f.ask("GET", fmt.Sprintf("/v1/papers/%s/similar?limit=%d", known[i%len(known)].ID, 5+i/len(known)%20), "")
				reads.Add(1)
				if status != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	var took []time.Duration
	ids := make([]string, freshPosts)
	for i := range freshPosts {
		p := known[i%len(known)]
		ids[i] = fmt.Sprintf("bench:%d-%d", time.Now().UnixNano(), i)
		paper, err := json.Marshal([]map[string]string{{"id": ids[i], "title": fmt.Sprintf("Wembel %s, part %d", p.Title, i), "abstract": p.Abstract[150:]}})
		if err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		if status, body := f.ask("POST", "/v1/papers", string(paper)); status != http.StatusOK {
			b.Fatalf("POST: %d %s", status, body)
		}
		for {
			if status, _ := f.ask("GET", "/v1/papers/"+ids[i]+"/similar?limit=5", ""); status == http.StatusOK {
				break
			}
			if time.Since(begun) > 30*time.Second {
				b.Fatalf("%s is in no answer after 30 s", ids[i])
			}
			time.Sleep(2 * time.Millisecond)
		}
		took = append(took, time.Since(begun))
	}
	close(stop)
	readers.Wait()
	for _, id := range ids {
		f.ask("DELETE", "/v1/papers/"+id, "")
	}
	slices.Sort(took)
	for _, q := range []int{50, 90, 99} {
		b.ReportMetric(float64(took[min(len(took)-1, len(took)*q/100)].Microseconds())/1000, fmt.Sprintf("p%d-ms", q))
	}
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	b.ReportMetric(float64(reads.Load()), "reads")
	b.ReportMetric(float64(failed.Load()), "failed-reads")
}
