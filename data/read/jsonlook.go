package read

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Bounds on how recognition looks into JSON.
const (
	maxLooked = 200 // records of one list
	maxDepth  = 8   // of objects and arrays within each other
	maxPath   = 3   // keys on the way to a list of records
)

// anyKey stands in a path for every key: the object holds records by their names.
const anyKey = "*"

// jsonNode is a JSON value at the beginning of a file, as far as recognition looks into it.
type jsonNode struct {
	kind    byte // first byte of the value
	ended   bool // the text holds the value whole
	keys    []string
	members map[string]*jsonNode
	items   []*jsonNode // of an array, the first ones that are not null
}

// jsonLook reads the beginning of a JSON text, which may be cut off anywhere. It passes over mistakes.
type jsonLook struct {
	b []byte
	i int
}

// value returns the value that begins after white space and commas, nil at the end of the text.
func (l *jsonLook) value(depth int) *jsonNode {
	l.space()
	if l.i >= len(l.b) {
		return nil
	}
	n := &jsonNode{kind: l.b[l.i]}
	switch {
	case n.kind == '"':
		end := stringEnd(l.b, l.i)
		n.ended = end >= 0
		if l.i = end + 1; !n.ended {
			l.i = len(l.b)
		}
	case (n.kind == '{' || n.kind == '[') && depth >= maxDepth:
		end := valueEnd(l.b, l.i)
		n.ended = end >= 0
		if l.i = end; !n.ended {
			l.i = len(l.b)
		}
	case n.kind == '{':
		l.i++
		l.object(n, depth)
	case n.kind == '[':
		l.i++
		l.array(n, depth)
	default:
		l.i++
		for l.i < len(l.b) && strings.IndexByte(",:]}[{\" \t\r\n", l.b[l.i]) < 0 {
			l.i++
		}
		n.ended = true
	}
	return n
}

func (l *jsonLook) space() {
	for l.i < len(l.b) && strings.IndexByte(", \t\r\n", l.b[l.i]) >= 0 {
		l.i++
	}
}

func (l *jsonLook) object(n *jsonNode, depth int) {
	n.members = map[string]*jsonNode{}
	for {
		l.space()
		if l.i >= len(l.b) {
			return
		}
		switch l.b[l.i] {
		case '}':
			l.i++
			n.ended = true
			return
		case '"':
		default:
			l.i++
			continue
		}
		end := stringEnd(l.b, l.i)
		if end < 0 {
			l.i = len(l.b)
			return
		}
		key := string(l.b[l.i+1 : end])
		l.i = end + 1
		if l.space(); l.i >= len(l.b) || l.b[l.i] != ':' {
			continue
		}
		l.i++
		v := l.value(depth + 1)
		if v == nil {
			return
		}
		if n.members[key] == nil {
			n.keys = append(n.keys, key)
		}
		if n.members[key] = v; !v.ended {
			return
		}
	}
}

func (l *jsonLook) array(n *jsonNode, depth int) {
	for {
		l.space()
		if l.i >= len(l.b) {
			return
		}
		if l.b[l.i] == ']' {
			l.i++
			n.ended = true
			return
		}
		v := l.value(depth + 1)
		if v == nil {
			return
		}
		if v.kind != 'n' && len(n.items) < maxLooked {
			n.items = append(n.items, v)
		}
		if !v.ended {
			return
		}
	}
}

// stringEnd returns the position of the quote that ends the JSON string beginning at b[i], -1 if there is none.
func stringEnd(b []byte, i int) int {
	for at := i + 1; ; {
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			return -1
		}
		at += n
		slashes := 0
		for at-1-slashes > i && b[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at
		}
		at++
	}
}

// valueEnd returns the position after the JSON value that begins at b[i], -1 if it is cut off.
func valueEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			end := stringEnd(b, i)
			if end < 0 {
				return -1
			}
			i = end
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		default:
			if depth > 0 {
				i++
				continue
			}
			for i < len(b) && strings.IndexByte(",:]} \t\r\n", b[i]) < 0 {
				i++
			}
			return i
		}
		if i++; depth <= 0 {
			return i
		}
	}
	return -1
}

// listKeys are the keys, in the form of plainName, under which services and programs put the records of an
// answer. An object that holds records under one of them is a list, even if it has a title itself.
var listKeys = nameSet("results", "result", "data", "papers", "works", "items", "itemlist", "docs", "documents", "hits", "hit", "entries",
	"entry", "records", "record", "articles", "publications", "collection", "notes", "recommendedpapers", "dailypapers", "preprints",
	"submissions", "outputs", "bibliography", "library", "rows", "value", "list", "acceptedpapers", "paperlist", "worksummary")

// notLists are the keys under which a paper holds objects with titles that are not what the file is about.
var notLists = nameSet("titles", "title", "abstracts", "abstract", "authors", "author",
	"creators", "contributors", "topics", "concepts", "keywords", "subjects", "tags", "journal", "container", "containers", "publication",
	"venue", "source", "event", "series", "host", "license", "topic", "attachments", "files", "locations", "relation", "relations",
	"related", "relateditems", "versions", "facets", "aggregations", "meta", "links", "details", "bibentries", "refentries", "bodytext",
	"backmatter", "original", "representativepapers", "primarylocation", "hostvenue", "bestoalocation", "project", "projects", "funding")

