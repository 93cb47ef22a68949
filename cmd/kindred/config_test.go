package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfig runs the program with a file, a variable and a flag.
func TestConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kindred.toml")
	if err := os.WriteFile(file, []byte("data = \"/file\"\n[serve]\naddr = \":1\"\nrate = 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KINDRED_CONFIG", file)
	t.Setenv("KINDRED_DATA", "/environment")
	t.Setenv("KINDRED_SERVE_NAME", "Harbour papers")
	var out, errs strings.Builder
	code := run(t.Context(), []string{"serve", "--addr", ":2", "--print-config"}, strings.NewReader(""), &out, &errs)
	for _, want := range []string{
		`data = "/environment"  # KINDRED_DATA`, `serve.addr = ":2"  # flag`, `serve.rate = 7  # ` + file + ":4",
		`serve.name = "Harbour papers"  # KINDRED_SERVE_NAME`, `serve.refit-hours = "any"  # default`,
	} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("no line %s in\n%s", want, &out)
		}
	}
	if code != exitOK || errs.Len() > 0 {
		t.Errorf("exit status %d: %s", code, &errs)
	}
	// What it prints is a file that gives the same settings.
	printed := filepath.Join(t.TempDir(), "printed.toml")
	if err := os.WriteFile(printed, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"KINDRED_CONFIG", "KINDRED_DATA", "KINDRED_SERVE_NAME"} {
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	var again strings.Builder
	if code := run(t.Context(), []string{"serve", "--config", printed, "--print-config"}, strings.NewReader(""), &again, &errs); code != exitOK {
		t.Errorf("the printed settings as a file: %d, %s", code, &errs)
	}
	values := func(s string) (out []string) {
		for line := range strings.Lines(s) {
			value, _, _ := strings.Cut(line, "  # ")
			out = append(out, value)
		}
		return out
	}
	if a, b := strings.Join(values(out.String()), "\n"), strings.Join(values(again.String()), "\n"); a != b {
		t.Errorf("the printed settings as a file give\n%s\nwant\n%s", b, a)
	}
	errs.Reset()
	if code := run(t.Context(), []string{"--config", "/nowhere", "version"}, strings.NewReader(""), &out, &errs); code != exitUsage || !strings.Contains(errs.String(), "/nowhere") {
		t.Errorf("a file that is not there: %d, %s", code, &errs)
	}
}
