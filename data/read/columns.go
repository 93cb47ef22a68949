package read

import (
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
)

// columnNames has names of columns beyond fieldNames, in the form of columnName, and counts after it. A table has
// fields that no JSON has: the year, month and day of a date in columns of their own, and identifiers without their
// scheme.
var columnNames = map[string][]string{
	"title": {
		"itemtitle", "articlename", "papername", "preprinttitle", "primarytitle", "titleofpaper", "titleofarticle",
		"publishedtitle", "dctitle", "dctermstitle", "titel", "titre", "titulo", "titolo", "titeldesbeitrags", "tytul",
		"标题", "题名", "篇名", "论文题目", "title题名", "タイトル", "論題", "제목", "논문명", "название", "заглавие",
	},
	"abstract": {
		"abstracttext", "articleabstract", "documentabstract", "abstractbody", "abstractsummary", "summaries",
		"preprintabstract", "dcdescriptionabstract", "dctermsabstract", "zusammenfassung", "kurzfassung", "kurzreferat",
		"resume", "resumen", "resumo", "riassunto", "sommario", "samenvatting", "streszczenie",
		"摘要", "summary摘要", "抄録", "要旨", "초록", "аннотация", "реферат",
	},
	"authors": {
		"authorshipsauthordisplayname", "authorshipsrawauthorname", "authorlist", "listofauthors",
		"contributors", "dccontributorauthor", "dccreator",
		"creator", "creatorname", "autor", "autoren", "autorinnen", "verfasser", "auteur", "auteurs", "autores", "autore",
		"autori", "autorzy", "作者", "author作者", "著者", "著者名", "저자", "авторы", "автор", "firstauthor",
	},
	"published": {
		"publishtime", "dateofpublication", "publicationdateprint", "publicationdateonline", "firstpublicationdate",
		"publishedonline", "issued", "issuedate", "onlinedate", "coverdisplaydate", "pubtime", "pubtime发表时间",
		"dcdateissued", "dctermsissued", "dcdate", "erscheinungsdatum", "publikationsdatum", "datum",
		"datedepublication", "datedeparution", "fechadepublicacion", "fecha", "datadipubblicazione",
		"datadepublicacao", "发表时间", "出版日期", "发表日期",
	},
	"year": {
		"year", "publicationyear", "pubyear", "yearpublished", "publishedyear", "yearofpublication", "publicationyr",
		"publyear", "jahr", "erscheinungsjahr", "publikationsjahr", "annee", "anneedepublication", "anneedeparution",
		"ano", "anodepublicacion", "anodepublicacao", "anno", "annodipubblicazione", "jaar", "rok", "год", "年", "年份",
		"year年", "出版年", "発行年", "발행년",
	},
	"month": {"month", "publicationmonth", "publishedmonth", "pubmonth", "monat", "mois", "mes", "mese", "maand"},
	"day":   {"day", "publicationday", "publishedday", "pubday", "jour", "dia", "giorno", "dag"},
	"venue": {
		"primarylocationsourcedisplayname", "hostvenuedisplayname", "journalname", "periodical", "periodicaltitle",
		"proceedingstitle", "conferencename", "conferencetitle", "serialtitle", "pubtitle", "secondarytitle", "venuename",
		"publicationname", "sourcename", "anthologytitle", "bookseriestitle", "zeitschrift", "zeitschriftzeitung",
		"zeitschriftentitel", "quelle", "revue", "revista", "rivista", "tijdschrift", "czasopismo", "журнал", "期刊",
		"刊名", "来源", "文献来源", "source文献来源", "雑誌名", "掲載誌", "학술지명", "journalabbreviation",
	},
	"categories": {
		"woscategories", "primarytopicdisplayname", "topicsdisplayname", "conceptsdisplayname", "researchareas",
		"fieldsofresearchanzsrc2020", "subjectterms", "subjectareas", "terms", "fachgebiet", "kategorie", "kategorien",
	},
	"keywords": {
		"keywordsdisplayname", "identifierkeywords", "keywordsplus", "meshterms", "descriptors", "subjectheadings",
		"automatictags", "dcsubject", "schlagworter", "schlagwoerter", "schlagworte", "stichworter", "stichworte",
		"motscles", "motsclefs", "palabrasclave", "parolechiave", "palavraschave", "trefwoorden", "slowakluczowe",
		"关键词", "keyword关键词", "キーワード", "키워드", "ключевыеслова",
	},
	"url": {
		"itemurl", "articleurl", "documenturl", "sourceurl", "sourceurls", "externalurl", "fulltexturl", "plink",
		"primarylocationlandingpageurl", "landingpageurl", "sourcelinkout", "dimensionsurl", "weblink", "webadresse",
		"lien", "enlace", "dcidentifieruri", "pageurl",
	},
	"doi": {
		"itemdoi", "articledoi", "paperdoi", "preprintdoi", "digitalobjectidentifier", "doilink", "doiname", "doinumber",
		"dcidentifierdoi", "prismdoi", "idsdoi",
	},
	"arxiv":    {"arxivnumber", "arxiveprint", "idsarxiv"},
	"pmid":     {"pubmed", "pubmednumber", "idspmid"},
	"pmcid":    {"pmcid", "pmc", "pubmedcentralid", "pmcnumber", "idspmcid"},
	"corpusid": {"corpusid", "s2corpusid"},
	"mag":      {"mag", "magid", "microsoftacademicid", "idsmag"},
	"id": {
		"openalexid", "s2id", "semanticscholarid", "s2paperid", "publicationid", "lensid", "corduid", "ut", "utuniquewosid",
		"accessionnumber", "accessionno", "an", "recordid", "storeid", "articleid", "documentid", "refid", "citationkey",
		"bibtexkey", "citekey", "itemkey",
	},
}

