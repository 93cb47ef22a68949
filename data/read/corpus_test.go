package read_test

import (
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/read"
)

// BenchmarkCorpus reads the large corpus whole and reports papers per second and the highest memory use of the
// process.
func BenchmarkCorpus(b *testing.B) {
	path := datatest.Shared(b, "data", "corpus", "corpus_large.jsonl.zst")
	for b.Loop() {
		start, papers, rejected := time.Now(), 0, 0
		s, err := read.Open(path, read.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range s.Papers() {
			if errors.Is(err, data.ErrInvalid) {
				rejected++
			} else if err != nil {
				b.Fatal(err)
			} else {
				papers++
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(papers)/time.Since(start).Seconds(), "papers/s")
		b.ReportMetric(float64(papers), "papers")
		b.ReportMetric(float64(rejected), "rejected")
	}
	b.ReportMetric(peakMemory(b), "peakMB")
	b.ReportMetric(float64(runtime.GOMAXPROCS(0)), "procs")
}

// peakMemory returns the largest resident size of the process so far in megabytes, 0 where the system does not
// tell.
func peakMemory(tb testing.TB) float64 {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if after, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(after), "kB")))
			if err != nil {
				tb.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	return 0
}
