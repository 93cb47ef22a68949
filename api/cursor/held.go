package cursor

import (
	"slices"
	"sync"
	"time"

	"kindred/recommend/library"
)

// A cursor continues the list that it came from: its pages are answered from the snapshot of the first one, so that no
// paper is shown twice and none is skipped while papers come and go. The server holds such snapshots for a while. A
// cursor whose snapshot has gone is answered with 410.
const (
	holdFor  = 10 * time.Minute // since the last page
	MaxHeld  = 64               // snapshots
	heldRows = 1_000_000        // rows of all held snapshots, which bounds their memory: a row takes about 250 bytes

	maxHeldModels = 2 // models of all held snapshots: each is mapped, and takes room on the disk after its file is removed
)

// Held holds the snapshots that cursors refer to. The zero value is ready for use, also concurrently.
type Held struct {
	mu     sync.Mutex
	list   []heldSnapshot // least recently used first
	models []string       // versions of theirs, in the order in which they came
	timer  *time.Timer    // runs expire while any is held
}

type heldSnapshot struct {
	*library.Snapshot
	used time.Time
}

// Keep holds a snapshot, which the caller has acquired, beyond the request.
func (h *Held) Keep(s *library.Snapshot) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	i := slices.IndexFunc(h.list, func(old heldSnapshot) bool { return old.Snapshot == s })
	switch {
	case i >= 0:
		h.list = slices.Delete(h.list, i, i+1)
	case !s.Acquire():
		return
	}
	h.list = append(h.list, heldSnapshot{s, now})
	h.dropModels(s.Model.Version)
	limit := max(2, min(MaxHeld, heldRows/max(1, s.Catalog.Len())))
	for len(h.list) > limit {
		h.drop()
	}
	if h.timer == nil {
		h.timer = time.AfterFunc(holdFor, func() { h.expire(time.Now()) })
	}
}

// dropModels lets go of the snapshots of the model that came first, where the one with a version is one too many.
func (h *Held) dropModels(version string) {
	if slices.Contains(h.models, version) {
		return
	}
	if h.models = append(h.models, version); len(h.models) <= maxHeldModels {
		return
	}
	first := h.models[0]
	h.models = slices.Delete(h.models, 0, 1)
	h.list = slices.DeleteFunc(h.list, func(old heldSnapshot) bool {
		if old.Model.Version != first {
			return false
		}
		Release(old.Snapshot)
		return true
	})
}

// expire lets go of the snapshots whose last page was asked for too long before now.
func (h *Held) expire(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.list) > 0 && now.Sub(h.list[0].used) >= holdFor {
		h.drop()
	}
	if h.timer = nil; len(h.list) > 0 {
		h.timer = time.AfterFunc(holdFor, func() { h.expire(time.Now()) })
	}
}

// drop lets go of the snapshot that was used least recently.
func (h *Held) drop() {
	Release(h.list[0].Snapshot)
	h.list = slices.Delete(h.list, 0, 1)
}

// Find returns the held snapshot that a cursor refers to, acquired for the caller, or nil.
func (h *Held) Find(c Cursor) *library.Snapshot {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.list {
		if s.Model.Version == c.Model && s.Revision == c.Revision && s.Acquire() {
			return s.Snapshot
		}
	}
	return nil
}

// Release ends the use of a snapshot, which may be nil.
func Release(s *library.Snapshot) {
	if s != nil {
		_ = s.Release() // an unmapping that fails costs address space
	}
}
