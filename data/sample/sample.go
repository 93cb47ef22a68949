// Package sample holds the papers that Kindred starts with when it has none of its own, and judgments on them
// by hand.
//
// Titles, dates, names and identifiers are those of real papers; every abstract was written for this project
// (README.md). The files are read like those of anybody else: papers as JSON lines, judgments and queries as
// tab-separated values.
package sample

import (
	_ "embed" // the files below
	"io"
	"strings"
)

//go:embed papers.jsonl
var papers string

//go:embed judgments.tsv
var judgments string

//go:embed queries.tsv
var queries string

//go:embed queries.judgments.tsv
var queryJudgments string

// Papers returns a reader of the sample papers, one JSON object with the fields of data.Paper a line. A paper whose
// identifier is not certain has no id.
func Papers() io.Reader { return strings.NewReader(papers) }

// Judgments returns a reader of the judgments whose queries are papers: query id, document id and grade,
// separated by tabs. Grade 3 is a paper on the same question, 2 a close relative, 1 the same field with
// something in common, and 0 a paper that looks related and is not. Both ids are ids of Papers, and a query is
// never judged against itself.
func Judgments() io.Reader { return strings.NewReader(judgments) }

// Queries returns a reader of the text queries: query id and text, separated by a tab.
func Queries() io.Reader { return strings.NewReader(queries) }

// QueryJudgments returns a reader of the judgments of Queries, in the form of Judgments.
func QueryJudgments() io.Reader { return strings.NewReader(queryJudgments) }
