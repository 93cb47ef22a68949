package read

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"kindred/data"
	"kindred/data/readable"
)

// matchCSV accepts text with a header among its first lines that has a column of titles or abstracts.
func matchCSV(h *head) bool {
	if h.json.shape != notJSON || h.data[0] == '<' {
		return false
	}
	in := &input{r: bufio.NewReaderSize(bytes.NewReader(h.data), len(h.data)+1)}
	t, _, _ := (&csvLines{in: in}).header()
	return t != nil
}

// separators are the runes that part the cells of tables.
var separators = []rune{'\t', ',', ';', '|'}

// sepLine is the first line that Excel writes and reads to say how cells are separated.
var sepLine = regexp.MustCompile(`(?i)^\s*"?sep=(\\t|[^"]?)"?[,;\t]*\s*$`)

// maxBeforeHeader is the number of lines, without blank ones, among which the header is looked for. Databases write how
// they were asked before it, and people a heading.
const maxBeforeHeader = 30

// maxHeaderLines is the number of lines that a header with line breaks in its names may span.
const maxHeaderLines = 8

// maxColumnName is the length of the longest name of a column, in bytes. A longer cell is a sentence.
const maxColumnName = 200

// maxHeader is the length of the longest line that may be a header, in bytes.
const maxHeader = 64 << 10

// header reads up to and including the header, nil if there is none, and returns the lines before it that are not
// blank.
func (l *csvLines) header() (t *table, preface []rawRecord, err error) {
	var lines []rawRecord
	for len(lines) < maxBeforeHeader {
		r, err := l.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if len(bytes.TrimSpace(r.data)) > 0 {
			lines = append(lines, r)
		}
	}
	t, begin, end := findHeader(lines)
	if t == nil {
		return nil, lines, nil
	}
	l.back = append(slices.Clone(lines[end:]), l.back...)
	for _, r := range lines[:begin] {
		if !sepLine.Match(r.data) {
			preface = append(preface, r)
		}
	}
	return t, preface, nil
}

// findHeader returns the header among lines and where it begins and ends. Of several lines that could be one, it is the
// one whose columns the next line has, then the one with the most columns that are understood.
func findHeader(lines []rawRecord) (best *table, begin, end int) {
	bestScore, seps := 0, separators
	for i, first := range lines {
		if m := sepLine.FindSubmatch(first.data); m != nil {
			switch sep := string(m[1]); {
			case sep == `\t`:
				seps = separators[:1]
			case len(sep) == 1 && sep[0] < utf8.RuneSelf:
				seps = []rune(sep)
			}
			continue
		}
		if len(first.data) > maxHeader {
			continue
		}
		for _, comma := range seps {
			text, n := string(first.data), 1
			for n < maxHeaderLines && i+n < len(lines) && openQuote([]byte(text), byte(comma), false) {
				text += string(lines[i+n].data)
				n++
			}
			t := headerLine(strings.TrimRight(text, "\r\n"), comma)
			if t == nil {
				continue
			}
			score := t.understood()
			fits := i+n < len(lines) && t.begins(lines[i+n].data)
			if last := i+n == len(lines); i > 0 && !fits && (score < 2 || !last) {
				continue // a sentence with the word "title"
			}
			if fits {
				score += maxBeforeHeader * maxColumns
			}
			if score > bestScore {
				best, begin, end, bestScore = t, i, i+n, score
			}
		}
	}
	return best, begin, end
}

// maxColumns is the number of columns of a table that are looked at.
const maxColumns = 1000

// headerLine returns the header that a line is, nil if it is none.
func headerLine(line string, comma rune) *table {
	r := csv.NewReader(strings.NewReader(readable.UTF8(line)))
	r.Comma, r.LazyQuotes = comma, true
	names, err := r.Read()
	if err != nil || len(names) < 2 || len(names) > maxColumns {
		return nil
	}
	for i, name := range names {
		if names[i] = strings.TrimSpace(name); len(name) > maxColumnName {
			return nil
		}
	}
	t := newTable(names)
	if t != nil {
		t.comma, t.header = comma, []byte(line)
	}
	return t
}

// begins reports whether line may be the first line of a row of the table.
func (t *table) begins(line []byte) bool {
	cells, open := scanCells(line, byte(t.comma), false)
	return cells == len(t.names) || open && cells < len(t.names)
}

