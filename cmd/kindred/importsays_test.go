package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"kindred/recommend/library"
)

// TestImportSays imports papers that share an id alone, one with another title, an answer without records, and a folder, and wants
// all of it said on the terminal and in the JSON.
func TestImportSays(t *testing.T) {
	const first = "id,title,authors,doi\n1,Barley growth under clouds,Ann Alder,10.1000/says.1\n2,Tides of a river mouth,Bo Beech,10.1000/says.2\n"
	const second = "id,title,authors,doi,Shoe size\n1,Calls of river frogs,Cy Cedar,10.1000/says.3,42\n2,How far a tide goes up a river,Bo Beech,10.1000/says.2,43\n"
	dir := filepath.Join(t.TempDir(), "data")
	ok(t, dir, "import", write(t, "first.csv", first))
	file := write(t, "second.csv", second)
	r := kindred(t, dir, strings.NewReader(""), "import", file)
	for _, want := range []string{
		"1 imported, 1 updated", "Kept apart from a paper that shares nothing but an id with them (1)", `"Calls of river frogs" is kept as doi:10.1000/says.3`,
		"Shoe size",
	} {
		if r.status != exitOK || !strings.Contains(r.stdout+r.stderr, want) {
			t.Errorf("status %d, and nothing of %q in\n%s%s", r.status, want, r.stdout, r.stderr)
		}
	}
	other := filepath.Join(t.TempDir(), "data")
	ok(t, other, "import", write(t, "first.csv", first))
	var report library.ImportReport
	if err := json.Unmarshal([]byte(ok(t, other, "import", "--json", file)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Imported != 1 || report.Updated != 1 || len(report.Apart) != 1 || report.Apart[0].Stored != "doi:10.1000/says.3" || len(report.Notes) == 0 {
		t.Errorf("%+v", report)
	}

	empty := write(t, "empty.xml", `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="noRecordsMatch">none</error></OAI-PMH>`)
	if r := kindred(t, dir, strings.NewReader(""), "import", empty); r.status != exitOK || !strings.Contains(r.stderr, "holds no records") {
		t.Errorf("a harvest without records: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	if r := kindred(t, dir, strings.NewReader(""), "import", filepath.Dir(file)); r.status != exitOK || !strings.Contains(r.stdout, "second.csv") {
		t.Errorf("a folder: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	r = kindred(t, dir, strings.NewReader(second), "import", "--encoding", "klingon", "-")
	if r.status != exitUsage || !strings.Contains(r.stderr, "klingon") {
		t.Errorf("an unknown encoding: status %d\n%s", r.status, r.stderr)
	}
}
