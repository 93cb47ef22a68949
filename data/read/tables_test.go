package read

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
)

// paperOfTable is the paper that each table of TestTables holds.
const paperOfTable = "Maize yield under drought | We measure maize yield."

// TestTables has one row in the columns of each program, as the program names and quotes them.
func TestTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Scopus", "\ufeff\"Authors\",\"Author full names\",\"Author(s) ID\",\"Title\",\"Year\",\"Source title\",\"Cited by\",\"DOI\",\"Link\",\"Abstract\",\"Author Keywords\",\"Index Keywords\",\"Document Type\",\"Source\",\"EID\"\n" +
			`"Arbor A.; Birch B.","Arbor, Ada (57190000001); Birch, Ben (57190000002)","57190000001; 57190000002","Maize yield under drought","2019","Journal of Fields","4","10.1000/a1","https://www.scopus.example/a1","We measure maize yield.","maize; yield","corn","Article","Scopus","2-s2.0-85000000001"` + "\n",
			"2019 | by Ada Arbor; Ben Birch | in Journal of Fields | key maize; yield | at https://www.scopus.example/a1 | also doi:10.1000/a1"},
		{"Dimensions", "\"About the data: Exported on Jan 02, 2024. Criteria: \"\"maize\"\" in title.\"\nRank,Publication ID,DOI,PMID,PMCID,Title,Abstract,Source title,Publication Date,PubYear,Authors,Dimensions URL\n" +
			"500,pub.1000000001,10.1000/a1,12345678,PMC7654321,Maize yield under drought,We measure maize yield.,Journal of Fields,2019-03-15,2019,\"Arbor, Ada; Birch, Ben\",https://app.dimensions.example/1\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | at https://app.dimensions.example/1 | also pmid:12345678; pmc:PMC7654321; doi:10.1000/a1"},
		{"Springer", "Item Title,Publication Title,Book Series Title,Journal Volume,Item DOI,Authors,Publication Year,URL,Content Type,Abstract\n" +
			"Maize yield under drought,Journal of Fields,,7,10.1000/a1,Ada ArborBen McBirchC. D. De Cedar,2019,http://example.org/a1,Article,We measure maize yield.\n",
			"2019 | by Ada Arbor; Ben McBirch; C. D. De Cedar | in Journal of Fields | at http://example.org/a1"},
		{"OpenAlex", "id,doi,display_name,abstract,publication_year,publication_date,authorships.author.display_name,primary_location.source.display_name,primary_topic.display_name,keywords.display_name,ids.pmid,cited_by_count\n" +
			"https://openalex.org/W1000000001,https://doi.org/10.1000/a1,Maize yield under drought,We measure maize yield.,2019,2019-03-15,Ada Arbor|Ben Birch,Journal of Fields,Dry farming,maize|yield,https://pubmed.ncbi.nlm.nih.gov/12345678,4\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | cat Dry farming | key maize; yield | also pmid:12345678; doi:10.1000/a1"},
		{"CORD-19", "cord_uid,sha,source_x,title,doi,pmcid,pubmed_id,license,abstract,publish_time,authors,journal,mag_id,who_covidence_id,arxiv_id,pdf_json_files,url,s2_id\n" +
			"abcd1234,,PMC,Maize yield under drought,10.1000/a1,PMC1234567,12345678,cc0,We measure maize yield.,2001-07-04,\"Arbor, Ada; Birch, Ben\",Journal of Fields,,,,,https://example.org/1; https://example.org/2,\n",
			"2001-07-04 | by Ada Arbor; Ben Birch | in Journal of Fields | at https://example.org/1 | also pmid:12345678; pmc:PMC1234567; doi:10.1000/a1"},
		{"Rayyan", "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id\n" +
			"rayyan-1,Maize yield under drought,2019,3,15,Journal of Fields,1234-5678,1,2,3-4,\"Arbor, A. and Birch, B.\",https://example.org,eng,,,We measure maize yield.,,10.1000/a1,,NA,\n",
			"2019-03-15 | by A. Arbor; B. Birch | in Journal of Fields | at https://example.org | also doi:10.1000/a1"},
		{"PubMed", "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI,Abstract\n" +
			"12345678,Maize yield under drought,\"Arbor A, Birch B, Cedar DE.\",J Fields. 2019,Arbor A,J Fields,2019,2019/03/15,,,10.1000/a1,We measure maize yield.\n",
			"2019 | by Arbor A; Birch B; Cedar DE | in J Fields | also pmid:12345678"},
		{"IEEE", "\"Document Title\",Authors,\"Author Affiliations\",\"Publication Title\",Date Added To Xplore,\"Publication Year\",\"Abstract\",\"DOI\",PDF Link,\"Author Keywords\",\"IEEE Terms\",\"Online Date\"\n" +
			"\"Maize yield under drought\",\"A. Arbor; B. Birch\",\"Uni; Uni\",\"Field Days\",\"15 March 2019\",\"2019\",\"We measure maize yield.\",\"10.1000/a1\",\"https://example.org/a1.pdf\",\"maize;yield\",\"Soil\",\"15 March 2019\"\n",
			"2019-03-15 | by A. Arbor; B. Birch | in Field Days | key maize; yield | at https://example.org/a1.pdf"},
		{"ACM", "type,id,author,editor,title,pages,keywords,doi,journal,issue_date,volume,description,month,year,issn,booktitle,abstract\n" +
			"article,1234567,Ada Arbor and Ben Birch,,Maize yield under drought,1--9,\"maize, yield\",10.1000/a1,J. Fields,March 2019,3,,March,2019,,,We measure maize yield.\n",
			"2019-03 | by Ada Arbor; Ben Birch | in J. Fields | key maize; yield | also doi:10.1000/a1"},
		{"Lens", "Lens ID,Title,Date Published,Publication Year,Publication Type,Source Title,ISSNs,Author/s,Abstract,Fields of Study,Keywords,Source URLs,External URL,PMID,DOI,Microsoft Academic ID,PMCID\n" +
			"000-111-222-333-444,Maize yield under drought,2019-03-15,2019,journal article,Journal of Fields,12345678,Ada Arbor; Ben Birch,We measure maize yield.,Agronomy; Biology,maize; yield,https://example.org/s,https://example.org/a1,12345678,10.1000/a1,2100000001,\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | cat Agronomy; Biology | key maize; yield | at https://example.org/s | also pmid:12345678; mag:2100000001; doi:10.1000/a1"},
		{"Zotero", "\"Key\",\"Item Type\",\"Publication Year\",\"Author\",\"Title\",\"Publication Title\",\"DOI\",\"Url\",\"Abstract Note\",\"Date\",\"Date Added\",\"Journal Abbreviation\",\"Manual Tags\",\"Automatic Tags\",\"Conference Name\"\n" +
			"\"ABCD2345\",\"journalArticle\",\"2019\",\"Arbor, Ada; Birch, Ben\",\"Maize yield under drought\",\"Journal of Fields\",\"10.1000/a1\",\"https://example.org/a1\",\"We measure maize yield.\",\"2019-03-15\",\"2023-01-01 10:00:00\",\"J Fields\",\"maize; yield\",\"\",\"\"\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | key maize; yield | at https://example.org/a1 | also doi:10.1000/a1"},
		{"Mendeley", "Title;Authors;Publication;Year;Abstract;DOI;Citation Key;Tags\nMaize yield under drought;Arbor, A., Birch, B.;Journal of Fields;2019;We measure maize yield.;10.1000/a1;Arbor2019;maize\n",
			"2019 | by A. Arbor; B. Birch | in Journal of Fields | key maize | also doi:10.1000/a1"},
		{"EBSCO", "Article Title,Author,Journal Title,ISSN,Publication Date,Accession Number,DOI,Subjects,Abstract,PLink\n" +
			"Maize yield under drought,\"Arbor, Ada; Birch, Ben\",Journal of Fields,12345678,20190315,130000001,10.1000/a1,Maize; Yield,We measure maize yield.,https://search.example/1\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | cat Maize; Yield | at https://search.example/1 | also doi:10.1000/a1"},
		{"ProQuest", "Title\tAbstract\tStoreId\tArticleType\tAuthors\tdigitalObjectIdentifier\tpubdate\tpubtitle\tyear\tDocumentURL\tidentifierKeywords\n" +
			"Maize yield under drought\tWe measure maize yield.\t2000000001\tArticle\tArbor, Ada1; Birch, Ben2\t10.1000/a1\tMar 15, 2019\tJournal of Fields\t2019\thttps://search.example/1\tmaize, yield\n",
			"2019-03-15 | by Ada Arbor; Ben Birch | in Journal of Fields | key maize; yield | at https://search.example/1 | also doi:10.1000/a1"},
		{"Web of Science, tab-delimited", utf16le("PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tID\tAB\tSN\tPD\tPY\tVL\tDI\tWC\tSC\tUT\tPM\r\n" +
			"J\tArbor, A; Birch, B\tArbor, Ada; Birch, Ben\tMaize yield under drought\tJOURNAL OF FIELDS\tEnglish\tArticle\tmaize; yield\tCORN\tWe measure maize yield.\t1234-5678\tMAR 15\t2019\t1\t10.1000/a1\tAgronomy\tAgriculture\tWOS:000000000000001\t12345678\r\n"),
			"2019-03-15 | by Ada Arbor; Ben Birch | in JOURNAL OF FIELDS | cat Agronomy | key maize; yield | also pmid:12345678; doi:10.1000/a1"},
		{"Web of Science, Excel names", "Publication Type,Authors,Author Full Names,Article Title,Source Title,Conference Title,Author Keywords,Keywords Plus,Abstract,Publication Date,Publication Year,DOI,DOI Link,WoS Categories,Pubmed Id,UT (Unique WOS ID)\n" +
			"J,\"Arbor, A; Birch, B\",\"Arbor, Ada; Birch, Ben\",Maize yield under drought,JOURNAL OF FIELDS,,maize; yield,CORN,We measure maize yield.,MAR-APR,2019,10.1000/a1,http://dx.doi.org/10.1000/a1,Agronomy,12345678.0,WOS:000000000000001\n",
			"2019-03 | by Ada Arbor; Ben Birch | in JOURNAL OF FIELDS | cat Agronomy | key maize; yield | also pmid:12345678; doi:10.1000/a1"},
		{"Publish or Perish", "\"Cites\",\"Authors\",\"Title\",\"Year\",\"Source\",\"Publisher\",\"ArticleURL\",\"CitesURL\",\"GSRank\",\"QueryDate\",\"Type\",\"DOI\",\"AuthorCount\",\"Abstract\"\n" +
			"4,\"A Arbor, B Birch...\",\"Maize yield under drought\",2019,\"Journal of Fields\",\"Press\",\"https://example.org/a1\",\"\",1,\"2023-01-01 10:00:00\",\"\",\"10.1000/a1\",5,\"We measure maize yield.\"\n",
			"2019 | by A Arbor; B Birch | in Journal of Fields | at https://example.org/a1 | 0 votes 0 comments 5 authors"},
		{"Covidence", "Title,Authors,Abstract,Published Year,Published Month,Journal,Accession Number,DOI,Covidence #,Tags\n" +
			"Maize yield under drought,\"Arbor, A.; Birch, B.\",We measure maize yield.,2019,Mar,Journal of Fields,,10.1000/a1,#12,\n", "2019-03 | by A. Arbor; B. Birch | in Journal of Fields"},
		{"DSpace", "id,collection,dc.contributor.author[],dc.date.issued[],dc.description.abstract[en],dc.identifier.doi[],dc.title[en]\n" +
			"7,1/2,\"Arbor, Ada||Birch, Ben\",2019-03,We measure maize yield.,10.1000/a1,Maize yield under drought\n", "2019-03 | by Ada Arbor; Ben Birch | also doi:10.1000/a1"},
		{"German", "Titel;Autoren;Jahr;Zeitschrift;Zusammenfassung;Schlagwörter;DOI-Name\nMaize yield under drought;Arbor, Ada;2019;Feldblatt;We measure maize yield.;Mais, Ertrag;10.1000/a1\n",
			"2019 | by Ada Arbor | in Feldblatt | key Mais; Ertrag"},
		{"French", "Titre;Auteurs;Année;Revue;Résumé;Mots-clés\nMaize yield under drought;Ada Arbor et Ben Birch;2019;Les Champs;We measure maize yield.;maïs\n",
			"2019 | by Ada Arbor; Ben Birch | in Les Champs | key maïs"},
		{"Spanish", "Título,Autores,Año,Revista,Resumen,Palabras clave\nMaize yield under drought,Ada Arbor; Ben Birch,2019,Campos,We measure maize yield.,maíz; campo\n",
			"2019 | by Ada Arbor; Ben Birch | in Campos | key maíz; campo"},
		{"Chinese", "Title-题名,Author-作者,Source-文献来源,PubTime-发表时间,Keyword-关键词,Summary-摘要\nMaize yield under drought,王伟;李娜;,田野,2019-03-15,玉米;;干旱,We measure maize yield.\n",
			"2019-03-15 | by 王伟; 李娜 | in 田野 | key 玉米; 干旱"},
		{"Korean", "제목,저자,발행년,초록\nMaize yield under drought,Ada Arbor,2019,We measure maize yield.\n", "2019 | by Ada Arbor"},
		{"Japanese", "タイトル,著者,発行年,抄録,キーワード\nMaize yield under drought,Ada Arbor,2019,We measure maize yield.,maize\n", "2019 | by Ada Arbor | key maize"},
		{"decomposed accents", "Titre;Auteurs;Anne\u0301e;Re\u0301sume\u0301\nMaize yield under drought;Ada Arbor;2019;We measure maize yield.\n", "2019 | by Ada Arbor"},
		{"sep=;", "\ufeffsep=;\r\nTitle;Abstract;Year\r\nMaize yield under drought;We measure maize yield.;2019\r\n", "2019"},
		{"sep=\\t, in quotes", "\"sep=\\t\"\nTitle\tAbstract\tYear\nMaize yield under drought\tWe measure maize yield.\t2019\n", "2019"},
		{"sep= another", "sep=^\nTitle^Abstract^Year\nMaize yield under drought^We measure maize yield.^2019\n", "2019"},
		{"heading and blank lines", "\n  \nMaize, search of title and abstract\n\nExported;2024\n\nTitle;Abstract;Year\nMaize yield under drought;We measure maize yield.;2019\n", "2019"},
		{"names over lines", "\"Title\n(original)\",\"Abstract\",\"Year\"\n\"Maize yield under drought\",\"We measure maize yield.\",\"2019\"\n", "2019"},
		{"CSV of a Macintosh", "Title,Abstract,Year\rMaize yield under drought,We measure maize yield.,2019\r", "2019"},
		{"a name twice", "Title,Authors,Title,Abstract,Year\n,Ada Arbor,Maize yield under drought,We measure maize yield.,2019\n", "2019 | by Ada Arbor"},
		{"numbered rows of pandas", "\ttitle\tabstract\tyear\n0\tMaize yield under drought\tWe measure maize yield.\t2019.0\n", "2019"},
		{"numbered rows of R", "\"title\",\"abstract\",\"year\"\n\"1\",\"Maize yield under drought\",\"We measure maize yield.\",2019\n", "2019"},
		{"bars, empty cells at the end", "Title|Year|Abstract||\nMaize yield under drought|2019|We measure maize yield.||||\n", "2019"},
		{"cells left out", "Title,Abstract,Year,DOI,Venue\nMaize yield under drought,We measure maize yield.,2019\n", "2019"},
		{"formulas of a spreadsheet", "Title,Abstract,Year,DOI\n\"=\"\"Maize yield under drought\"\"\",We measure maize yield.,\"=\"\"2019\"\"\",\"=HYPERLINK(\"\"https://doi.org/10.1000/a1\"\",\"\"DOI\"\")\"\n", "2019"},
	} {
		format, got := readText(t, c.text)
		if format != "CSV or TSV with a header" || len(got) != 1 {
			t.Errorf("%s: read as %s: %q", c.name, format, got)
			continue
		}
		if _, got, _ := strings.Cut(got[0], " | "); got != paperOfTable+" | "+c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, paperOfTable+" | "+c.want)
		}
	}
}

