package read

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"kindred/data"
)

// matchAnthology accepts the XML files of the ACL Anthology, one for each collection of volumes.
func matchAnthology(h *head) bool {
	switch rootElement(h.data) {
	case "collection":
		return bytes.Contains(h.data, []byte("<volume"))
	case "volume":
		return bytes.Contains(h.data, []byte("<paper"))
	}
	return false
}

// anthology reads papers of the ACL Anthology. A paper has its number alone: collection and volume, which are around
// it, make that an id, and the volume has the venue and the date.
func anthology(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		v := &anthologyVolume{}
		papers := func(yield func(rawRecord, error) bool) {
			n := 0
			for r, err := range in.xmlRecordsWithin(v.enter, "meta", "paper") {
				if err == nil && localName(r.data) == "meta" {
					v.meta = r.data
					continue
				}
				if n++; err == nil {
					r.record, r.data = n, v.around(r.data)
				}
				if !yield(r, err) {
					return
				}
			}
		}
		for p, err := range in.decodeAll(papers, decodeAnthology) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// anthologyVolume is the volume that the next papers are in.
type anthologyVolume struct {
	collection, volume string
	meta               []byte
}

func (v *anthologyVolume) enter(tag []byte) {
	switch localName(tag) {
	case "collection":
		v.collection, v.volume, v.meta = xmlAttribute(tag, "id"), "", nil
	case "volume":
		v.volume, v.meta = xmlAttribute(tag, "id"), nil
	}
}

// around returns a paper within the volume that it is in, as one element.
func (v *anthologyVolume) around(paper []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<volume collection=%q id=%q>", v.collection, v.volume)
	b.Write(v.meta)
	b.Write(paper)
	b.WriteString("</volume>")
	return b.Bytes()
}

func decodeAnthology(b []byte) (*data.Paper, error) {
	var v struct {
		Collection string `xml:"collection,attr"`
		Volume     string `xml:"id,attr"`
		Meta       struct {
			Title xmlText `xml:"booktitle"`
			Year  string  `xml:"year"`
			Month string  `xml:"month"`
		} `xml:"meta"`
		Paper struct {
			ID       string          `xml:"id,attr"`
			Title    xmlText         `xml:"title"`
			Authors  []anthologyName `xml:"author"`
			Abstract xmlText         `xml:"abstract"`
			URL      string          `xml:"url"`
			DOI      string          `xml:"doi"`
			Journal  string          `xml:"journal-title"`
			Year     string          `xml:"year"`
			Month    string          `xml:"month"`
		} `xml:"paper"`
	}
	if err := decodeXML(b, &v); err != nil {
		return nil, err
	}
	p := &data.Paper{
		Title: string(v.Paper.Title), Abstract: string(v.Paper.Abstract), DOI: v.Paper.DOI, Venue: string(v.Meta.Title),
		Published: withMonth(firstDate(v.Paper.Year), v.Paper.Month, ""),
	}
	if p.Published.IsZero() {
		p.Published = withMonth(firstDate(v.Meta.Year), v.Meta.Month, "")
	}
	if v.Paper.Journal != "" {
		p.Venue = v.Paper.Journal
	}
	for _, a := range v.Paper.Authors {
		p.Authors = append(p.Authors, strings.Join([]string{a.First, a.Last, a.Suffix}, " "))
	}
	for _, id := range []string{v.Paper.URL, anthologyID(v.Collection, v.Volume, v.Paper.ID)} {
		if id := data.CanonicalID("ACL:" + strings.TrimSpace(id)); p.ID == "" && strings.HasPrefix(id, "acl:") {
			p.ID, p.URL = id, "https://aclanthology.org/"+id[len("acl:"):]
		}
	}
	return p, nil
}

type anthologyName struct {
	First  string `xml:"first"`
	Last   string `xml:"last"`
	Suffix string `xml:"suffix"`
}

// oldCollection is a collection from before 2020: a letter for the venue and two digits for the year.
var oldCollection = regexp.MustCompile(`^[A-Z]\d\d$`)

// anthologyID returns the id of a paper (https://aclanthology.org/info/ids/): 2020.acl-main.1, and before 2020
// P18-1001, where the digits after the hyphen are the volume and the paper, two each for workshops.
func anthologyID(collection, volume, paper string) string {
	switch {
	case collection == "" || volume == "" || paper == "":
		return ""
	case !oldCollection.MatchString(collection):
		return collection + "-" + volume + "." + paper
	case collection[0] == 'W' || collection == "C69" || collection == "D19" && len(volume) > 1:
		return collection + "-" + padded(volume, 2) + padded(paper, 2)
	}
	return collection + "-" + volume + padded(paper, 3)
}

// padded returns a number with zeros before it, at least so many digits long.
func padded(number string, digits int) string {
	return strings.Repeat("0", max(0, digits-len(number))) + number
}
