package library

import (
	"context"

	lru "github.com/hashicorp/golang-lru/v2"

	"kindred/data"
)

// cachedPapers is how many decoded papers a library keeps in memory, some 2 KB each.
const cachedPapers = 16384

// paperCache holds decoded papers. A paper that changes gets a new sequence number, and so another key.
type paperCache = lru.Cache[paperKey, *data.Paper]

type paperKey struct {
	id  string
	seq int64
}

// papers are the papers of a snapshot: from the cache where it has them, else from the store.
type papers struct {
	store   Papers
	cache   *paperCache
	catalog *Catalog
}

// key returns the key of the paper with a canonical id. It reports false for a paper that is not in the snapshot.
func (p *papers) key(id string) (paperKey, bool) {
	row, ok := p.catalog.Find(id)
	if !ok {
		return paperKey{}, false
	}
	return paperKey{id, p.catalog.rows[row].Seq}, true
}

// Paper implements Papers.
func (p *papers) Paper(ctx context.Context, id string) (*data.Paper, error) {
	key, ok := p.key(id)
	if !ok {
		return p.store.Paper(ctx, id) // an alias, or newer than the snapshot
	}
	if paper, ok := p.cache.Get(key); ok {
		return paper, nil
	}
	paper, err := p.store.Paper(ctx, id)
	if err == nil {
		p.cache.Add(key, paper)
	}
	return paper, err
}

// Papers implements Papers.
func (p *papers) Papers(ctx context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	var missing []string
	var places []int
	for i, id := range ids {
		if key, ok := p.key(id); ok {
			if out[i], ok = p.cache.Get(key); ok {
				continue
			}
		}
		missing, places = append(missing, id), append(places, i)
	}
	if len(missing) == 0 {
		return out, nil
	}
	found, err := p.store.Papers(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, paper := range found {
		out[places[i]] = paper
		if key, ok := p.key(missing[i]); ok && paper != nil {
			p.cache.Add(key, paper)
		}
	}
	return out, nil
}
