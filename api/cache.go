package api

import (
	"sync"

	"kindred/recommend/library"
)

// cache keeps encoded answers of one snapshot, least recently used out first, so that a warm answer costs a look-up and
// a write. It holds at most a number of bytes, and nothing of an older snapshot once a newer one has been asked for.
type cache struct {
	mu      sync.Mutex
	limit   int64
	size    int64
	of      snapshotKey
	root    entry // of a ring: the most recently used comes after it, the least recently used before
	entries map[cacheKey]*entry
}

// snapshotKey names a snapshot, cacheKey what was asked for of it: where the site is reached, the target of the
// request, and a coding. Neither is one string, so that looking up makes none.
type (
	snapshotKey struct{ model, revision string }
	cacheKey    struct {
		base, target string
		coding       int
	}
)

// snapshotKeyOf names a snapshot to the cache.
func snapshotKeyOf(s *library.Snapshot) snapshotKey { return snapshotKey{s.Model.Version, s.Revision} }

// plain returns the key of the same answer without a coding.
func (k cacheKey) plain() cacheKey {
	k.coding = codingNone
	return k
}

// entry is a link of the ring as well; a list with elements of its own would be one more object an answer.
type entry struct {
	key           cacheKey
	answer        *answer
	before, after *entry
}

func newCache(limit int64) *cache {
	c := &cache{limit: limit, entries: make(map[cacheKey]*entry)}
	c.root.before, c.root.after = &c.root, &c.root
	return c
}

// get returns the answer to key under a snapshot.
func (c *cache) get(of snapshotKey, key cacheKey) (*answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if of != c.of {
		return nil, false
	}
	e, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.unlink(e)
	c.link(e)
	return e.answer, true
}

// put keeps an answer. One of an older snapshot than the cache holds does no harm: snapshots only have to differ, and
// whoever asks for the newer one empties the cache again.
func (c *cache) put(of snapshotKey, key cacheKey, a *answer) {
	e := &entry{key: key, answer: a}
	if e.weight() > c.limit/16 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if of != c.of {
		c.of, c.size = of, 0
		c.root.before, c.root.after = &c.root, &c.root
		clear(c.entries)
	}
	if old, ok := c.entries[key]; ok {
		c.remove(old)
	}
	c.entries[key] = e
	c.link(e)
	c.size += e.weight()
	for c.size > c.limit {
		c.remove(c.root.before)
	}
}

// link makes e the most recently used.
func (c *cache) link(e *entry) {
	e.before, e.after = &c.root, c.root.after
	e.before.after, e.after.before = e, e
}

func (c *cache) unlink(e *entry) { e.before.after, e.after.before = e.after, e.before }

func (c *cache) remove(e *entry) {
	c.unlink(e)
	delete(c.entries, e.key)
	c.size -= e.weight()
}

func (e *entry) weight() int64 {
	return e.answer.weight() + int64(len(e.key.base)+len(e.key.target))
}

// stats returns the number of answers and their bytes.
func (c *cache) stats() (answers int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries), c.size
}