// TestRaggedRows has rows that do not fit the header Title,Abstract,Year,DOI. The row after them must always be read.
func TestRaggedRows(t *testing.T) {
	const header, next = "Title,Abstract,Year,DOI\n", "River floods,We forecast floods.,2020,10.1000/a2\n"
	for _, c := range []struct{ name, rows, want string }{
		{"comma with a space", "Maize yield, in the far north,We measure.,2019,10.1000/a1\n", "Maize yield, in the far north | We measure. | 2019"},
		{"commas in two cells", "Maize, in the north,We measure, in May, and June.,2019,10.1000/a1\n", "Maize, in the north | We measure, in May, and June. | 2019"},
		{"comma in a number", "Maize yield,We measure 1,204 fields.,2019,10.1000/a1\n", "Maize yield | We measure 1,204 fields. | 2019"},
		{"comma without a space", "Maize,sorghum,We measure.,2019,10.1000/a1\n", "2:1 5 cells where the header has 4: a comma outside quotes?"},
		{"cell too many at the end", "Maize,We measure.,2019,10.1000/a1,more\n", "2:1 5 cells where the header has 4: a comma outside quotes?"},
		{"comma, and the last cell left out", "Maize yield, in the north,We measure.,2019\n", "Maize yield, in the north | We measure. | 2019"},
		{"shifted, right number of cells", "Maize,sorghum,We measure maize yield in twelve dry fields.,2019\n", `2:1 the column Year has "We measure maize yield in twelve dry fie…": a comma or a quote out of place?`},
		{"bare quotes", "\"Days of \"Fields as a Tool\"\",\"We measure.\",\"2019\",\"10.1000/a1\"\n", `Days of "Fields as a Tool" | We measure. | 2019`},
		{"bare quotes in the last cells", "\"Maize\",\"We measure \"much\"\",\"2019\",\"10.1000/a1\"\n", `Maize | We measure "much" | 2019`},
		{"quoted beginning", "\"Big\" maize,We measure.,2019,10.1000/a1\n", `"Big" maize | We measure. | 2019`},
		{"quote and comma inside", "\"Maize \"A\", \"B\" and C\",\"We measure.\",\"2019\",\"10.1000/a1\"\n", `Maize "A", "B" and C | We measure. | 2019`},
		{"quote never closed", "\"Maize,We measure.,2019\n", "2:1 a quoted cell is never closed"},
		{"inch and line break", "Pipes of 5\" and 6\",\"We\nmeasure.\",2019,10.1000/a1\n", "Pipes of 5\" and 6\" | We measure. | 2019"},
		{"well-formed quotes", "\"The \"\"dry\"\"\",\"\"\"Wet\"\", they say.\",2019,10.1000/a1\n", `The "dry" | "Wet", they say. | 2019`},
		{"sentence for a year", "Maize,sorghum,We measure.,2019\n", `2:1 the column Year has "We measure.": a comma or a quote out of place?`},
		{"words for a year", "Maize,We measure.,Manuscript accepted for publication in spring,10.1000/a1\n", "Maize | We measure. | "},
		{"unusual year", "Maize,We measure.,forthcoming,10.1000/a1\n", "Maize | We measure. | "},
		{"header again", header, ""},
	} {
		_, got := readText(t, header+c.rows+next)
		var want []string
		if c.want != "" {
			want = append(want, c.want)
		}
		want = append(want, "River floods | We forecast floods. | 2020")
		for i := range got {
			if _, after, ok := strings.Cut(got[i], " | "); ok {
				got[i] = after
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
	}
}

// TestShiftedRow checks that a year among the texts and a text for a year put a row aside.
func TestShiftedRow(t *testing.T) {
	_, got := readText(t, "Title,Authors,Year,Journal\nMaize,sorghum,Ada Arbor,2019\nThe year,Ada Arbor,2019,1984\nFloods,Ben Birch,,2020\n")
	if len(got) != 3 || got[0] != `2:1 the column Year has "Ada Arbor": a comma or a quote out of place?` || !strings.Contains(got[1], "in 1984") {
		t.Errorf("got %q", got)
	}
}

// TestTableSum checks that every record of a table becomes a paper or is rejected, once.
func TestTableSum(t *testing.T) {
	const rows = `Maize yield,We measure.,2019,10.1000/a1
"River floods","We ""forecast"" floods.",2020,10.1000/a2
Bird song, in towns,We record.,2021,10.1000/a3
Old,bricks,We date.,2022,10.1000/a4
"Days of "Fields"",We go.,2001,10.1000/a5
"Never closed,We stop.,2002
,,,
"Two
lines","Of
text",2003,10.1000/a6

,only text,2004,
,,2005,10.1000/a8
Short
Shifted,We measure maize yield in twelve dry fields.,We go.,2006
"Closed late,We wait.,2007,10.1000/a9
Glass bells,We ring.,2008,"10.1000/b1"
Too,many,cells,2009,10.1000/b2,x,y,z
`
	const records = 14 // of rows, without blank ones and those of empty cells
	for name, text := range map[string]string{
		"commas": "Title,Abstract,Year,DOI\n" + rows, "header later": "Export\n\nTitle,Abstract,Year,DOI\n" + rows, "CRLF": strings.ReplaceAll("Title,Abstract,Year,DOI\n"+rows, "\n", "\r\n"),
		"tabs": strings.ReplaceAll("Title,Abstract,Year,DOI\n"+rows, ",", "\t"), "semicolons": strings.ReplaceAll("sep=,\nTitle,Abstract,Year,DOI\n"+rows, ",", ";"),
		"UTF-16": utf16le("Title,Abstract,Year,DOI\n" + rows), "gzip": gzipped(t, "Title,Abstract,Year,DOI\n"+rows),
	} {
		_, got := readText(t, text)
		numbers := map[string]bool{}
		for _, line := range got {
			if at, _, ok := strings.Cut(line, " "); ok && strings.Contains(at, ":") && at[0] <= '9' {
				numbers[at] = true
			}
		}
		if all := strings.Join(got, "\n"); len(got) != records || len(numbers) < 5 || !strings.Contains(all, "Glass bells") || !strings.Contains(all, "Two lines") {
			t.Errorf("%s: %d records, %d rejected, want %d:\n%s", name, len(got), len(numbers), records, all)
		}
	}
}

// TestQuotesOverRows checks that a quote which only a later row closes costs that row's neighbours nothing.
func TestQuotesOverRows(t *testing.T) {
	const text = `"Title","Year","Source title"
"Maize yield","2019","Days of "Fields""
"River floods","2020","Water Days"
"Bird song","2021","Days of "Birds"
"Old bricks","2022","Brick Days"
`
	_, got := readText(t, text)
	if all := strings.Join(got, "\n"); len(got) != 4 || !strings.Contains(all, `Maize yield |  | 2019 | in Days of "Fields"`) ||
		!strings.Contains(all, "in Water Days") || !strings.Contains(all, "in Brick Days") {
		t.Errorf("got %s", all)
	}
}

// TestPlaceholderCells checks that words for "no value" are none in any column, and that what is no identifier makes no
// alias.
func TestPlaceholderCells(t *testing.T) {
	const header = "Title,Authors,Year,Abstract,DOI,PubMed ID,PMCID,Journal,Keywords,URL,id\n"
	for _, word := range []string{"NA", "N/A", "<NA>", "None", "null", "NULL", "nan", "NaN", "NaT", "-", "--", "#N/A", "[]", "", " na "} {
		_, got := readText(t, header+"Maize yield"+strings.Repeat(","+word, 10)+"\n")
		if len(got) != 1 || !strings.HasSuffix(got[0], " | Maize yield |  | ") || !strings.HasPrefix(got[0], "title:") {
			t.Errorf("%q: got %q", word, got)
		}
	}
	_, got := readText(t, "Title,PubMed ID,PMCID\nMaize,unknown,x1\nFloods,PMID: 12345678,7654321\nBirds,12345678.0,0\nBricks,0,PMC12\n")
	for i, want := range []string{
		data.TitleID("Maize") + " | Maize |  | ", "pmid:12345678 | Floods |  |  | also pmc:PMC7654321", "pmid:12345678 | Birds |  | ",
		"pmc:PMC12 | Bricks |  | ",
	} {
		if got[i] != want {
			t.Errorf("row %d: got %q, want %q", i, got[i], want)
		}
	}
}

// TestColumnNames checks that each name is in the form in which headers are looked up, and names one field.
func TestColumnNames(t *testing.T) {
	fields := map[string]string{}
	for _, names := range []map[string][]string{columnNames, fieldNames} {
		for field, list := range names {
			for _, name := range list {
				if columnName(name) != name {
					t.Errorf("%s: %q is looked up as %q", field, name, columnName(name))
				}
				if other := fields[name]; other != "" && other != field && field != "year" && other != "year" {
					t.Errorf("%q is a name of %s and of %s", name, other, field)
				}
				fields[name] = field
			}
		}
	}
}

func TestTableNotes(t *testing.T) {
	checkNotes(t, "Export of maize\nRank,Title,Cited by,Empty,Notes\n1,Maize yield,4,,seen\n2,River floods,7,,\n",
		"3 columns not read: Rank, Cited by, Notes; rename one to abstract, authors, year, journal, doi or keywords if it holds that",
		"line 1, before the header, was left out: Export of maize")
	checkNotes(t, "Title,Year,DOI\n\"Maize \"A\"\",2019,10.1000/a1\nFloods, and more,2020,10.1000/a2\n1,Birds,2021,10.1000/a3\nTitle,Year,DOI\n",
		"a row with a quote or comma out of place was read in the one way that fits the header",
		"a row begins with a number for which the header has no name: left out",
		"the header is repeated among the rows, as in tables that were joined")
	checkNotes(t, "Title,PMID\nMaize,see text\n", "a value of the column PMID that is no PubMed id was left out")
}

// checkNotes reads a table without a rejected row and compares its notes.
func checkNotes(t *testing.T, text string, want ...string) {
	t.Helper()
	s, err := NewSource("test", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range s.Papers() {
		if err != nil {
			t.Error(err)
		}
	}
	var got []string
	for _, n := range s.Notes() {
		got = append(got, n.Text)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestFieldTables reads the tables that failed in the field.
func TestFieldTables(t *testing.T) {
	dir := filepath.Dir(datatest.Shared(t, "data", "field", "README.md"))
	for file, want := range map[string]string{
		"01-na-cells.csv":      "pubmed none",
		"18-placeholders.csv":  "",
		"19-preface.csv":       "Maize yield under drought | We measure maize yield. | 2019 | by Ada Arbor; Ben Birch | in Journal of Fields",
		"19-search-result.csv": "Maize yield under drought |  | 2019 | by Ada Arbor; Ben Birch | in Journal of Fields | at http://example.org/a1",
		"19-sep-line.csv":      "Maize yield under drought | We measure; maize. | 2019",
		"26-services.csv":      "Maize yield under drought | We measure maize yield. | 2019 | by Ada Arbor; Ben Birch | in Journal of Fields",
		"26-services2.csv":     "Maize yield under drought | We measure maize yield. | 2001-07-04 | by Ada Arbor; Ben Birch | in Journal of Fields",
		"28-ragged.csv":        "Maize yield under drought, in the far north | We measure maize yield. | 2019",
		"33-bare-quotes.csv":   `Maize yield under drought | We measure maize yield. | 2007 | by A. Arbor | in Days 2007 - The Conference on "Fields as a Tool"`,
	} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		_, got := readText(t, string(text))
		all := strings.Join(got, "\n")
		if strings.HasPrefix(file, "01") || strings.HasPrefix(file, "18") {
			if strings.Contains(strings.ToLower(all), "pmid") || strings.Contains(all, "vailable") || strings.HasPrefix(file, "18") && strings.Contains(all, " by ") {
				t.Errorf("%s: got %s", file, all)
			}
			continue
		}
		if !strings.Contains(got[0], want) {
			t.Errorf("%s:\n got %s\nwant %s", file, got[0], want)
		}
	}
}
