package kindred_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "kindred"

// rule says what the packages of one folder may import besides the standard library. Tests are free to import more.
type rule struct {
	ours   []string // packages of this module, exactly
	theirs []string // modules of others, with all their packages
}

// rules has one rule for each package. Dependencies run one way. data knows data/readable alone, and the leaves nothing
// of ours. mail knows what an issue holds, and nothing of how it was chosen. classifier knows its stages, but not data.
// recommend knows data, vectors and what a word is, but not how they are learned. recommend/library joins data, classifier
// and recommend. Only api knows HTTP, and api/mcp the protocol of assistants; server joins what runs, and cmd/kindred has
// flags and printing. An allowance that no import needs is a fault, so that the table says what is and not what once was.
var rules = map[string]rule{
	"atomicfile": {},
	"fault":      {},
	"netguard":   {},

	"data":                 {ours: []string{"data/readable"}, theirs: []string{"golang.org/x/text"}},
	"data/readable":        {theirs: []string{"golang.org/x/net", "golang.org/x/text"}},
	"data/read":            {ours: []string{"atomicfile", "data", "data/readable"}, theirs: []string{"github.com/gogs/chardet", "github.com/klauspost/compress", "github.com/xuri/excelize/v2", "golang.org/x/net", "golang.org/x/text"}},
	"data/fetch":           {ours: []string{"atomicfile", "data", "data/read", "data/readable", "netguard"}},
	"data/cite":            {ours: []string{"data", "data/readable"}},
	"data/datatest":        {ours: []string{"data"}},
	"data/sample":          {ours: []string{"data", "data/read"}},
	"data/store":           {ours: []string{"data"}, theirs: []string{"github.com/klauspost/compress", "modernc.org/sqlite"}},
	"data/store/storetest": {ours: []string{"data", "data/store"}},

	"mail": {
		ours:   []string{"atomicfile", "data", "data/readable", "data/store", "mail/outbox", "recommend/digest"},
		theirs: []string{"github.com/wneessen/go-mail", "golang.org/x/time"},
	},
	"mail/daily":    {ours: []string{"data", "data/fetch", "data/read", "data/store", "mail", "mail/outbox", "recommend/digest", "recommend/library"}},
	"mail/hook":     {ours: []string{"data", "data/readable", "data/store", "mail/outbox", "netguard", "recommend/digest"}},
	"mail/outbox":   {ours: []string{"data/store"}}, // beside letters, not over them: it knows no kind of message
	"soak":          {},
	"mail/mailtest": {ours: []string{"data", "recommend/digest"}},

	"classifier/vec":          {ours: []string{"fault"}, theirs: []string{"github.com/james-bowman/sparse", "golang.org/x/sys", "gonum.org/v1/gonum"}},
	"classifier/text":         {ours: []string{"classifier/section"}, theirs: []string{"github.com/james-bowman/nlp", "golang.org/x/text"}},
	"classifier/section":      {},
	"classifier/tfidf":        {ours: []string{"classifier/text", "classifier/vec"}, theirs: []string{"github.com/james-bowman/nlp", "gonum.org/v1/gonum"}},
	"classifier/lsa":          {ours: []string{"classifier/vec"}, theirs: []string{"github.com/james-bowman/nlp", "gonum.org/v1/gonum"}},
	"classifier/topic":        {ours: []string{"classifier/lsa", "classifier/topic/naming", "classifier/vec"}},
	"classifier/topic/naming": {ours: []string{"classifier/vec"}},
	"classifier/curate":       {ours: []string{"classifier/topic", "classifier/vec"}},
	"classifier/linear":       {ours: []string{"classifier/vec"}, theirs: []string{"gonum.org/v1/gonum"}},
	"classifier/layout":       {ours: []string{"classifier/vec"}, theirs: []string{"gonum.org/v1/gonum"}},
	"classifier/base":         {ours: []string{"classifier/lsa", "classifier/section", "classifier/text", "classifier/tfidf", "classifier/vec"}},
	"classifier": {
		ours: []string{
			"atomicfile", "classifier/base", "classifier/layout", "classifier/linear", "classifier/lsa", "classifier/section", "classifier/text", "classifier/tfidf",
			"classifier/topic", "classifier/topic/naming", "classifier/vec",
		},
		theirs: []string{"github.com/edsrzf/mmap-go", "github.com/james-bowman/nlp", "gonum.org/v1/gonum"},
	},

	"recommend":      {ours: []string{"classifier/text", "classifier/vec", "data", "fault"}, theirs: []string{"github.com/cespare/xxhash/v2", "golang.org/x/sync"}},
	"recommend/eval": {ours: []string{"classifier", "classifier/base", "classifier/text", "classifier/topic", "classifier/topic/naming", "classifier/vec", "data", "data/store", "recommend", "recommend/digest", "recommend/library"}, theirs: []string{"golang.org/x/sync"}},
	"recommend/library": {
		ours: []string{
			"atomicfile", "classifier", "classifier/base", "classifier/curate", "classifier/topic", "classifier/vec", "data", "data/fetch", "data/read", "data/readable", "data/sample", "data/store", "fault", "recommend",
		},
		theirs: []string{
			"github.com/gofrs/flock", "github.com/hashicorp/golang-lru/v2", "github.com/klauspost/compress",
		},
	},
	"recommend/digest":        {ours: []string{"classifier/vec", "data", "data/fetch", "data/read", "data/readable", "data/sample", "data/store", "recommend", "recommend/library"}},
	"recommend/recommendtest": {ours: []string{"classifier/vec", "data", "recommend"}},

	"api/mcp": {
		ours:   []string{"classifier", "classifier/topic", "data", "data/readable", "recommend", "recommend/library"}, // beside api, not over it: it knows no route
		theirs: []string{"github.com/google/jsonschema-go", "github.com/modelcontextprotocol/go-sdk"},
	},
	"api/cached":  {theirs: []string{"github.com/klauspost/compress"}},
	"api/cursor":  {ours: []string{"recommend/library"}},
	"api/metrics": {ours: []string{"data/fetch", "recommend/library"}, theirs: []string{"github.com/prometheus/client_golang"}},
	"api/guard":   {ours: []string{"data", "data/readable", "data/store"}, theirs: []string{"github.com/hashicorp/golang-lru/v2", "golang.org/x/time"}},
	"api/link":    {},
	"api/input":   {ours: []string{"api/problem", "api/scholar", "api/wire", "classifier/topic", "data", "data/readable", "recommend", "recommend/digest"}},
	"api/problem": {ours: []string{"api/wire", "classifier", "data", "data/readable", "data/store", "recommend/library"}},
	"api/scholar": {ours: []string{"api/problem", "data", "data/cite", "recommend", "recommend/library"}},
	"api/web": {
		ours: []string{
			"api/link", "api/widget", "classifier/curate", "classifier/topic", "data", "data/cite", "data/fetch", "data/readable", "recommend", "recommend/digest", "recommend/library",
		},
		theirs: []string{"github.com/getkin/kin-openapi"},
	},
	"api/widget": {theirs: []string{"golang.org/x/text"}},
	"api/wire":   {ours: []string{"api/link", "classifier/curate", "classifier/topic", "data", "recommend", "recommend/library"}},
	"api": {
		ours: []string{"api/cached", "api/cursor", "api/guard", "api/input", "api/link", "api/metrics", "api/problem", "api/scholar", "api/web", "api/widget", "api/wire", "classifier", "classifier/curate", "classifier/topic", "data", "data/cite", "data/fetch", "data/readable", "data/store", "fault", "recommend", "recommend/digest", "recommend/library"},
		theirs: []string{
			"github.com/getkin/kin-openapi", "github.com/gin-gonic/gin",
			"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin",
			"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/trace",
		},
	},

	"cmd/kindred/printer": {
		ours: []string{
			"api/wire", "classifier/curate", "classifier/topic", "data", "data/fetch", "data/readable", "mail/outbox", "recommend", "recommend/digest", "recommend/eval",
			"recommend/library",
		},
		theirs: []string{"github.com/schollz/progressbar/v3", "golang.org/x/term"},
	},
	"cmd/kindred/config": {theirs: []string{"github.com/pelletier/go-toml/v2", "github.com/spf13/cobra", "github.com/spf13/pflag"}},
	"server": {
		ours: []string{"api", "api/guard", "api/mcp", "data/fetch", "data/store", "mail", "mail/daily", "mail/hook", "mail/outbox", "recommend/digest", "recommend/library"},
		theirs: []string{
			"github.com/coreos/go-systemd/v22",
			"go.opentelemetry.io/otel", "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp", "go.opentelemetry.io/otel/sdk", "go.opentelemetry.io/otel/trace",
		},
	},

	"cmd/kindred": {
		ours: []string{
			"api/guard", "api/mcp", "api/wire", "atomicfile", "classifier", "classifier/base", "classifier/curate", "classifier/topic", "cmd/kindred/config", "cmd/kindred/printer", "data", "data/fetch", "data/read", "data/readable", "data/store", "fault", "mail", "mail/daily", "mail/outbox", "recommend", "recommend/digest", "recommend/eval", "recommend/library", "server",
		},
		theirs: []string{
			"github.com/spf13/cobra", "github.com/spf13/pflag",
			"golang.org/x/term",
		},
	},
}

