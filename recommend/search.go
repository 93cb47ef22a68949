package recommend

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kindred/classifier/text"
	"kindred/classifier/vec"
	"kindred/data"
)

// SearchQuery asks for papers by a typed text. parseSearch has the syntax of Text.
type SearchQuery struct {
	Text string // at most MaxQuery bytes

	Limit     int     // most hits returned; 0 means DefaultLimit, at most MaxLimit
	Offset    int     // hits skipped, for paging
	MinScore  float32 // in [0,1]; lower scores are dropped
	Diversity float32 // in [0,1], see Query
	Explain   bool    // fill Hit.Reasons
	Newest    bool    // papers that have all words, newest first, without scores

	Filter
}

// Validate reports what is wrong with q in an error that wraps [data.ErrInvalid], nil if nothing is.
func (q *SearchQuery) Validate() error {
	switch {
	case strings.TrimSpace(q.Text) == "":
		return fmt.Errorf("search: %w: no words", data.ErrInvalid)
	case len(q.Text) > MaxQuery:
		return fmt.Errorf("search: %w: %d bytes, at most %d: ask for papers like a text instead",
			data.ErrInvalid, len(q.Text), MaxQuery)
	}
	return cmp.Or(q.Filter.validate(), validatePage(q.Limit, q.Offset, q.MinScore, q.Diversity))
}

