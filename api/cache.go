package api

import (
	"container/list"
	"sync"
)

// cache keeps encoded answers of one snapshot, least recently used out first, so that a warm answer costs a look-up and
// a write. It holds at most a number of bytes, and nothing of an older snapshot once a newer one has been asked for.
type cache struct {
	mu      sync.Mutex
	limit   int64
	size    int64
	version string
	order   *list.List // of *entry, most recently used first
	entries map[string]*list.Element
}

type entry struct {
	key    string
	answer *answer
}

func newCache(limit int64) *cache {
	return &cache{limit: limit, order: list.New(), entries: make(map[string]*list.Element)}
}

// get returns the answer to key under a snapshot's version.
func (c *cache) get(version, key string) (*answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != c.version {
		return nil, false
	}
	e, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).answer, true
}

// put keeps an answer. One of an older snapshot than the cache holds does no harm: versions only have to differ, and
// whoever asks for the newer one empties the cache again.
func (c *cache) put(version, key string, a *answer) {
	weight := a.weight() + int64(len(key))
	if weight > c.limit/16 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if version != c.version {
		c.version, c.size = version, 0
		c.order.Init()
		clear(c.entries)
	}
	if e, ok := c.entries[key]; ok {
		c.remove(e)
	}
	c.entries[key] = c.order.PushFront(&entry{key, a})
	c.size += weight
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *cache) remove(e *list.Element) {
	old := c.order.Remove(e).(*entry)
	delete(c.entries, old.key)
	c.size -= old.answer.weight() + int64(len(old.key))
}

// stats returns the number of answers and their bytes.
func (c *cache) stats() (answers int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries), c.size
}
