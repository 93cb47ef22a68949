package read

import (
	"testing"
)

// The texts are written in the shape of each service; none is copied from one.
const (
	seedCSL = `[{"id":"fir2018","type":"article-journal","title":"Quarry dust","abstract":"We sieve.","author":[{"family":"Fir","given":"Olga"},
{"family":"Berg","given":"Pau","non-dropping-particle":"van den","suffix":"Jr"},{"literal":"Sand Group"}],"issued":{"date-parts":[[2018,4,9]]},
"container-title":"Annals of Dust","DOI":"10.1000/Q","note":"PMID: 77\narXiv: 1804.00001 [physics]"},
{"id":"http://zotero.org/users/1/items/ABCD2345","title":"Lime kilns","issued":{"raw":"2018-04"},"author":[{"family":"Elm","given":"Pau"}]}]`
	seedCrossref = `{"status":"ok","message-type":"work-list","message":{"facets":{},"total-results":2,"items":[
{"indexed":{"date-parts":[[2022,1,1]]},"DOI":"10.1000/q","type":"journal-article","title":["Quarry dust"],"subtitle":["A sieve"],"author":[{"given":"Olga","family":"Fir","sequence":"first"},{"name":"Sand Group"}],
"published-online":{"date-parts":[[2018,4,9]]},"issued":{"date-parts":[[2018,4]]},"created":{"date-parts":[[2018,3,1]],"date-time":"2018-03-01T00:00:00Z"},"container-title":["Annals of Dust"],
"abstract":"<jats:title>Abstract</jats:title><jats:p>We sieve.</jats:p>","URL":"http://dx.doi.org/10.1000/q","subject":["Geology"],"reference":[{"article-title":"Other"}]},
{"indexed":{},"DOI":"10.1000/r","title":[],"issued":{"date-parts":[[null]]}}],"query":{"search-terms":null}}}`
	seedEuropePMC = `{"version":"6","hitCount":2,"resultList":{"result":[
{"id":"77","source":"MED","pmid":"77","pmcid":"PMC88","doi":"10.1000/q","title":"Quarry dust.","authorString":"Fir OB, Elm P.","authorList":{"author":[{"fullName":"Fir OB","firstName":"Olga B","lastName":"Fir","initials":"OB"},{"collectiveName":"Sand Group"}]},
"journalInfo":{"volume":"1","journal":{"title":"Annals of Dust","medlineAbbreviation":"Ann D"}},"pubYear":"2018","abstractText":"<h4>Aim</h4>We sieve.","keywordList":{"keyword":["sand","dust"]},"firstPublicationDate":"2018-04-09"},
{"id":"PPR9","source":"PPR","title":"Lime kilns","authorString":"Fir OB, Elm P.","journalTitle":"Annals of Dust","pubYear":"2018"}]}}`
	seedBioRxiv = `{"messages":[{"status":"ok","count":1}],"collection":[{"doi":"10.1101/2018.04.09.123456","title":"Quarry dust","authors":"Fir, O.; Elm, P. J.","author_corresponding":"Olga Fir",
"date":"2018-04-09","version":"1","type":"new results","category":"geology","abstract":"We sieve.","published":"10.1000/2021.q","server":"biorxiv"}]}`
	seedINSPIRE = `{"hits":{"hits":[{"id":"12345","created":"2020-01-01T00:00:00","links":{},"metadata":{"control_number":12345,"titles":[{"title":"Quarry dust","source":"arXiv"}],"abstracts":[{"value":"We sieve.","source":"arXiv"},{"value":"We sieve again.","source":"publisher"}],
"authors":[{"full_name":"Fir, Olga","first_name":"Olga","last_name":"Fir"},{"full_name":"Elm, P."}],"arxiv_eprints":[{"value":"1804.00001","categories":["hep-ph"]}],"dois":[{"value":"10.1000/q"}],
"publication_info":[{"journal_title":"Ann.Dust","year":2019}],"earliest_date":"2018-04-09","keywords":[{"value":"sand","schema":"x"}],"references":[{"reference":{"title":{"title":"Other"}}}]}}],"total":1}}`
	seedADS = `{"responseHeader":{"status":0},"response":{"numFound":1,"start":0,"docs":[{"id":"99","bibcode":"2018AnDus...1....1F","title":["Quarry dust"],"author":["Fir, Olga","Elm, P. J."],"pubdate":"2018-04-00","year":"2018",
"pub":"Annals of Dust","abstract":"We sieve.","doi":["10.1000/q"],"identifier":["2018AnDus...1....1F","arXiv:1804.00001","10.1000/q"],"keyword":["sand"],"arxiv_class":["hep-ph"]}]}}`
	seedOpenReview = `{"notes":[{"id":"AbCd12345","forum":"AbCd12345","number":3,"signatures":["x"],"cdate":1523000000000,"pdate":1523232000000,"content":{"title":{"value":"Quarry dust"},"authors":{"value":["Olga Fir","Pau Elm"]},"authorids":{"value":["~O1"]},
"abstract":{"value":"We sieve."},"keywords":{"value":["sand","dust"]},"venue":{"value":"Dust 2018 poster"},"venueid":{"value":"dust/2018"}}},
{"id":"Rev1","forum":"AbCd12345","replyto":"AbCd12345","signatures":["y"],"content":{"title":{"value":"Review"}}}],"count":2}`
	seedOpenReview1 = `[{"id":"AbCd12345","forum":"AbCd12345","invitation":"dust/-/Blind_Submission","tcdate":1523232000000,"content":{"title":"Quarry dust","authors":["Olga Fir","Pau Elm"],"abstract":"We sieve.","keywords":["sand"],"TL;DR":"Dust."}}]`
	seedZenodo      = `{"hits":{"hits":[{"id":4567,"conceptrecid":"4566","created":"2020-01-01T00:00:00","doi":"10.5281/zenodo.4567","links":{"html":"https://zenodo.org/records/4567"},"metadata":{"title":"Quarry dust","doi":"10.5281/zenodo.4567",
"publication_date":"2018-04-09","description":"<p>We sieve.</p>","creators":[{"name":"Fir, Olga","affiliation":"Q"},{"name":"Elm, P."}],"keywords":["sand"],"journal":{"title":"Annals of Dust","volume":"1"},"resource_type":{"title":"Journal article","type":"publication"}}}],"total":1},"aggregations":{}}`
	seedInvenio = `{"id":"ab12c-3de45","pids":{"doi":{"identifier":"10.1000/q","provider":"x"}},"metadata":{"title":"Quarry dust","description":"We sieve.","publication_date":"2018-04","creators":[{"person_or_org":{"name":"Fir, Olga","given_name":"Olga","family_name":"Fir","type":"personal"}}]}}`
	seedS2ORC   = `{"paper_id":"77","title":"Quarry dust","authors":[{"first":"Olga","middle":["B."],"last":"Fir","suffix":""}],"abstract":"We sieve.","year":"2018","arxiv_id":null,"acl_id":"P18-1001","pmc_id":"88","pubmed_id":"77","doi":"10.1000/q","venue":null,"journal":"Annals of Dust","mag_id":"5","mag_field_of_study":["Geology"],"has_pdf_parse":true}
{"paper_id":"78","title":"Lime kilns","authors":[],"abstract":[{"section":"Abstract","text":"We burn.","cite_spans":[]},{"section":"Abstract","text":"We slake.","cite_spans":[]}],"year":2018,"body_text":[],"bib_entries":{"BIBREF0":{"title":"Other"}}}
`
	seedCORD = `{
 "paper_id": "0123456789abcdef0123456789abcdef01234567",
 "metadata": {"title": "Quarry dust", "authors": [{"first": "Olga", "middle": [], "last": "Fir", "suffix": "", "affiliation": {}, "email": ""}]},
 "abstract": [{"text": "We sieve.", "cite_spans": [], "section": "Abstract"}],
 "body_text": [{"text": "Long."}], "bib_entries": {"BIBREF0": {"title": "Other"}}, "ref_entries": {}, "back_matter": []
}`
	seedPapis    = `[{"ref":"Fir2018","papis_id":"d0c1","type":"article","title":"Quarry dust","author":"Fir, Olga and Elm, Pau","author_list":[{"family":"Fir","given":"Olga"},{"family":"Elm","given":"Pau"}],"abstract":"We sieve.","year":2018,"month":4,"journal":"Annals of Dust","doi":"10.1000/q","tags":"sand, dust","files":["a.pdf"]}]`
	seedDataCite = `{"data":[{"id":"10.1000/q","type":"dois","attributes":{"doi":"10.1000/q","titles":[{"title":"Quarry dust"}],"creators":[{"name":"Fir, Olga","nameType":"Personal","givenName":"Olga","familyName":"Fir"},{"name":"Sand, Dust and Lime Group","nameType":"Organizational"}],
"publicationYear":2018,"publisher":"Annals House","dates":[{"date":"2018-04-09","dateType":"Issued"},{"date":"2020","dateType":"Updated"}],"descriptions":[{"description":"TOC","descriptionType":"TableOfContents"},{"description":"We sieve.","descriptionType":"Abstract"}],
"container":{"type":"Journal","title":"Annals of Dust"},"subjects":[{"subject":"sand"}],"url":"https://example.org/q"}}],"meta":{"total":1}}`
	seedDBLPJSON = `{"result":{"query":"dust","status":{"@code":"200"},"hits":{"@total":"2","hit":[
{"@score":"3","@id":"111","info":{"authors":{"author":[{"@pid":"1/2","text":"Olga Fir 0001"},{"@pid":"3/4","text":"Pau Elm"}]},"title":"Quarry dust.","venue":"Ann. Dust","year":"2018","type":"Journal Articles","key":"journals/ad/Fir18","doi":"10.1000/Q","ee":"https://doi.org/10.1000/Q","url":"https://dblp.org/rec/journals/ad/Fir18"},"url":"URL#1"},
{"@score":"2","@id":"112","info":{"authors":{"author":{"@pid":"1/2","text":"Olga Fir 0001"}},"title":"Lime &amp; kilns.","venue":["Dust","Lime"],"year":"2018","key":"conf/x/Fir18","ee":["https://example.org/k","https://example.org/l"]}}]}}}`
	seedFeed1    = `{"version":"https://jsonfeed.org/version/1","title":"Dust","feed_url":"https://example.org/feed.json","items":[{"id":"https://example.org/1","url":"https://example.org/1","external_url":"https://arxiv.org/abs/1804.00001v2","title":"Quarry dust","content_html":"<p>We sieve.</p>","date_published":"2018-04-09T10:00:00+02:00","author":{"name":"Olga Fir"},"tags":["sand"]}]}`
	seedMendeley = `[{"id":"0f0e-1","title":"Quarry dust","type":"journal","authors":[{"first_name":"Olga","last_name":"Fir"}],"year":2018,"month":4,"day":9,"source":"Annals of Dust","identifiers":{"doi":"10.1000/q","arxiv":"1804.00001","issn":"1"},"keywords":["sand"],"abstract":"We sieve.","created":"2023-01-01T00:00:00Z","last_modified":"2023-01-02T00:00:00Z","profile_id":"p"}]`
	seedZotero   = `[{"key":"ATT23456","version":1,"library":{"type":"user","name":"x"},"data":{"key":"ATT23456","itemType":"attachment","title":"Full Text PDF","parentItem":"ABCD2345"}},
{"key":"ABCD2345","version":2,"library":{"type":"user","id":1,"name":"x"},"links":{"self":{"href":"x"}},"meta":{"creatorSummary":"Fir","parsedDate":"2018-04-09"},"data":{"key":"ABCD2345","itemType":"journalArticle","title":"Quarry dust","creators":[{"creatorType":"author","firstName":"Olga","lastName":"Fir"},{"creatorType":"editor","firstName":"Ed","lastName":"Itor"},{"creatorType":"author","name":"Sand Group"}],
"abstractNote":"We sieve.","publicationTitle":"Annals of Dust","date":"April 9, 2018","DOI":"10.1000/q","url":"https://example.org/q","extra":"arXiv: 1804.00001 [physics]","tags":[{"tag":"sand"},{"tag":"dust","type":1}],"collections":[],"dateAdded":"2023-01-01T00:00:00Z"}}]`
	seedESummary = `{"header":{"type":"esummary"},"result":{"uids":["77"],"77":{"uid":"77","pubdate":"2018 Apr 9","source":"Ann D","authors":[{"name":"Fir OB","authtype":"Author"}],"title":"Quarry dust.","fulljournalname":"Annals of Dust","sortpubdate":"2018/04/09 00:00","articleids":[{"idtype":"doi","value":"10.1000/q"}]}}}`
	seedOwnList  = `{"data":[{"paper":{"id":"arxiv:1804.00001","title":"Quarry dust","abstract":"We sieve.","authors":["Olga Fir"],"author_count":1,"published":"2018-04","venue":"Annals of Dust","url":"https://arxiv.org/abs/1804.00001","page":"/papers/arxiv:1804.00001"},"score":0.5,"rank":1,"topic":{"id":3,"label":"Dust"},"reasons":[{"kind":"term","text":"sand"}]}],"meta":{"count":1},"links":{"self":"/v1/papers"}}`
)