// Search returns papers by the words of q. Words rank, like pasted text; quoted phrases and fields are
// conditions. A search of fields alone, and one whose words are all names of authors, lists papers newest first
// with score 0; where q.Newest is set, so does every search, and its words are conditions. The error of an invalid query wraps [data.ErrInvalid].
func (e *Engine) Search(ctx context.Context, q SearchQuery) (*Answer, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	clauses, err := parseSearch(q.Text)
	if err != nil {
		return nil, err
	}
	answer := &Answer{DidYouMean: e.respell(q.Text, clauses)}
	r := request{
		limit: q.Limit, offset: q.Offset, minScore: q.MinScore, diversity: q.Diversity, explain: q.Explain,
		filter: q.Filter,
	}
	words := rankedText(clauses)
	tests, verify := e.compile(ctx, clauses)
	views, unknown := e.model.Embed(words)
	switch {
	case len(clauses) == 0:
		return nil, fmt.Errorf("search: %w: no words: give some, or a value to the field, as in author:name", data.ErrInvalid)
	case words == "":
		r.must, r.verify = all(tests), verify
		err = e.listByDate(ctx, answer, r)
	case q.Newest && unknown == nil:
		if t := e.hasTerms(freeText(clauses)); t != nil && freeText(clauses) != "" {
			tests = append(tests, t)
		}
		r.must, r.verify = all(tests), verify
		err = e.listByDate(ctx, answer, r)
	case unknown != nil || isZero(views):
		if names := freeText(clauses); names != "" {
			tests = append(tests, e.hasAuthors(hashWords(foldedWords(names))))
		}
		r.must, r.verify = all(tests), verify
		if err = e.listByDate(ctx, answer, r); answer.Total == 0 {
			answer.Reason = ReasonNoKnownTerms
		}
	default:
		r.must, r.verify, r.matched = all(tests), verify, asksForText(clauses)
		err = e.answer(ctx, answer, e.index.buildQuery([]vec.Views{views}, nil, defaultParameters), r)
	}
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// rankedText returns the words to rank by: the positive ones of text and title.
func rankedText(clauses []clause) string {
	var words []string
	for _, c := range clauses {
		if !c.not && (c.field == fieldText || c.field == fieldTitle) {
			words = append(words, c.value)
		}
	}
	return strings.Join(words, " ")
}

// asksForText reports whether clauses are met only by papers that have words of theirs.
func asksForText(clauses []clause) bool {
	return slices.ContainsFunc(clauses, func(c clause) bool {
		return !c.not && (c.field == fieldTitle || c.field == fieldText && c.quoted)
	})
}

// freeText returns the words of clauses that are conditions on nothing.
func freeText(clauses []clause) string {
	var words []string
	for _, c := range clauses {
		if !c.not && c.field == fieldText && !c.quoted {
			words = append(words, c.value)
		}
	}
	return strings.Join(words, " ")
}

// test is a predicate on rows.
type test func(row int) bool

func all(tests []test) test {
	if len(tests) == 0 {
		return nil
	}
	return func(row int) bool {
		for _, t := range tests {
			if !t(row) {
				return false
			}
		}
		return true
	}
}

// compile turns clauses into tests on the columns, and those of quoted text into one test on the paper as well:
// the columns lack the order of words in an abstract.
func (e *Engine) compile(ctx context.Context, clauses []clause) (tests []test, verify func(id string) (bool, error)) {
	var phrases []clause
	for _, c := range clauses {
		t := e.columnTest(c)
		switch {
		case c.isPhrase() && c.not: // a text may have all words of a phrase and still not the phrase
		case t != nil && c.not:
			tests = append(tests, func(row int) bool { return !t(row) })
		case t != nil:
			tests = append(tests, t)
		}
		if c.isPhrase() {
			phrases = append(phrases, c)
		}
	}
	if len(phrases) == 0 || e.papers == nil {
		return tests, nil
	}
	return tests, func(id string) (bool, error) {
		p, err := e.papers.Paper(ctx, id)
		if errors.Is(err, data.ErrNotFound) {
			return false, nil // deleted since the index was made
		}
		if err != nil {
			return false, err
		}
		title, abstract := TextWords(p.Title), TextWords(p.Abstract)
		for _, c := range phrases {
			words := TextWords(c.value)
			if (hasRun(title, words) || hasRun(abstract, words)) == c.not {
				return false, nil
			}
		}
		return true, nil
	}
}

// isPhrase reports whether c asks for words in order anywhere in the text. A word of characters is such a run itself.
func (c *clause) isPhrase() bool {
	if c.field != fieldText || !c.quoted && !c.not {
		return false
	}
	return c.quoted && len(TextWords(c.value)) > 1 || strings.ContainsFunc(c.value, isRunning)
}

// hasRun reports whether list has the elements of run in order and adjacent. An empty run is nowhere.
func hasRun[T comparable](list, run []T) bool {
	for i := 0; i+len(run) <= len(list); i++ {
		if slices.Equal(list[i:i+len(run)], run) {
			return len(run) > 0
		}
	}
	return false
}

// columnTest returns the test of a clause, its minus ignored, nil when every row passes.
func (e *Engine) columnTest(c clause) test {
	switch c.field {
	case fieldTitle:
		words := hashWords(TextWords(c.value))
		return func(row int) bool {
			s, r := e.index.at(row)
			return hasRun(s.titleWords.row(r), words)
		}
	case fieldAuthor:
		return e.hasAuthor(hashWords(foldedWords(c.value)))
	case fieldVenue:
		words := hashWords(foldedWords(c.value))
		return func(row int) bool {
			s, r := e.index.at(row)
			return hasRun(s.venueWords.row(r), words)
		}
	case fieldCategory:
		want := []uint32{hashWord(foldCategory(c.value))}
		return func(row int) bool {
			s, r := e.index.at(row)
			return containsAny(s.categories.row(r), want)
		}
	case fieldYear:
		first, last := int32(c.from*10000), int32(c.to*10000+9999)
		return func(row int) bool {
			s, r := e.index.at(row)
			return s.first[r] > 0 && s.first[r] >= first && (c.to == 0 || s.last[r] <= last)
		}
	}
	if !c.not && !c.quoted {
		return nil
	}
	return e.hasTerms(c.value)
}

// hasAuthor returns the test whether the name of one author has all words.
func (e *Engine) hasAuthor(words []uint32) test {
	return func(row int) bool {
		s, r := e.index.at(row)
		for names := s.authorWords.row(r); len(names) > 0; {
			end := slices.Index(names, endOfName)
			if containsAll(names[:end], words) {
				return true
			}
			names = names[end+1:]
		}
		return false
	}
}

// hasAuthors returns the test whether the names of all authors together have all words.
func (e *Engine) hasAuthors(words []uint32) test {
	return func(row int) bool {
		s, r := e.index.at(row)
		return containsAll(s.authorWords.row(r), words)
	}
}

// containsAll reports whether list has all words. An empty list of words is in none.
func containsAll(list, words []uint32) bool {
	for _, w := range words {
		if !slices.Contains(list, w) {
			return false
		}
	}
	return len(words) > 0
}

func hashWords(words []string) []uint32 {
	hashes := make([]uint32, len(words))
	for i, w := range words {
		hashes[i] = hashWord(w)
	}
	return hashes
}

// hasTerms returns the test whether a text has all words of s that are terms. It fails for every row when none is, but
// for words of a script whose phrases are runs of characters: the text has to have the run, and of its terms, those
// that are pairs of characters are sure to be among the text's.
func (e *Engine) hasTerms(s string) test {
	if strings.ContainsFunc(s, isRunning) {
		return e.hasPairs(s)
	}
	var terms []uint32
	for _, w := range strings.Fields(text.PartElisions(s)) {
		if t, ok := e.model.Lookup(trimWord(w)); ok {
			terms = append(terms, t)
		}
	}
	return func(row int) bool { return len(terms) > 0 && e.index.hasAll(row, terms) }
}

// hasPairs returns the test whether a text has all pairs of characters of s that are terms, nil when none is.
func (e *Engine) hasPairs(s string) test {
	var terms []uint32
	for term := range (text.Analyzer{}).Terms(s) {
		if first, w := utf8.DecodeRuneInString(term.Surface); !text.Unspaced(first) || w == len(term.Surface) {
			continue
		}
		if t, ok := e.model.Lookup(term.Surface); ok {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 {
		return nil
	}
	return func(row int) bool { return e.index.hasAll(row, terms) }
}

// hasAll reports whether the lexical view of a row has all terms.
func (ix *Index) hasAll(row int, terms []uint32) bool {
	lexical := ix.Views(row).Lexical
	for _, t := range terms {
		if lexical.At(t) == 0 {
			return false
		}
	}
	return true
}

// listByDate writes the page of all papers that pass, newest first, undated ones and those dated too far ahead last.
func (e *Engine) listByDate(ctx context.Context, answer *Answer, r request) error {
	filter, err := e.rowFilter(ctx, &r.filter)
	if err != nil {
		return err
	}
	var found []candidate
	for row := range e.index.Rows() {
		if e.index.alive(row) && filter(row) && (r.must == nil || r.must(row)) {
			found = append(found, candidate{row: int32(row)})
		}
	}
	if len(found) == 0 {
		answer.Reason = ReasonFiltered
		return nil
	}
	ahead := int32((time.Now().Year() + 2) * 10000) // see data.Date.Ahead
	date := func(day int32) int32 {
		if day >= ahead {
			return 0
		}
		return day
	}
	slices.SortFunc(found, func(a, b candidate) int {
		s, i := e.index.at(int(a.row))
		t, j := e.index.at(int(b.row))
		return cmp.Or(cmp.Compare(date(t.last[j]), date(s.last[i])), cmp.Compare(s.ids[i], t.ids[j]))
	})
	r.explain, r.diversity, r.matched = false, 0, true
	return e.fill(answer, &ranking{found: found, query: &queryVector{}}, &r)
}
