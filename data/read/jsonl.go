package read

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"strings"

	"kindred/data"
)

// matchJSONL accepts JSON whose records have a title or an abstract. It is tried after the formats of
// particular services.
func matchJSONL(h *head) bool {
	if h.json.shape == notJSON {
		return false
	}
	for key := range h.json.keys {
		outer, inner, nested := strings.Cut(key, ".")
		f := jsonKey(cmp.Or(inner, outer))
		if (f.field == "title" || f.field == "abstract" && f.name != "description") && (!nested || recordKeys[plainName(outer)]) {
			return true
		}
	}
	return h.json.empty()
}

// jsonl reads papers in the form of this project, one JSON object a line or an array of them, with the fields
// of [data.Paper], and in the forms of others: the names of fields are those of fieldNames, people and dates may
// be texts or objects, the paper may be an object in the record. A title or an abstract is required.
func jsonl(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		unread := &unreadKeys{}
		defer func() { unread.note(&in.notes) }()
		for p, err := range in.jsonPapers(func(b []byte) (*data.Paper, error) { return decodeLoose(b, nil, unread) }) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// decodeLoose decodes a record by what its keys stand for. A service, where the records come from one that is
// known, adds what is particular to it; without one, unread counts the keys that are not understood.
func decodeLoose(b []byte, from *service, unread *unreadKeys) (*data.Paper, error) {
	if !json.Valid(b) {
		mended := withoutNaN(b)
		if mended == nil || !json.Valid(mended) {
			return nil, decodeJSON(b, new(struct{}))
		}
		b = mended
	}
	if b[0] != '{' {
		return nil, cmp.Or(decodeJSON(b, new(struct{})), errNoObject)
	}
	p := &data.Paper{}
	var rest jsonRecord
	eachMember(b, func(key, value []byte) {
		if from == nil && plainMember(p, key, value) {
			return
		}
		k := string(key)
		if bytes.IndexByte(key, '\\') >= 0 {
			k = jsonString([]byte(`"` + k + `"`))
		}
		rest = append(rest, jsonMember{jsonField: jsonKey(k), key: k, raw: value})
	})
	if len(rest) == 0 {
		return p, nil
	}
	if p.Title == "" {
		rest = rest.arrange(0)
	} else {
		rest = rest.arrange(maxPath)
	}
	rest.fill(p)
	if from != nil {
		return p, from.complete(rest, p)
	}
	unread.add(rest, p)
	return p, nil
}

// errNoObject is the reason for rejecting JSON that has neither members nor another type to name.
var errNoObject = errors.New("not the JSON of a paper")

// plainMember sets the field of p that this project writes under the key, if the value has the type that it is
// written with. Records that have no other members, which are most, need nothing more.
func plainMember(p *data.Paper, key, value []byte) bool {
	switch string(key) {
	case "id":
		return plainText(value, &p.ID)
	case "title":
		return plainText(value, &p.Title)
	case "abstract":
		return plainText(value, &p.Abstract)
	case "venue":
		return plainText(value, &p.Venue)
	case "url":
		return plainText(value, &p.URL)
	case "doi":
		return plainText(value, &p.DOI)
	case "arxiv":
		return plainText(value, &p.ArXiv)
	case "duplicate_of":
		return plainText(value, &p.DuplicateOf)
	case "authors":
		if plainList(value, &p.Authors) {
			p.Authors = tidyPeople(p.Authors)
			return true
		}
	case "categories":
		return plainList(value, &p.Categories) && (len(p.Categories) != 1 || !strings.Contains(p.Categories[0], " "))
	case "labels":
		return plainList(value, &p.Labels)
	case "keywords":
		return plainList(value, &p.Keywords)
	case "aliases":
		return plainList(value, &p.Aliases)
	case "published":
		if value[0] == '"' {
			var err error
			p.Published, err = data.ParseDate(jsonString(value))
			return err == nil && !p.Published.IsZero()
		}
	case "author_count":
		return plainCount(value, &p.AuthorCount)
	case "upvotes":
		return plainCount(value, &p.Upvotes)
	case "comments":
		return plainCount(value, &p.Comments)
	case "original":
		return json.Unmarshal(value, &p.Original) == nil
	}
	return false
}

func plainText(value []byte, field *string) bool {
	if value[0] != '"' {
		return false
	}
	*field = known(jsonString(value))
	return *field != ""
}

func plainList(value []byte, field *[]string) bool {
	if value[0] != '[' {
		return false
	}
	ok := true
	var list []string
	eachItem(value, func(item []byte) {
		if item[0] == '"' {
			list = append(list, jsonString(item))
		} else {
			ok = false
		}
	})
	if ok {
		*field = list
	}
	return ok
}

func plainCount(value []byte, field *int) bool { return json.Unmarshal(value, field) == nil }

// fill sets the fields of p that are not yet known.
func (r jsonRecord) fill(p *data.Paper) {
	for _, f := range []struct {
		name string
		to   *string
	}{
		{"id", &p.ID}, {"title", &p.Title}, {"abstract", &p.Abstract}, {"venue", &p.Venue}, {"url", &p.URL}, {"doi", &p.DOI}, {"arxiv", &p.ArXiv},
	} {
		if *f.to == "" {
			*f.to = r.text(f.name)
		}
	}
	if source := r.get("source"); p.Venue == "" && source != nil && source[0] == '{' {
		if name := known(jsonText(source)); name != p.Title { // which it is where the paper itself is under that key
			p.Venue = name
		}
	}
	if p.Abstract == "" {
		p.Abstract = indexedAbstract(r.get("indexedabstract"))
	}
	if sub := r.text("subtitle"); sub != "" && p.Title != "" && !strings.Contains(p.Title, sub) {
		p.Title += ": " + sub
	}
	for _, f := range []struct {
		name string
		to   *int
	}{{"author_count", &p.AuthorCount}, {"upvotes", &p.Upvotes}, {"comments", &p.Comments}} {
		if *f.to == 0 {
			*f.to = wholeInt(r.text(f.name))
		}
	}
	for i := range r {
		m := &r[i]
		switch m.field {
		case "authors":
			if len(p.Authors) == 0 {
				p.Authors = jsonPeople(m.raw)
			}
		case "categories":
			if len(p.Categories) == 0 || len(p.Categories) == 1 && arxivClasses(p.Categories[0]) {
				p.Categories = jsonList(m.raw)
			}
		case "labels":
			if len(p.Labels) == 0 {
				p.Labels = jsonList(m.raw)
			}
		case "keywords":
			if len(p.Keywords) == 0 {
				p.Keywords = jsonList(m.raw)
			}
		case "aliases":
			p.Aliases = append(p.Aliases, jsonList(m.raw)...)
		case "pmid", "pmcid", "acl", "mag", "corpus", "alex":
			p.Aliases = append(p.Aliases, r.alias(m)...)
		case "ids":
			p.Aliases = append(p.Aliases, idsWithin(m.raw)...)
		}
	}
	r.date(p)
	if o := r.get("original"); o != nil && p.Original == nil && json.Unmarshal(o, &p.Original) != nil {
		p.Original = nil
	}
	if dup := r.get("duplicateof"); p.DuplicateOf == "" && dup != nil {
		p.DuplicateOf = jsonText(dup)
	}
}

// indexedAbstract returns the abstract of the citation network data sets of AMiner, which have it as the positions
// of its words; "" where that is not readable.
func indexedAbstract(raw []byte) string {
	var index struct {
		Words map[string][]int `json:"InvertedIndex"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &index) != nil {
		return ""
	}
	text, err := uninvert(index.Words)
	if err != nil {
		return ""
	}
	return text
}

// idSchemes are the prefixes of ids by the name that sources give their kind.
var idSchemes = map[string]string{
	"pmid": "PMID:", "pubmed": "PMID:", "pubmedid": "PMID:", "pmcid": "PMC:", "pmc": "PMC:", "pubmedcentral": "PMC:", "acl": "ACL:",
	"mag": "mag:", "magid": "mag:", "corpusid": "CorpusId:", "corpus": "CorpusId:", "s2": "s2:", "openalex": "openalex:", "alex": "openalex:",
	"doi": "doi:", "arxiv": "arxiv:", "arxivid": "arxiv:", "dblp": "dblp:",
}

func (r jsonRecord) alias(m *jsonMember) []string {
	if id := known(jsonText(m.raw)); id != "" {
		return []string{idSchemes[m.field] + id}
	}
	return nil
}

// idsWithin returns the identifiers in an object that has them by their kind, in a list of objects with a kind,
// and in a list of texts that are identifiers of a known form.
func idsWithin(raw []byte) (ids []string) {
	add := func(kind, id string) {
		scheme, id := idSchemes[plainName(kind)], strings.TrimSpace(id)
		canonical := data.CanonicalID(scheme + id)
		if known(id) != "" && (scheme != "" || canonical != id || strings.HasPrefix(canonical, "doi:")) {
			ids = append(ids, canonical)
		}
	}
	switch raw[0] {
	case '{':
		eachMember(raw, func(key, value []byte) {
			if value[0] == '[' && bytes.Contains(value, []byte("{")) { // ORCID: {"external-id": [ … ]}
				ids = append(ids, idsWithin(value)...)
				return
			}
			add(string(key), jsonText(value))
		})
	case '[':
		eachItem(raw, func(value []byte) {
			if value[0] != '{' {
				add("", jsonText(value))
				return
			}
			r := newRecord(value, maxPath)
			kind := ""
			for _, key := range []string{"type", "idtype", "identifiertype", "externalidtype", "scheme", "kind", "source"} {
				kind = cmp.Or(kind, jsonTextOf(r, key))
			}
			for _, key := range []string{"value", "id", "identifier", "alternateidentifier", "externalidvalue"} {
				if s := jsonTextOf(r, key); s != "" {
					add(kind, s)
					break
				}
			}
		})
	default:
		add("", jsonText(raw))
	}
	return ids
}

// date sets the date of publication: the first that is known, with month and day of a further one of the same
// year. When the record was created counts only where nothing else is known.
func (r jsonRecord) date(p *data.Paper) {
	refine := func(d data.Date) {
		switch {
		case p.Published.IsZero():
			p.Published = d
		case d.Year == p.Published.Year && (p.Published.Month == 0 || d.Month == p.Published.Month && p.Published.Day == 0):
			p.Published = d
		}
	}
	for i := range r {
		if r[i].field == "published" {
			refine(jsonDate(r[i].raw))
		}
	}
	p.Published = withMonth(p.Published, r.text("month"), r.text("day"))
	for i := range r {
		if r[i].field == "created" && p.Published.IsZero() {
			p.Published = jsonDate(r[i].raw)
		}
	}
}
