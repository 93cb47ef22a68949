package read

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// matchCSV accepts text whose first line is a header with a column of titles or abstracts.
func matchCSV(h *head) bool {
	if h.json.shape != notJSON || h.data[0] == '<' {
		return false
	}
	line, _, _ := bytes.Cut(h.data, []byte("\n"))
	_, columns := csvHeader(string(line))
	return columns != nil
}

// csvHeader returns the separator of a header line and the positions of the columns of each field, nil if it is
// no header.
func csvHeader(line string) (comma rune, columns map[string][]int) {
	for _, comma := range []rune{'\t', ',', ';', '|'} {
		r := csv.NewReader(strings.NewReader(line))
		r.Comma, r.LazyQuotes = comma, true
		names, err := r.Read()
		if err != nil || len(names) < 2 {
			continue
		}
		at := map[string]int{}
		for i, name := range names {
			plain := plainName(name)
			if _, ok := at[plain]; !ok {
				at[plain] = i
			}
		}
		columns := map[string][]int{}
		for field, names := range fieldNames {
			for _, name := range names {
				if i, ok := at[name]; ok {
					columns[field] = append(columns[field], i)
				}
			}
		}
		if columns["title"] != nil || columns["abstract"] != nil {
			return comma, columns
		}
	}
	return 0, nil
}

// csvPapers reads a table with a header line: separated by commas, tabs, semicolons or bars; columns by the
// names that reference managers and services give them (fieldNames); lists in a cell separated by semicolons,
// bars or commas.
func csvPapers(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		header := ""
		for header == "" {
			line, _, err := in.readLine()
			if header = strings.TrimSpace(string(line)); err != nil && header == "" {
				yield(nil, err)
				return
			}
		}
		comma, columns := csvHeader(header)
		decode := func(b []byte) (*data.Paper, error) { return decodeCSV(b, comma, columns) }
		for p, err := range in.decodeAll(in.csvRecords(comma), decode) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// maxCell is the number of lines that a quoted cell may span before its opening quote is taken for a mistake.
const maxCell = 2000

// csvRecords yields the records of a table. A record is one line, or several where a quoted cell spans them.
// If a quote is never closed, the line that opened it is rejected and reading resumes after that line.
func (in *input) csvRecords(comma rune) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		lines := &csvLines{in: in}
		for n := 0; ; {
			r, err := lines.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(rawRecord{}, err)
				return
			}
			if len(bytes.Trim(r.data, string(comma)+" \t\r\n\"")) == 0 {
				continue // spreadsheets end with rows of empty cells
			}
			n++
			r.record = n
			if r.reason == "" && openQuote(r.data, byte(comma), false) {
				lines.closeQuote(&r, byte(comma))
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// csvLines reads the lines of a table. Lines can be put back.
type csvLines struct {
	in   *input
	back []rawRecord // lines put back, the next one first
	last error       // what readLine returned with the last line
}

// next returns the next line with its end, as a record without a number.
func (l *csvLines) next() (rawRecord, error) {
	if len(l.back) > 0 {
		r := l.back[0]
		l.back = l.back[1:]
		return r, nil
	}
	if l.last != nil {
		return rawRecord{}, l.last
	}
	r := rawRecord{line: l.in.line + 1}
	text, tooLong, err := l.in.readLine()
	if r.data, l.last = text, err; tooLong {
		r.reason = fmt.Sprintf("line longer than %d MB", maxRecord>>20)
	}
	if err != nil && err != io.EOF {
		return rawRecord{}, err
	}
	return r, nil
}

// closeQuote appends to r, in which a quoted cell is open, the lines up to the one that closes it. If none does within
// maxCell lines or maxRecord bytes, r gets a reason and the lines are put back.
func (l *csvLines) closeQuote(r *rawRecord, comma byte) {
	var over []rawRecord
	size := len(r.data)
	for open := true; open; {
		more, err := l.next()
		if err == nil {
			over = append(over, more)
		}
		if err != nil || len(over) > maxCell || size > maxRecord {
			l.back = append(over, l.back...)
			r.reason = "a quoted cell is never closed"
			return
		}
		size += len(more.data)
		open = openQuote(more.data, comma, true)
	}
	for _, o := range over {
		r.data = append(r.data, o.data...)
	}
}

// openQuote reports whether a quoted cell is open after line; quoted says whether one was open before. As in
// encoding/csv with LazyQuotes, a quote opens a cell only at its beginning and closes it only at its end.
func openQuote(line []byte, comma byte, quoted bool) bool {
	start := !quoted
	for i := 0; i < len(line); i++ {
		c := line[i]
		if !quoted {
			quoted, start = start && c == '"', c == comma
			continue
		}
		if c != '"' {
			continue
		}
		rest := bytes.TrimRight(line[i+1:min(len(line), i+3)], "\r\n")
		switch {
		case len(rest) == 0 || rest[0] == comma:
			quoted = false
		case rest[0] == '"':
			i++
		}
	}
	return quoted
}

func decodeCSV(b []byte, comma rune, columns map[string][]int) (*data.Paper, error) {
	r := csv.NewReader(strings.NewReader(readable.UTF8(string(b))))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	row, err := r.Read()
	if err != nil {
		return nil, errors.New("not a row of the table: " + err.Error())
	}
	cell := func(field string) string {
		for _, i := range columns[field] {
			if i < len(row) {
				if s := known(row[i]); s != "" {
					return s
				}
			}
		}
		return ""
	}
	p := &data.Paper{
		ID: cell("id"), Title: cell("title"), Abstract: cell("abstract"), Authors: splitNames(cell("authors")),
		AuthorCount: wholeInt(cell("author_count")), Published: firstDate(cell("published")), Venue: cell("venue"),
		Categories: splitList(cell("categories")), Labels: splitList(cell("labels")), Keywords: splitList(cell("keywords")),
		URL: cell("url"), DOI: cell("doi"), ArXiv: cell("arxiv"),
		Upvotes: wholeInt(cell("upvotes")), Comments: wholeInt(cell("comments")),
	}
	if len(p.Categories) == 1 && arxivClasses(p.Categories[0]) {
		p.Categories = strings.Fields(p.Categories[0])
	}
	for i, a := range p.Authors {
		p.Authors[i] = data.GivenFirst(a)
	}
	if pmid := cell("pmid"); pmid != "" {
		p.Aliases = append(p.Aliases, "PMID:"+pmid)
	}
	return p, nil
}
