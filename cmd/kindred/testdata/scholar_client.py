"""Calls a server by Semantic Scholar's own Python client: scholar_client.py ADDRESS

Prints a line for each call that went well. An exception ends it with a status other than 0.
"""
import sys

from semanticscholar import SemanticScholar
from semanticscholar.SemanticScholarException import (
    BadQueryParametersException, ObjectNotFoundException)

sch = SemanticScholar(api_url=sys.argv[1], timeout=60, retry=False)
BOOT = "arxiv:2306.05544"


def check(what, true, *shown):
    if not true:
        raise SystemExit(f"{what}: {shown}")
    print("ok", what)


def refused(what, exception, call, words):
    try:
        call()
    except exception as e:
        check(what, words in str(e), str(e))
    else:
        raise SystemExit(f"{what}: not refused")


# One paper, by several forms of its id, with every field that the client knows.
for paper_id in [BOOT, "ARXIV:2306.05544", "2306.05544v2", "URL:https://arxiv.org/abs/2306.05544", "DOI:10.48550/arXiv.2306.05544"]:
    boot = sch.get_paper(paper_id)
    check(f"get_paper {paper_id}", boot.paperId == BOOT and "Distillation" in boot.title, boot)
check("fields", boot.abstract and boot.year == 2023 and boot.url and boot.venue, boot)
check("externalIds", boot.externalIds["ArXiv"] == "2306.05544", boot.externalIds)
check("unknown is null", boot.citationCount is None and boot.tldr is None and boot.embedding is None, boot)
check("citations of a paper", boot.citations == [] and boot.references == [], boot)
check("bibtex", boot.citationStyles["bibtex"].startswith("@"), boot.citationStyles)
check("publicationDate", boot.publicationDate is None or boot.publicationDate.year == 2023, boot.publicationDate)
short = sch.get_paper(BOOT, fields=["title"])
check("only what was asked for", set(short.raw_data) == {"paperId", "title"}, short.raw_data)
refused("no such paper", ObjectNotFoundException, lambda: sch.get_paper("arxiv:0000.00000"), "arxiv:0000.00000")
refused("no such field", BadQueryParametersException, lambda: sch.get_paper(BOOT, fields=["title", "nonsense"]), "Unrecognized or unsupported fields: [nonsense]")

# Several papers.
papers, missing = sch.get_papers(["ARXIV:2306.05544", "arxiv:0000.00000"], return_not_found=True)
check("get_papers", [p.paperId for p in papers] == [BOOT] and missing == ["arxiv:0000.00000"], papers, missing)

# Searches: pages, years, fields.
found = sch.search_paper("distillation", limit=20)
first = [p.paperId for p in found.items]
check("search_paper", len(first) == 20 and found.total > 20 and found.next == 20, found.total, found.next)
everything = [p.paperId for p in found]
check("search_paper pages", len(everything) == found.total == len(set(everything)) and everything[:20] == first, len(everything), found.total)
check("search_paper year", all(p.year and 2020 <= p.year <= 2023 for p in sch.search_paper("diffusion models", year="2020-2023", limit=50).items))
dated = sch.search_paper("diffusion models", publication_date_or_year="2023-01:2023-06", limit=50).items
check("search_paper dates", dated and all(p.year == 2023 for p in dated), dated)
check("search_paper fields", set(sch.search_paper("diffusion", fields=["year"], limit=1).raw_data[0]) == {"paperId", "year"})
refused("citations are not counted here", BadQueryParametersException, lambda: sch.search_paper("diffusion", min_citation_count=3), "minCitationCount")

matched = sch.search_paper(boot.title.lower(), match_title=True)
check("match_title", matched.paperId == BOOT and matched.raw_data["matchScore"] == 1, matched)
refused("match_title without a match", ObjectNotFoundException, lambda: sch.search_paper("zorp plinth wobble", match_title=True), "not found")

bulk = sch.search_paper("diffusion", bulk=True, sort="publicationDate:desc")
dates = [p.publicationDate for p in bulk if p.publicationDate]
check("bulk", len(dates) > 1 and dates == sorted(dates, reverse=True) and bulk.total == len(bulk), bulk.total, len(bulk))
whole = sch.search_paper("", bulk=True)
listed = [p.paperId for p in whole]
check("bulk of everything", len(set(listed)) == len(listed) == whole.total and listed == sorted(listed), len(listed), whole.total)

words = boot.title.split()
completed = sch.get_autocomplete(" ".join(words[:2]))
check("get_autocomplete", any(c.id == BOOT and c.title == boot.title and "2023" in c.authors_year for c in completed), completed)

# Recommendations.
similar = sch.get_recommended_papers(BOOT, limit=5)
check("get_recommended_papers", len(similar) == 5 and all(p.paperId != BOOT and p.title for p in similar), similar)
check("pool", [p.paperId for p in sch.get_recommended_papers(BOOT, limit=5, pool_from="all-cs")] == [p.paperId for p in similar])
ids = [p.paperId for p in similar]
listed = sch.get_recommended_papers_from_lists([BOOT, ids[0]], [ids[1]], limit=5)
check("get_recommended_papers_from_lists", len(listed) == 5 and not {BOOT, ids[0], ids[1]} & {p.paperId for p in listed}, listed)
check("without negatives", len(sch.get_recommended_papers_from_lists([BOOT], limit=3)) == 3)
refused("nothing to be like", ObjectNotFoundException, lambda: sch.get_recommended_papers_from_lists(["arxiv:0000.00000"]), "not found")

# Authors.
signed = sch.get_paper("doi:10.5555/zorp.1")
quill, brix = signed.authors
check("authors of a paper", (quill.name, brix.name) == ("Ada Quill", "Zoë Brix") and quill.authorId != brix.authorId and quill.paperCount == 2, signed)
authors = sch.search_author("Ada Quill")
check("search_author", authors.total == 1 and authors[0].name == "Ada Quill" and authors[0].authorId == quill.authorId, authors.raw_data)
found = sch.search_author("brix")
check("search_author by a surname", [a.name for a in found] == ["Zoë Brix"], found.raw_data)
check("search_author without a match", sch.search_author("nobody").total == 0)
author = sch.get_author(quill.authorId)
check("get_author", author.name == "Ada Quill" and author.paperCount == len(author.papers) == 2, author)
check("get_author papers", [p.paperId for p in author.papers] == ["doi:10.5555/zorp.1", "doi:10.5555/zorp.2"], author.papers)
check("get_author_papers", [p.paperId for p in sch.get_author_papers(quill.authorId, limit=1)] == [p.paperId for p in author.papers])
got, absent = sch.get_authors([brix.authorId, "1"], return_not_found=True)
check("get_authors", [a.name for a in got] == ["Zoë Brix"] and absent == ["1"], got, absent)
refused("no such author", ObjectNotFoundException, lambda: sch.get_author("1"), "Author with id 1 not found")
check("get_paper_authors", [a.authorId for a in sch.get_paper_authors("doi:10.5555/zorp.1", limit=1)] == [quill.authorId, brix.authorId])
check("get_paper_citations", len(sch.get_paper_citations(BOOT)) == 0)
check("get_paper_references", len(sch.get_paper_references(BOOT)) == 0)

# What there is not is said so that the client understands it.
refused("snippets", ObjectNotFoundException, lambda: sch.search_snippet("diffusion"), "/graph/v1/snippet/search")
refused("data sets", ObjectNotFoundException, lambda: sch.get_available_releases(), "/datasets/v1/release")
print("done")
