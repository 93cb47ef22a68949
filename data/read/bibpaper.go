package read

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// first returns the first of the fields that has a value, without the braces around the whole of it.
func (e *bibFields) first(names ...string) string {
	for _, name := range names {
		if v := known(bare(e.fields[name])); v != "" {
			return v
		}
	}
	return ""
}

// bare returns a value without the braces that enclose the whole of it: the Web of Science doubles them.
func bare(value string) string {
	for {
		value = strings.TrimSpace(value)
		if len(value) < 2 || value[0] != '{' {
			return value
		}
		if (&bibParser{s: value}).closing(true) != len(value)-1 {
			return value
		}
		value = value[1 : len(value)-1]
	}
}

// addressEscapes are the TeX in which programs write identifiers and addresses.
var addressEscapes = strings.NewReplacer(
	`{\_}`, "_", `\_`, "_", `\%`, "%", `\&`, "&", `\#`, "#", `\$`, "$", `\textunderscore`, "_",
	`{\textasciitilde}`, "~", `\textasciitilde`, "~", `\~{}`, "~", `\~`, "~", `$\sim$`, "~", `\sim`, "~",
	`$<$`, "<", `$>$`, ">", `\textless`, "<", `\textgreater`, ">", `\ensuremath`, "", `\url`, "", `\slash`, "/", `\/`, "", `\-`, "",
	`{`, "", `}`, "", `\`, "", "&lt;", "<", "&gt;", ">", "&amp;", "&",
)

// address returns an identifier or address without the TeX around and within it.
func address(value string) string {
	return strings.Join(strings.Fields(addressEscapes.Replace(value)), "")
}

// hrefTarget is the address in \href{address}{text}.
var hrefTarget = regexp.MustCompile(`\\href\s*\{([^{}]+)\}`)

// url returns the address that a field holds, with or without a command around it.
func (e *bibFields) url() string {
	for _, name := range []string{"url", "ee", "howpublished", "link", "note"} {
		v := e.first(name)
		if name == "note" && !strings.HasPrefix(v, "http") && !strings.HasPrefix(v, `\url`) && !strings.HasPrefix(v, `\href`) {
			continue // an address within a note is seldom that of the work
		}
		if m := hrefTarget.FindStringSubmatch(v); m != nil {
			v = m[1]
		}
		if name != "url" && name != "ee" && name != "link" && !strings.Contains(v, "http") {
			continue
		}
		for word := range strings.FieldsSeq(v) {
			if i := strings.Index(word, "http"); i >= 0 {
				return address(word[i:])
			}
		}
		if v != "" && name == "url" {
			return address(v)
		}
	}
	return ""
}

// venue returns where the work appeared. The macros for journals of astronomy are undone.
func (e *bibFields) venue() string {
	for _, name := range []string{"journal", "journaltitle", "booktitle", "eventtitle", "school", "institution", "howpublished"} {
		v := e.first(name)
		if name == "institution" && e.kind != "thesis" && e.kind != "phdthesis" || name == "howpublished" && strings.Contains(v, "http") {
			continue
		}
		if long, ok := astronomyJournals[strings.TrimSuffix(strings.TrimPrefix(v, `\`), "{}")]; ok && strings.HasPrefix(v, `\`) {
			return long
		}
		if v = readable.TeX(v); v != "" {
			return v
		}
	}
	return ""
}

// date returns the day of publication: of biblatex's date, otherwise of year, month and day.
func (e *bibFields) date() data.Date {
	text := func(names ...string) string { return strings.ReplaceAll(readable.TeX(e.first(names...)), "~", " ") }
	d := looseDate(text("date"))
	if parted := partedDate(text("year"), text("month"), text("day")); d.IsZero() {
		d = parted
	} else {
		d = finer(d, parted)
	}
	if d.IsZero() {
		d = looseDate(text("eventdate"))
	}
	return d
}

// ownIDField is the field in which package cite writes, percent-encoded, an id that no other field of an entry tells.
const ownIDField = "kindred-id"

// paper makes a paper of the fields of an entry.
func (e *bibFields) paper() *data.Paper {
	p := &data.Paper{
		DOI: address(e.first("doi")), URL: e.url(), Venue: e.venue(), Published: e.date(), Authors: e.authors("author"),
	}
	title := e.first("title")
	if bibParents[e.kind] {
		if title == "" {
			title = e.first("booktitle", "maintitle")
		}
		if p.Venue == readable.TeX(title) { // as BibTeX wants it for the children
			p.Venue = ""
		}
	}
	if sub := e.first("subtitle"); sub != "" && title != "" {
		title += ": " + sub
	}
	abstract := e.first("abstract", "annote")
	p.Title, p.Abstract = readable.TeX(title), readable.TeX(abstract)
	p.Original = texOriginal(p, title, abstract)
	for _, name := range []string{"keywords", "keyword", "author_keywords", "author-keywords", "mendeley-tags"} {
		if v := e.first(name); v != "" {
			for _, k := range splitList(v) {
				p.Keywords = append(p.Keywords, known(readable.TeX(k)))
			}
			break
		}
	}
	e.eprint(p)
	if c := e.first("primaryclass", "eprintclass"); c != "" {
		p.Categories = []string{c}
	}
	addPubMed(p, e.first("pmid"), e.first("pmcid", "pmc"))
	if id, err := url.PathUnescape(e.first(ownIDField)); err == nil {
		p.ID = id
	}
	return p
}

// texOriginal returns title and abstract as their source wrote them, where that differs from what is read.
func texOriginal(p *data.Paper, title, abstract string) *data.Original {
	o := &data.Original{}
	if was := readable.OneLine(readable.UTF8(title)); was != p.Title {
		o.Title = was
	}
	if was := readable.OneLine(readable.UTF8(abstract)); was != p.Abstract {
		o.Abstract = was
	}
	if *o == (data.Original{}) {
		return nil
	}
	return o
}

// eprint fills in the ids of preprint servers.
func (e *bibFields) eprint(p *data.Paper) {
	id, server := address(e.first("eprint", "arxivid")), strings.ToLower(e.first("archiveprefix", "eprinttype"))
	switch {
	case id == "":
	case server == "pubmed" || server == "pmid":
		addPubMed(p, id, "")
	case server == "" || strings.Contains(server, "arxiv"):
		if bareID, ok := data.ArXivID(id); ok {
			p.ArXiv = bareID
		}
	}
	if p.ArXiv == "" {
		p.ArXiv = arxivNamed(p.URL, e.first("journal"), e.first("note"), e.first("howpublished"), e.first("eprint"),
			e.first("number"))
	}
	if number, ok := strings.CutPrefix(e.first("volume"), "abs/"); ok && p.ArXiv == "" { // DBLP
		p.ArXiv, _ = data.ArXivID(number)
	}
}

// authors returns the names of a field.
func (e *bibFields) authors(field string) []string {
	var out []string
	for _, name := range splitBibNames(e.fields[field]) {
		if n := spokenBibName(name); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// spokenBibName returns one name of BibTeX as it is spoken. A name in braces is that of an organisation, and stays
// whole.
func spokenBibName(name string) string {
	name = strings.TrimSpace(name)
	if inner := bare(name); inner != name {
		if len(outsideBraces(inner, ",")) != 2 || data.IsOrganisation(inner) {
			return known(andOthers.ReplaceAllString(readable.OneLine(readable.TeX(inner)), ""))
		}
		name = inner
	}
	if strings.Contains(name, "=") {
		if spoken := extendedName(name); spoken != "" {
			return spoken
		}
	}
	parts := outsideBraces(name, ",")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(readable.TeX(p), ",", "\x00") // a comma within braces divides nothing
	}
	return strings.ReplaceAll(personName(strings.Join(parts, ",")), "\x00", ",")
}

// extendedName reads biblatex's form for the parts of a name: family=Smith, given=John, prefix=van.
func extendedName(name string) string {
	parts := map[string]string{}
	for _, p := range outsideBraces(name, ",") {
		key, value, ok := strings.Cut(p, "=")
		if !ok {
			return ""
		}
		parts[strings.ToLower(strings.TrimSpace(key))] = readable.TeX(bare(strings.Trim(strings.TrimSpace(value), `"`)))
	}
	if parts["family"] == "" && parts["given"] == "" {
		return ""
	}
	spoken := []string{cmp.Or(parts["given"], parts["given-i"]), parts["prefix"], parts["family"], parts["suffix"]}
	return readable.OneLine(strings.Join(spoken, " "))
}

