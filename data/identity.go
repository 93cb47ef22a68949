package data

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kindred/data/readable"
)

// The forms of identifiers that are recognised without a prefix, and those of the part after a prefix.
var (
	arxivNew   = regexp.MustCompile(`^(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?$`)
	arxivOld   = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?(/\d{7})(?:v\d+)?$`)
	doiForm    = regexp.MustCompile(`^10\.\d{4,9}(?:\.\d+)*/\S+$`)
	openAlexID = regexp.MustCompile(`^[Ww]\d{4,}$`)
	hex40      = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	digits     = regexp.MustCompile(`^\d+$`)
	aclNew     = regexp.MustCompile(`^(?:19|20)\d{2}\.[a-z0-9_]+-[a-z0-9]+\.\d+$`)
	aclAny     = regexp.MustCompile(`^(?:[A-Za-z]\d{2}-\d{4}|(?:19|20)\d{2}\.[a-z0-9_]+-[a-z0-9]+\.\d+)$`)
	schemeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// arxivArchives are the archives of arXiv identifiers from before April 2007
// (https://arxiv.org/help/arxiv_identifier).
var arxivArchives = map[string]bool{
	"acc-phys": true, "adap-org": true, "alg-geom": true, "ao-sci": true, "astro-ph": true, "atom-ph": true,
	"bayes-an": true, "chao-dyn": true, "chem-ph": true, "cmp-lg": true, "comp-gas": true, "cond-mat": true,
	"cs": true, "dg-ga": true, "funct-an": true, "gr-qc": true, "hep-ex": true, "hep-lat": true,
	"hep-ph": true, "hep-th": true, "math": true, "math-ph": true, "mtrl-th": true, "nlin": true,
	"nucl-ex": true, "nucl-th": true, "patt-sol": true, "physics": true, "plasm-ph": true, "q-alg": true,
	"q-bio": true, "quant-ph": true, "solv-int": true, "supr-con": true,
}

// IsArXivArchive reports whether name is an archive of arXiv, such as hep-th. Subject classes (cs.LG) are not
// archives.
func IsArXivArchive(name string) bool { return arxivArchives[name] }

// CanonicalID returns the one form under which an identifier is kept:
//
//	arxiv:2306.05544, arxiv:quant-ph/0210005   bare, versioned, abs and pdf addresses, ARXIV:, DOI 10.48550/arXiv.…
//	doi:10.1000/xyz                            bare, doi:, addresses of doi.org; lower-case, as DOIs ignore case
//	openalex:W2125158795                       bare, addresses of openalex.org
//	s2:<40 hex digits>, s2:CorpusId:215416146  bare hash, CorpusId:, addresses of semanticscholar.org
//	acl:2020.acl-main.1                        ACL:, addresses of aclanthology.org
//	pmid:6886630, pmc:PMC1234, mag:1979978981  PMID:, PMCID:, MAG:, addresses of pubmed
//
// Prefixes are accepted in any case, URL: among them. Anything else is returned as given, without surrounding
// space. CanonicalID(CanonicalID(s)) is CanonicalID(s).
func CanonicalID(s string) string {
	s = strings.TrimSpace(s)
	for range 4 { // "URL: https://…" may wrap an address, and that a DOI
		id := canonicalOnce(s)
		if id == s {
			break
		}
		s = strings.TrimSpace(id)
	}
	return s
}

func canonicalOnce(s string) string {
	scheme := schemeForm.FindString(s)
	rest := strings.TrimSpace(s[len(scheme):])
	if rest == "" {
		return s
	}
	switch strings.ToLower(strings.TrimSuffix(scheme, ":")) {
	case "":
		return canonicalBare(s)
	case "http", "https":
		return cmp.Or(canonicalURL(s), s)
	case "url":
		return rest
	case "oai":
		if ns, id, ok := strings.Cut(rest, ":"); ok && strings.EqualFold(ns, "arxiv.org") {
			return withPrefix("arxiv:", id, bareArXiv, s)
		}
	case "arxiv":
		return withPrefix("arxiv:", rest, bareArXiv, s)
	case "doi":
		return cmp.Or(canonicalDOI(rest), s)
	case "info":
		if after, ok := strings.CutPrefix(rest, "doi/"); ok {
			return cmp.Or(canonicalDOI(after), s)
		}
	case "openalex":
		return withPrefix("openalex:", rest, bareOpenAlex, s)
	case "corpusid":
		return withPrefix("s2:CorpusId:", rest, bareNumber, s)
	case "s2":
		return canonicalS2(rest, s)
	case "acl":
		return withPrefix("acl:", rest, bareACL, s)
	case "pmid":
		return withPrefix("pmid:", rest, bareNumber, s)
	case "pmcid", "pmc":
		return withPrefix("pmc:PMC", rest, barePMC, s)
	case "mag":
		return withPrefix("mag:", rest, bareNumber, s)
	}
	return s
}

// withPrefix returns prefix and the bare form of rest. If rest has none but is an address, it returns the
// canonical form of that; otherwise given.
func withPrefix(prefix, rest string, bare func(string) (string, bool), given string) string {
	if id, ok := bare(rest); ok {
		return prefix + id
	}
	if strings.Contains(rest, "://") {
		return cmp.Or(canonicalURL(rest), given)
	}
	return given
}

// canonicalBare recognises identifiers that carry no prefix.
func canonicalBare(s string) string {
	if id, ok := bareArXiv(s); ok {
		return "arxiv:" + id
	}
	switch {
	case doiForm.MatchString(s):
		return canonicalDOI(s)
	case openAlexID.MatchString(s):
		return "openalex:" + strings.ToUpper(s)
	case hex40.MatchString(s):
		return "s2:" + strings.ToLower(s)
	case aclNew.MatchString(s):
		return "acl:" + s
	}
	if host, _, ok := strings.Cut(s, "/"); ok && strings.Contains(host, ".") {
		return cmp.Or(canonicalURL("https://"+s), s)
	}
	return s
}

// ArXivID returns the bare arXiv identifier, without version, of s in any of the forms that CanonicalID
// recognises.
func ArXivID(s string) (string, bool) {
	return strings.CutPrefix(CanonicalID(s), "arxiv:")
}

func bareArXiv(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSuffix(s, ".pdf"))
	if m := arxivNew.FindStringSubmatch(s); m != nil {
		return m[1], true
	}
	if m := arxivOld.FindStringSubmatch(s); m != nil && arxivArchives[m[1]] {
		return m[1] + m[2], true
	}
	return "", false
}

func bareOpenAlex(s string) (string, bool) { return strings.ToUpper(s), openAlexID.MatchString(s) }

func bareNumber(s string) (string, bool) { return s, digits.MatchString(s) }

func barePMC(s string) (string, bool) {
	if len(s) > 3 && strings.EqualFold(s[:3], "pmc") {
		s = s[3:]
	}
	return s, digits.MatchString(s)
}

func bareACL(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".pdf")
	if !aclAny.MatchString(s) {
		return "", false
	}
	if s[1] >= '0' && s[1] <= '9' && s[0] > '9' { // P18-1001
		s = strings.ToUpper(s)
	}
	return s, true
}

func canonicalS2(rest, given string) string {
	if hex40.MatchString(rest) {
		return "s2:" + strings.ToLower(rest)
	}
	if len(rest) > 9 && strings.EqualFold(rest[:9], "corpusid:") {
		return withPrefix("s2:CorpusId:", strings.TrimSpace(rest[9:]), bareNumber, given)
	}
	return given
}

// canonicalDOI returns doi:… for a DOI or the address of one, arxiv:… for the DOIs that arXiv gives its
// papers, and "" for anything else.
func canonicalDOI(s string) string {
	if strings.Contains(s, "://") {
		id := canonicalURL(s)
		if !strings.HasPrefix(id, "doi:") && !strings.HasPrefix(id, "arxiv:") {
			return ""
		}
		return id
	}
	s = strings.ToLower(strings.TrimRight(s, ".,;"))
	if len(s) > 8 && s[:8] == "doi.org/" {
		s = s[8:]
	}
	if !doiForm.MatchString(s) {
		return ""
	}
	if id, ok := strings.CutPrefix(s, "10.48550/arxiv."); ok {
		if id, ok := bareArXiv(id); ok {
			return "arxiv:" + id
		}
	}
	return "doi:" + s
}

// canonicalURL returns the canonical form of an address that names a paper, empty for any other.
func canonicalURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.Trim(u.Path, "/")
	last := path[strings.LastIndex(path, "/")+1:]
	switch {
	case host == "arxiv.org" || strings.HasSuffix(host, ".arxiv.org") || host == "alphaxiv.org" || host == "ar5iv.org":
		if _, id, ok := strings.Cut(path, "/"); ok {
			return withPrefix("arxiv:", strings.TrimSuffix(id, ".pdf"), bareArXiv, "")
		}
	case host == "huggingface.co":
		if id, ok := strings.CutPrefix(path, "papers/"); ok {
			return withPrefix("arxiv:", id, bareArXiv, "")
		}
	case host == "doi.org" || host == "dx.doi.org":
		return canonicalDOI(path)
	case host == "openalex.org" || host == "api.openalex.org":
		return withPrefix("openalex:", last, bareOpenAlex, "")
	case host == "semanticscholar.org" || host == "api.semanticscholar.org":
		return canonicalS2(last, "")
	case host == "aclanthology.org" || host == "aclanthology.info" || host == "aclweb.org":
		return withPrefix("acl:", last, bareACL, "")
	case host == "pubmed.ncbi.nlm.nih.gov", host == "ncbi.nlm.nih.gov" && strings.HasPrefix(path, "pubmed/"):
		return withPrefix("pmid:", last, bareNumber, "")
	case strings.HasSuffix(host, "ncbi.nlm.nih.gov") && strings.Contains(path, "articles/"):
		return withPrefix("pmc:PMC", last, barePMC, "")
	}
	return ""
}

// TitlePrefix begins the ids that are made from titles, of papers that have no other.
const TitlePrefix = "title:"

// TitleOnly reports whether an id was made from a title.
func TitleOnly(id string) bool { return strings.HasPrefix(id, TitlePrefix) }

// TitleID returns a stable identifier for a paper without any other: TitlePrefix and 16 hexadecimal digits of
// the SHA-256 of its normalised title without spaces, so that "drop-out", "Drop out" and "Dropout" agree. It
// is empty if the title has neither a letter nor a digit.
func TitleID(title string) string {
	key := strings.ReplaceAll(NormalizeTitle(title), " ", "")
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(key))
	return TitlePrefix + hex.EncodeToString(sum[:8])
}

// nameIDs settles ID, ArXiv, DOI and Aliases.
func (p *Paper) nameIDs() {
	given := CanonicalID(readable.UTF8(p.ID))
	if namesNothing(given) {
		given = ""
	}
	aliases := make([]string, 0, len(p.Aliases)+3)
	for _, a := range p.Aliases {
		if id := CanonicalID(readable.UTF8(a)); wellFormed(id) && !namesNothing(id) {
			aliases = append(aliases, id)
		}
	}
	if p.ArXiv != "" {
		id, ok := ArXivID(p.ArXiv)
		if p.ArXiv = ""; ok {
			p.ArXiv = id
		}
	}
	if p.DOI != "" {
		id := canonicalDOI(strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(p.DOI)), "doi:")))
		if arxiv, ok := strings.CutPrefix(id, "arxiv:"); ok && p.ArXiv == "" {
			p.ArXiv = arxiv
		}
		p.DOI, _ = strings.CutPrefix(id, "doi:")
		if strings.HasPrefix(id, "arxiv:") {
			p.DOI = ""
		}
	}
	for _, id := range append([]string{given, CanonicalID(readable.UTF8(p.URL))}, aliases...) {
		if v, ok := strings.CutPrefix(id, "arxiv:"); ok && p.ArXiv == "" {
			p.ArXiv = v
		}
		if v, ok := strings.CutPrefix(id, "doi:"); ok && p.DOI == "" {
			p.DOI = v
		}
	}
	if p.ArXiv != "" {
		aliases = append(aliases, "arxiv:"+p.ArXiv)
	}
	if p.DOI != "" {
		aliases = append(aliases, "doi:"+p.DOI)
	}
	p.ID = given
	if p.ID == "" {
		p.ID = p.bestID(aliases)
	}
	p.Aliases = slices.DeleteFunc(uniqueList(aliases, readable.UTF8), func(a string) bool { return a == p.ID })
	if len(p.Aliases) == 0 {
		p.Aliases = nil // as a paper that never had any
	}
}

// bestID chooses the id of a paper whose source gives several or none: the one that most sources share, so
// that records of one paper from different sources get the same id.
func (p *Paper) bestID(ids []string) string {
	if p.ArXiv != "" {
		return "arxiv:" + p.ArXiv
	}
	if p.DOI != "" {
		return "doi:" + p.DOI
	}
	for _, scheme := range []string{"acl:", "pmid:", "openalex:", "s2:"} {
		for _, id := range ids {
			if strings.HasPrefix(id, scheme) {
				return id
			}
		}
	}
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	if id := CanonicalID(p.URL); id != p.URL {
		return id
	}
	return p.byTitle()
}

// byTitle returns the id of a paper that is known by its title alone.
func (p *Paper) byTitle() string {
	if genericTitles[NormalizeTitle(p.Title)] && p.Abstract != "" { // "Editorial" names nothing, and an empty title less
		return TitleID(p.Title + " " + p.Abstract)
	}
	return cmp.Or(TitleID(p.Title), TitleID(p.Abstract), TitlePrefix+p.Title)
}

// IDs returns every id that p is known by: its own, its aliases, and those of its DOI and arXiv fields. An id
// may occur twice.
func (p *Paper) IDs() []string {
	out := append(make([]string, 0, 3+len(p.Aliases)), p.ID)
	out = append(out, p.Aliases...)
	return append(out, p.FieldIDs()...)
}

// FieldIDs returns the ids that follow from the DOI and arXiv fields.
func (p *Paper) FieldIDs() []string {
	var out []string
	if p.DOI != "" {
		out = append(out, "doi:"+strings.ToLower(p.DOI))
	}
	if p.ArXiv != "" {
		out = append(out, "arxiv:"+p.ArXiv)
	}
	return out
}

// DatedID returns an id for a paper whose title also names a paper of another time: that of its title with the year of
// publication.
func (p *Paper) DatedID() string { return fmt.Sprintf("%s-%d", p.byTitle(), p.Published.Year) }
