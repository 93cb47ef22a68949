package read

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"kindred/data"
	"kindred/data/readable"
)

// tagFormat is one of the formats that write a field on a line of its own behind a tag, and what it calls the fields of a
// paper. Of several tags of a field the first that has a value counts.
type tagFormat struct {
	// tag returns the tag of a line in upper case and what stands behind it, nil for a line that continues the one before.
	// In a record whose first line has the form of the standard (strict) no other form is a tag.
	tag    func(line []byte, strict bool) (tag, value []byte)
	strict func(line []byte) bool // nil where there is one form alone
	begins []string               // with any of which a record begins
	ends   string                 // with which it ends, empty where the next one ends it
	around []string               // tags that stand before or after all records

	title, abstract, authors, venue, doi, url, keywords []string
	// lists are the tags of which a line without one is a further value, not more of the last.
	lists []string
	// others are the known tags that a paper has no place for.
	others string
	// finish fills in what needs more than one tag.
	finish func(t tagRecord, p *data.Paper)

	once sync.Once
	tags map[string]bool // all known tags, made when first needed
}

// tagValue is one field of a record.
type tagValue struct{ tag, value string }

// tagRecord are the fields of a record in the order of the file.
type tagRecord []tagValue

// first returns the first value that means something of the first tag that has one.
func (t tagRecord) first(tags ...string) string {
	for _, tag := range tags {
		for _, f := range t {
			if f.tag == tag && known(f.value) != "" {
				return known(f.value)
			}
		}
	}
	return ""
}

// all returns the values that mean something of the first tag that has one.
func (t tagRecord) all(tags ...string) []string {
	for _, tag := range tags {
		var out []string
		for _, f := range t {
			if v := known(f.value); f.tag == tag && v != "" {
				out = append(out, v)
			}
		}
		if out != nil {
			return out
		}
	}
	return nil
}

// knows reports whether a tag belongs to the format.
func (f *tagFormat) knows(tag string) bool {
	f.once.Do(func() {
		f.tags = setOf(append(strings.Fields(f.others), f.ends))
		for _, list := range [][]string{f.begins, f.around, f.title, f.abstract, f.authors, f.venue, f.doi, f.url, f.keywords} {
			maps.Copy(f.tags, setOf(list))
		}
	})
	return f.tags[tag]
}

// setOf returns the words as a set.
func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// read reads the records of a file. One without the tag that ends it ends where the next begins.
func (f *tagFormat) read(in *input) iter.Seq2[*data.Paper, error] {
	return in.decodeAll(f.records(in), func(b []byte) (*data.Paper, error) { return f.decode(in, b), nil })
}

// records cuts a file into records. Text outside them, such as the line that names the service, is passed over.
func (f *tagFormat) records(in *input) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		in.lineFeeds()
		s := &tagScanner{f: f}
		for {
			first := in.line + 1
			line, tooLong, err := in.readLine()
			if err != nil && err != io.EOF {
				yield(rawRecord{}, err)
				return
			}
			for _, r := range s.add(first, line, tooLong) {
				if !yield(r, nil) {
					return
				}
			}
			if err == io.EOF {
				if r, ok := s.take(); ok {
					yield(r, nil)
				}
				return
			}
		}
	}
}

// tagScanner gathers the lines of a record.
type tagScanner struct {
	f      *tagFormat
	r      rawRecord // of line 0 outside a record
	n      int       // records so far
	strict bool      // the record has the form of the standard
	begun  bool      // the record has the tag with which one begins
	titled bool      // the record has a title
	blank  bool      // the line before was blank
	named  bool      // some record of the file has the tag with which one begins
}

