package read

import (
	"strings"
	"testing"

	"kindred/data"
)

// The texts are written in the shape of each format; none is copied from a service.
const (
	seedDailyAtom = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><id>http://rss.arxiv.org/atom/cs.LG</id><title>cs.LG updates</title>
<entry><id>oai:arXiv.org:1804.00001v2</id><title>Quarry dust</title><updated>2018-04-09T04:00:00+00:00</updated><link href="https://arxiv.org/abs/1804.00001" rel="alternate" type="text/html"/>
<summary>arXiv:1804.00001v2 Announce Type: replace-cross
Abstract: We sieve.</summary><category term="cs.LG"/><category term="stat.ML"/><published>2018-04-09T00:00:00-04:00</published><arxiv:announce_type>replace-cross</arxiv:announce_type>
<arxiv:DOI>10.1000/Q</arxiv:DOI><arxiv:journal_reference>Annals of Dust</arxiv:journal_reference><dc:creator>Olga Fir (Quarry (North)), Pau Elm (2)</dc:creator></entry></feed>`
	seedDailyRSS = `<?xml version='1.0'?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>cs.LG updates</title><link>http://rss.arxiv.org/rss/cs.LG</link>
<item><title>Quarry dust</title><link>https://arxiv.org/abs/1804.00001</link><description>arXiv:1804.00001v1 Announce Type: new
Abstract: We sieve.</description><guid isPermaLink="false">oai:arXiv.org:1804.00001v1</guid><category>cs.LG</category><pubDate>Mon, 09 Apr 2018 00:00:00 -0400</pubDate><dc:creator>Olga Fir, Pau Elm</dc:creator></item>
</channel></rss>`
	seedRDF = `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="http://arxiv.org/"><title>cs.LG</title><items><rdf:Seq><rdf:li rdf:resource="http://arxiv.org/abs/1804.00001"/></rdf:Seq></items></channel>
<item rdf:about="http://arxiv.org/abs/1804.00001"><title>Quarry dust. (arXiv:1804.00001v1 [cs.LG] UPDATED)</title><link>http://arxiv.org/abs/1804.00001</link><description>&lt;p&gt;We sieve.&lt;/p&gt;</description>
<dc:creator>&lt;a href="http://arxiv.org/find/1/au:+Fir_O"&gt;Olga Fir&lt;/a&gt;, &lt;a href="http://arxiv.org/find/1/au:+Elm_P"&gt;Pau Elm&lt;/a&gt;</dc:creator></item>
<item rdf:about="https://example.org/b"><title><![CDATA[Lime <i>kilns</i>]]></title><link>https://example.org/b</link><dc:creator>Olga Fir</dc:creator><dc:creator>Elm, Pau</dc:creator><dc:date>2018-04-09</dc:date><dc:identifier>doi:10.1000/R</dc:identifier><dc:source>Annals of Dust, (2018)</dc:source></item></rdf:RDF>`
	seedJournal = `<?xml version="1.0"?><rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/" xmlns:dc="d" xmlns:prism="p" xmlns:content="c"><channel rdf:about="x"><title>Annals of Dust</title></channel>
<item rdf:about="https://example.org/q"><title><![CDATA[Quarry <i>dust</i>]]></title><link>https://example.org/q?rss=1</link><description><![CDATA[<p>We sieve.</p>]]></description><dc:title>Quarry dust</dc:title><dc:creator>Fir, Olga</dc:creator>
<dc:creator>Pau Elm</dc:creator><dc:identifier>doi:10.1000/Q</dc:identifier><dc:date>2018-04-09T00:00:00Z</dc:date><dc:subject>Geology</dc:subject><prism:publicationName>Annals of Dust</prism:publicationName><prism:doi>10.1000/Q</prism:doi></item></rdf:RDF>`
	seedZoteroRDF = `<rdf:RDF xmlns:rdf="r" xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:dcterms="t" xmlns:bib="b" xmlns:foaf="f" xmlns:dc="d">
<bib:Article rdf:about="https://example.org/q"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/><bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Fir</foaf:surname><foaf:givenName>Olga</foaf:givenName></foaf:Person></rdf:li><rdf:li><foaf:Person><foaf:surname>Sand Group</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bib:authors>
<link:link rdf:resource="#item_9"/><dc:subject>sand</dc:subject><dc:subject><z:AutomaticTag><rdf:value>dust</rdf:value></z:AutomaticTag></dc:subject><dc:title>Quarry dust</dc:title><dcterms:abstract>We sieve.</dcterms:abstract><dc:date>2018-04-09</dc:date><dc:description>arXiv: 1804.00001 [physics]</dc:description><dc:identifier><dcterms:URI><rdf:value>https://example.org/q</rdf:value></dcterms:URI></dc:identifier></bib:Article>
<z:Attachment rdf:about="#item_9"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment>
<bib:Journal rdf:about="urn:issn:1234-5678"><dc:title>Annals of Dust</dc:title><dc:identifier>DOI 10.1000/Q</dc:identifier><dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>
<rdf:Description rdf:about="#item_5"><z:itemType>conferencePaper</z:itemType><dcterms:isPartOf><bib:Journal><dc:title>Proceedings of Lime</dc:title></bib:Journal></dcterms:isPartOf><dc:title>Lime kilns</dc:title><dc:date>April 2018</dc:date><dc:identifier>DOI 10.1000/R</dc:identifier></rdf:Description>
<bib:Journal rdf:about="urn:issn:9"><dc:title>Slag</dc:title><dc:identifier>DOI 10.1000/S</dc:identifier></bib:Journal>
<bib:Article rdf:about="#1"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:9"/><dc:title>One of two</dc:title></bib:Article>
<bib:Article rdf:about="#2"><z:itemType>journalArticle</z:itemType><dcterms:isPartOf rdf:resource="urn:issn:9"/><dc:title>Two of two</dc:title></bib:Article></rdf:RDF>`
	seedBlog = `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>tag:example.org,2018:1</id><title type="html">Quarry &lt;b&gt;dust&lt;/b&gt;</title><link href="https://doi.org/10.1000/q"/><updated>2018-04-09T00:00:00Z</updated>
<author><name>Olga Fir</name><uri>https://example.org</uri></author><author><name>Pau Elm</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>We <i>sieve</i>.</p></div></content></entry></feed>`
	seedOwnAtom = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><id>http://127.0.0.1:8080/v1/topics/6/papers.atom</id><title>Dust</title><updated>2020-01-01T00:00:00Z</updated><link rel="self" href="http://127.0.0.1:8080/v1/topics/6/papers.atom"/>
<entry><id>http://127.0.0.1:8080/papers/arxiv:1804.00001</id><title>Quarry dust</title><updated>2018-01-01T00:00:00Z</updated><published>2018-01-01T00:00:00Z</published><author><name>Olga Fir</name></author><link rel="alternate" type="text/html" href="http://127.0.0.1:8080/papers/arxiv:1804.00001"/><link rel="related" href="https://arxiv.org/abs/1804.00001"/><category term="cs.LG"/><summary>We sieve.</summary><dc:date>2018</dc:date></entry>
<entry><id>http://127.0.0.1:8080/papers/x%20%3F1</id><title>Lime kilns</title><updated>2020-01-01T00:00:00Z</updated></entry></feed>`
	seedPubMed = `<?xml version="1.0" ?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle" "x"><PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">77</PMID><Article PubModel="Print"><Journal><JournalIssue><PubDate><Year>2018</Year><Month>Apr</Month></PubDate></JournalIssue><Title>Annals of Dust</Title></Journal>
<ArticleTitle>Quarry <i>dust</i> of 10<sup>3</sup> grains.</ArticleTitle><ELocationID EIdType="doi" ValidYN="Y">10.1000/Q</ELocationID><Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">We sieve H<sub>2</sub>O.</AbstractText><AbstractText Label="RESULTS">Dust.</AbstractText><CopyrightInformation>c</CopyrightInformation></Abstract>
<AuthorList><Author><LastName>Fir</LastName><ForeName>Olga B</ForeName><Initials>OB</Initials></Author><Author><LastName>Elm</LastName><Initials>P</Initials><Suffix>Jr</Suffix></Author><Author><CollectiveName>Sand Group</CollectiveName></Author></AuthorList><ArticleDate DateType="Electronic"><Year>2018</Year><Month>04</Month><Day>09</Day></ArticleDate></Article>
<KeywordList><Keyword MajorTopicYN="N">sand</Keyword></KeywordList><MeshHeadingList><MeshHeading><DescriptorName UI="D1">Dust</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">77</ArticleId><ArticleId IdType="pmc">PMC88</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>78</PMID><Article><ArticleTitle/></Article></MedlineCitation></PubmedArticle>
<PubmedArticle><MedlineCitation><PMID>79</PMID><Article><Journal><JournalIssue><PubDate><MedlineDate>2018 Spring</MedlineDate></PubDate></JournalIssue></Journal><ArticleTitle>[Lime kilns].</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>`
	seedJATS = `<!DOCTYPE article PUBLIC "-//NLM//DTD JATS" "x"><article article-type="research-article"><front><journal-meta><journal-title-group><journal-title>Annals of Dust</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">77</article-id><article-id pub-id-type="doi">10.1000/Q</article-id><article-categories><subj-group subj-group-type="heading"><subject>Article</subject></subj-group><subj-group><subject>Geology</subject></subj-group></article-categories>
<title-group><article-title>Quarry <italic>dust</italic></article-title></title-group><contrib-group><contrib contrib-type="author"><name><surname>Fir</surname><given-names>Olga</given-names></name><xref ref-type="aff">1</xref></contrib><contrib contrib-type="author"><collab>Sand Group</collab></contrib><contrib contrib-type="editor"><name><surname>Itor</surname><given-names>Ed</given-names></name></contrib></contrib-group>
<pub-date pub-type="collection"><year>2018</year></pub-date><pub-date pub-type="epub"><day>9</day><month>4</month><year>2018</year></pub-date><pub-date pub-type="pmc-release"><year>2017</year></pub-date>
<abstract abstract-type="toc"><p>Short.</p></abstract><abstract><title>Abstract</title><sec><title>Aim</title><p>We sieve.</p></sec></abstract><kwd-group><title>Keywords</title><kwd>sand</kwd></kwd-group></article-meta></front><body><sec><title>Intro</title><p>x</p></sec></body></article>`
	seedDBLP = `<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE dblp SYSTEM "dblp.dtd"><dblp>
<article mdate="2020-01-01" key="journals/ad/Fir18"><author>Olga F&iacute;r 0001</author><author orcid="x">Pau Elm</author><title>Quarry <i>dust</i>.</title><year>2018</year><month>April</month><journal>Ann. Dust</journal><ee>https://doi.org/10.1000/Q</ee><url>db/x</url></article>
<article key="journals/corr/abs-1804-00001"><author>Olga Fir</author><title>Lime kilns.</title><journal>CoRR</journal><volume>abs/1804.00001</volume><year>2018</year></article>
<www key="homepages/1/2"><author>Olga Fir</author><title>Home Page</title></www>
<inproceedings key="conf/x/Elm18"><author>P. Elm</author><title>Slag?</title><booktitle>Dust</booktitle><year>2018</year></inproceedings></dblp>`
	seedAnthology = `<?xml version='1.0' encoding='UTF-8'?><collection id="P18"><volume id="1"><meta><booktitle>Proceedings of the <fixed-case>A</fixed-case>nnual Dust Meeting</booktitle><month>July</month><year>2018</year><url>P18-1</url></meta>
<frontmatter><url>P18-1000</url></frontmatter><paper id="1"><title><fixed-case>Q</fixed-case>uarry dust in <tex-math>O(n)</tex-math></title><author><first>Olga</first><last>Fir</last></author><author><last>Elm</last></author><abstract>We sieve.</abstract><url hash="x">P18-1001</url><doi>10.1000/Q</doi></paper>
<paper id="12"><title>Lime kilns</title></paper></volume><volume id="2"><meta><booktitle>Short Dust</booktitle><year>2018</year></meta><paper id="3"><title>Slag</title></paper></volume></collection>
<collection id="2020.dust"><volume id="main"><meta><booktitle>Dust 2020</booktitle><year>2020</year></meta><paper id="1"><title>Sand</title></paper></volume></collection>`
	seedMODS = `<modsCollection xmlns="http://www.loc.gov/mods/v3"><mods><titleInfo><nonSort>The </nonSort><title>Quarry dust</title><subTitle>a sieve</subTitle></titleInfo><titleInfo type="abbreviated"><title>QD</title></titleInfo>
<name type="personal"><namePart type="family">Fir</namePart><namePart type="given">Olga</namePart><role><roleTerm type="code">aut</roleTerm></role></name><name type="personal"><namePart>Itor, Ed</namePart><role><roleTerm>edt</roleTerm></role></name><name type="corporate"><namePart>Sand, Dust Group</namePart></name>
<originInfo><dateIssued>2018-04-09</dateIssued></originInfo><abstract>We sieve.</abstract><subject><topic>sand</topic></subject><identifier type="doi">10.1000/Q</identifier><relatedItem type="host"><titleInfo><title>Annals of Dust</title></titleInfo></relatedItem></mods></modsCollection>`
	seedDC = `<oai_dc:dc xmlns:oai_dc="x" xmlns:dc="y"><dc:title>Quarry dust</dc:title><dc:creator>Fir, Olga</dc:creator><dc:description>We sieve.</dc:description><dc:date>2018-04-09</dc:date><dc:identifier>https://doi.org/10.1000/Q</dc:identifier></oai_dc:dc>`
)

