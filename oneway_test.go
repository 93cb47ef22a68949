package kindred_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mostBack is how many pairs of files of api may run against the order of the others.
const mostBack = 20

// TestFilesRunOneWay reads which names of each other the files of api use, puts the files in an order in which as few
// pairs as possible use a name from above, and bounds their number. A file that its users need as well cannot be read
// alone.
func TestFilesRunOneWay(t *testing.T) {
	uses, err := nameUses("api")
	if err != nil {
		t.Fatal(err)
	}
	order, back := layers(uses)
	t.Logf("from the bottom: %s", strings.Join(order, " "))
	for _, pair := range back {
		names := uses[pair[0]][pair[1]]
		t.Logf("%s uses from above, of %s: %s", pair[0], pair[1], strings.Join(names, " "))
	}
	if len(order) < 10 || len(back) > mostBack {
		t.Errorf("%d files, %d pairs run back up, want at most %d", len(order), len(back), mostBack)
	}
}

// TestLayersFindCircles holds the search for an order against uses whose fewest pairs are known.
func TestLayersFindCircles(t *testing.T) {
	uses := map[string]map[string][]string{
		"a": {"b": nil, "c": nil, "d": nil}, "b": {"c": nil}, "c": {"d": nil, "a": {"up"}}, "d": {},
	}
	order, back := layers(uses)
	if got, want := strings.Join(order, " "), "d c b a"; got != want || len(back) != 1 || back[0] != [2]string{"c", "a"} {
		t.Errorf("order %s, back %v, want %s and one pair", got, back, want)
	}
}

// nameUses returns the names that each file of a folder uses of each other one: functions, methods, types, variables
// and constants of the package. What the package imports need not be known for that.
func nameUses(folder string) (map[string]map[string][]string, error) {
	paths, err := filepath.Glob(folder + "/*.go")
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	uses := map[string]map[string][]string{}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		uses[filepath.Base(path)] = map[string][]string{}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	conf := types.Config{Importer: noImports{}, Error: func(error) {}} // names of other packages stay unknown
	pkg, _ := conf.Check(folder, fset, files, info)
	for id, obj := range info.Uses {
		_, method := obj.(*types.Func)
		if obj.Pkg() != pkg || obj.Parent() != pkg.Scope() && !method {
			continue
		}
		from, to := filepath.Base(fset.Position(id.Pos()).Filename), filepath.Base(fset.Position(obj.Pos()).Filename)
		if from != to && !slices.Contains(uses[from][to], obj.Name()) {
			uses[from][to] = append(uses[from][to], obj.Name())
		}
	}
	return uses, nil
}

// noImports knows no package.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not needed") }

// layers returns the files from the bottom up, and the pairs of a file and a higher one that it uses. It moves one file
// at a time for as long as that leaves fewer pairs, and the same uses give the same order.
func layers(uses map[string]map[string][]string) (order []string, back [][2]string) {
	for file := range uses {
		order = append(order, file)
	}
	slices.Sort(order)
	back = upward(uses, order)
	for better := true; better; {
		better = false
		for from := range order {
			for to := range order {
				next := slices.Clone(order)
				next = slices.Insert(slices.Delete(next, from, from+1), to, order[from])
				if b := upward(uses, next); len(b) < len(back) {
					order, back, better = next, b, true
				}
			}
		}
	}
	return order, back
}

// upward returns the pairs of a file and a later one that it uses.
func upward(uses map[string]map[string][]string, order []string) (back [][2]string) {
	for i, file := range order {
		for _, later := range order[i+1:] {
			if _, ok := uses[file][later]; ok {
				back = append(back, [2]string{file, later})
			}
		}
	}
	return back
}
