package read

import (
	"cmp"
	"iter"
	"regexp"
	"slices"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// service is a source of JSON whose records are read by the names of their keys (see decodeLoose), and which
// has something of its own that those names do not say.
type service struct {
	name     string
	match    func(k map[string]byte) bool // whether a record with these keys (see jsonNode.flat) comes from it
	complete func(r jsonRecord, p *data.Paper) error
}

// services returns the services in the order in which they are tried: first those whose keys nobody else has.
func services() []*service {
	return []*service{
		{"Zotero items (JSON)", hasAny("itemType"), zoteroItem},
		{"OpenReview notes (JSON)", func(k map[string]byte) bool {
			return k["content.title"] != 0 && hasAny("forum", "invitation", "invitations", "signatures")(k)
		}, openReviewNote},
		{"INSPIRE literature (JSON)", func(k map[string]byte) bool {
			return k["titles"] == '[' && hasAny("control_number", "document_type", "arxiv_eprints")(k)
		}, inspireRecord},
		{"DataCite DOIs (JSON)", func(k map[string]byte) bool {
			return k["titles"] == '[' && hasAny("creators", "publicationYear")(k)
		}, dataCiteWork},
		{"Zenodo records (JSON)", func(k map[string]byte) bool {
			return k["metadata.title"] != 0 && k["metadata.creators"] != 0
		}, zenodoRecord},
		{"NASA ADS documents (JSON)", hasAny("bibcode"), adsDocument},
		{"Europe PMC results (JSON)", hasAny("authorString", "abstractText", "firstPublicationDate"),
			europePMCResult},
		{"PubMed summaries (JSON)", hasAny("sortpubdate", "fulljournalname"), pubMedSummary},
		{"bioRxiv or medRxiv preprints (JSON)", func(k map[string]byte) bool {
			return k["server"] == '"' && k["doi"] != 0 || k["preprint_doi"] != 0
		}, bioRxivPreprint},
		{"DBLP search (JSON)", func(k map[string]byte) bool {
			return k["info.title"] != 0 && hasAny("info.key", "info.venue")(k)
		}, dblpHit},
		{"Crossref works (JSON)", func(k map[string]byte) bool {
			return k["DOI"] != 0 && (k["title"] == '[' || k["container-title"] == '[' || k["indexed"] == '{')
		}, cslItem},
		{"papis documents (JSON)", func(k map[string]byte) bool {
			return k["papis_id"] != 0 || k["author_list"] == '[' && hasAny("ref", "files")(k)
		}, papisDocument},
		{"Mendeley documents (JSON)", func(k map[string]byte) bool {
			own := hasAny("source", "profile_id", "file_attached")
			return k["identifiers"] == '{' && k["authors"] == '[' && own(k) ||
				k["profile_id"] != 0 && k["last_modified"] != 0
		}, mendeleyDocument},
		{"S2ORC or CORD-19 papers (JSON)", func(k map[string]byte) bool {
			return k["paper_id"] != 0 && hasAny("body_text", "pdf_parse", "has_pdf_parse", "mag_field_of_study",
				"bib_entries",
				"outbound_citations", "has_outbound_citations", "s2_url", "mag_id", "pdf_hash")(k)
		}, s2orcPaper},
		{"CSL-JSON", func(k map[string]byte) bool {
			return k["title"] == '"' &&
				(k["issued"] == '{' || k["container-title"] == '"' || k["type"] == '"' && k["author"] == '[')
		}, cslItem},
	}
}

// withServices returns the formats with those of feeds, of XML and of services before the one that takes any JSON.
func withServices(known []*format) []*format {
	own := []*format{
		{"Atom feed", matchOtherAtom, atom},
		{"Zotero RDF", matchZoteroRDF, zoteroRDF},
		{"RSS feed", matchRSS, rss},
		{"PubMed citations (XML)", matchPubMed, pubMedXML},
		{"JATS articles (XML)", matchJATS, jats},
		{"DBLP records (XML)", matchDBLP, dblp},
		{"ACL Anthology (XML)", matchAnthology, anthology},
		{"MODS or Dublin Core records (XML)", matchMODS, mods},
		{"JSON Feed", matchJSONFeed, jsonFeed},
	}
	for _, s := range services() {
		own = append(own, s.format())
	}
	i := slices.IndexFunc(known, func(f *format) bool { return f.name == anyJSON })
	return slices.Insert(known, i, own...)
}

// anyJSON is the name of the format whose records are read by the names of their keys alone.
const anyJSON = "papers as JSON, one a line or an array"

// hasAny returns a function that reports whether one of the keys is there.
func hasAny(names ...string) func(map[string]byte) bool {
	return func(k map[string]byte) bool {
		for _, name := range names {
			if k[name] != 0 {
				return true
			}
		}
		return false
	}
}

// format returns the service as one of the formats.
func (s *service) format() *format {
	return &format{
		s.name,
		func(h *head) bool { return h.json.shape != notJSON && len(h.json.keys) > 0 && s.match(h.json.keys) },
		func(in *input) iter.Seq2[*data.Paper, error] {
			return in.jsonPapers(func(b []byte) (*data.Paper, error) { return decodeLoose(b, s, nil) })
		},
	}
}

// serviceRecord reports whether a record has the keys of a format that need not have a title.
func serviceRecord(k map[string]byte) bool {
	h := &head{json: jsonHead{shape: jsonLines, keys: k}}
	return matchDailyAPI(h) || matchOpenAlex(h) || matchSemanticScholar(h) || matchArxivSnapshot(h)
}

// localID makes an id that counts within one service alone an alias that says so. The paper is then named by an
// id that others share, and by this one where it has no other.
func localID(p *data.Paper, scheme, id string) {
	p.ID = ""
	if id = known(id); id != "" {
		p.Aliases = append(p.Aliases, scheme+":"+id)
	}
}

// extraIDs adds the ids in the lines of a note, where Zotero keeps what a type of item has no field for.
func extraIDs(p *data.Paper, note string) {
	for line := range strings.Lines(note) {
		kind, id, ok := strings.Cut(line, ":")
		scheme := idSchemes[plainName(kind)]
		if words := strings.Fields(id); ok && scheme != "" && len(words) > 0 {
			canonical := data.CanonicalID(scheme + words[0])
			if canonical != scheme+words[0] || scheme == "arxiv:" || scheme == "doi:" {
				p.Aliases = append(p.Aliases, canonical)
			}
		}
	}
}

// cslItem completes an item of CSL-JSON, which Zotero, Crossref and this project write.
func cslItem(r jsonRecord, p *data.Paper) error {
	if strings.Contains(p.ID, "://zotero.org/") || strings.Contains(p.ID, "://www.zotero.org/") {
		localID(p, "zotero", p.ID[strings.LastIndexByte(p.ID, '/')+1:])
	}
	for _, key := range []string{"number", "note", "archivelocation"} {
		extraIDs(p, jsonTextOf(r, key))
	}
	return nil
}

// zoteroItem completes an item of Zotero's API or of Better BibTeX's JSON.
func zoteroItem(r jsonRecord, p *data.Paper) error {
	switch kind := jsonTextOf(r, "itemtype"); kind {
	case "attachment", "note", "annotation":
		return &skipped{"Zotero's attachments, notes and annotations are no papers and were passed over"}
	}
	localID(p, "zotero", cmp.Or(jsonTextOf(r, "key"), jsonTextOf(r, "itemkey")))
	if strings.Contains(p.URL, "://zotero.org/") { // of the item, not the paper
		p.URL = ""
	}
	extraIDs(p, jsonTextOf(r, "extra"))
	extraIDs(p, jsonTextOf(r, "archiveid"))
	return nil
}

// openReviewNote completes a note of OpenReview, of either version of its API: the second has each value of the
// content in an object.
func openReviewNote(r jsonRecord, p *data.Paper) error {
	id, forum := jsonTextOf(r, "id"), jsonTextOf(r, "forum")
	if id != "" && forum != "" && id != forum {
		return &skipped{"replies on OpenReview (reviews, decisions, comments) are no papers and were passed over"}
	}
	if id = cmp.Or(id, forum); id != "" {
		p.ID, p.URL = "openreview:"+id, "https://openreview.net/forum?id="+id
	}
	for _, key := range []string{"tcdate", "cdate", "odate", "pdate"} { // created, made public, published
		if v := r.get(key); v != nil {
			if d := jsonDate(v); !d.IsZero() {
				p.Published = d
			}
		}
	}
	return nil
}

// inspireRecord completes a record of INSPIRE, which has a list for every field.
func inspireRecord(r jsonRecord, p *data.Paper) error {
	localID(p, "inspire", jsonTextOf(r, "controlnumber"))
	if v := r.get("arxiveprints"); v != nil {
		p.ArXiv = jsonText(v)
		eachItem(v, func(item []byte) {
			if c := newRecord(item, maxPath).get("categories"); c != nil {
				p.Categories = append(p.Categories, jsonList(c)...)
			}
		})
	}
	p.DOI = cmp.Or(p.DOI, jsonTextOf(r, "dois"))
	if v := r.get("publicationinfo"); v != nil && v[0] == '[' {
		eachItem(v, func(item []byte) {
			info := newRecord(item, maxPath)
			p.Venue = cmp.Or(p.Venue, jsonTextOf(info, "journaltitle"))
			if year := info.get("year"); year != nil && p.Published.IsZero() {
				p.Published = jsonDate(year)
			}
		})
	}
	return nil
}

// dataCiteWork completes a DOI of DataCite.
func dataCiteWork(r jsonRecord, p *data.Paper) error {
	p.Abstract = cmp.Or(ofType(r.get("descriptions"), "descriptiontype", "Abstract"), p.Abstract)
	for _, kind := range []string{"Issued", "Available", "Submitted", "Created"} {
		d := dateOfText(ofType(r.get("dates"), "datetype", kind))
		if !d.IsZero() && (p.Published.IsZero() || d.Year == p.Published.Year && p.Published.Month == 0) {
			p.Published = d
		}
	}
	p.Venue = cmp.Or(p.Venue, known(jsonTextOf(r, "publisher")))
	return nil
}

// ofType returns the text of the first object of a list whose member kind has the given value.
func ofType(list []byte, kind, value string) (text string) {
	if len(list) == 0 || list[0] != '[' {
		return ""
	}
	eachItem(list, func(item []byte) {
		if item[0] != '{' || text != "" {
			return
		}
		r := newRecord(item, maxPath)
		if !strings.EqualFold(jsonTextOf(r, kind), value) {
			return
		}
		for _, key := range []string{"description", "date", "value", "text"} {
			text = cmp.Or(text, jsonTextOf(r, key))
		}
	})
	return text
}

func zenodoRecord(r jsonRecord, p *data.Paper) error {
	localID(p, "zenodo", p.ID)
	if pids := r.get("pids"); pids != nil && pids[0] == '{' {
		if doi := newRecord(pids, maxPath).get("doi"); doi != nil && doi[0] == '{' {
			p.DOI = cmp.Or(p.DOI, jsonTextOf(newRecord(doi, maxPath), "identifier"))
		}
	}
	return nil
}

func adsDocument(r jsonRecord, p *data.Paper) error {
	localID(p, "bibcode", jsonTextOf(r, "bibcode"))
	return nil
}

// europePMCResult completes a result of Europe PMC, whose id is one of the source that it names.
func europePMCResult(r jsonRecord, p *data.Paper) error {
	id := jsonTextOf(r, "id")
	switch jsonTextOf(r, "source") {
	case "MED":
		localID(p, "PMID", id)
	case "PMC":
		localID(p, "PMC", id)
	default:
		localID(p, "europepmc", id)
	}
	if r.get("authorlist") == nil {
		p.Authors = initialsFirst(p.Authors)
	}
	return nil
}

func pubMedSummary(r jsonRecord, p *data.Paper) error {
	localID(p, "PMID", jsonTextOf(r, "uid"))
	p.Authors = initialsFirst(p.Authors)
	p.Venue = cmp.Or(jsonTextOf(r, "fulljournalname"), p.Venue)
	return nil
}

// pubMedInitials are those of given names, as PubMed writes them after a family name.
var pubMedInitials = regexp.MustCompile(`^\p{Lu}{1,3}$`)

// initialsFirst returns names written as "Alder AB" as "A. B. Alder".
func initialsFirst(names []string) []string {
	for i, n := range names {
		words := strings.Fields(strings.TrimSuffix(n, "."))
		if last := len(words) - 1; last > 0 && pubMedInitials.MatchString(words[last]) {
			var given []string
			for _, r := range words[last] {
				given = append(given, string(r)+".")
			}
			names[i] = strings.Join(append(given, words[:last]...), " ")
		}
	}
	return names
}

// bioRxivPreprint completes a preprint of bioRxiv or medRxiv. Its key published has the DOI of the later article.
func bioRxivPreprint(r jsonRecord, p *data.Paper) error {
	switch strings.ToLower(p.Venue) {
	case "biorxiv":
		p.Venue = "bioRxiv"
	case "medrxiv":
		p.Venue = "medRxiv"
	}
	return nil
}

// dblpHit completes a hit of DBLP's search.
func dblpHit(r jsonRecord, p *data.Paper) error {
	localID(p, "dblp", jsonTextOf(r, "key"))
	p.Title = strings.TrimSuffix(p.Title, ".")
	for i, a := range p.Authors {
		p.Authors[i] = dblpName(a)
	}
	p.URL = cmp.Or(jsonTextOf(r, "ee"), p.URL)
	return nil
}

// homonym is the number that DBLP puts after names that several people have.
var homonym = regexp.MustCompile(` \d{4}$`)

func dblpName(name string) string { return homonym.ReplaceAllString(readable.OneLine(name), "") }

func papisDocument(r jsonRecord, p *data.Paper) error {
	localID(p, "papis", jsonTextOf(r, "papisid"))
	return nil
}

func mendeleyDocument(r jsonRecord, p *data.Paper) error {
	localID(p, "mendeley", p.ID)
	p.Venue = cmp.Or(p.Venue, jsonTextOf(r, "source"))
	p.URL = cmp.Or(p.URL, jsonTextOf(r, "websites"))
	return nil
}

// s2orcPaper completes a paper of S2ORC, whose id is the corpus id of Semantic Scholar, or of CORD-19, whose id is
// the hash of a PDF.
func s2orcPaper(r jsonRecord, p *data.Paper) error {
	id := jsonTextOf(r, "paperid")
	if isNumber(id) {
		localID(p, "CorpusId", id)
	} else if id != "" {
		localID(p, "cord19", id)
	}
	return nil
}
