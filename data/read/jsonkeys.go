package read

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// jsonFirst and jsonLast are the names of fields that occur in JSON alone, before and after those of fieldNames.
// A field that fieldNames does not have is for the decoder of JSON alone.
var (
	jsonFirst = map[string][]string{
		"authors":   {"authorlist"},
		"published": {"issued"},
		"venue":     {"containertitle", "journaltitle", "journal"},
		"id":        {"id"},
	}
	jsonLast = map[string][]string{
		"id":       {"citationkey", "citekey", "ref", "entryid"},
		"title":    {"headline", "titletext", "preprinttitle"},
		"abstract": {"abstracttext", "preprintabstract", "paragraph", "contenttext", "contenthtml"},
		"authors": {"authorname", "authorsstring", "authorstring", "authfullname", "zauthors", "creator", "names", "preprintauthors",
			"contributors"},
		"published": {"publishedonline", "publishedprint", "firstpublicationdate", "electronicpublicationdate", "earliestdate",
			"preprintdate", "publisheddate", "publicationdateonline", "produceddate", "releasedate", "submitteddate"},
		"venue": {"journalname", "fulljournalname", "publicationname", "pub", "journalinfo", "conferencename", "proceedingstitle", "proceeding",
			"journalref", "container", "preprintplatform", "server", "repository"},
		"categories": {"arxivclass", "preprintcategory", "fos", "magfieldofstudy", "s2fieldsofstudy"},
		"keywords":   {"keywordlist", "freekeywords", "descriptors", "tasks"},
		"url":        {"externalurl", "landingpageurl", "sourceurl", "absurl", "urlabs", "uri", "fulltexturl"},
		"doi":        {"doiid", "preprintdoi", "articledoi"},
		"arxiv":      {"arxividentifier"},
		"pmid":       {"pubmed"},
		"subtitle":   {"subtitle"},
		"month":      {"month", "pubmonth", "publicationmonth"},
		"day":        {"day", "pubday", "publicationday"},
		// What was created, in a service or a program, is the paper or the record of it: nothing else must be known.
		"created": {"created", "createdat", "createddate", "publishedat", "versioncreated", "cdate", "tcdate", "updated"},
		"aliases": {"aliases", "altids"},
		"ids":     {"identifiers", "externalids", "ids", "articleids", "identifier", "alternateidentifiers"},
		"pmcid":   {"pmcid", "pmc"},
		"acl":     {"aclid", "aclanthologyid"},
		"mag":     {"magid"},
		"corpus":  {"corpusid"},
		"alex":    {"openalexid", "openalex"},
	}
)

// jsonField is what a key of a JSON object stands for.
type jsonField struct {
	field string // of fieldNames or of the tables above; "" for a key that is not understood
	rank  int    // among the names of the field
	name  string // the key in the form of plainName
}

var jsonFields = indexJSON()

