package read

import (
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// The lines that frame a paper on the page as text: the count of authors, and the date with the count of comments.
var (
	authorsLine = regexp.MustCompile(`^(?:.{0,80}[•·]\s*)?([\d,]+)\s+authors?\b\s*(?:[·•]\s*(.*))?$`)
	dateLine    = regexp.MustCompile(`^(?:[·•]\s*)?(?:Published on\s+)?([A-Z][a-z]{2})[a-z]*\.?\s+(\d{1,2})(?:,\s*(\d{4}))?(?:\s*[·•]?\s*([\d,]+)(?:\s+comments?)?)?$`)
	yearWritten = regexp.MustCompile(`\b[A-Z][a-z]{2}[a-z]*\.?\s+\d{1,2},\s*(\d{4})\b`)
)

// pageFurniture are the lines of the page that belong to no paper, in lower case.
var pageFurniture = map[string]bool{
	"new": true, "get trending papers in your email inbox!": true, "get trending papers in your email inbox once a day!": true,
	"subscribe": true, "daily papers": true, "trending papers": true, "byak and the research community": true,
	"by ak and the research community": true, "ak and the research community": true, "submitted by": true, "search": true,
	"papers": true, "log in": true, "sign up": true, "previous": true, "next": true, "daily": true, "weekly": true, "monthly": true,
	"upvote": true, "abstract": true, "·": true, "•": true, "arxiv": true, "view arxiv page": true, "view pdf": true,
}

// matchDailyText accepts text in which the line of an author count is followed by a date.
func matchDailyText(h *head) bool {
	if h.json.shape != notJSON {
		return false
	}
	lines := strings.Split(string(h.data), "\n")
	for i, line := range lines {
		if m := authorsLine.FindStringSubmatch(pageLine(line)); m != nil {
			if date, _ := dateAfter(lines, i, m[2]); date != nil {
				return true
			}
		}
	}
	return false
}

// pageLine returns a line of a pasted page as its patterns expect it.
func pageLine(s string) string {
	return strings.Join(strings.Fields(readable.UTF8(s)), " ")
}

// dateAfter returns the parts of the date after the author count on line i, and the last line it takes. rest
// is the rest of line i.
func dateAfter(lines []string, i int, rest string) (date []string, last int) {
	if m := dateLine.FindStringSubmatch(rest); rest != "" {
		return m, i
	}
	for j := i + 1; j < len(lines) && j <= i+6; j++ {
		line := pageLine(lines[j])
		if line == "" || line == "·" || line == "•" {
			continue
		}
		return dateLine.FindStringSubmatch(line), j
	}
	return nil, i
}

// dailyText reads the text of the Daily Papers page, or of its search, copied from a browser. For each paper
// it has the title, the abstract, "• N authors", "·", and the date with the count of comments, if any. The
// site leaves out the current year. A date without a year gets Options.Year; otherwise the year after the
// newest one written out, because dates of the previous year have it; otherwise it stays unknown.
func dailyText(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		text, err := io.ReadAll(io.LimitReader(in.r, maxPage+1))
		if err == nil && len(text) > maxPage {
			err = fmt.Errorf("%w: a page of more than %d MB: split it", data.ErrInvalid, maxPage>>20)
		}
		year := in.opt.Year
		if year == 0 {
			year = yearAfterNewest(string(text))
		}
		lines := strings.Split(string(text), "\n")
		begin, n := 0, 0
		for i := 0; i < len(lines); i++ {
			m := authorsLine.FindStringSubmatch(pageLine(lines[i]))
			if m == nil {
				continue
			}
			date, last := dateAfter(lines, i, m[2])
			if date == nil {
				continue
			}
			n++
			title, abstract, first := splitPaper(lines[begin:i])
			r := &rawRecord{line: begin + first + 1, record: n, data: []byte(strings.Join(lines[begin+first:last+1], "\n"))}
			p, err := decodeOne(in.name, r, func([]byte) (*data.Paper, error) {
				day, err := pageDate(date, year)
				return &data.Paper{
					Title: title, Abstract: abstract, Published: day,
					AuthorCount: leadingInt(m[1]), Comments: leadingInt(date[4]),
				}, err
			})
			if !yield(p, err) {
				return
			}
			begin, i, in.line = last+1, last, last+1
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// yearAfterNewest returns the year after the newest that a page writes out in a date, 0 if it writes none.
func yearAfterNewest(text string) int {
	newest := 0
	for _, m := range yearWritten.FindAllStringSubmatch(text, -1) {
		if y := leadingInt(m[1]); y < 9999 {
			newest = max(newest, y)
		}
	}
	if newest == 0 {
		return 0
	}
	return newest + 1
}

// pageDate reads the parts of dateLine; year is the year of a date without one, 0 if unknown.
func pageDate(m []string, year int) (data.Date, error) {
	month, err := time.Parse("Jan", m[1])
	if err != nil {
		return data.Date{}, fmt.Errorf("date %q: no month of that name", m[0])
	}
	if m[3] != "" {
		year = leadingInt(m[3])
	}
	if year == 0 {
		return data.Date{}, nil
	}
	d := data.Date{Year: year, Month: month.Month(), Day: leadingInt(m[2])}
	if !d.Valid() {
		return data.Date{}, fmt.Errorf("date %q: no such day in %d", m[0], year)
	}
	return d, nil
}

// longLine is the length in bytes from which a line or paragraph is taken for an abstract and not for a
// title.
const longLine = 200

// paragraph is a run of lines of a page that belong together.
type paragraph struct {
	text string
	line int  // of its first line, from 0
	open bool // the next line belongs to it as well
}

// paragraphs divides lines into paragraphs at blank lines and page furniture. A long line is a paragraph of
// its own.
func paragraphs(lines []string) []paragraph {
	var ps []paragraph
	submitter := false
	for i, line := range lines {
		line = strings.TrimSpace(readable.UTF8(line))
		plain := strings.ToLower(pageLine(line))
		if submitter && plain != "" { // the name that follows "Submitted by"
			submitter, line, plain = false, "", ""
		}
		submitter = submitter || plain == "submitted by"
		if pageFurniture[plain] || strings.Trim(plain, "0123456789,.k ") == "" || dateLine.MatchString(pageLine(line)) {
			if len(ps) > 0 {
				ps[len(ps)-1].open = false
			}
			continue
		}
		long := len(line) >= longLine
		if last := len(ps) - 1; last >= 0 && ps[last].open && !long {
			ps[last].text += "\n" + line
			continue
		}
		ps = append(ps, paragraph{text: line, line: i, open: !long})
	}
	return ps
}

// splitPaper finds title and abstract in the lines between two papers: the title is the paragraph before the
// first that is long enough to be an abstract or, where none is, the first one. It returns the line of the
// title as well.
func splitPaper(lines []string) (title, abstract string, first int) {
	ps := paragraphs(lines)
	if len(ps) == 0 {
		return "", "", 0
	}
	t := 0
	for i := 1; i < len(ps); i++ {
		if len(ps[i].text) >= longLine {
			t = i - 1
			break
		}
	}
	texts := make([]string, 0, len(ps))
	for _, p := range ps[t+1:] {
		texts = append(texts, p.text)
	}
	return ps[t].text, strings.Join(texts, "\n"), ps[t].line
}