// csvPapers reads a table with a header: separated by commas, tabs, semicolons or bars, or by what a line "sep=" says;
// columns by the names that databases and reference managers give them (fieldNames, columnNames); lists in a cell
// separated by semicolons, bars or commas. Lines before the header are left out. Rows that do not fit the header are
// mended where only one reading is possible, and rejected otherwise.
func csvPapers(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		lines := &csvLines{in: in}
		t, preface, err := lines.header()
		if err == nil && t == nil {
			err = fmt.Errorf("%w: no header with a title or an abstract in the first %d lines", data.ErrInvalid, maxBeforeHeader)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for _, r := range preface {
			text := shortened(readable.OneLine(readable.UTF8(string(r.data))), 80)
			in.notes.add("line %d, before the header, was left out: %s", r.line, text)
		}
		for p, err := range in.tablePapers(t, in.csvRecords(lines, t), t.decodeCSV) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// tablePapers decodes the rows of a table and notes in the end which columns were not read.
func (in *input) tablePapers(
	t *table, rows iter.Seq2[rawRecord, error], decode func([]byte) (*data.Paper, error),
) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		t.notes, t.filled = &in.notes, make([]atomic.Bool, len(t.names))
		defer t.noteUnread()
		for p, err := range in.decodeAll(rows, decode) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// noteUnread notes the columns with values that were not read.
func (t *table) noteUnread() {
	var names []string
	for _, i := range t.unread {
		if t.filled[i].Load() {
			names = append(names, t.names[i])
		}
	}
	if len(names) == 0 {
		return
	}
	text := fmt.Sprintf("%d columns not read: %s", len(names), listNames(names))
	if len(names) == 1 {
		text = "1 column not read: " + listNames(names)
	}
	if missing := t.missing(); missing != "" {
		text += "; rename one to " + missing + " if it holds that"
	}
	t.notes.add("%s", text)
}

// maxCell is the number of lines that a quoted cell may span before its opening quote is taken for a mistake.
const maxCell = 2000

// csvRecords yields the records of a table. A record is one line, or several where a quoted cell spans them. If a quote
// is never closed, the line that opened it is rejected, unless it fits the header when read otherwise, and reading
// resumes after that line. The same holds for a quote that only a later row closes.
func (in *input) csvRecords(lines *csvLines, t *table) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		for n := 0; ; {
			r, err := lines.next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(rawRecord{}, err)
				return
			}
			if len(bytes.Trim(r.data, string(t.comma)+" \t\r\n\"")) == 0 {
				continue // spreadsheets end with rows of empty cells
			}
			if bytes.Equal(bytes.TrimRight(r.data, "\r\n"), t.header) {
				in.notes.add("the header is repeated among the rows, as in tables that were joined")
				continue
			}
			n++
			r.record = n
			if r.reason == "" {
				if cells, open := scanCells(r.data, byte(t.comma), false); open {
					lines.closeQuote(&r, t, cells)
				}
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

// closeQuote appends to r, in which a quoted cell is open after so many cells, the lines up to the one that closes it.
// If none does within maxCell lines or maxRecord bytes, or if the lines make no row where one of them does alone, the
// lines are put back, and r gets a reason unless it is a row by itself.
func (l *csvLines) closeQuote(r *rawRecord, t *table, cells int) {
	var over []rawRecord
	size, comma := len(r.data), byte(t.comma)
	closed := true
	for open := true; open; {
		more, err := l.next()
		if err == nil {
			over = append(over, more)
		}
		if err != nil || len(over) > maxCell || size > maxRecord {
			closed = false
			break
		}
		size += len(more.data)
		n := 0
		n, open = scanCells(more.data, comma, true)
		cells += n - 1
	}
	swallowed := func(o rawRecord) bool { return t.row(o.data) }
	if !closed || cells != len(t.names) && (t.mends(r.data) || slices.ContainsFunc(over, swallowed)) {
		l.back = append(over, l.back...)
		if !t.mends(r.data) {
			r.reason = "a quoted cell is never closed"
		}
		return
	}
	for _, o := range over {
		r.data = append(r.data, o.data...)
	}
}

// openQuote reports whether a quoted cell is open after line; quoted says whether one was open before.
func openQuote(line []byte, comma byte, quoted bool) bool {
	_, open := scanCells(line, comma, quoted)
	return open
}

// scanCells returns the number of cells that line has a part of, and whether a quoted cell is open after it; quoted
// says whether one was open before. As in encoding/csv with LazyQuotes, a quote opens a cell only at its beginning and
// closes it only at its end.
func scanCells(line []byte, comma byte, quoted bool) (cells int, open bool) {
	start := !quoted
	cells = 1
	for i := 0; i < len(line); i++ {
		if !quoted {
			quoted, start = start && line[i] == '"', line[i] == comma
			if start {
				cells++
			}
			continue
		}
		next := bytes.IndexByte(line[i:], '"')
		if next < 0 {
			break
		}
		i += next
		rest := line[i+1:]
		switch {
		case len(rest) == 0 || rest[0] == comma || rest[0] == '\n' || rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n'):
			quoted = false
		case rest[0] == '"':
			i++
		}
	}
	return cells, quoted
}