// splitBibNames splits names at the word "and" in any case and at semicolons, both outside braces.
func splitBibNames(s string) []string {
	s = andOthers.ReplaceAllString(readable.OneLine(s), "")
	if inner := bare(s); inner != s && len(splitBibNames(inner)) > 1 {
		all := splitBibNames(inner)
		for _, n := range all {
			if len(outsideBraces(n, ",")) != 2 {
				return []string{s} // {Institute of Food and Agriculture}
			}
		}
		return all
	}
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth > 0:
		case c == ' ' && len(s) > i+5 && strings.EqualFold(s[i:i+5], " and "):
			out = append(out, s[min(start, i):i]) // "and and" shares its space
			start = i + 5
			i += 3
		case c == ';' && !entityEnds(s[start:i]):
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	out = append(out, s[start:])
	var names []string
	for _, n := range trimAll(out) {
		n = strings.ReplaceAll(n, ` \& `, " & ")
		if before, after, ok := strings.Cut(n, " & "); ok && strings.Contains(before, ",") && strings.Contains(after, ",") {
			names = append(names, strings.Split(n, " & ")...)
			continue
		}
		if strings.ContainsAny(n, `{\`) {
			names = append(names, n)
		} else {
			names = append(names, vancouver(n)...)
		}
	}
	return names
}

// entityEnds reports whether s ends with an entity of HTML that a semicolon would complete.
func entityEnds(s string) bool {
	i := strings.LastIndexByte(s, '&')
	return i >= 0 && len(s)-i < 12 && !strings.Contains(s[i:], " ")
}

// outsideBraces splits s at a separator outside braces.
func outsideBraces(s, separator string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == '{':
			depth++
		case s[i] == '}':
			depth--
		case depth <= 0 && strings.HasPrefix(s[i:], separator):
			out = append(out, s[start:i])
			start = i + len(separator)
			i = start - 1
		}
	}
	return append(out, s[start:])
}

// astronomyJournals are the macros that the American Astronomical Society defines for journals, which ADS writes.
var astronomyJournals = map[string]string{
	"aj": "Astronomical Journal", "araa": "Annual Review of Astronomy and Astrophysics", "apj": "Astrophysical Journal",
	"apjl": "Astrophysical Journal Letters", "apjlett": "Astrophysical Journal Letters", "apjs": "Astrophysical Journal Supplement Series",
	"apjsupp": "Astrophysical Journal Supplement Series", "ao": "Applied Optics", "apss": "Astrophysics and Space Science",
	"aap": "Astronomy and Astrophysics", "aapr": "Astronomy and Astrophysics Reviews", "aaps": "Astronomy and Astrophysics Supplement Series",
	"azh": "Astronomicheskii Zhurnal", "baas": "Bulletin of the American Astronomical Society", "caa": "Chinese Astronomy and Astrophysics",
	"cjaa": "Chinese Journal of Astronomy and Astrophysics", "icarus": "Icarus", "jcap": "Journal of Cosmology and Astroparticle Physics",
	"jrasc": "Journal of the Royal Astronomical Society of Canada", "memras": "Memoirs of the Royal Astronomical Society",
	"mnras": "Monthly Notices of the Royal Astronomical Society", "na": "New Astronomy", "nar": "New Astronomy Reviews",
	"pra": "Physical Review A", "prb": "Physical Review B", "prc": "Physical Review C", "prd": "Physical Review D", "pre": "Physical Review E",
	"prl": "Physical Review Letters", "pasa": "Publications of the Astronomical Society of Australia",
	"pasp": "Publications of the Astronomical Society of the Pacific", "pasj": "Publications of the Astronomical Society of Japan",
	"rmxaa": "Revista Mexicana de Astronomía y Astrofísica", "qjras": "Quarterly Journal of the Royal Astronomical Society",
	"skytel": "Sky and Telescope", "solphys": "Solar Physics", "sovast": "Soviet Astronomy", "ssr": "Space Science Reviews",
	"zap": "Zeitschrift für Astrophysik", "nat": "Nature", "iaucirc": "IAU Circulars", "aplett": "Astrophysics Letters",
	"fcp": "Fundamental Cosmic Physics", "gca": "Geochimica et Cosmochimica Acta", "grl": "Geophysical Research Letters",
	"jcp": "Journal of Chemical Physics", "jgr": "Journal of Geophysical Research",
	"jqsrt":  "Journal of Quantitative Spectroscopy and Radiative Transfer",
	"memsai": "Memorie della Società Astronomica Italiana", "nphysa": "Nuclear Physics A", "physrep": "Physics Reports",
	"physscr": "Physica Scripta", "planss": "Planetary and Space Science", "procspie": "Proceedings of the SPIE", "psj": "Planetary Science Journal",
}
