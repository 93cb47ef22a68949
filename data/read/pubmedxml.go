package read

import (
	"cmp"
	"iter"
	"strings"

	"kindred/data"
)

// matchPubMed accepts the XML of PubMed.
func matchPubMed(h *head) bool {
	switch rootElement(h.data) {
	case "PubmedArticleSet", "PubmedArticle", "MedlineCitationSet", "MedlineCitation":
		return true
	}
	return false
}

// pubMedXML reads citations in the XML of PubMed: what EFetch answers, the baseline files, or a saved search.
func pubMedXML(in *input) iter.Seq2[*data.Paper, error] {
	name := "PubmedArticle"
	if root := rootElement(in.head.data); strings.HasPrefix(root, "MedlineCitation") {
		name = "MedlineCitation"
	}
	return in.decodeAll(in.xmlRecords(name), func(b []byte) (*data.Paper, error) {
		var a pubMedArticle
		var err error
		if name == "PubmedArticle" {
			err = decodeXML(b, &a)
		} else {
			err = decodeXML(b, &a.Citation)
		}
		if err != nil {
			return nil, err
		}
		return a.paper(), nil
	})
}

// xmlDay is a date in the parts that PubMed and JATS write: the month may be a name, and all may be one text.
type xmlDay struct {
	Year    string `xml:"Year"`
	Month   string `xml:"Month"`
	Day     string `xml:"Day"`
	Medline string `xml:"MedlineDate"`
}

func (d xmlDay) date() data.Date {
	if d.Year == "" {
		return firstDate(d.Medline)
	}
	return withMonth(firstDate(d.Year), d.Month, d.Day)
}

// pubMedArticle has the elements of PubMed's document type that are used.
type pubMedArticle struct {
	Citation struct {
		PMID    string `xml:"PMID"`
		Article struct {
			Title    xmlText   `xml:"ArticleTitle"`
			Own      xmlText   `xml:"VernacularTitle"`
			Abstract []xmlPart `xml:"Abstract>AbstractText"`
			Authors  []struct {
				Last     string `xml:"LastName"`
				Fore     string `xml:"ForeName"`
				Initials string `xml:"Initials"`
				Suffix   string `xml:"Suffix"`
				Group    string `xml:"CollectiveName"`
			} `xml:"AuthorList>Author"`
			Journal   string     `xml:"Journal>Title"`
			Issue     xmlDay     `xml:"Journal>JournalIssue>PubDate"`
			Online    []xmlDay   `xml:"ArticleDate"`
			Locations []pubMedID `xml:"ELocationID"`
		} `xml:"Article"`
		Keywords []xmlText `xml:"KeywordList>Keyword"`
		Headings []string  `xml:"MeshHeadingList>MeshHeading>DescriptorName"`
	} `xml:"MedlineCitation"`
	IDs []pubMedID `xml:"PubmedData>ArticleIdList>ArticleId"`
}

// pubMedID is an identifier with its kind.
type pubMedID struct {
	Kind  string `xml:"IdType,attr"`
	EKind string `xml:"EIdType,attr"`
	ID    string `xml:",chardata"`
}

func (a *pubMedArticle) paper() *data.Paper {
	c := &a.Citation
	p := &data.Paper{Title: firstText(c.Article.Title, c.Article.Own), Venue: c.Article.Journal, Published: c.Article.Issue.date()}
	var sections []string
	for _, s := range c.Article.Abstract {
		text := string(s.text)
		if s.kind != "" && s.kind != "UNLABELLED" {
			text = s.kind + ": " + text
		}
		sections = append(sections, text)
	}
	p.Abstract = known(strings.Join(sections, "\n"))
	for _, n := range c.Article.Authors {
		p.Authors = append(p.Authors, cmp.Or(n.Group, strings.Join([]string{cmp.Or(n.Fore, n.Initials), n.Last, n.Suffix}, " ")))
	}
	for _, d := range c.Article.Online {
		if day := d.date(); p.Published.IsZero() || day.Year == p.Published.Year && p.Published.Day == 0 {
			p.Published = day
		}
	}
	for _, k := range c.Keywords {
		p.Keywords = append(p.Keywords, string(k))
	}
	p.Keywords = append(p.Keywords, c.Headings...)
	for _, id := range append(c.Article.Locations, a.IDs...) {
		if scheme := idSchemes[cmp.Or(id.Kind, id.EKind)]; scheme != "" && strings.TrimSpace(id.ID) != "" {
			p.Aliases = append(p.Aliases, scheme+strings.TrimSpace(id.ID))
		}
	}
	if c.PMID != "" {
		p.Aliases = append(p.Aliases, "PMID:"+strings.TrimSpace(c.PMID))
	}
	return p
}
