package read

import (
	"fmt"
	"strings"
	"testing"

	"kindred/data"
)

// paperOfTable is the paper that each table of TestTables holds.
const paperOfTable = "Barley growth under clouds | We measure barley growth."

// TestTables has one row in the columns of each program, as the program names and quotes them.
func TestTables(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"Scopus", "\ufeff\"Authors\",\"Author full names\",\"Author(s) ID\",\"Title\",\"Year\",\"Source title\",\"Cited by\",\"DOI\",\"Link\",\"Abstract\",\"Author Keywords\",\"Index Keywords\",\"Document Type\",\"Source\",\"EID\"\n" +
			`"Alder A.; Beech B.","Alder, Ida (57190000001); Beech, Bob (57190000002)","57190000001; 57190000002","Barley growth under clouds","2019","Journal of Meadows","4","10.1000/a1","https://www.scopus.example/a1","We measure barley growth.","barley; yield","corn","Article","Scopus","2-s2.0-85000000001"` + "\n",
			"2019 | by Ida Alder; Bob Beech | in Journal of Meadows | key barley; yield | at https://www.scopus.example/a1 | also doi:10.1000/a1"},
		{"Dimensions", "\"About the data: Exported on Jan 02, 2024. Criteria: \"\"barley\"\" in title.\"\nRank,Publication ID,DOI,PMID,PMCID,Title,Abstract,Source title,Publication Date,PubYear,Authors,Dimensions URL\n" +
			"500,pub.1000000001,10.1000/a1,12345678,PMC7654321,Barley growth under clouds,We measure barley growth.,Journal of Meadows,2019-03-15,2019,\"Alder, Ida; Beech, Bob\",https://app.dimensions.example/1\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | at https://app.dimensions.example/1 | also pmid:12345678; pmc:PMC7654321; doi:10.1000/a1"},
		{"Springer", "Item Title,Publication Title,Book Series Title,Journal Volume,Item DOI,Authors,Publication Year,URL,Content Type,Abstract\n" +
			"Barley growth under clouds,Journal of Meadows,,7,10.1000/a1,Ida AlderBob McBeechC. D. De Cedar,2019,http://example.org/a1,Article,We measure barley growth.\n",
			"2019 | by Ida Alder; Bob McBeech; C. D. De Cedar | in Journal of Meadows | at http://example.org/a1"},
		{"OpenAlex", "id,doi,display_name,abstract,publication_year,publication_date,authorships.author.display_name,primary_location.source.display_name,primary_topic.display_name,keywords.display_name,ids.pmid,cited_by_count\n" +
			"https://openalex.org/W1000000001,https://doi.org/10.1000/a1,Barley growth under clouds,We measure barley growth.,2019,2019-03-15,Ida Alder|Bob Beech,Journal of Meadows,Dry farming,barley|yield,https://pubmed.ncbi.nlm.nih.gov/12345678,4\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | cat Dry farming | key barley; yield | also pmid:12345678; doi:10.1000/a1"},
		{"CORD-19", "cord_uid,sha,source_x,title,doi,pmcid,pubmed_id,license,abstract,publish_time,authors,journal,mag_id,who_covidence_id,arxiv_id,pdf_json_files,url,s2_id\n" +
			"abcd1234,,PMC,Barley growth under clouds,10.1000/a1,PMC1234567,12345678,cc0,We measure barley growth.,2001-07-04,\"Alder, Ida; Beech, Bob\",Journal of Meadows,,,,,https://example.org/1; https://example.org/2,\n",
			"2001-07-04 | by Ida Alder; Bob Beech | in Journal of Meadows | at https://example.org/1 | also pmid:12345678; pmc:PMC1234567; doi:10.1000/a1"},
		{"Rayyan", "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,doi,keywords,pubmed_id,pmc_id\n" +
			"rayyan-1,Barley growth under clouds,2019,3,15,Journal of Meadows,1234-5678,1,2,3-4,\"Alder, A. and Beech, B.\",https://example.org,eng,,,We measure barley growth.,,10.1000/a1,,NA,\n",
			"2019-03-15 | by A. Alder; B. Beech | in Journal of Meadows | at https://example.org | also doi:10.1000/a1"},
		{"PubMed", "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID,DOI,Abstract\n" +
			"12345678,Barley growth under clouds,\"Alder A, Beech B, Cedar DE.\",J Fields. 2019,Alder A,J Fields,2019,2019/03/15,,,10.1000/a1,We measure barley growth.\n",
			"2019 | by Alder A; Beech B; Cedar DE | in J Fields | also pmid:12345678"},
		{"IEEE", "\"Document Title\",Authors,\"Author Affiliations\",\"Publication Title\",Date Added To Xplore,\"Publication Year\",\"Abstract\",\"DOI\",PDF Link,\"Author Keywords\",\"IEEE Terms\",\"Online Date\"\n" +
			"\"Barley growth under clouds\",\"A. Alder; B. Beech\",\"Uni; Uni\",\"Field Days\",\"15 March 2019\",\"2019\",\"We measure barley growth.\",\"10.1000/a1\",\"https://example.org/a1.pdf\",\"barley;yield\",\"Soil\",\"15 March 2019\"\n",
			"2019-03-15 | by A. Alder; B. Beech | in Field Days | key barley; yield | at https://example.org/a1.pdf"},
		{"ACM", "type,id,author,editor,title,pages,keywords,doi,journal,issue_date,volume,description,month,year,issn,booktitle,abstract\n" +
			"article,1234567,Ida Alder and Bob Beech,,Barley growth under clouds,1--9,\"barley, yield\",10.1000/a1,J. Fields,March 2019,3,,March,2019,,,We measure barley growth.\n",
			"2019-03 | by Ida Alder; Bob Beech | in J. Fields | key barley; yield | also doi:10.1000/a1"},
		{"Lens", "Lens ID,Title,Date Published,Publication Year,Publication Type,Source Title,ISSNs,Author/s,Abstract,Fields of Study,Keywords,Source URLs,External URL,PMID,DOI,Microsoft Academic ID,PMCID\n" +
			"000-111-222-333-444,Barley growth under clouds,2019-03-15,2019,journal article,Journal of Meadows,12345678,Ida Alder; Bob Beech,We measure barley growth.,Agronomy; Biology,barley; yield,https://example.org/s,https://example.org/a1,12345678,10.1000/a1,2100000001,\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | cat Agronomy; Biology | key barley; yield | at https://example.org/s | also pmid:12345678; mag:2100000001; doi:10.1000/a1"},
		{"Zotero", "\"Key\",\"Item Type\",\"Publication Year\",\"Author\",\"Title\",\"Publication Title\",\"DOI\",\"Url\",\"Abstract Note\",\"Date\",\"Date Added\",\"Journal Abbreviation\",\"Manual Tags\",\"Automatic Tags\",\"Conference Name\"\n" +
			"\"ABCD2345\",\"journalArticle\",\"2019\",\"Alder, Ida; Beech, Bob\",\"Barley growth under clouds\",\"Journal of Meadows\",\"10.1000/a1\",\"https://example.org/a1\",\"We measure barley growth.\",\"2019-03-15\",\"2023-01-01 10:00:00\",\"J Fields\",\"barley; yield\",\"\",\"\"\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | key barley; yield | at https://example.org/a1 | also doi:10.1000/a1"},
		{"Mendeley", "Title;Authors;Publication;Year;Abstract;DOI;Citation Key;Tags\nBarley growth under clouds;Alder, A., Beech, B.;Journal of Meadows;2019;We measure barley growth.;10.1000/a1;Alder2019;barley\n",
			"2019 | by A. Alder; B. Beech | in Journal of Meadows | key barley | also doi:10.1000/a1"},
		{"EBSCO", "Article Title,Author,Journal Title,ISSN,Publication Date,Accession Number,DOI,Subjects,Abstract,PLink\n" +
			"Barley growth under clouds,\"Alder, Ida; Beech, Bob\",Journal of Meadows,12345678,20190315,130000001,10.1000/a1,Barley; Yield,We measure barley growth.,https://search.example/1\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | cat Barley; Yield | at https://search.example/1 | also doi:10.1000/a1"},
		{"ProQuest", "Title\tAbstract\tStoreId\tArticleType\tAuthors\tdigitalObjectIdentifier\tpubdate\tpubtitle\tyear\tDocumentURL\tidentifierKeywords\n" +
			"Barley growth under clouds\tWe measure barley growth.\t2000000001\tArticle\tAlder, Ida1; Beech, Bob2\t10.1000/a1\tMar 15, 2019\tJournal of Meadows\t2019\thttps://search.example/1\tbarley, yield\n",
			"2019-03-15 | by Ida Alder; Bob Beech | in Journal of Meadows | key barley; yield | at https://search.example/1 | also doi:10.1000/a1"},
		{"Web of Science, tab-delimited", utf16le("PT\tAU\tAF\tTI\tSO\tLA\tDT\tDE\tID\tAB\tSN\tPD\tPY\tVL\tDI\tWC\tSC\tUT\tPM\r\n" +
			"J\tAlder, A; Beech, B\tAlder, Ida; Beech, Bob\tBarley growth under clouds\tJOURNAL OF MEADOWS\tEnglish\tArticle\tbarley; yield\tCORN\tWe measure barley growth.\t1234-5678\tMAR 15\t2019\t1\t10.1000/a1\tAgronomy\tAgriculture\tWOS:000000000000001\t12345678\r\n"),
			"2019-03-15 | by Ida Alder; Bob Beech | in JOURNAL OF MEADOWS | cat Agronomy | key barley; yield | also pmid:12345678; doi:10.1000/a1"},
		{"Web of Science, Excel names", "Publication Type,Authors,Author Full Names,Article Title,Source Title,Conference Title,Author Keywords,Keywords Plus,Abstract,Publication Date,Publication Year,DOI,DOI Link,WoS Categories,Pubmed Id,UT (Unique WOS ID)\n" +
			"J,\"Alder, A; Beech, B\",\"Alder, Ida; Beech, Bob\",Barley growth under clouds,JOURNAL OF MEADOWS,,barley; yield,CORN,We measure barley growth.,MAR-APR,2019,10.1000/a1,http://dx.doi.org/10.1000/a1,Agronomy,12345678.0,WOS:000000000000001\n",
			"2019-03 | by Ida Alder; Bob Beech | in JOURNAL OF MEADOWS | cat Agronomy | key barley; yield | also pmid:12345678; doi:10.1000/a1"},
		{"Publish or Perish", "\"Cites\",\"Authors\",\"Title\",\"Year\",\"Source\",\"Publisher\",\"ArticleURL\",\"CitesURL\",\"GSRank\",\"QueryDate\",\"Type\",\"DOI\",\"AuthorCount\",\"Abstract\"\n" +
			"4,\"A Alder, B Beech...\",\"Barley growth under clouds\",2019,\"Journal of Meadows\",\"Press\",\"https://example.org/a1\",\"\",1,\"2023-01-01 10:00:00\",\"\",\"10.1000/a1\",5,\"We measure barley growth.\"\n",
			"2019 | by A Alder; B Beech | in Journal of Meadows | at https://example.org/a1 | 0 votes 0 comments 5 authors"},
		{"Covidence", "Title,Authors,Abstract,Published Year,Published Month,Journal,Accession Number,DOI,Covidence #,Tags\n" +
			"Barley growth under clouds,\"Alder, A.; Beech, B.\",We measure barley growth.,2019,Mar,Journal of Meadows,,10.1000/a1,#12,\n", "2019-03 | by A. Alder; B. Beech | in Journal of Meadows"},
		{"DSpace", "id,collection,dc.contributor.author[],dc.date.issued[],dc.description.abstract[en],dc.identifier.doi[],dc.title[en]\n" +
			"7,1/2,\"Alder, Ida||Beech, Bob\",2019-03,We measure barley growth.,10.1000/a1,Barley growth under clouds\n", "2019-03 | by Ida Alder; Bob Beech | also doi:10.1000/a1"},
		{"German", "Titel;Autoren;Jahr;Zeitschrift;Zusammenfassung;Schlagwörter;DOI-Name\nBarley growth under clouds;Alder, Ida;2019;Feldblatt;We measure barley growth.;Mais, Ertrag;10.1000/a1\n",
			"2019 | by Ida Alder | in Feldblatt | key Mais; Ertrag"},
		{"French", "Titre;Auteurs;Année;Revue;Résumé;Mots-clés\nBarley growth under clouds;Ida Alder et Bob Beech;2019;Les Champs;We measure barley growth.;maïs\n",
			"2019 | by Ida Alder; Bob Beech | in Les Champs | key maïs"},
		{"Spanish", "Título,Autores,Año,Revista,Resumen,Palabras clave\nBarley growth under clouds,Ida Alder; Bob Beech,2019,Campos,We measure barley growth.,maíz; campo\n",
			"2019 | by Ida Alder; Bob Beech | in Campos | key maíz; campo"},
		{"Chinese", "Title-题名,Author-作者,Source-文献来源,PubTime-发表时间,Keyword-关键词,Summary-摘要\nBarley growth under clouds,王伟;李娜;,田野,2019-03-15,玉米;;干旱,We measure barley growth.\n",
			"2019-03-15 | by 王伟; 李娜 | in 田野 | key 玉米; 干旱"},
		{"Korean", "제목,저자,발행년,초록\nBarley growth under clouds,Ida Alder,2019,We measure barley growth.\n", "2019 | by Ida Alder"},
		{"Japanese", "タイトル,著者,発行年,抄録,キーワード\nBarley growth under clouds,Ida Alder,2019,We measure barley growth.,barley\n", "2019 | by Ida Alder | key barley"},
		{"decomposed accents", "Titre;Auteurs;Anne\u0301e;Re\u0301sume\u0301\nBarley growth under clouds;Ida Alder;2019;We measure barley growth.\n", "2019 | by Ida Alder"},
		{"sep=;", "\ufeffsep=;\r\nTitle;Abstract;Year\r\nBarley growth under clouds;We measure barley growth.;2019\r\n", "2019"},
		{"sep=\\t, in quotes", "\"sep=\\t\"\nTitle\tAbstract\tYear\nBarley growth under clouds\tWe measure barley growth.\t2019\n", "2019"},
		{"sep= another", "sep=^\nTitle^Abstract^Year\nBarley growth under clouds^We measure barley growth.^2019\n", "2019"},
		{"heading and blank lines", "\n  \nBarley, search of title and abstract\n\nExported;2024\n\nTitle;Abstract;Year\nBarley growth under clouds;We measure barley growth.;2019\n", "2019"},
		{"names over lines", "\"Title\n(original)\",\"Abstract\",\"Year\"\n\"Barley growth under clouds\",\"We measure barley growth.\",\"2019\"\n", "2019"},
		{"CSV of a Macintosh", "Title,Abstract,Year\rBarley growth under clouds,We measure barley growth.,2019\r", "2019"},
		{"a name twice", "Title,Authors,Title,Abstract,Year\n,Ida Alder,Barley growth under clouds,We measure barley growth.,2019\n", "2019 | by Ida Alder"},
		{"numbered rows of pandas", "\ttitle\tabstract\tyear\n0\tBarley growth under clouds\tWe measure barley growth.\t2019.0\n", "2019"},
		{"numbered rows of R", "\"title\",\"abstract\",\"year\"\n\"1\",\"Barley growth under clouds\",\"We measure barley growth.\",2019\n", "2019"},
		{"bars, empty cells at the end", "Title|Year|Abstract||\nBarley growth under clouds|2019|We measure barley growth.||||\n", "2019"},
		{"cells left out", "Title,Abstract,Year,DOI,Venue\nBarley growth under clouds,We measure barley growth.,2019\n", "2019"},
		{"formulas of a spreadsheet", "Title,Abstract,Year,DOI\n\"=\"\"Barley growth under clouds\"\"\",We measure barley growth.,\"=\"\"2019\"\"\",\"=HYPERLINK(\"\"https://doi.org/10.1000/a1\"\",\"\"DOI\"\")\"\n", "2019"},
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
		{"comma with a space", "Barley growth, in the far north,We measure.,2019,10.1000/a1\n", "Barley growth, in the far north | We measure. | 2019"},
		{"commas in two cells", "Barley, in the north,We measure, in May, and June.,2019,10.1000/a1\n", "Barley, in the north | We measure, in May, and June. | 2019"},
		{"comma in a number", "Barley growth,We measure 1,204 fields.,2019,10.1000/a1\n", "Barley growth | We measure 1,204 fields. | 2019"},
		{"comma without a space", "Barley,sorghum,We measure.,2019,10.1000/a1\n", "2:1 5 cells where the header has 4: a comma outside quotes?"},
		{"cell too many at the end", "Barley,We measure.,2019,10.1000/a1,more\n", "2:1 5 cells where the header has 4: a comma outside quotes?"},
		{"comma, and the last cell left out", "Barley growth, in the north,We measure.,2019\n", "Barley growth, in the north | We measure. | 2019"},
		{"shifted, right number of cells", "Barley,sorghum,We measure barley growth in nine wet meadows.,2019\n", `2:1 the column Year has "We measure barley growth in nine wet mea…": a comma or a quote out of place?`},
		{"bare quotes", "\"Days of \"Fields as a Tool\"\",\"We measure.\",\"2019\",\"10.1000/a1\"\n", `Days of "Fields as a Tool" | We measure. | 2019`},
		{"bare quotes in the last cells", "\"Barley\",\"We measure \"much\"\",\"2019\",\"10.1000/a1\"\n", `Barley | We measure "much" | 2019`},
		{"quoted beginning", "\"Big\" barley,We measure.,2019,10.1000/a1\n", `"Big" barley | We measure. | 2019`},
		{"quote and comma inside", "\"Barley \"A\", \"B\" and C\",\"We measure.\",\"2019\",\"10.1000/a1\"\n", `Barley "A", "B" and C | We measure. | 2019`},
		{"quote never closed", "\"Barley,We measure.,2019\n", "2:1 a quoted cell is never closed"},
		{"inch and line break", "Pipes of 5\" and 6\",\"We\nmeasure.\",2019,10.1000/a1\n", "Pipes of 5\" and 6\" | We measure. | 2019"},
		{"well-formed quotes", "\"The \"\"dry\"\"\",\"\"\"Wet\"\", they say.\",2019,10.1000/a1\n", `The "dry" | "Wet", they say. | 2019`},
		{"sentence for a year", "Barley,sorghum,We measure.,2019\n", `2:1 the column Year has "We measure.": a comma or a quote out of place?`},
		{"words for a year", "Barley,We measure.,Manuscript accepted for publication in spring,10.1000/a1\n", "Barley | We measure. | "},
		{"unusual year", "Barley,We measure.,forthcoming,10.1000/a1\n", "Barley | We measure. | "},
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
	_, got := readText(t, "Title,Authors,Year,Journal\nBarley,sorghum,Ida Alder,2019\nThe year,Ida Alder,2019,1984\nFloods,Bob Beech,,2020\n")
	if len(got) != 3 || got[0] != `2:1 the column Year has "Ida Alder": a comma or a quote out of place?` || !strings.Contains(got[1], "in 1984") {
		t.Errorf("got %q", got)
	}
}