// recordKeys are the keys under which a record holds the paper itself: OpenReview's content, the metadata of
// Zenodo and INSPIRE, DataCite's attributes, the data of Zotero, DBLP's info, Crossref's message.
var recordKeys = nameSet("content", "metadata", "data", "attributes", "info", "paper", "work", "item", "record", "source", "message",
	"article", "document", "bibjson", "node", "fields", "citedpaper", "citingpaper", "publication", "entry", "csl", "doc", "properties", "coredata",
	"fulltextretrievalresponse", "abstractsretrievalresponse")

func nameSet(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// tellsItself reports whether the object has a title or an abstract.
func (n *jsonNode) tellsItself() bool {
	for _, key := range n.keys {
		if n.members[key].kind == 'n' {
			continue
		}
		if f := jsonKey(key); f.field == "title" || f.field == "abstract" && f.name != "description" {
			return true
		}
	}
	return false
}

// tells reports whether the value is a record that has a title or an abstract, itself or in the object that is
// the paper.
func (n *jsonNode) tells() bool { return n.kind == '{' && (n.tellsItself() || n.within() != nil) }

// within returns the object in a record that is the paper, nil if there is none.
func (n *jsonNode) within() *jsonNode {
	for _, key := range n.keys {
		if v := n.members[key]; v.kind == '{' && recordKeys[plainName(key)] && v.tells() {
			return v
		}
	}
	return nil
}

// lists returns the paths to the records that the object holds, none if it is a record itself.
func (n *jsonNode) lists() [][]string {
	if n.kind != '{' {
		return nil
	}
	return n.listsBelow(1, n.tells())
}

func (n *jsonNode) listsBelow(depth int, titled bool) (paths [][]string) {
	byName := false
	for _, key := range n.keys {
		v, name := n.members[key], plainName(key)
		switch {
		case v.kind == '[':
			if notLists[name] {
				continue
			}
			if inner := v.listsInItems(depth); len(inner) > 0 { // sessions of a conference, pages of an answer
				for _, p := range inner {
					paths = append(paths, append([]string{key}, p...))
				}
				continue
			}
			if titled && !listKeys[name] {
				continue
			}
			if v.holdsRecords() || len(v.items) == 0 && listKeys[name] && !titled {
				paths = append(paths, []string{key})
			}
		case v.kind != '{' || notLists[name] || titled && !listKeys[name] && !recordKeys[name]:
		case v.tells() && !recordKeys[name]:
			byName = byName || !titled
		case depth < maxPath:
			for _, p := range v.listsBelow(depth+1, titled || v.tells()) {
				paths = append(paths, append([]string{key}, p...))
			}
		}
	}
	if byName && len(paths) == 0 {
		paths = append(paths, []string{anyKey})
	}
	return paths
}

// listsInItems returns the paths to the lists that the objects of an array hold under listKeys.
func (n *jsonNode) listsInItems(depth int) (paths [][]string) {
	for _, item := range n.items {
		if item.kind != '{' || depth >= maxPath {
			continue
		}
		for _, p := range item.listsBelow(depth+1, true) {
			if !slices.ContainsFunc(paths, func(q []string) bool { return slices.Equal(p, q) }) {
				paths = append(paths, p)
			}
		}
	}
	return paths
}

func (n *jsonNode) holdsRecords() bool {
	for _, item := range n.items {
		if item.tells() || item.kind == '{' && serviceRecord(item.flat()) {
			return true
		}
	}
	return false
}

// at returns the records at a path of lists.
func (n *jsonNode) at(path []string) (out []*jsonNode) {
	if len(path) == 0 {
		for _, item := range n.items {
			if item.kind == '{' {
				out = append(out, item)
			}
		}
		return out
	}
	if path[0] == anyKey {
		for _, k := range n.keys {
			if v := n.members[k]; v.tells() {
				out = append(out, v)
			}
		}
		return out
	}
	below := n.members[path[0]]
	switch {
	case below == nil:
		return nil
	case below.kind == '[' && len(path) > 1:
		for _, item := range below.items {
			if item.kind == '{' {
				out = append(out, item.at(path[1:])...)
			}
		}
		return out
	}
	return below.at(path[1:])
}

// flat returns the first byte of each value: of those in the object by key, of those in objects in it by both
// keys with a dot between. The keys of the object that is the paper also stand for themselves.
func (n *jsonNode) flat() map[string]byte {
	out := map[string]byte{}
	for _, key := range n.keys {
		v := n.members[key]
		out[key] = v.kind
		for _, below := range v.keys {
			out[key+"."+below] = v.members[below].kind
		}
	}
	if n.tellsItself() {
		return out
	}
	if paper := n.within(); paper != nil {
		for key, kind := range paper.flat() {
			out[key] = cmp.Or(out[key], kind)
		}
	}
	return out
}
