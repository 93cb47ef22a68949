package cite

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// BibTeX writes one entry for each paper, in order. Citation keys are unique within one call. Text is escaped,
// so that no field can hold a TeX command. The only errors are those of w.
func BibTeX(w io.Writer, papers []*data.Paper) error {
	var buf bytes.Buffer
	taken := make(map[string]int, len(papers))
	for _, p := range papers {
		writeBibTeX(&buf, p, taken)
	}
	_, err := buf.WriteTo(w)
	return err
}

// writeBibTeX writes one entry. taken counts the uses of each citation key so far.
func writeBibTeX(buf *bytes.Buffer, p *data.Paper, taken map[string]int) {
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(buf, ",\n  %s = {%s}", name, value)
		}
	}
	kind := entryType(p)
	fmt.Fprintf(buf, "@%s{%s", kind, bibKey(p, taken))
	// The outer braces delimit, the inner ones keep capitals.
	field("title", "{"+texEscape(p.Title)+"}")
	names := make([]string, len(p.Authors))
	for i, a := range p.Authors {
		names[i] = bibName(a)
	}
	field("author", strings.Join(names, " and "))
	if !p.Published.IsZero() {
		field("year", fmt.Sprintf("%04d", p.Published.Year))
		if p.Published.Month != 0 {
			fmt.Fprintf(buf, ",\n  month = %s", strings.ToLower(p.Published.Month.String()[:3]))
			if p.Published.Day != 0 {
				field("day", strconv.Itoa(p.Published.Day))
			}
		}
	}
	switch kind {
	case "article":
		field("journal", texEscape(p.Venue))
	case "inproceedings":
		field("booktitle", texEscape(p.Venue))
	default:
		field("howpublished", texEscape(p.Venue))
	}
	field("doi", texURL(p.DOI))
	if p.ArXiv != "" {
		field("eprint", texURL(p.ArXiv))
		field("archiveprefix", "arXiv")
	}
	field("url", texURL(p.SourceURL()))
	pmid, pmc := pubMed(p)
	field("pmid", pmid)
	field("pmcid", pmc)
	field("kindred-id", url.PathEscape(ownID(p)))
	separator := ", "
	if strings.Contains(strings.Join(p.Keywords, ""), ",") {
		separator = "; "
	}
	field("keywords", texEscape(strings.Join(p.Keywords, separator)))
	field("abstract", texEscape(p.Abstract))
	buf.WriteString("\n}\n\n")
}

// bibName returns a name as BibTeX wants it: Family, Suffix, Given. The name of an organisation is in braces, so that nothing
// in it divides.
func bibName(name string) string {
	family, given, suffix := splitName(name)
	switch {
	case given == "" && strings.ContainsAny(family, " ,;"):
		return "{" + texEscape(family) + "}"
	case given == "":
		return texEscape(family)
	case suffix != "":
		return texEscape(family) + ", " + texEscape(suffix) + ", " + texEscape(given)
	}
	return texEscape(family) + ", " + texEscape(given)
}

// bibKey returns a citation key such as gu2023boot, followed by -2, -3, … where it is taken already.
func bibKey(p *data.Paper, taken map[string]int) string {
	var b strings.Builder
	if len(p.Authors) > 0 {
		family, _, _ := splitName(p.Authors[0])
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

// keyLetters returns the ASCII letters and digits of s in lower case.
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
	`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `&`, `\&`, `$`, `\$`,
	`#`, `\#`, `_`, `\_`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	"\n", " ", "\r", " ",
)

// texEscape makes text safe inside braces. The result has no braces of its own and no commands, and is one line.
func texEscape(s string) string { return texEscaper.Replace(readable.PlainXML(s)) }

// texURL is texEscape for identifiers and addresses. It keeps percent signs and underscores.
func texURL(s string) string {
	return strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", "\n", "", "\r", "").Replace(s)
}
