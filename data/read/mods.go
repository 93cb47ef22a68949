package read

import (
	"cmp"
	"iter"
	"strings"

	"kindred/data"
)

// matchMODS accepts records in MODS (Metadata Object Description Schema) or Dublin Core that are not in an answer of
// OAI-PMH.
func matchMODS(h *head) bool {
	switch rootElement(h.data) {
	case "mods", "modsCollection", "dc", "dcCollection":
		return true
	}
	return false
}

// mods reads records in MODS or Dublin Core, as library catalogues give them.
func mods(in *input) iter.Seq2[*data.Paper, error] {
	if strings.HasPrefix(rootElement(in.head.data), "dc") {
		return in.decodeAll(in.xmlRecords("dc"), func(b []byte) (*data.Paper, error) {
			var d dcRecord
			if err := decodeXML(b, &d); err != nil {
				return nil, err
			}
			p := d.paper("", "")
			for i := len(d.Identifiers) - 1; i >= 0 && p.ID == ""; i-- { // numbers of its own come after addresses
				p.Aliases = append(p.Aliases, data.CanonicalID(d.Identifiers[i]))
			}
			return p, nil
		})
	}
	return in.decodeAll(in.xmlRecords("mods"), func(b []byte) (*data.Paper, error) {
		var m modsRecord
		if err := decodeXML(b, &m); err != nil {
			return nil, err
		}
		return m.paper(), nil
	})
}

// modsRecord has the elements of MODS that are used.
type modsRecord struct {
	Titles []modsTitle `xml:"titleInfo"`
	Names  []struct {
		Kind  string `xml:"type,attr"`
		Parts []struct {
			Kind string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"namePart"`
		Display string   `xml:"displayForm"`
		Roles   []string `xml:"role>roleTerm"`
	} `xml:"name"`
	Origin   modsOrigin `xml:"originInfo"`
	Abstract []xmlText  `xml:"abstract"`
	Topics   []string   `xml:"subject>topic"`
	IDs      []struct {
		Kind string `xml:"type,attr"`
		ID   string `xml:",chardata"`
	} `xml:"identifier"`
	URL     string `xml:"location>url"`
	Related []struct {
		Kind   string      `xml:"type,attr"`
		Titles []modsTitle `xml:"titleInfo"`
		Origin modsOrigin  `xml:"originInfo"`
		Date   string      `xml:"part>date"`
	} `xml:"relatedItem"`
}

type modsTitle struct {
	Kind     string  `xml:"type,attr"`
	NonSort  string  `xml:"nonSort"`
	Title    xmlText `xml:"title"`
	Subtitle string  `xml:"subTitle"`
}

type modsOrigin struct {
	Issued  []string `xml:"dateIssued"`
	Created string   `xml:"dateCreated"`
}

func (t modsTitle) String() string {
	s := strings.TrimSpace(t.NonSort + " " + string(t.Title))
	if t.Subtitle != "" {
		s += ": " + t.Subtitle
	}
	return s
}

func (m *modsRecord) paper() *data.Paper {
	p := &data.Paper{Abstract: firstText(m.Abstract...), Keywords: m.Topics, URL: m.URL}
	for _, t := range m.Titles {
		if t.Kind == "" && p.Title == "" {
			p.Title = t.String()
		}
	}
	dates := append(m.Origin.Issued, m.Origin.Created)
	for _, r := range m.Related {
		if r.Kind == "host" && len(r.Titles) > 0 {
			p.Venue = cmp.Or(p.Venue, r.Titles[0].String())
			dates = append(append(dates, r.Date), r.Origin.Issued...)
		}
	}
	p.Published = firstDate(dates...)
	for _, n := range m.Names {
		role := strings.ToLower(strings.Join(n.Roles, " "))
		if role != "" && !strings.Contains(role, "aut") && !strings.Contains(role, "cre") {
			continue
		}
		var given, family, whole string
		for _, part := range n.Parts {
			switch part.Kind {
			case "given":
				given = strings.TrimSpace(given + " " + part.Text)
			case "family":
				family = part.Text
			case "":
				whole = part.Text
			}
		}
		name := strings.TrimSpace(given + " " + family)
		if name == "" {
			if name = cmp.Or(whole, n.Display); n.Kind != "corporate" {
				name = data.GivenFirst(name)
			}
		}
		p.Authors = append(p.Authors, name)
	}
	for _, id := range m.IDs {
		if scheme := idSchemes[plainName(id.Kind)]; scheme != "" {
			p.Aliases = append(p.Aliases, scheme+strings.TrimSpace(id.ID))
		}
	}
	return p
}