func indexJSON() map[string]jsonField {
	out := map[string]jsonField{}
	add := func(field string, names []string) {
		for _, name := range names {
			if _, ok := out[name]; !ok {
				out[name] = jsonField{field, len(out), name}
			}
		}
	}
	for _, table := range []map[string][]string{{"created": jsonLast["created"], "ids": jsonLast["ids"]}, jsonFirst, fieldNames, jsonLast} {
		for _, field := range sortedNames(table) {
			add(field, table[field])
		}
	}
	return out
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// indexSuffixes are the endings by which indexes (Apache Solr's dynamic fields) tell the type of a field.
var indexSuffixes = nameSet("_s", "_ss", "_t", "_txt", "_i", "_dt", "_tdate", "_str", "_en")

// jsonKey returns what a key stands for. A prefix of a namespace (dc:title, prism:doi) does not count.
func jsonKey(key string) jsonField {
	if i := strings.LastIndexByte(key, ':'); i >= 0 {
		key = key[i+1:]
	}
	name := plainName(key)
	if f, ok := jsonFields[name]; ok {
		return f
	}
	if i := strings.LastIndexByte(key, '_'); i > 0 && indexSuffixes[key[i:]] {
		if f, ok := jsonFields[plainName(key[:i])]; ok {
			return f
		}
	}
	return jsonField{name: name}
}

// idleKeys are the keys that say something about a paper for which there is no field here, or something about
// the record itself. Nothing is lost that could be renamed.
var idleKeys = nameSet("type", "language", "lang", "volume", "issue", "number", "pages", "page", "firstpage", "lastpage", "startpage",
	"endpage", "pagination", "issn", "isbn", "publisher", "publisherplace", "place", "version", "score", "rank", "index", "reasons",
	"topic", "confidence", "references", "referencecount", "citationcount", "citationkey", "rights", "license", "edition", "sources",
	"attachments", "reference", "status", "updatedat", "modified", "indexedabstract", "accessed", "duplicateof", "original", "lastmodified", "datemodified", "dateadded")

// jsonMember is one member of a JSON object.
type jsonMember struct {
	jsonField
	key   string // as it stands in the file
	raw   []byte
	outer bool // of the record around the object that is the paper
}

// eachMember calls f with the key, as it stands between its quotes, and the value of each member of b, which
// must be a valid JSON object.
func eachMember(b []byte, f func(key, value []byte)) {
	i := bytes.IndexByte(b, '{') + 1
	for {
		for i < len(b) && b[i] != '"' && b[i] != '}' {
			i++
		}
		if i >= len(b) || b[i] == '}' {
			return
		}
		end := stringEnd(b, i)
		key := b[i+1 : end]
		for i = end + 1; b[i] != ':'; i++ {
		}
		for i++; strings.IndexByte(" \t\r\n", b[i]) >= 0; i++ {
		}
		end = valueEnd(b, i)
		f(key, b[i:end])
		i = end
	}
}

// eachItem calls f with each element of b, which must be a valid JSON array.
func eachItem(b []byte, f func(value []byte)) {
	i := bytes.IndexByte(b, '[') + 1
	for {
		for i < len(b) && strings.IndexByte(", \t\r\n", b[i]) >= 0 {
			i++
		}
		if i >= len(b) || b[i] == ']' {
			return
		}
		end := valueEnd(b, i)
		f(b[i:end])
		i = end
	}
}

// jsonRecord is a JSON object by what its keys stand for. The members of the object that is the paper come
// before those of the record around it.
type jsonRecord []jsonMember

// newRecord divides a valid JSON object into members, the preferred names of a field first.
func newRecord(b []byte, depth int) jsonRecord {
	var r jsonRecord
	eachMember(b, func(key, value []byte) {
		k := string(key)
		if bytes.IndexByte(key, '\\') >= 0 {
			k = jsonString(append(append([]byte(`"`), key...), '"'))
		}
		r = append(r, jsonMember{jsonField: jsonKey(k), key: k, raw: value})
	})
	return r.arrange(depth)
}

// arrange puts the members in order, those of the object that is the paper before those around it.
func (r jsonRecord) arrange(depth int) jsonRecord {
	slices.SortStableFunc(r, func(a, b jsonMember) int { return cmp.Compare(a.rank, b.rank) })
	if depth >= maxPath || r.text("title") != "" {
		return r
	}
	untold := r.text("abstract") == ""
	for _, m := range r {
		if m.raw[0] != '{' || !recordKeys[m.name] {
			continue
		}
		if inner := newRecord(m.raw, depth+1); inner.text("title") != "" || untold && inner.text("abstract") != "" {
			for i := range r {
				r[i].outer = true
			}
			return append(inner, r...)
		}
	}
	return r
}

// get returns the value of the first member whose key has the given plain name, nil if there is none.
func (r jsonRecord) get(name string) []byte {
	for i := range r {
		if r[i].name == name && r[i].raw[0] != 'n' {
			return r[i].raw
		}
	}
	return nil
}

// text returns the first text of a field that means something.
func (r jsonRecord) text(field string) string {
	for i := range r {
		if r[i].field == field {
			text := jsonText
			if field == "abstract" {
				text = jsonParagraphs
			}
			if s := known(text(r[i].raw)); s != "" {
				return s
			}
		}
	}
	return ""
}

// jsonString returns the text of a valid JSON string.
func jsonString(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return string(inner)
	}
	return s
}
