// Package datatest has helpers for tests that deal with papers: a check that a paper is normalised, and the paths of
// real corpora. The corpora are not part of the repository. They lie in a folder named shared next to the checkout, and
// a test that needs them is skipped where they are missing.
package datatest

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared returns the path of a file below the shared folder. It skips the test when the file is not there, and
// fails it when KINDRED_REQUIRE_SHARED is set, as it is where the corpora are known to be present.
func Shared(tb testing.TB, elem ...string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Fatal("no go.mod above the working directory")
		}
		dir = up
	}
	path := filepath.Join(append([]string{filepath.Dir(dir), "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("KINDRED_REQUIRE_SHARED") != "" {
			tb.Fatalf("real corpus needed: %v", err)
		}
		tb.Skipf("real corpus absent: %v", err)
	}
	return path
}
