package read

import (
	"strings"
	"unicode"

	"kindred/data"
)

// fieldNames has the names that tables and JSON of other programs give to each field of a paper, in the form of
// plainName. Of several names of one field, the first in the list that has a value counts.
var fieldNames = map[string][]string{
	"id":       {"id", "paperid", "identifier", "eid", "key", "uid"},
	"title":    {"title", "papertitle", "articletitle", "documenttitle", "titles", "displayname"},
	"abstract": {"abstract", "abstractnote", "summary", "abstracts", "paperabstract", "description"},
	"authors":  {"authors", "author", "authorfullnames", "authornames", "creators", "authorslist"},
	"published": {"published", "publicationdate", "date", "datepublished", "publisheddate", "pubdate", "coverdate", "created",
		"year", "publicationyear", "pubyear", "yearpublished"},
	"venue": {"venue", "journal", "sourcetitle", "publicationtitle", "booktitle", "conference", "journaltitle", "containertitle",
		"journalbook", "publication"},
	"categories":   {"categories", "category", "subjects", "subject", "fieldsofstudy", "topics", "primarycategory"},
	"labels":       {"labels", "label", "class", "area"},
	"keywords":     {"keywords", "authorkeywords", "keyword", "indexkeywords", "tags", "manualtags", "indexterms", "ieeeterms"},
	"url":          {"url", "link", "pdflink", "href", "paperurl", "pdfurl"},
	"doi":          {"doi", "doiurl"},
	"arxiv":        {"arxiv", "arxivid"},
	"pmid":         {"pmid", "pubmedid"},
	"upvotes":      {"upvotes", "votes", "likes"},
	"comments":     {"comments", "numcomments"},
	"author_count": {"authorcount", "numauthors", "nauthors"},
}

// plainName returns the name of a column or key in lower case, letters and digits only.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// placeholders are the texts, in lower case, that programs write into a cell without a value, beside those of
// [data.NoValue]: the errors of spreadsheets, and the sentences of Scopus and others.
var placeholders = map[string]bool{
	"[]": true, "{}": true, "#value!": true, "#ref!": true, "#name?": true, "#null!": true, "#num!": true, "#div/0!": true,
	"not available": true, "not applicable": true, "[not available]": true, "abstract unavailable": true,
	"no abstract found": true, "[abstract not available]": true, "no abstract provided": true,
	"no abstract is available": true, "[no abstract available]": true, "no abstract available": true, "no abstract": true,
	"abstract missing": true, "abstract not available": true, "[no author name available]": true,
	"no author name available": true, "[no title available]": true, "no title available": true,
}

// known returns a value without surrounding space, and nothing for a placeholder.
func known(value string) string {
	value = strings.TrimSpace(value)
	if data.NoValue(strings.TrimSuffix(value, ".")) || data.NoValue(value) {
		return ""
	}
	if len(value) < 32 && placeholders[strings.ToLower(strings.TrimSuffix(value, "."))] {
		return ""
	}
	return value
}