func TestServices(t *testing.T) {
	runJSONCases(t, []jsonCase{
		{"CSL-JSON", seedCSL, "CSL-JSON", []string{
			"fir2018 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau van den Berg Jr; Sand Group | in Annals of Dust | also pmid:77; arxiv:1804.00001; doi:10.1000/q",
			"zotero:ABCD2345 | Lime kilns |  | 2018-04 | by Pau Elm"}},
		{"Crossref", seedCrossref, "Crossref works (JSON)", []string{
			"doi:10.1000/q | Quarry dust: A sieve | We sieve. | 2018-04-09 | by Olga Fir; Sand Group | in Annals of Dust | cat Geology | at http://dx.doi.org/10.1000/q",
			"error test: line 5, record 2: neither title nor abstract"}},
		{"Europe PMC", seedEuropePMC, "Europe PMC results (JSON)", []string{
			"doi:10.1000/q | Quarry dust. | Aim We sieve. | 2018-04-09 | by Olga B Fir; Sand Group | in Annals of Dust | key sand; dust | also pmid:77; pmc:PMC88",
			"europepmc:PPR9 | Lime kilns |  | 2018 | by O. B. Fir; P. Elm | in Annals of Dust"}},
		{"bioRxiv", seedBioRxiv, "bioRxiv or medRxiv preprints (JSON)", []string{
			"doi:10.1101/2018.04.09.123456 | Quarry dust | We sieve. | 2018-04-09 | by O. Fir; P. J. Elm | in bioRxiv | cat geology"}},
		{"INSPIRE", seedINSPIRE, "INSPIRE literature (JSON)", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; P. Elm | in Ann.Dust | cat hep-ph | key sand | also inspire:12345; doi:10.1000/q"}},
		{"NASA ADS", seedADS, "NASA ADS documents (JSON)", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04 | by Olga Fir; P. J. Elm | in Annals of Dust | cat hep-ph | key sand | also doi:10.1000/q; bibcode:2018AnDus...1....1F"}},
		{"OpenReview, version 2", seedOpenReview, "OpenReview notes (JSON)", []string{
			"openreview:AbCd12345 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | in Dust 2018 poster | key sand; dust | at https://openreview.net/forum?id=AbCd12345",
			"note replies on OpenReview (reviews, decisions, comments) are no papers and were passed over"}},
		{"OpenReview, version 1", seedOpenReview1, "OpenReview notes (JSON)", []string{
			"openreview:AbCd12345 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | key sand | at https://openreview.net/forum?id=AbCd12345"}},
		{"Zenodo", seedZenodo, "Zenodo records (JSON)", []string{
			"doi:10.5281/zenodo.4567 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; P. Elm | in Annals of Dust | key sand | also zenodo:4567"}},
		{"InvenioRDM", seedInvenio, "Zenodo records (JSON)", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018-04 | by Olga Fir | also zenodo:ab12c-3de45"}},
		{"S2ORC", seedS2ORC, "S2ORC or CORD-19 papers (JSON)", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018 | by Olga B. Fir | in Annals of Dust | cat Geology | also pmid:77; acl:P18-1001; mag:5; pmc:PMC88; s2:CorpusId:77",
			"s2:CorpusId:78 | Lime kilns | We burn. We slake. | 2018"}},
		{"CORD-19", seedCORD, "S2ORC or CORD-19 papers (JSON)", []string{
			"cord19:0123456789abcdef0123456789abcdef01234567 | Quarry dust | We sieve. |  | by Olga Fir"}},
		{"papis", seedPapis, "papis documents (JSON)", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018-04 | by Olga Fir; Pau Elm | in Annals of Dust | key sand; dust | also papis:d0c1"}},
		{"DataCite", seedDataCite, "DataCite DOIs (JSON)", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Sand, Dust and Lime Group | in Annals of Dust | cat sand | at https://example.org/q"}},
		{"DBLP", seedDBLPJSON, "DBLP search (JSON)", []string{
			"doi:10.1000/q | Quarry dust |  | 2018 | by Olga Fir; Pau Elm | in Ann. Dust | at https://doi.org/10.1000/Q | also dblp:journals/ad/Fir18",
			"dblp:conf/x/Fir18 | Lime & kilns |  | 2018 | by Olga Fir | in Dust | at https://example.org/k"}},
		{"JSON Feed", seedFeed1, "JSON Feed", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir | key sand | at https://arxiv.org/abs/1804.00001v2 | also https://example.org/1"}},
		{"Mendeley", seedMendeley, "Mendeley documents (JSON)", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir | in Annals of Dust | key sand | also doi:10.1000/q; mendeley:0f0e-1"}},
		{"Zotero", seedZotero, "Zotero items (JSON)", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Sand Group | in Annals of Dust | key sand; dust | at https://example.org/q | also zotero:ABCD2345; doi:10.1000/q",
			"note Zotero's attachments, notes and annotations are no papers and were passed over"}},
		{"PubMed summaries", seedESummary, "PubMed summaries (JSON)", []string{
			"doi:10.1000/q | Quarry dust. |  | 2018-04-09 | by O. B. Fir | in Annals of Dust | also pmid:77"}},
		{"this project's lists", seedOwnList, loose, []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04 | by Olga Fir | in Annals of Dust | at https://arxiv.org/abs/1804.00001"}},
	})
}

// FuzzServices recognises and reads JSON in the shape of any service.
func FuzzServices(f *testing.F) {
	fuzzSource(f, seedCSL, seedCrossref, seedEuropePMC, seedBioRxiv, seedINSPIRE, seedADS, seedOpenReview, seedOpenReview1, seedZenodo, seedInvenio,
		seedS2ORC, seedCORD, seedPapis, seedDataCite, seedDBLPJSON, seedFeed1, seedMendeley, seedZotero, seedESummary, seedOwnList)
}
