package read

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// manyRows returns a table of n rows with the columns of a reference manager, as its exports quote them.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("\"Authors\",\"Title\",\"Year\",\"Source title\",\"Cited by\",\"DOI\",\"Abstract\",\"Author Keywords\"\n")
	for i := range n {
		fmt.Fprintf(&b, "\"Alder A.; Beech B.; Cedar %c.\",\"Yield of barley in field %d, a study\",\"%d\",\"Journal of Meadows\",\"%d\",\"10.1000/f%d\",\"%s\",\"barley; yield\"\n",
			'A'+i%26, i, 1990+i%30, i%7, i, strings.Repeat(fmt.Sprintf("We measure, with \"\"care\"\", field %d. ", i), 30))
	}
	return b.String()
}

// TestTableMemory reads a table much larger than the memory that reading it may take, every other row on several lines.
func TestTableMemory(t *testing.T) {
	const size, bound = 40 << 20, 32 << 20
	abstract := strings.Repeat("We measure the yield of barley in dry fields. ", 60)
	g := &generated{record: "\"Barley growth, part %d\",2019,\"" + abstract + "\"\n\"Floods\",2020,\"" + strings.ReplaceAll(abstract, ". ", ".\n") + "\"\n", size: size}
	s, err := NewSource("test", io.MultiReader(strings.NewReader("Title,Year,Abstract\n"), g), Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, most := 0, uint64(0)
	for _, err := range s.Papers() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%4096 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
	}
	if n != 2*g.n || most == 0 || most > bound {
		t.Errorf("%d of %d records with %d MB in use, want all with %d at most", n, 2*g.n, most>>20, bound>>20)
	}
}

// BenchmarkCSV reads a table of twenty thousand rows.
func BenchmarkCSV(b *testing.B) {
	text := manyRows(20000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s, err := NewSource("test", strings.NewReader(text), Options{})
		if err != nil {
			b.Fatal(err)
		}
		papers := 0
		for p, err := range s.Papers() {
			if err != nil || p.DOI == "" || p.Published.IsZero() || len(p.Authors) != 3 {
				b.Fatalf("%+v: %v", p, err)
			}
			papers++
		}
		if papers != 20000 {
			b.Fatalf("%d papers", papers)
		}
	}
}
