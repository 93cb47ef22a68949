package read

import (
	"maps"
	"slices"
	"strings"
)

// Bounds of what is kept of a bibliography while it is read, in bytes of text.
const (
	maxParents = 16 << 20
	maxWaiting = 16 << 20
)

// parentOverhead is about what a parent takes besides its text.
const parentOverhead = 800

// bibEntryRead is an entry before it becomes a paper.
type bibEntryRead struct {
	raw rawRecord
	bibFields
	missing string // the key of the parent that it waits for
	yielded bool
}

// bibFamily gives children what they have from their parents, whichever of them comes first in a file. It keeps what
// parents can give, and the children that wait, up to a bound each. Beyond it children go without.
type bibFamily struct {
	parents  map[string]bibFields
	size     int                        // of the parents
	waiting  map[string][]*bibEntryRead // by the key waited for
	order    []*bibEntryRead            // the waiting children in the order of the file, with those that wait no longer
	waitSize int
	released int // of order, that wait no longer
}

func newBibFamily() *bibFamily {
	return &bibFamily{parents: map[string]bibFields{}, waiting: map[string][]*bibEntryRead{}}
}

// parentKeys returns the keys of the entries that e has fields from: data containers first.
func (e *bibFields) parentKeys() []string {
	var keys []string
	for _, field := range []string{"xdata", "crossref"} {
		for _, key := range strings.Split(bare(e.fields[field]), ",") {
			if key = strings.ToLower(strings.TrimSpace(key)); key != "" {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// child returns the entry if it is complete, with those that had to make room for it; otherwise it waits.
func (f *bibFamily) child(e *bibEntryRead) []*bibEntryRead {
	if e.missing = f.inherit(&e.bibFields, 0); e.missing == "" {
		return []*bibEntryRead{e}
	}
	f.wait(e)
	f.order = append(f.order, e)
	f.waitSize += len(e.raw.data)
	var ready []*bibEntryRead
	for f.waitSize > maxWaiting {
		oldest := f.order[0]
		f.order = f.order[1:]
		if !oldest.yielded {
			ready = append(ready, f.release(oldest))
		}
	}
	return ready
}

func (f *bibFamily) wait(e *bibEntryRead) { f.waiting[e.missing] = append(f.waiting[e.missing], e) }

func (f *bibFamily) release(e *bibEntryRead) *bibEntryRead {
	e.yielded = true
	f.waitSize -= len(e.raw.data)
	return e
}

// parent keeps what an entry can give, and returns the children that are complete with it.
func (f *bibFamily) parent(e *bibFields) []*bibEntryRead {
	if _, ok := f.parents[e.key]; ok || e.key == "" {
		return nil
	}
	gives := bibFields{kind: e.kind, key: e.key, fields: map[string]string{}}
	size := parentOverhead
	for name, value := range e.fields {
		if e.kind == "xdata" || bibInherited[name] || bibHanded[name] {
			gives.fields[strings.Clone(name)] = value // the name is a part of the whole entry
			size += len(name) + len(value)
		}
	}
	if !bibParents[e.kind] && f.waiting[e.key] == nil && f.size > maxParents/4 || f.size+size > maxParents {
		return nil // three quarters are for the types whose task it is to be a parent
	}
	f.parents[e.key] = gives
	f.size += size
	children := f.waiting[e.key]
	delete(f.waiting, e.key)
	var ready []*bibEntryRead
	for _, c := range children {
		if c.yielded {
			continue
		}
		if c.missing = f.inherit(&c.bibFields, 0); c.missing != "" {
			f.wait(c)
			continue
		}
		ready = append(ready, f.release(c))
	}
	if f.released += len(ready); f.released > len(f.order)/2 { // or they would stay in memory
		f.order = slices.DeleteFunc(f.order, func(c *bibEntryRead) bool { return c.yielded })
		f.released = 0
	}
	return ready
}

// rest returns the children whose parents never came.
func (f *bibFamily) rest() []*bibEntryRead {
	var out []*bibEntryRead
	for _, e := range f.order {
		if !e.yielded {
			out = append(out, f.release(e))
		}
	}
	return out
}

// maxGenerations bounds the chain of parents, which may be a circle.
const maxGenerations = 5

var (
	// bibParents are the types of entries whose task it is to be a parent.
	bibParents = setOf(strings.Fields("proceedings book collection reference periodical mvbook mvcollection mvproceedings mvreference xdata"))
	// bibInherited are the fields that a child has from its parent under the same name.
	bibInherited = setOf(strings.Fields("booktitle year month day date eventdate eventtitle journal journaltitle"))
	// bibHanded are further fields of a parent that its children need.
	bibHanded = setOf(strings.Fields("title subtitle author xdata crossref"))
)

// inherit fills in what e lacks from its parents, the title of a parent as booktitle. It returns the key of the first parent that
// is not known, "" if all are.
func (f *bibFamily) inherit(e *bibFields, generation int) (missing string) {
	if generation >= maxGenerations {
		return ""
	}
	containers := bare(e.fields["xdata"])
	for _, key := range e.parentKeys() {
		p, ok := f.parents[key]
		if !ok {
			if missing == "" {
				missing = key
			}
			continue
		}
		full := bibFields{kind: p.kind, key: p.key, fields: maps.Clone(p.fields)}
		if m := f.inherit(&full, generation+1); m != "" && missing == "" {
			missing = m
		}
		if p.kind == "xdata" || strings.Contains(strings.ToLower(containers), key) {
			e.fill(full.fields)
			continue
		}
		e.fillFrom(&full)
	}
	return missing
}

// fill takes the fields that e lacks.
func (e *bibFields) fill(fields map[string]string) {
	for name, value := range fields {
		if e.fields[name] == "" && name != "xdata" && name != "crossref" {
			e.fields[name] = value
		}
	}
}

// fillFrom takes from a parent the fields that e lacks. Dates go together: a child with a year of its own has no month of
// its parent's.
func (e *bibFields) fillFrom(p *bibFields) {
	dated := e.first("date", "year") != ""
	for name := range bibInherited {
		if name == "year" || name == "month" || name == "day" || name == "date" {
			if dated {
				continue
			}
		}
		if e.fields[name] == "" && p.fields[name] != "" {
			e.fields[name] = p.fields[name]
		}
	}
	title := p.fields["title"]
	if sub := p.fields["subtitle"]; sub != "" && title != "" {
		title += ": " + sub
	}
	switch {
	case p.kind == "periodical" && e.first("journal", "journaltitle") == "":
		e.fields["journaltitle"] = title
	case e.fields["booktitle"] == "":
		e.fields["booktitle"] = title
	}
	if strings.HasPrefix(e.kind, "inbook") && e.fields["author"] == "" {
		e.fields["author"] = p.fields["author"]
	}
}
