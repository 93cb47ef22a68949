// Package naming gives topics their names: a label, terms and a line of description each. A name is made of the words
// and phrases of the topic's documents that documents of the other topics have less often. How topics are formed, and
// which label a topic keeps from an earlier fit, is decided elsewhere.
package naming

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"kindred/classifier/vec"
)

// Corpus holds the words and phrases of the documents whose topics are to be named.
type Corpus struct {
	// Words holds how often each single word occurs in each document. Its columns are the model's terms. A term that is
	// not a single word has no entries.
	Words Occurrences
	// WordNames is the surface form of each column of Words, "" for a term that cannot be shown.
	WordNames []string
	// Phrases holds how often each phrase occurs in each document. PhraseNames is the surface form of each of its
	// columns. PhraseWords lists the words of each of its columns, as columns of Words; a word that the model does not
	// know is left out.
	Phrases     Occurrences
	PhraseNames []string
	PhraseWords [][]uint32
	// Background is the number of papers elsewhere, of BackgroundDocs, in which each word occurs. It is nil where that
	// is not known.
	Background     []uint32
	BackgroundDocs int
}

// Occurrences counts words or phrases in documents.
type Occurrences struct {
	Counts  *vec.CSR // documents × words or phrases
	InTitle []bool   // whether each stored entry of Counts occurs in the title
}

// Validate reports parts that do not fit each other, or are not of docs documents.
func (c *Corpus) Validate(docs int) error {
	w, p := c.Words.Counts, c.Phrases.Counts
	switch {
	case w == nil || p == nil:
		return errors.New("the counts of words or phrases are missing")
	case w.Rows() != docs || p.Rows() != docs:
		return fmt.Errorf("words of %d and phrases of %d documents instead of %d", w.Rows(), p.Rows(), docs)
	case len(c.WordNames) != w.Cols || len(c.PhraseNames) != p.Cols || len(c.PhraseWords) != p.Cols:
		return errors.New("the names do not fit the words and phrases")
	case len(c.Words.InTitle) != len(w.Index) || len(c.Phrases.InTitle) != len(p.Index):
		return errors.New("the marks of titles do not fit the words and phrases")
	case c.Background != nil && (len(c.Background) != w.Cols || c.BackgroundDocs < 1):
		return errors.New("the background does not fit the words")
	}
	return nil
}

// Term is one characteristic word of a topic, in its surface form.
type Term struct {
	Text   string  `json:"term"`
	Weight float32 `json:"weight"` // signed root of the likelihood ratio between the topic's papers and the others
}

// Name is what a topic is called.
type Name struct {
	Label       string
	Terms       []Term // best first, never nil
	Description string // one line, "" where there are no further names to put in it
}

// Namer names the topics of a corpus. No two names that it gives have the same label, whatever their case.
type Namer struct {
	corpus *Corpus
	forms  spellings
	taken  map[string]bool   // labels in use, in lower case
	about  func() [][]uint32 // subjects of each document
}

// New returns a namer for the topics of a valid corpus that does not give the labels in taken.
func New(c *Corpus, taken ...string) *Namer {
	n := &Namer{corpus: c, forms: newSpellings(c.WordNames), taken: make(map[string]bool, len(taken))}
	n.about = sync.OnceValue(func() [][]uint32 { return c.subjectsOf(subjects()) })
	for _, label := range taken {
		n.taken[strings.ToLower(label)] = true
	}
	return n
}

// Proposals are the possible names of topics that are compared with each other.
type Proposals struct {
	terms    [][]Term   // of each topic
	labels   [][]string // of each topic, best first
	subjects []string   // of each topic, "" for none
}

// Propose finds the possible names of topics. docs are documents, ascending, and cell is the topic of each of them,
// below topics. Documents that are not in docs do not count. Propose may run in several goroutines at once.
func (n *Namer) Propose(docs, cell []int32, topics int, level Level) *Proposals {
	s := newScope(n.corpus, docs, cell, topics)
	p := &Proposals{terms: s.terms(), subjects: make([]string, topics)}
	if level != Parts {
		p.subjects = s.subjects(subjects(), n.about(), level)
	}
	for t, list := range s.labels() {
		if level == Topics && len(list) > 0 && s.covers(&list[0], t) {
			p.subjects[t] = ""
		}
		labels := make([]string, len(list))
		for i, c := range list {
			labels[i] = n.forms.write(c.text)
		}
		p.labels = append(p.labels, labels)
	}
	return p
}

// Name names the topics of p, in their order. ids tell apart topics that would have the same label. A topic keeps its
// label in kept, unless that is "" or taken; a nil kept keeps none. Labels in kept are taken before any other is given.
func (n *Namer) Name(p *Proposals, ids []int, kept []string) []Name {
	out := make([]Name, len(p.terms))
	for t, label := range kept {
		if key := strings.ToLower(label); key != "" && !n.taken[key] {
			out[t].Label, n.taken[key] = label, true
		}
	}
	for t := range out {
		if out[t].Terms = p.terms[t]; out[t].Terms == nil {
			out[t].Terms = []Term{}
		}
		if out[t].Label == "" {
			out[t].Label = n.label(p.subjects[t], p.labels[t], ids[t])
		}
		out[t].Description = describe(out[t].Label, p.labels[t])
	}
	return out
}