// add takes the next line and returns the records that are complete with it.
func (s *tagScanner) add(number int, line []byte, tooLong bool) (done []rawRecord) {
	text := bytes.TrimRight(line, " \t\r\n")
	tag, _ := s.f.tag(text, s.r.line > 0 && s.strict)
	name := string(tag)
	begins := tag != nil && slices.Contains(s.f.begins, name)
	switch {
	case len(text) == 0:
		s.blank = true
		if s.r.line > 0 {
			s.r.data = append(s.r.data, '\n')
		}
		return nil
	case tag == nil && s.r.line == 0:
		return nil
	case s.r.line == 0 && (name == s.f.ends || slices.Contains(s.f.around, name)):
		return nil
	case s.r.line > 0 && (begins && (s.begun || s.titled) || tag != nil && s.blank && !s.named && s.f.ends == ""):
		if r, ok := s.take(); ok {
			done = append(done, r)
		}
	}
	if s.r.line == 0 {
		s.n++
		s.r = rawRecord{line: number, record: s.n}
		s.strict = s.f.strict != nil && s.f.strict(text)
	}
	s.blank = false
	s.begun, s.named = s.begun || begins, s.named || begins
	s.titled = s.titled || tag != nil && slices.Contains(s.f.title, name)
	switch {
	case s.r.reason != "":
	case tooLong || len(s.r.data)+len(line) > maxRecord:
		s.r.data = append(s.r.data, line[:min(len(line), maxRaw)]...)
		s.r.data, s.r.reason = s.r.data[:min(len(s.r.data), maxRaw)], fmt.Sprintf("record longer than %d MB", maxRecord>>20)
	default:
		s.r.data = append(s.r.data, line...)
	}
	if name != "" && name == s.f.ends {
		if r, ok := s.take(); ok {
			done = append(done, r)
		}
	}
	return done
}

// take ends the record.
func (s *tagScanner) take() (rawRecord, bool) {
	r := s.r
	s.r, s.begun, s.titled, s.blank = rawRecord{}, false, false, false
	return r, r.line > 0
}

// decode makes a paper of a record.
func (f *tagFormat) decode(in *input, b []byte) *data.Paper {
	t := f.parse(readable.UTF8(string(b)))
	for i, v := range t {
		if f.others != "" && !f.knows(v.tag) && !slices.ContainsFunc(t[:i], func(w tagValue) bool { return w.tag == v.tag }) {
			in.notes.add("tag %s is not known in this format: what it holds was not read", v.tag)
		}
	}
	p := &data.Paper{
		Title: t.first(f.title...), Abstract: strings.Join(t.all(f.abstract...), "\n"), Venue: t.first(f.venue...),
		DOI: firstDOI(t.all(f.doi...)...), URL: firstURL(t.all(f.url...)...), Keywords: tagKeywords(t.all(f.keywords...)),
	}
	for _, a := range t.all(f.authors...) {
		p.Authors = append(p.Authors, personNames(a)...)
	}
	f.finish(t, p)
	return p
}

// parse divides a record into its fields.
func (f *tagFormat) parse(s string) tagRecord {
	var t tagRecord
	start, _, _ := strings.Cut(s, "\n")
	strict := f.strict != nil && f.strict(bytes.TrimRight([]byte(start), " \t\r"))
	for line := range strings.Lines(s) {
		text := bytes.TrimRight([]byte(line), " \t\r\n")
		if tag, value := f.tag(text, strict); tag != nil {
			t = append(t, tagValue{string(tag), string(bytes.TrimSpace(value))})
			continue
		}
		more := string(bytes.TrimSpace(text))
		if len(t) == 0 || more == "" {
			continue
		}
		switch last := &t[len(t)-1]; {
		case last.value == "":
			last.value = more
		case slices.Contains(f.lists, last.tag) && !strings.HasSuffix(last.value, ","):
			t = append(t, tagValue{last.tag, more})
		default:
			last.value += "\n" + more
		}
	}
	return t
}

// tagKeywords returns the keywords of lines that hold one or several each. A comma divides a single line only: in one of
// many it is part of a heading such as "Fields, Dry". The stars of main headings are dropped.
func tagKeywords(lines []string) []string {
	var out []string
	for _, line := range lines {
		line = strings.ReplaceAll(line, "；", ";")
		words := []string{line}
		switch {
		case len(lines) == 1:
			words = splitList(line)
		case strings.ContainsAny(line, ";|"):
			words = strings.FieldsFunc(line, func(r rune) bool { return r == ';' || r == '|' })
		}
		for _, w := range trimAll(words) {
			if w = known(strings.Trim(w, "* ")); w != "" {
				out = append(out, w)
			}
		}
	}
	return out
}

