package read

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"kindred/data"
)

// Bounds on the keys that are noted: on how many are counted, on how many are named, and on the length of a name.
const (
	maxKeys      = 1000
	maxKeysNamed = 20
	maxKeyName   = 40
)

// unreadKeys counts the keys of JSON that were not understood, and what the papers of a file lack. Records are
// decoded on several goroutines.
type unreadKeys struct {
	mu     sync.Mutex
	counts map[string]int
	has    [len(namedFields)]bool
}

// namedFields are the fields that a note offers as names for keys.
var namedFields = [...]string{"title", "abstract", "authors", "published", "venue", "doi", "keywords"}

// add counts the keys of one record that were not understood.
func (u *unreadKeys) add(r jsonRecord, p *data.Paper) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for i, has := range []bool{p.Title != "", p.Abstract != "", len(p.Authors) > 0, !p.Published.IsZero(), p.Venue != "", p.DOI != "", len(p.Keywords) > 0} {
		u.has[i] = u.has[i] || has
	}
	for i := range r {
		m := &r[i]
		if m.field != "" || m.outer || idleKeys[m.name] || recordKeys[m.name] || m.raw[0] == 'n' || m.key == "" || strings.IndexByte("@_$#", m.key[0]) >= 0 {
			continue
		}
		if u.counts == nil {
			u.counts = map[string]int{}
		}
		if _, ok := u.counts[m.key]; ok || len(u.counts) < maxKeys {
			u.counts[m.key]++
		}
	}
}

// note adds one note that lists the keys, the most frequent first, and says to what one may be renamed.
func (u *unreadKeys) note(n *notes) {
	if len(u.counts) == 0 {
		return
	}
	keys := sortedNames(u.counts)
	slices.SortStableFunc(keys, func(a, b string) int { return u.counts[b] - u.counts[a] })
	text := fmt.Sprintf("%d keys not read: ", len(keys))
	if len(keys) == 1 {
		text = "1 key not read: "
	}
	for i, key := range keys[:min(len(keys), maxKeysNamed)] {
		if i > 0 {
			text += ", "
		}
		name := strings.Join(strings.Fields(key), " ")
		if len(name) > maxKeyName {
			name = strings.ToValidUTF8(name[:maxKeyName], "") + "…"
		}
		text += fmt.Sprintf("%s (%d)", name, u.counts[key])
	}
	if len(keys) > maxKeysNamed {
		text += ", …"
	}
	var missing []string
	for i, field := range namedFields {
		if !u.has[i] {
			missing = append(missing, field)
		}
	}
	if last := len(missing) - 1; last > 0 {
		missing = []string{strings.Join(missing[:last], ", ") + " or " + missing[last]}
	}
	if len(missing) > 0 {
		text += "; rename one to " + missing[0] + " if it holds that"
	}
	n.add("%s", text)
}