// label makes a label of the subject if there is one and it is not taken. Else it makes one of names, which are sorted
// best first: of a phrase alone, or of a word and the second name. It adds further names while the label is taken.
func (n *Namer) label(subject string, names []string, id int) string {
	if subject != "" && !n.taken[strings.ToLower(subject)] {
		return n.take(subject, id)
	}
	if len(names) == 0 {
		return n.take("Topic ("+strconv.Itoa(id)+")", id)
	}
	used := 1
	if !strings.Contains(names[0], " ") {
		used = min(2, len(names))
	}
	label := strings.Join(names[:used], ", ")
	for used < len(names) && n.taken[strings.ToLower(label)] {
		used++
		label = strings.Join(names[:used], ", ")
	}
	return n.take(label, id)
}

// take marks a label as taken and returns it. A label that was taken before gets the topic's id behind it.
func (n *Namer) take(label string, id int) string {
	for n.taken[strings.ToLower(label)] {
		label += " (" + strconv.Itoa(id) + ")"
	}
	n.taken[strings.ToLower(label)] = true
	return label
}

// describedBy is the largest number of names in a description.
const describedBy = 4

// describe returns one line made of the names that are not in the label, "" where there are none.
func describe(label string, names []string) string {
	var further []string
	words := stems(strings.ToLower(strings.ReplaceAll(label, ",", "")))
	for _, name := range names {
		if len(further) < describedBy && !alike(stems(strings.ToLower(name)), words) {
			further = append(further, name)
		}
	}
	if len(further) == 0 {
		return ""
	}
	list := further[0]
	if last := len(further) - 1; last > 0 {
		list = strings.Join(further[:last], ", ") + " and " + further[last]
	}
	return "Papers on " + label + ": " + list + "."
}

// LabelWords returns the words of a label or a title in lower case, split at hyphens, without punctuation and plural s.
func LabelWords(s string) []string {
	return stems(strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(",;:.!?()[]\"'", r) {
			return ' '
		}
		return r
	}, s)))
}

// stems returns the words of a name in lower case, split at hyphens, without the plural s.
func stems(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' })
	for i, w := range words {
		words[i] = singular(w)
	}
	return words
}

// singular returns a word in lower case without the plural s. Words of up to three letters and those in -ss stay whole.
func singular(word string) string {
	if len(word) > 3 && !strings.HasSuffix(word, "ss") {
		return strings.TrimSuffix(word, "s")
	}
	return word
}

// alike reports that two names, given by their stems, say much the same: they share two words, or all words of one, or
// one is the initials of the other.
func alike(a, b []string) bool {
	if isInitials(a, b) || isInitials(b, a) {
		return true
	}
	shared := 0
	for i, w := range a {
		same := func(v string) bool { return sameStem(v, w) }
		if slices.ContainsFunc(b, same) && !slices.ContainsFunc(a[:i], same) {
			shared++
		}
	}
	return shared >= min(2, len(a), len(b))
}

// isInitials reports that a is one word made of the first letters of the words of b.
func isInitials(a, b []string) bool {
	if len(a) != 1 || len(b) < 2 || len(a[0]) != len(b) {
		return false
	}
	for i, w := range b {
		if w == "" || w[0] != a[0][i] {
			return false
		}
	}
	return true
}

// sameStem reports that two words are most likely forms of one, such as matrix and matrices, or sort and sorting: all
// but the last two letters of the shorter one begin both, and at least four.
func sameStem(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	shared := 0
	for shared < len(a) && a[shared] == b[shared] {
		shared++
	}
	return a == b || shared >= max(4, len(a)-2)
}

// spellings are the words that are mostly written in lower case.
type spellings map[string]bool

func newSpellings(names []string) spellings {
	s := make(spellings)
	for _, name := range names {
		if name != "" && name == strings.ToLower(name) {
			s[name] = true
		}
	}
	return s
}

// have reports that a word in lower case is mostly written so, in its singular or plural.
func (s spellings) have(word string) bool {
	return s[word] || s[word+"s"] || s[singular(word)] || s[strings.TrimSuffix(word, "ies")+"y"]
}

// write returns a name with those words in lower case that only titles and the beginnings of sentences capitalise.
func (s spellings) write(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		parts := strings.Split(w, "-")
		for j, p := range parts {
			lower := strings.ToLower(p)
			capitalised := p != lower && p[:1]+lower[min(1, len(lower)):] == p
			if capitalised && s.have(lower) {
				parts[j] = lower
			}
		}
		words[i] = strings.Join(parts, "-")
	}
	return strings.Join(words, " ")
}