// TestImports reads the imports of every package in the tree. It parses the files itself: the test cache knows of the
// files that a test opens, and not of those that another process reads for it.
func TestImports(t *testing.T) {
	faults, err := check(os.DirFS("."), rules)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Error(f)
	}
}

// TestImportsFindsFaults holds the check against a tree that breaks every rule there is.
func TestImportsFindsFaults(t *testing.T) {
	tree := fstest.MapFS{
		"a/a.go":        {Data: []byte("package a\nimport (\n\"fmt\"\n\"net/http\"\n)")},
		"a/a_test.go":   {Data: []byte("package a\nimport \"kindred/b\"")},
		"b/b.go":        {Data: []byte("package b\nimport \"kindred/a\"\nimport x \"example.com/fine/sub\"")},
		"b/c.go":        {Data: []byte("package b\nimport _ \"kindred/a/below\"\nimport \"example.com/finer\"\nimport \"C\"")},
		"c/c.go":        {Data: []byte("package c")},
		"testdata/x.go": {Data: []byte("package x\nimport \"example.com/other\"")},
		".git/x.go":     {Data: []byte("package x\nimport \"example.com/other\"")},
	}
	got, err := check(tree, map[string]rule{
		"a": {}, "b": {ours: []string{"a", "c"}, theirs: []string{"example.com/fine", "example.com/unused"}}, "gone": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`b/c.go must not import "C"`,
		`b/c.go must not import "example.com/finer"`,
		`b/c.go must not import "kindred/a/below"`,
		"b may import c, and does not",
		"b may import example.com/unused, and does not",
		"package c has no import rule",
		"there is a rule for gone, but no such package",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// check returns what in tree is against the rules, one sentence each.
func check(tree fs.FS, rules map[string]rule) (faults []string, err error) {
	seen := map[string]bool{}
	used := map[string]bool{} // folder and what its rule allows, for each allowance that an import needs
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") {
			return fs.SkipDir // as the go command does
		}
		if d.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir := path.Dir(name)
		r, ruled := rules[dir]
		if !ruled && !seen[dir] {
			faults = append(faults, fmt.Sprintf("package %s has no import rule", dir))
		}
		seen[dir] = true
		imports, err := importsOf(tree, name)
		for _, imp := range imports {
			by, allowed := r.allows(imp)
			if ruled && !allowed {
				faults = append(faults, fmt.Sprintf("%s must not import %q", name, imp))
			}
			used[dir+" "+by] = true
		}
		return err
	})
	for dir, r := range rules {
		if !seen[dir] {
			faults = append(faults, fmt.Sprintf("there is a rule for %s, but no such package", dir))
			continue
		}
		for _, by := range slices.Concat(r.ours, r.theirs) {
			if !used[dir+" "+by] {
				faults = append(faults, fmt.Sprintf("%s may import %s, and does not", dir, by))
			}
		}
	}
	slices.Sort(faults)
	return faults, err
}

