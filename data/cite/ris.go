package cite

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// RIS writes one record for each paper, in order, with the line ends CR LF that the format asks for. The only
// errors are those of w.
func RIS(w io.Writer, papers []*data.Paper) error {
	var buf bytes.Buffer
	for _, p := range papers {
		writeRIS(&buf, p)
	}
	_, err := buf.WriteTo(w)
	return err
}

func writeRIS(buf *bytes.Buffer, p *data.Paper) {
	line := func(tag, value string) {
		if value = strings.Join(strings.Fields(readable.PlainXML(value)), " "); value != "" {
			fmt.Fprintf(buf, "%s  - %s\r\n", tag, value)
		}
	}
	switch entryType(p) {
	case "article":
		line("TY", "JOUR")
	case "inproceedings":
		line("TY", "CONF")
	default:
		line("TY", "UNPB")
	}
	line("TI", p.Title)
	for _, a := range p.Authors {
		line("AU", risName(a))
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
	if pmid, pmc := pubMed(p); pmid != "" || pmc != "" {
		line("DB", "PubMed")
		line("AN", pmid)
		if pmc != "" {
			line("C2", "PMC"+strings.TrimPrefix(pmc, "PMC"))
		}
	}
	if id := ownID(p); id != "" {
		line("U1", "kindred:"+id)
	}
	line("UR", p.SourceURL())
	line("AB", p.Abstract)
	for _, k := range p.Keywords {
		line("KW", k)
	}
	buf.WriteString("ER  - \r\n\r\n")
}

// risName returns a name as RIS wants it: Family, Given, Suffix. A comma in the name of an organisation is written twice, as
// EndNote does, so that it divides nothing.
func risName(name string) string {
	family, given, suffix := splitName(name)
	if given == "" {
		return strings.ReplaceAll(family, ",", ",,")
	}
	if suffix != "" {
		given += ", " + suffix
	}
	return family + ", " + given
}
