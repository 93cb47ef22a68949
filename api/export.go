package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"kindred/data"
)

// exportKinds are the endings of reference files: BibTeX, RIS and CSL-JSON.
var exportKinds = []string{"bib", "ris", "csl"}

// exportPaper answers with one paper as a reference.
func (a *server) exportPaper(kind string) handler {
	return func(r *request) (*reply, error) {
		if err := r.done(); err != nil {
			return nil, err
		}
		p, err := r.paper()
		if err != nil {
			return nil, err
		}
		return exported(kind, []*data.Paper{p})
	}
}

// exportList answers with a page of a list as references.
func (a *server) exportList(kind string, list lister) handler {
	return func(r *request) (*reply, error) {
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		papers := make([]*data.Paper, len(l.items))
		for i := range l.items {
			papers[i] = l.items[i].paper
		}
		return exported(kind, papers)
	}
}

func exported(kind string, papers []*data.Paper) (*reply, error) {
	var buf bytes.Buffer
	typ := "application/vnd.citationstyles.csl+json"
	switch kind {
	case "bib":
		typ = "application/x-bibtex; charset=utf-8"
		taken := make(map[string]int)
		for _, p := range papers {
			writeBibTeX(&buf, p, taken)
		}
	case "ris":
		typ = "application/x-research-info-systems; charset=utf-8"
		for _, p := range papers {
			writeRIS(&buf, p)
		}
	default:
		items := make([]cslItem, len(papers))
		for i, p := range papers {
			items[i] = cslOf(p)
		}
		b, err := json.MarshalIndent(items, "", "  ")
		if err != nil {
			return nil, fmt.Errorf("encode CSL: %w", err)
		}
		buf.Write(append(b, '\n'))
	}
	ending := kind
	if kind == "csl" {
		ending = "csl.json"
	}
	return &reply{typ: typ, body: buf.Bytes(), header: map[string]string{"Content-Disposition": `attachment; filename="papers.` + ending + `"`}}, nil
}

// splitName divides a name into family and given parts: at a comma if there is one, else before the last word and the
// particles in front of it (van, de, …), as BibTeX does. A name of one word is a family name.
func splitName(name string) (family, given string) {
	name = strings.Join(strings.Fields(name), " ")
	if f, g, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(f), strings.TrimSpace(g)
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return name, ""
	}
	start := len(words) - 1
	for start > 1 && unicode.IsLower([]rune(words[start-1])[0]) {
		start--
	}
	return strings.Join(words[start:], " "), strings.Join(words[:start], " ")
}

// bibKind returns the entry type of a paper: what has no venue is a preprint.
func bibKind(p *data.Paper) string {
	venue := strings.ToLower(p.Venue)
	switch {
	case venue == "" || strings.Contains(venue, "arxiv"):
		return "misc"
	case strings.Contains(venue, "journal") || strings.Contains(venue, "transactions") || strings.Contains(venue, "review") || strings.Contains(venue, "letters"):
		return "article"
	}
	return "inproceedings"
}

func writeBibTeX(buf *bytes.Buffer, p *data.Paper, taken map[string]int) {
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(buf, ",\n  %s = {%s}", name, value)
		}
	}
	kind := bibKind(p)
	fmt.Fprintf(buf, "@%s{%s", kind, bibKey(p, taken))
	// The outer braces delimit, the inner ones keep capitals.
	field("title", "{"+texEscape(p.Title)+"}")
	names := make([]string, len(p.Authors))
	for i, a := range p.Authors {
		family, given := splitName(a)
		names[i] = texEscape(family)
		if given != "" {
			names[i] += ", " + texEscape(given)
		}
	}
	field("author", strings.Join(names, " and "))
	if !p.Published.IsZero() {
		field("year", fmt.Sprintf("%04d", p.Published.Year))
		if p.Published.Month != 0 {
			fmt.Fprintf(buf, ",\n  month = %s", strings.ToLower(p.Published.Month.String()[:3]))
		}
	}
	switch kind {
	case "article":
		field("journal", texEscape(p.Venue))
	case "inproceedings":
		field("booktitle", texEscape(p.Venue))
	}
	field("doi", texURL(p.DOI))
	if p.ArXiv != "" {
		field("eprint", texURL(p.ArXiv))
		field("archiveprefix", "arXiv")
	}
	field("url", texURL(sourceURL(p)))
	field("abstract", texEscape(p.Abstract))
	buf.WriteString("\n}\n\n")
}