func importsOf(tree fs.FS, name string) ([]string, error) {
	src, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, spec := range file.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		out = append(out, imp)
	}
	return out, nil
}

// allows reports whether the rule lets its package import imp, and by which of its entries, "" for the standard
// library.
func (r rule) allows(imp string) (by string, ok bool) {
	if own, ours := strings.CutPrefix(imp, module+"/"); ours {
		return own, slices.Contains(r.ours, own)
	}
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return "", imp != "C" // the standard library, and no C
	}
	for _, m := range r.theirs { // of modules within each other, the innermost is meant
		if (imp == m || strings.HasPrefix(imp, m+"/")) && len(m) > len(by) {
			by, ok = m, true
		}
	}
	return by, ok
}

// TestDependenciesExplained checks that docs/dependencies.md has a row for each direct dependency of go.mod, and no
// other.
func TestDependenciesExplained(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	var required, explained []string
	for line := range strings.Lines(string(mod)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) == 2 && strings.HasPrefix(f[1], "v") && strings.Contains(f[0], ".") { // with "// indirect" there are more
			required = append(required, f[0])
		}
	}
	for line := range strings.Lines(string(doc)) {
		if rest, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ := strings.Cut(rest, "`")
			explained = append(explained, name)
		}
	}
	for _, m := range required {
		if !slices.Contains(explained, m) {
			t.Errorf("docs/dependencies.md does not say what %s is for", m)
		}
	}
	for _, m := range explained {
		if !slices.Contains(required, m) {
			t.Errorf("docs/dependencies.md explains %s, which go.mod does not require directly", m)
		}
	}
}
