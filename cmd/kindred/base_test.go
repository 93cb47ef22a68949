package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"kindred/classifier/base"
	"kindred/data/sample"
)

func TestBase(t *testing.T) {
	papers, err := io.ReadAll(sample.Papers())
	if err != nil {
		t.Fatal(err)
	}
	corpus := write(t, "papers.jsonl", string(papers))
	var models [2][]byte
	for i := range models {
		out := filepath.Join(t.TempDir(), "base.bin")
		ok(t, t.TempDir(), "base", "--out", out, "--dims", "16", corpus)
		if models[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(models[0], models[1]) {
		t.Error("two models of the same papers differ")
	}
	m, err := base.Decode(models[0])
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(papers, []byte("\n")); m.Docs != want || m.Dims() != 16 {
		t.Errorf("learned from %d papers in %d dimensions, want %d in 16", m.Docs, m.Dims(), want)
	}
	if r := kindred(t, t.TempDir(), nil, "base", "--out", filepath.Join(t.TempDir(), "b"), "/no/such/file"); r.status != exitFailed {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}