// TestTableSum checks that every record of a table becomes a paper or is rejected, once.
func TestTableSum(t *testing.T) {
	const rows = `Barley growth,We measure.,2019,10.1000/a1
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
Shifted,We measure barley growth in nine wet meadows.,We go.,2006
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
"Barley growth","2019","Days of "Fields""
"River floods","2020","Water Days"
"Bird song","2021","Days of "Birds"
"Old bricks","2022","Brick Days"
`
	_, got := readText(t, text)
	if all := strings.Join(got, "\n"); len(got) != 4 || !strings.Contains(all, `Barley growth |  | 2019 | in Days of "Fields"`) ||
		!strings.Contains(all, "in Water Days") || !strings.Contains(all, "in Brick Days") {
		t.Errorf("got %s", all)
	}
}

// TestPlaceholderCells checks that words for "no value" are none in any column, and that what is no identifier makes no
// alias.
func TestPlaceholderCells(t *testing.T) {
	const header = "Title,Authors,Year,Abstract,DOI,PubMed ID,PMCID,Journal,Keywords,URL,id\n"
	for _, word := range []string{"NA", "N/A", "<NA>", "None", "null", "NULL", "nan", "NaN", "NaT", "-", "--", "#N/A", "[]", "", " na "} {
		_, got := readText(t, header+"Barley growth"+strings.Repeat(","+word, 10)+"\n")
		if len(got) != 1 || !strings.HasSuffix(got[0], " | Barley growth |  | ") || !strings.HasPrefix(got[0], "title:") {
			t.Errorf("%q: got %q", word, got)
		}
	}
	_, got := readText(t, "Title,PubMed ID,PMCID\nBarley,unknown,x1\nFloods,PMID: 12345678,7654321\nBirds,12345678.0,0\nBricks,0,PMC12\n")
	for i, want := range []string{
		data.TitleID("Barley") + " | Barley |  | ", "pmid:12345678 | Floods |  |  | also pmc:PMC7654321", "pmid:12345678 | Birds |  | ",
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
	checkNotes(t, "Export of barley\nRank,Title,Cited by,Empty,Notes\n1,Barley growth,4,,seen\n2,River floods,7,,\n",
		"3 columns not read: Rank, Cited by, Notes; rename one to abstract, authors, year, journal, doi or keywords if it holds that",
		"line 1, before the header, was left out: Export of barley")
	checkNotes(t, "Title,Year,DOI\n\"Barley \"A\"\",2019,10.1000/a1\nFloods, and more,2020,10.1000/a2\n1,Birds,2021,10.1000/a3\nTitle,Year,DOI\n",
		"a row with a quote or comma out of place was read in the one way that fits the header",
		"a row begins with a number for which the header has no name: left out",
		"the header is repeated among the rows, as in tables that were joined")
	checkNotes(t, "Title,PMID\nBarley,see text\n", "a value of the column PMID that is no PubMed id was left out")
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