func TestXMLForms(t *testing.T) {
	runJSONCases(t, []jsonCase{
		{"arXiv's daily Atom", seedDailyAtom, "arXiv Atom feed", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | in Annals of Dust | cat cs.LG; stat.ML | at https://arxiv.org/abs/1804.00001 | also doi:10.1000/q"}},
		{"arXiv's daily RSS", seedDailyRSS, "RSS feed", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | cat cs.LG | at https://arxiv.org/abs/1804.00001"}},
		{"RSS 1.0", seedRDF, "RSS feed", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. |  | by Olga Fir; Pau Elm | at https://arxiv.org/abs/1804.00001",
			"doi:10.1000/r | Lime kilns |  | 2018-04-09 | by Olga Fir; Pau Elm | in Annals of Dust, (2018) | at https://example.org/b | also https://example.org/b"}},
		{"Atom with markup", seedBlog, "Atom feed", []string{
			"tag:example.org,2018:1 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | at https://doi.org/10.1000/q | also doi:10.1000/q"}},
		{"this project's Atom", seedOwnAtom, "arXiv Atom feed", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018 | by Olga Fir | cat cs.LG | at https://arxiv.org/abs/1804.00001",
			"x ?1 | Lime kilns |  | "}},
		{"PubMed", seedPubMed, "PubMed citations (XML)", []string{
			"doi:10.1000/q | Quarry dust of 10^3 grains. | AIM: We sieve H2O. RESULTS: Dust. | 2018-04-09 | by Olga B Fir; P Elm Jr; Sand Group | in Annals of Dust | key sand; Dust | also pmid:77; pmc:PMC88",
			"error test: line 7, record 2: neither title nor abstract",
			"pmid:79 | [Lime kilns]. |  | 2018"}},
		{"JATS", seedJATS, "JATS articles (XML)", []string{
			"doi:10.1000/q | Quarry dust | Aim We sieve. | 2018-04-09 | by Olga Fir; Sand Group | in Annals of Dust | cat Geology | key sand | also pmid:77"}},
		{"DBLP", seedDBLP, "DBLP records (XML)", []string{
			"doi:10.1000/q | Quarry dust |  | 2018-04 | by Olga Fír; Pau Elm | in Ann. Dust | at https://doi.org/10.1000/Q | also dblp:journals/ad/Fir18",
			"arxiv:1804.00001 | Lime kilns |  | 2018 | by Olga Fir | in CoRR | also dblp:journals/corr/abs-1804-00001",
			"dblp:conf/x/Elm18 | Slag? |  | 2018 | by P. Elm | in Dust",
			"note DBLP's pages of persons are no papers and were passed over"}},
		{"ACL Anthology", seedAnthology, "ACL Anthology (XML)", []string{
			"acl:P18-1001 | Quarry dust in O(n) | We sieve. | 2018-07 | by Olga Fir; Elm | in Proceedings of the Annual Dust Meeting | at https://aclanthology.org/P18-1001 | also doi:10.1000/q",
			"acl:P18-1012 | Lime kilns |  | 2018-07 | in Proceedings of the Annual Dust Meeting | at https://aclanthology.org/P18-1012",
			"acl:P18-2003 | Slag |  | 2018 | in Short Dust | at https://aclanthology.org/P18-2003",
			"acl:2020.dust-main.1 | Sand |  | 2020 | in Dust 2020 | at https://aclanthology.org/2020.dust-main.1"}},
		{"MODS", seedMODS, "MODS or Dublin Core records (XML)", []string{
			"doi:10.1000/q | The Quarry dust: a sieve | We sieve. | 2018-04-09 | by Olga Fir; Sand, Dust Group | in Annals of Dust | key sand"}},
		{"JATS in OAI-PMH", "<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata>" + seedJATS[strings.Index(seedJATS, "<article "):] + "</metadata></record></ListRecords></OAI-PMH>",
			"OAI-PMH records (arXiv, arXivRaw, oai_dc)", []string{
				"doi:10.1000/q | Quarry dust | Aim We sieve. | 2018-04-09 | by Olga Fir; Sand Group | in Annals of Dust | cat Geology | key sand | also pmid:77"}},
		{"journal's RSS", seedJournal, "RSS feed", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Pau Elm | in Annals of Dust | cat Geology | at https://example.org/q?rss=1 | also https://example.org/q"}},
		{"records in comments", "<feed><!-- <entry><title>No</title></entry> --><entry><title>Quarry dust</title><!-- </entry> --><summary><![CDATA[We </entry> sieve.]]></summary></entry></feed>", "Atom feed", []string{
			"{T} | Quarry dust | We </entry> sieve. | "}},
		{"Zotero's RDF", seedZoteroRDF, "Zotero RDF", []string{
			"arxiv:1804.00001 | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir; Sand Group | in Annals of Dust | key sand; dust | at https://example.org/q | also doi:10.1000/q",
			"doi:10.1000/r | Lime kilns |  | 2018-04 | in Proceedings of Lime",
			data.TitleID("One of two") + " | One of two |  |  | in Slag", data.TitleID("Two of two") + " | Two of two |  |  | in Slag"}},
		{"Dublin Core", seedDC, "MODS or Dublin Core records (XML)", []string{
			"doi:10.1000/q | Quarry dust | We sieve. | 2018-04-09 | by Olga Fir | at https://doi.org/10.1000/Q"}},
	})
}

// FuzzXML recognises and reads XML in the shape of any format.
func FuzzXML(f *testing.F) {
	fuzzSource(f, seedDailyAtom, seedDailyRSS, seedRDF, seedBlog, seedOwnAtom, seedPubMed, seedJATS, seedDBLP, seedAnthology, seedMODS, seedDC, seedZoteroRDF, seedJournal)
}
