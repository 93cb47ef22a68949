package api

import (
	"maps"
	"sync"
)

// clicks counts how often a recommended paper was followed, by paper and nothing else. Counts live as long as the
// process; /v1/clicks lets the owner collect them.
type clicks struct {
	mu     sync.Mutex
	counts map[string]int
}

// maxCounted bounds how many papers are counted.
const maxCounted = 100_000

func newClicks() *clicks { return &clicks{counts: make(map[string]int)} }

// add counts a click on a paper.
func (k *clicks) add(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.counts[id]; ok || len(k.counts) < maxCounted {
		k.counts[id]++
	}
}

// all returns the counts.
func (k *clicks) all() map[string]int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.counts)
}
