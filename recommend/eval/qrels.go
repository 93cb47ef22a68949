package eval

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kindred/data"
)

// maxLine is the longest line of any file this package reads, in bytes.
const maxLine = 1 << 20

// Qrels are judgments: which documents are how relevant to which query.
type Qrels struct {
	Queries []string                      // in the order of the file
	Grades  map[string]map[string]float64 // query → document → grade; 0 is judged and not relevant
}

// ReadQrels reads judgments: a line each, "query TAB document TAB grade", or the four columns of TREC with the unused
// second one. Empty lines and lines that begin with # are passed over, and so is a query's judgment of itself; of two grades
// for one pair the later one counts. A line that is none of these and a grade that is not from 0 to 64 are errors that
// wrap [data.ErrInvalid] and name the line.
func ReadQrels(r io.Reader) (Qrels, error) {
	q := Qrels{Grades: map[string]map[string]float64{}}
	err := eachLine(r, "judgments", func(line string) error {
		fields := columns(line)
		if len(fields) == 4 {
			fields = []string{fields[0], fields[2], fields[3]}
		}
		if len(fields) != 3 || fields[0] == "" || fields[1] == "" {
			return fmt.Errorf("%w: want query, document and grade, separated by tabs", data.ErrInvalid)
		}
		grade, err := strconv.ParseFloat(fields[2], 64)
		if err != nil || !(grade >= 0 && grade <= 64) {
			return fmt.Errorf("%w: grade %q, want a number from 0 to 64", data.ErrInvalid, fields[2])
		}
		query, doc := fields[0], fields[1]
		if query == doc {
			return nil
		}
		if q.Grades[query] == nil {
			q.Grades[query] = map[string]float64{}
			q.Queries = append(q.Queries, query)
		}
		q.Grades[query][doc] = grade
		return nil
	})
	if err == nil && len(q.Queries) == 0 {
		err = fmt.Errorf("judgments: %w: no line has one", data.ErrInvalid)
	}
	return q, err
}

// ReadQueries reads the texts of queries: a line each, "query TAB text". Errors are those of [ReadQrels].
func ReadQueries(r io.Reader) (map[string]string, error) {
	texts := map[string]string{}
	err := eachLine(r, "queries", func(line string) error {
		id, text, ok := strings.Cut(line, "\t")
		if !ok || id == "" || strings.TrimSpace(text) == "" {
			return fmt.Errorf("%w: want query and text, separated by a tab", data.ErrInvalid)
		}
		if _, twice := texts[id]; twice {
			return fmt.Errorf("%w: query %s has a text already", data.ErrInvalid, id)
		}
		texts[id] = text
		return nil
	})
	return texts, err
}

// columns splits a line at tabs, or at any white space where it has no tab.
func columns(line string) []string {
	if strings.Contains(line, "\t") {
		return strings.Split(line, "\t")
	}
	return strings.Fields(line)
}

// eachLine calls f with every line that says something; what tells the error what was being read.
func eachLine(r io.Reader, what string, f func(line string) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("%s: line %d: %w", what, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: line %d: %w", what, n+1, err)
	}
	return nil
}
