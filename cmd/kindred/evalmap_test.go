package main

import (
	"fmt"
	"strings"
	"testing"

	"kindred/recommend/eval"
)

// TestEvalMap measures the map of the sample papers: the figures are shares, and both forms print the same.
func TestEvalMap(t *testing.T) {
	dir := sampleFolder(t)
	args := []string{"eval", "map", "--neighbors", "10"}
	report := answeredJSON[eval.MapReport](t, dir, args...)
	if report.Papers < 100 || report.Neighbors != 10 || report.Recall < 0.2 || report.Recall > 1 || report.Trust < 0.6 || report.Trust > 1 {
		t.Errorf("measured %+v", report)
	}
	text := ok(t, dir, args...)
	for _, want := range []string{fmt.Sprintf("%d papers", report.Papers), fmt.Sprintf("%.3f", report.Trust), fmt.Sprintf("%.3f", report.Recall)} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	ok(t, dir, "fit", "--no-map")
	if r := kindred(t, dir, nil, args...); r.status != exitFailed || !strings.Contains(r.stderr, "kindred fit") {
		t.Errorf("without a map: status %d, %s", r.status, r.stderr)
	}
}
