package api

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oapi-codegen/oapi-codegen/v2/pkg/codegen"
	_ "github.com/oapi-codegen/runtime" // the generated client imports it
)

// TestGeneratedClient generates a client from the contract, compiles it, and asks a server through it.
func TestGeneratedClient(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling a client takes its time")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	source, err := codegen.Generate(doc, codegen.Configuration{
		PackageName: "main", Generate: codegen.GenerateOptions{Client: true, Models: true},
		// Decoding YAML would need one more module, for the one operation that answers it.
		OutputOptions: codegen.OutputOptions{ExcludeOperationIDs: []string{"openapiYAML"}},
	}.UpdateDefaults())
	if err != nil {
		t.Fatal(err)
	}
	probe, err := os.ReadFile("testdata/probe.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	// An overlay puts the two files into the module, whose dependencies they need, without writing to it.
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for name, text := range map[string][]byte{"client.gen.go": []byte(source), "main.go": probe} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(here, "generated", name)] = path
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, []byte(mustJSON(overlay)), 0o600); err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "probe")
	if out, err := exec.Command(goTool, "build", "-overlay", list, "-o", bin, "./generated").CombinedOutput(); err != nil {
		t.Fatalf("the generated client does not compile: %v\n%s", err, out)
	}
	_, base := serve(t, nil)
	out, err := exec.Command(bin, base).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
	}
	var got map[string]any
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"paper": "BOOT: Data-free Distillation of Denoising Diffusion Models with Bootstrapping", "similar": 3.0, "model": "feedfacecafe", "recommendations": 3.0, "topics": 3.0, "problem": "Not Found",
	}
	for name, v := range want {
		if got[name] != v {
			t.Errorf("%s is %v, want %v", name, got[name], v)
		}
	}
}
