package cached

import (
	"sync"
)

// Cache keeps encoded answers of one snapshot, least recently used out first, so that a warm answer costs a look-up and
// a write. It holds at most a number of bytes, and nothing of an older snapshot once a newer one has been asked for.
type Cache struct {
	mu      sync.Mutex
	limit   int64
	size    int64
	of      Snapshot
	root    entry // of a ring: the most recently used comes after it, the least recently used before
	entries map[Key]*entry
}

// Snapshot names what answers hold for, and Key what was asked for of it. Neither is one string, so that looking up
// makes none.
type (
	Snapshot struct{ Model, Revision string }
	Key      struct {
		Base, Target string // where the site is reached, and the target of the request
		Coding       int
	}
)

// Plain returns the key of the same answer without a coding.
func (k Key) Plain() Key {
	k.Coding = None
	return k
}

// entry is a link of the ring as well; a list with elements of its own would be one more object an answer.
type entry struct {
	key           Key
	answer        *Answer
	before, after *entry
}

// NewCache returns a cache of at most limit bytes.
func NewCache(limit int64) *Cache {
	c := &Cache{limit: limit, entries: make(map[Key]*entry)}
	c.root.before, c.root.after = &c.root, &c.root
	return c
}

// Get returns the answer to key under a snapshot.
func (c *Cache) Get(of Snapshot, key Key) (*Answer, bool) {
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

// Put keeps an answer. One of an older snapshot than the cache holds does no harm: snapshots only have to differ, and
// whoever asks for the newer one empties the cache again.
func (c *Cache) Put(of Snapshot, key Key, a *Answer) {
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
func (c *Cache) link(e *entry) {
	e.before, e.after = &c.root, c.root.after
	e.before.after, e.after.before = e, e
}

func (c *Cache) unlink(e *entry) { e.before.after, e.after.before = e.after, e.before }

func (c *Cache) remove(e *entry) {
	c.unlink(e)
	delete(c.entries, e.key)
	c.size -= e.weight()
}

func (e *entry) weight() int64 {
	return e.answer.weight() + int64(len(e.key.Base)+len(e.key.Target))
}

// Stats returns the number of answers and their bytes.
func (c *Cache) Stats() (answers int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries), c.size
}