var (
	// doiAlone is a text that is a DOI, as such or as an address.
	doiAlone = regexp.MustCompile(`(?i)^(?:doi[:\s]*)?(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}(?:\.\d+)*/\S+?)[.,;]?$`)
	// pubMed is how services that give PubMed ids as accession numbers are called.
	pubMed = regexp.MustCompile(`(?i)\b(?:pubmed|medline|nlm|nih|ncbi)\b`)
)

// firstDOI returns the first text that is a DOI, and may have a remark in brackets behind it.
func firstDOI(texts ...string) string {
	for _, s := range texts {
		for word := range strings.FieldsSeq(s) {
			if m := doiAlone.FindStringSubmatch(word); m != nil {
				return m[1]
			}
		}
		if m := doiAlone.FindStringSubmatch(s); m != nil {
			return m[1]
		}
	}
	return ""
}

// firstURL returns the first address of the Web among the words of texts.
func firstURL(texts ...string) string {
	for _, s := range texts {
		for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \n\t<>\"", r) }) {
			if strings.HasPrefix(word, "http://") || strings.HasPrefix(word, "https://") {
				return strings.TrimRight(word, ";,")
			}
		}
	}
	return ""
}

// arxivNamed returns the arXiv id that a text names which also says arXiv, as "arXiv preprint arXiv:2306.05544" does.
func arxivNamed(texts ...string) string {
	for _, text := range texts {
		if !strings.Contains(strings.ToLower(text), "arxiv") {
			continue
		}
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t,;()[]{}\\", r) }) {
			if id, ok := data.ArXivID(word); ok {
				return id
			}
		}
	}
	return ""
}

// addPubMed gives a paper the ids of PubMed and PubMed Central. Texts that have not their form are none.
func addPubMed(p *data.Paper, pmid, pmc string) {
	if id := leadingDigits(pmid); id != "" && id == strings.TrimSpace(pmid) && len(id) <= 9 {
		p.Aliases = append(p.Aliases, "PMID:"+id)
	}
	if digits, ok := strings.CutPrefix(strings.ToUpper(strings.TrimSpace(pmc)), "PMC"); ok && digits != "" && leadingDigits(digits) == digits {
		p.Aliases = append(p.Aliases, "PMCID:PMC"+digits)
	}
}

// lineFeeds makes a file that ends its lines with carriage returns alone, as old Macs did, readable line by line.
func (in *input) lineFeeds() {
	if bytes.IndexByte(in.head.data, '\n') < 0 && bytes.IndexByte(in.head.data, '\r') >= 0 {
		in.r = bufio.NewReaderSize(lineFeeder{in.r}, bufferSize)
	}
}

// lineFeeder replaces carriage returns by line feeds.
type lineFeeder struct{ r io.Reader }

func (l lineFeeder) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// maxPreface is how many lines may stand before the first record of a tagged file.
const maxPreface = 60

// matchTagged accepts text in which, after a few lines at most, one is the beginning of a record. A bibliography of BibTeX may
// hold anything in its fields, so what stands within one does not count.
func matchTagged(begins *regexp.Regexp) func(h *head) bool {
	return func(h *head) bool {
		if h.data[0] == '{' || h.data[0] == '[' || h.data[0] == '<' || h.data[0] == '@' {
			return false
		}
		text := h.data
		if bytes.IndexByte(text, '\n') < 0 {
			text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
		}
		n := 0
		for line := range bytes.Lines(text) {
			if n++; n > maxPreface || bibEntry.Match(line) {
				return false
			}
			if begins.Match(bytes.TrimRight(line, " \t\r\n")) {
				return true
			}
		}
		return false
	}
}
