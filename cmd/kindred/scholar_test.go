package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// clientPython returns a Python that has Semantic Scholar's client: that of KINDRED_PYTHON, or python3. Without one the
// test skips, or fails where KINDRED_REQUIRE_S2_CLIENT is set.
func clientPython(t *testing.T) string {
	t.Helper()
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		python = "python3"
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", "import semanticscholar").CombinedOutput()
	if err == nil {
		return python
	}
	if os.Getenv("KINDRED_REQUIRE_S2_CLIENT") != "" {
		t.Fatalf("%s has no package semanticscholar: %v\n%s", python, err, out)
	}
	t.Skipf("%s has no package semanticscholar (pip install semanticscholar, and KINDRED_PYTHON names a Python that has it)", python)
	return ""
}

// TestSemanticScholarClient calls a server with the sample by Semantic Scholar's own Python client, to which nothing is
// told but another host.
func TestSemanticScholarClient(t *testing.T) {
	python := clientPython(t)
	dir := sampleFolder(t)
	// The papers of the sample name no authors.
	ok(t, dir, "import", write(t, "signed.jsonl", `{"id":"doi:10.5555/zorp.1","title":"Diffusion by glimmer nets","authors":["Ada Quill","Zoë Brix"],"published":"2023-03-04"}
{"id":"doi:10.5555/zorp.2","title":"Distillation of glimmer nets","abstract":"A student net learns from its teacher.","authors":["Quill, Ada"],"published":"2020"}`))
	url, stop := served(t, "--data", dir)
	awaitReady(t, url)
	out, err := exec.CommandContext(t.Context(), python, "testdata/scholar_client.py", url).CombinedOutput()
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), "done") {
		t.Errorf("%v\n%s", err, out)
	}
	if status := stop(); status != 0 {
		t.Errorf("the server ended with status %d", status)
	}
}