// tagNames has the two-letter names of the columns of Web of Science's tab-delimited files, which are the field tags of
// its plain text. They count where a table has TI: elsewhere "ID" is an identifier and not Keywords Plus.
var tagNames = map[string][]string{
	"title": {"ti"}, "abstract": {"ab"}, "authors": {"af", "au"}, "published": {"pd"}, "year": {"py"},
	"venue": {"so", "ct", "se"}, "categories": {"wc", "sc"}, "keywords": {"de", "id"}, "doi": {"di"}, "pmid": {"pm"},
	"id": {"ut"},
}

// fieldTag is the name of such a column.
var fieldTag = regexp.MustCompile(`^[a-z][a-z\d]$`)

// inBrackets is what is added to the name of a column: "Title (English)", "dc.title[en]".
var inBrackets = regexp.MustCompile(`\s*[(\[][^)\]]*[)\]]`)

// otherThan is what makes "Authors (IDs)" no column of authors.
var otherThan = regexp.MustCompile(`(?i)affil|\bids?\b|count|length|number|rank|orcid|raw`)

// columnName returns the name of a column in lower case and without accents, letters and digits only.
func columnName(name string) string { return plainName(withoutMarks(name)) }

// table is a header that was understood.
type table struct {
	comma   rune
	header  []byte           // the line of the header, without its end
	names   []string         // as in the header
	columns map[string][]int // the columns of a field, the first that has a value counts
	unread  []int            // the columns of no field
	kinds   []columnKind     // the columns whose values have a form
	joined  bool             // authors are written without anything between them, as Springer does
	solid   bool             // cells cannot slip into other columns
	notes   *notes
	filled  []atomic.Bool // whether a column had a value in any row
}

// newTable understands the names of a header, nil if none is a title or an abstract.
func newTable(names []string) *table {
	t := &table{names: names, columns: map[string][]int{}}
	at, plain := map[string][]int{}, make([]string, len(names)) // the columns of a name, and the names
	tags := 0
	for i, name := range names {
		plain[i] = columnName(name)
		at[plain[i]] = append(at[plain[i]], i)
		if fieldTag.MatchString(plain[i]) {
			tags++
		}
	}
	if at["ti"] != nil && 2*tags > len(names) {
		t.take(tagNames, at)
	} else {
		t.take(map[string][]string{"authors": {"authorfullnames", "authorsfullnames", "authorfullname"}}, at)
		t.take(fieldNames, at)
		t.take(columnNames, at)
		t.takeBracketed(names)
		if i := at["created"]; i != nil { // may be the day of the record
			list := slices.DeleteFunc(t.columns["published"], func(c int) bool { return c == i[0] })
			t.columns["published"] = append(list, i[0])
		}
		if t.columns["venue"] == nil && at["source"] != nil { // elsewhere it names the database
			t.columns["venue"] = at["source"][:1]
		}
	}
	if t.columns["title"] == nil && t.columns["abstract"] == nil {
		return nil
	}
	t.joined = at["itemtitle"] != nil && at["itemdoi"] != nil
	for i := range names {
		if plain[i] != "" && !t.read(i) {
			t.unread = append(t.unread, i)
		}
	}
	t.setKinds()
	return t
}

// take assigns columns to fields by their names, of columns with one name the first.
func (t *table) take(names map[string][]string, at map[string][]int) {
	for field, list := range names {
		for _, name := range list {
			if i, ok := at[name]; ok && !slices.Contains(t.columns[field], i[0]) {
				t.columns[field] = append(t.columns[field], i[0])
			}
		}
	}
}

// takeBracketed assigns columns whose names are those of fields but for a remark in brackets, after all others.
func (t *table) takeBracketed(names []string) {
	at := map[string][]int{}
	for i, name := range names {
		added := inBrackets.FindString(name)
		if short := inBrackets.ReplaceAllString(name, ""); short != name && !t.read(i) && !otherThan.MatchString(added) {
			plain := columnName(short)
			at[plain] = append(at[plain], i)
		}
	}
	t.take(fieldNames, at)
	t.take(columnNames, at)
}

// read reports whether column i is one of a field.
func (t *table) read(i int) bool {
	for _, list := range t.columns {
		if slices.Contains(list, i) {
			return true
		}
	}
	return false
}

// understood returns the number of columns that were.
func (t *table) understood() int {
	n := 0
	for i := range t.names {
		if t.read(i) {
			n++
		}
	}
	return n
}

// fieldsToName are the fields that a column may be renamed to, with the word for it.
var fieldsToName = []struct{ field, name string }{
	{"title", "title"}, {"abstract", "abstract"}, {"authors", "authors"}, {"year", "year"}, {"venue", "journal"},
	{"doi", "doi"}, {"keywords", "keywords"},
}

// missing returns the names of columns that the table lacks, joined by "or".
func (t *table) missing() string {
	var names []string
	for _, f := range fieldsToName {
		if t.columns[f.field] == nil && (f.field != "year" || t.columns["published"] == nil) {
			names = append(names, f.name)
		}
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return strings.Join(names, "")
}

// maxListed is how many names of columns a message lists.
const maxListed = 20

// listNames returns names for a message, shortened where they are many or long.
func listNames(names []string) string {
	list := make([]string, 0, maxListed)
	for _, name := range names[:min(len(names), maxListed)] {
		list = append(list, shortened(strings.Join(strings.Fields(name), " "), 40))
	}
	text := strings.Join(list, ", ")
	if len(names) > maxListed {
		text += ", …"
	}
	return text
}

// shortened returns the first n runes of s, with an ellipsis where there are more.
func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
