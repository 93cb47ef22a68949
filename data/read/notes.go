package read

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Note is something about a file that cost no record, but that its owner may want to know: a column that was not
// understood, a guessed encoding, text that was mended.
type Note struct {
	Text  string `json:"note"`
	Count int    `json:"count"` // how many records it concerns; 1 where it concerns the file
}

// maxNotes bounds the different notes of one file. A file with more has notes that nobody would read.
const maxNotes = 50

// notes collects the notes of a file. Records are decoded on several goroutines, so it is safe for concurrent use.
type notes struct {
	mu     sync.Mutex
	counts map[string]int
}

// add counts a note. The text says what was noticed and the remedy, and is the same for all records that it concerns.
func (n *notes) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.counts == nil {
		n.counts = map[string]int{}
	}
	if _, ok := n.counts[text]; ok || len(n.counts) < maxNotes {
		n.counts[text]++
	}
}

// Notes returns what was noticed in what was read so far, the most frequent first.
func (s *Source) Notes() []Note {
	n := &s.in.notes
	n.mu.Lock()
	defer n.mu.Unlock()
	out := make([]Note, 0, len(n.counts))
	for _, text := range slices.Sorted(maps.Keys(n.counts)) {
		out = append(out, Note{Text: text, Count: n.counts[text]})
	}
	slices.SortStableFunc(out, func(a, b Note) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
