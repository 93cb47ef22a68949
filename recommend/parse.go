package recommend

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"kindred/data"
)

// field is the part of a paper that a clause of a search refers to.
type field int

const (
	fieldText field = iota
	fieldTitle
	fieldAuthor
	fieldCategory
	fieldYear
	fieldVenue
)

var fieldNames = map[string]field{
	"title": fieldTitle, "author": fieldAuthor, "venue": fieldVenue, "cat": fieldCategory, "category": fieldCategory, "year": fieldYear,
}

// maxFieldName is the length of the longest of fieldNames.
const maxFieldName = len("category")

// clause is one item of a search: a word or a quoted phrase of one field, required or excluded.
type clause struct {
	field    field
	not      bool
	quoted   bool
	value    string
	from, to int // first and last year of a year clause, 0 for open
	at, end  int // position of the value in the text
}

// parseSearch parses the text of a search:
//
//	word …              ranks by the words
//	"some words"        the text has the words in this order
//	-word  -"words"     the text does not have them
//	title:w title:"w w" the title has them
//	author:w            an author has the name
//	venue:w             the name of the journal or conference has it
//	cat:cs.LG  cat:cs   the category, or all categories below it
//	year:2020 year:2018-2020 year:2018- year:-2020
//
// A minus excludes a clause of any field. An unclosed quote ends with the text. An unknown name before a colon
// is text, and so is a minus within a word. Only an invalid year is an error; it wraps [data.ErrInvalid].
func parseSearch(s string) ([]clause, error) {
	var clauses []clause
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		var c clause
		if r == '-' && i+1 < len(s) {
			c.not = true
			i++
		}
		if name, _, ok := strings.Cut(s[i:min(len(s), i+maxFieldName+1)], ":"); ok {
			if f, known := fieldNames[strings.ToLower(name)]; known {
				c.field = f
				i += len(name) + 1
			}
		}
		i = c.read(s, i)
		if c.value == "" {
			continue
		}
		if c.field == fieldYear {
			if err := c.readYears(); err != nil {
				return nil, err
			}
		}
		clauses = append(clauses, c)
	}
	return clauses, nil
}

// read parses the value of c at s[i:] and returns the position behind it.
func (c *clause) read(s string, i int) int {
	if i < len(s) && s[i] == '"' {
		c.quoted = true
		c.at = i + 1
		if n := strings.IndexByte(s[c.at:], '"'); n >= 0 {
			c.end = c.at + n
		} else {
			c.end = len(s)
		}
		c.value = strings.TrimSpace(s[c.at:c.end])
		return min(len(s), c.end+1)
	}
	c.at = i
	c.end = len(s)
	if n := strings.IndexFunc(s[i:], func(r rune) bool { return unicode.IsSpace(r) || r == '"' }); n >= 0 {
		c.end = i + n
	}
	c.value = s[c.at:c.end]
	return c.end
}

// readYears parses the value of a year clause.
func (c *clause) readYears() error {
	from, to, ranged := strings.Cut(c.value, "-")
	if !ranged {
		to = from
	}
	var ok [2]bool
	c.from, ok[0] = year(from)
	c.to, ok[1] = year(to)
	if !ok[0] || !ok[1] || from == "" && to == "" || c.to > 0 && c.from > c.to {
		return fmt.Errorf("search: %w: year:%s, want a year or a range such as 2018-2020, 2018- or -2020",
			data.ErrInvalid, c.value)
	}
	return nil
}

// year parses an optional year.
func year(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 1 && n <= 9999
}
