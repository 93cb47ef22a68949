package web

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"kindred/api/link"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Robots returns robots.txt (RFC 9309) of the site at base: what is made for one reader alone is not crawled.
func Robots(base string) []byte {
	out := "User-agent: *\n"
	for _, path := range []string{"/search", "/list?", "/list/", "/like", "/curate", "/v1/"} {
		out += "Disallow: " + path + "\n"
	}
	return []byte(out + "\nSitemap: " + base + "/sitemap.xml\n")
}

// openSearch describes the site's search (OpenSearch 1.1).
type openSearch struct {
	XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string   `xml:"ShortName"`
	Description string   `xml:"Description"`
	Encoding    string   `xml:"InputEncoding"`
	Image       openSearchImage
	URL         openSearchURL
}

type openSearchImage struct {
	XMLName xml.Name `xml:"Image"`
	Type    string   `xml:"type,attr"`
	Href    string   `xml:",chardata"`
}

type openSearchURL struct {
	XMLName  xml.Name `xml:"Url"`
	Type     string   `xml:"type,attr"`
	Template string   `xml:"template,attr"`
}

// shortName is how many characters the name of a search may have (OpenSearch 1.1, ShortName).
const shortName = 16

// OpenSearch returns the description of the search of the site at base.
func (p *Pages) OpenSearch(base string) ([]byte, error) {
	name := []rune(readable.PlainXML(p.site))
	return encodeXML(openSearch{
		ShortName: string(name[:min(len(name), shortName)]), Description: "Search the papers of " + readable.PlainXML(p.site), Encoding: "UTF-8",
		Image: openSearchImage{Type: "image/svg+xml", Href: base + "/favicon.svg"},
		URL:   openSearchURL{Type: "text/html", Template: base + "/search?q={searchTerms}"},
	})
}

// sitemapSize is how many addresses one file lists; the protocol allows 50,000.
const sitemapSize = 20_000

// SitemapIndex lists sitemaps (sitemaps.org, version 0.9).
type SitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []SitemapLoc `xml:"sitemap"`
}

// SitemapSet lists addresses (sitemaps.org, version 0.9).
type SitemapSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []SitemapLoc `xml:"url"`
}

// SitemapLoc is an absolute address.
type SitemapLoc struct {
	Loc string `xml:"loc"`
}

// Sitemaps returns the index of the sitemaps of the site at base.
func Sitemaps(s *library.Snapshot, base string) ([]byte, error) {
	out := SitemapIndex{Maps: []SitemapLoc{{base + "/sitemaps/topics.xml"}}}
	for i := 0; i*sitemapSize < len(s.Catalog.Recent()); i++ {
		out.Maps = append(out.Maps, SitemapLoc{fmt.Sprintf("%s/sitemaps/papers-%d.xml", base, i+1)})
	}
	return encodeXML(out)
}

// Sitemap returns one of the sitemaps of the site at base by its name, nil where there is none.
func Sitemap(s *library.Snapshot, base, name string) ([]byte, error) {
	var out SitemapSet
	if name == "topics.xml" {
		for _, path := range []string{"/", "/papers", "/topics", "/map", "/docs", "/widget"} {
			out.URLs = append(out.URLs, SitemapLoc{base + path})
		}
		for _, t := range s.TopicList() {
			out.URLs = append(out.URLs, SitemapLoc{base + link.Topic(t.ID)})
		}
		return encodeXML(out)
	}
	number, ok := strings.CutSuffix(strings.TrimPrefix(name, "papers-"), ".xml")
	n, err := strconv.Atoi(number)
	rows := s.Catalog.Recent()
	if !ok || err != nil || n < 1 || (n-1)*sitemapSize >= len(rows) {
		return nil, nil
	}
	for _, row := range rows[(n-1)*sitemapSize : min(n*sitemapSize, len(rows))] {
		out.URLs = append(out.URLs, SitemapLoc{base + link.Paper(s.Catalog.Row(int(row)).ID)})
	}
	return encodeXML(out)
}
