package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/api"
	"kindred/api/guard"
	"kindred/recommend/library"
)

// TestSameIDThroughEveryDoor checks that a record of a known paper that names no identifier is stored under the same id
// by the import of a file and by a request to the API.
func TestSameIDThroughEveryDoor(t *testing.T) {
	const record = `{"title": "BOOT: Data-free Distillation of Denoising Diffusion Models with Bootstrapping",` +
		` "abstract": "A student learns from a teacher.", "published": "2023-06-08"}`

	imported := filepath.Join(t.TempDir(), "data")
	ok(t, imported, "import", write(t, "papers.jsonl", record))

	posted := filepath.Join(t.TempDir(), "data")
	l, err := library.Open(t.Context(), library.Folder(posted), library.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	key, err := l.Folder().OwnerKey()
	if err != nil {
		t.Fatal(err)
	}
	handler, err := api.New(api.Config{Current: l.Current, Writer: l, Keys: guard.NewKeys(l.Store()).WithOwner(key)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/v1/papers", strings.NewReader(record))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-API-Key", key)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		Data struct{ IDs []string }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", res.StatusCode, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	want := []string{"arxiv:2306.05544"}
	if !slices.Equal(answer.Data.IDs, want) {
		t.Errorf("the API answers with the ids %q, want %q", answer.Data.IDs, want)
	}
	for door, dir := range map[string]string{"import": imported, "POST": posted} {
		if ids := storedIDs(t, dir); !slices.Equal(ids, want) {
			t.Errorf("%s stores the paper as %q, want %q", door, ids, want)
		}
	}
}

func storedIDs(t *testing.T, dir string) (ids []string) {
	t.Helper()
	a := &app{data: dir, stdout: io.Discard, stderr: io.Discard}
	st, err := a.folder().OpenStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for c, err := range st.Columns(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.ID)
	}
	return ids
}