// bibKey returns a citation key such as gu2023boot, a letter after it when it is taken.
func bibKey(p *data.Paper, taken map[string]int) string {
	var b strings.Builder
	if len(p.Authors) > 0 {
		family, _ := splitName(p.Authors[0])
		b.WriteString(keyLetters(family))
	}
	if !p.Published.IsZero() {
		b.WriteString(strconv.Itoa(p.Published.Year))
	}
	for word := range strings.FieldsSeq(p.Title) {
		if w := keyLetters(word); len(w) > 3 {
			b.WriteString(w)
			break
		}
	}
	key := b.String()
	if key == "" {
		key = "paper"
	}
	n := taken[key]
	taken[key]++
	if n > 0 {
		key += "-" + strconv.Itoa(n+1)
	}
	return key
}

func keyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, s)
}

var texEscaper = strings.NewReplacer(
	`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `&`, `\&`, `$`, `\$`, `#`, `\#`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	"\n", " ", "\r", " ",
)

// texEscape makes text safe inside braces: no braces of its own, no commands, one line.
func texEscape(s string) string { return texEscaper.Replace(plainXML(s)) }

// texURL is texEscape for identifiers and addresses, whose percent signs and underscores are to be kept.
func texURL(s string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", "\n", "", "\r", "").Replace(s)
}

func writeRIS(buf *bytes.Buffer, p *data.Paper) {
	line := func(tag, value string) {
		if value = strings.Join(strings.Fields(plainXML(value)), " "); value != "" {
			fmt.Fprintf(buf, "%s  - %s\r\n", tag, value)
		}
	}
	switch bibKind(p) {
	case "article":
		line("TY", "JOUR")
	case "inproceedings":
		line("TY", "CONF")
	default:
		line("TY", "UNPB")
	}
	line("TI", p.Title)
	for _, a := range p.Authors {
		family, given := splitName(a)
		if given != "" {
			family += ", " + given
		}
		line("AU", family)
	}
	if d := p.Published; !d.IsZero() {
		line("PY", fmt.Sprintf("%04d", d.Year))
		da := fmt.Sprintf("%04d/", d.Year)
		if d.Month != 0 {
			da += fmt.Sprintf("%02d", int(d.Month))
		}
		da += "/"
		if d.Day != 0 {
			da += fmt.Sprintf("%02d", d.Day)
		}
		line("DA", da+"/")
	}
	line("T2", p.Venue)
	line("DO", p.DOI)
	line("UR", sourceURL(p))
	line("AB", p.Abstract)
	for _, k := range p.Keywords {
		line("KW", k)
	}
	buf.WriteString("ER  - \r\n\r\n")
}

// cslItem is a paper in CSL-JSON, version 1.0.2 of its schema.
type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Author    []cslName `json:"author,omitempty"`
	Issued    *cslDate  `json:"issued,omitempty"`
	Container string    `json:"container-title,omitempty"`
	DOI       string    `json:"DOI,omitempty"`
	URL       string    `json:"URL,omitempty"`
	Abstract  string    `json:"abstract,omitempty"`
	Number    string    `json:"number,omitempty"`
}

type cslName struct {
	Family string `json:"family"`
	Given  string `json:"given,omitempty"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

func cslOf(p *data.Paper) cslItem {
	kinds := map[string]string{"misc": "article", "article": "article-journal", "inproceedings": "paper-conference"}
	out := cslItem{ID: p.ID, Type: kinds[bibKind(p)], Title: p.Title, Container: p.Venue, DOI: p.DOI, URL: sourceURL(p), Abstract: p.Abstract}
	for _, a := range p.Authors {
		family, given := splitName(a)
		out.Author = append(out.Author, cslName{family, given})
	}
	if d := p.Published; !d.IsZero() {
		parts := []int{d.Year}
		if d.Month != 0 {
			parts = append(parts, int(d.Month))
			if d.Day != 0 {
				parts = append(parts, d.Day)
			}
		}
		out.Issued = &cslDate{[][]int{parts}}
	}
	if p.ArXiv != "" {
		out.Number = "arXiv:" + p.ArXiv
	}
	return out
}
