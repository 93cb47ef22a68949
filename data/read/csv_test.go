package read

import (
	"fmt"
	"strings"
	"testing"
)

// manyRows returns a table of n rows with the columns of a reference manager, as its exports quote them.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("\"Authors\",\"Title\",\"Year\",\"Source title\",\"Cited by\",\"DOI\",\"Abstract\",\"Author Keywords\"\n")
	for i := range n {
		fmt.Fprintf(&b, "\"Arbor A.; Birch B.; Cedar %c.\",\"Yield of maize in field %d, a study\",\"%d\",\"Journal of Fields\",\"%d\",\"10.1000/f%d\",\"%s\",\"maize; yield\"\n",
			'A'+i%26, i, 1990+i%30, i%7, i, strings.Repeat(fmt.Sprintf("We measure, with \"\"care\"\", field %d. ", i), 30))
	}
	return b.String()
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
