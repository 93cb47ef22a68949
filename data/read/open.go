package read

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"kindred/data"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Options configure reading. The zero value is the default.
type Options struct {
	// Year is the year of the dates that a pasted page writes without one; 0 takes the year after the newest
	// written out.
	Year int
	// Encoding is the encoding of a text by its name in the WHATWG Encoding Standard, such as gb18030; "" guesses it.
	Encoding string
	// Stdin is read for the name "-"; nil is the standard input.
	Stdin io.Reader
}

// standardInput is the name of the standard input in errors.
const standardInput = "standard input"

func (o Options) stdin() io.Reader {
	if o.Stdin != nil {
		return o.Stdin
	}
	return os.Stdin
}

// Validate reports a year that cannot be one, and an encoding that is not known.
func (o Options) Validate() error {
	if o.Encoding != "" {
		if _, err := encodingByName(o.Encoding); err != nil {
			return err
		}
	}
	if o.Year < 0 || o.Year > 9999 {
		return fmt.Errorf("year %d: %w: want 1 to 9999, or 0 for the default", o.Year, data.ErrInvalid)
	}
	return nil
}

// Source is a file of papers, or a stream of them. It serves one goroutine, except for Offset and Size.
type Source struct {
	in      *input
	plain   *bufio.Reader // the uncompressed bytes
	archive *zip.Reader   // of a ZIP archive that is no workbook
	format  *format
	counted *countingReader
	size    int64
	closers []func() error
	started bool

	mu      sync.Mutex
	reading bool // Papers is at it
	closed  bool // Close was called
}

// input is the input of a format: the uncompressed bytes and the position in them.
type input struct {
	name  string
	r     *bufio.Reader
	opt   Options
	line  int // lines read so far
	head  head
	notes notes
}

// errBufferFull is what bufio reports for a line longer than its buffer.
var errBufferFull = bufio.ErrBufferFull

// maxWindow bounds the memory that a zstd file asks for, in bytes. It is the most that zstd itself decompresses without
// --long.
const maxWindow = 128 << 20

// bufferSize bounds how far recognition looks into a file.
const bufferSize = 1 << 20

// Open opens the file at path, or the standard input for "-". It recognises compression (none, gzip, zstd,
// bzip2) and format by content. The error for an unknown format wraps [data.ErrInvalid] and lists the known
// ones.
func Open(path string, opt Options) (*Source, error) {
	if path == "-" {
		return NewSource(standardInput, opt.stdin(), opt)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s: %w: is a folder: name the files in it", path, data.ErrInvalid)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	s, err := NewSource(path, f, opt)
	if err != nil {
		f.Close()
		return nil, err
	}
	if info.Mode().IsRegular() {
		s.size = info.Size()
	}
	s.closers = append(s.closers, f.Close)
	return s, nil
}

// NewSource reads papers from r as Open does from a file; name stands for it in errors. Closing the source
// does not close r.
func NewSource(name string, r io.Reader, opt Options) (*Source, error) {
	s, err := newSource(name, r, opt)
	if errors.Is(err, errTar) || errors.Is(err, errZIP) {
		s.Close()
		return nil, fmt.Errorf("%s: %w: %w, of which each file is read by itself", name, data.ErrInvalid, err)
	}
	return s, err
}

// What newSource finds in the place of a text.
var (
	errTar = errors.New("is a tar archive")
	errZIP = errors.New("is a ZIP archive")
)

// newSource is NewSource, but for an archive it returns errTar or errZIP with a source that has only the bytes of it.
func newSource(name string, r io.Reader, opt Options) (s *Source, err error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	s = &Source{counted: &countingReader{r: r}, size: -1}
	if s.plain, err = s.decompress(name, s.counted); err != nil {
		s.Close()
		return nil, err
	}
	s.in = &input{name: name, opt: opt}
	head, err := s.plain.Peek(512)
	switch {
	case err != nil && err != io.EOF:
		s.Close()
		return nil, fmt.Errorf("%s: %w", name, tooWide(err))
	case isZIP(head):
		return s.openZIP(r)
	case isTar(head):
		return s, errTar
	case kindOf(head) != "":
		s.Close()
		return nil, fmt.Errorf("%s: %w: is %s", name, data.ErrInvalid, kindOf(head))
	}
	if s.in.r, err = inUTF8(s.plain, opt, &s.in.notes); err == nil {
		s.format, err = s.in.recognize()
	} else {
		err = fmt.Errorf("%s: %w", name, err)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Name returns the name of the file: as it was given, for one of a folder or an archive with that before it.
func (s *Source) Name() string { return s.in.name }

// Format names the format that was recognised.
func (s *Source) Format() string { return s.format.name }

// Offset returns how many bytes were read of the file as it is stored, compressed or not. It may be called at
// any time.
func (s *Source) Offset() int64 { return s.counted.n.Load() }

// Size returns the length of the file as it is stored, -1 where that is not known.
func (s *Source) Size() int64 { return s.size }

// Papers yields the papers in the order of the file, each normalised (see [data.Paper.Normalize]); an entry of BibTeX
// whose parent comes later comes after it. For a
// record that cannot be used it yields a *[RecordError] and goes on. Any other error is the last value
// yielded. The source is a stream, so Papers can be called once.
func (s *Source) Papers() iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		if s.started {
			yield(nil, fmt.Errorf("%s: was read already: open it again", s.in.name))
			return
		}
		s.started = true
		s.mu.Lock()
		s.reading = !s.closed
		closed := s.closed
		s.mu.Unlock()
		if closed {
			yield(nil, fmt.Errorf("%s: is closed", s.in.name))
			return
		}
		defer s.endReading()
		for p, err := range s.format.read(s.in) {
			if err != nil && !errors.As(err, new(*RecordError)) {
				yield(nil, s.explain(err))
				return
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// explain says in plain words which error ended the reading, and where.
func (s *Source) explain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%s: ends too early, as a file does that was cut off: %w: papers before line %d were read",
			s.in.name, err, s.in.line+1)
	}
	return fmt.Errorf("%s: near line %d: %w", s.in.name, s.in.line+1, tooWide(err))
}

// tooWide says what to do about a file that asks for more memory than maxWindow.
func tooWide(err error) error {
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return fmt.Errorf("%w: is compressed with a window over %d MB: decompress it first (zstd -dc --long=31 FILE | …)", err, maxWindow>>20)
	}
	return err
}

// Close releases the file. While another goroutine is in Papers, which may be blocked, the file is released when that
// ends.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed = true; s.reading {
		return nil
	}
	return s.release()
}

func (s *Source) endReading() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading = false; s.closed {
		s.release() // it was only read from: nothing can get lost
	}
}

func (s *Source) release() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// decompress returns the uncompressed bytes of r.
func (s *Source) decompress(name string, r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, bufferSize)
	for range 3 { // a compressed file may have been compressed again
		magic, err := b.Peek(6)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("%s: %w", name, tooWide(err))
		}
		switch {
		case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(b)
			if err != nil {
				return nil, fmt.Errorf("%s: gzip: %w", name, err)
			}
			s.closers = append(s.closers, z.Close)
			b = bufio.NewReaderSize(z, bufferSize)
		case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
			z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(maxWindow))
			if err != nil {
				return nil, fmt.Errorf("%s: zstd: %w", name, err)
			}
			s.closers = append(s.closers, func() error { z.Close(); return nil })
			b = bufio.NewReaderSize(z, bufferSize)
		case bytes.HasPrefix(magic, []byte("BZh")):
			b = bufio.NewReaderSize(bzip2.NewReader(b), bufferSize)
		case bytes.HasPrefix(magic, []byte{0xfd, '7', 'z', 'X', 'Z', 0}):
			return nil, fmt.Errorf("%s: %w: is compressed with xz: decompress it first (xz -dc FILE | …)", name, data.ErrInvalid)
		default:
			return b, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: is compressed more than twice over", name, data.ErrInvalid)
}

// countingReader counts what passes through it.
type countingReader struct {
	r io.Reader
	n atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// format is one of the formats in which papers are read.
type format struct {
	name  string
	match func(h *head) bool // whether a file that begins like this has the format
	read  func(in *input) iter.Seq2[*data.Paper, error]
}

// formats returns all formats in the order in which they are tried. Those that are easy to recognise come
// first.
func formats() []*format {
	return []*format{
		{"Daily Papers page (HTML)", matchDailyHTML, dailyHTML},
		{"arXiv Atom feed", matchAtom, arxivAtom},
		{"EndNote XML", matchEndNoteXML, endNoteXML},
		{"OAI-PMH records (arXiv, arXivRaw, oai_dc)", matchOAI, arxivOAI},
		{"Daily Papers API (JSON)", matchDailyAPI, dailyAPI},
		{"OpenAlex works (JSON)", matchOpenAlex, openAlex},
		{"Semantic Scholar papers or abstracts (JSON)", matchSemanticScholar, semanticScholar},
		{"arXiv metadata snapshot (JSON)", matchArxivSnapshot, arxivSnapshot},
		{"papers as JSON, one a line or an array", matchJSONL, jsonl},
		{"RIS (reference managers)", matchRIS, ris.read},
		{"PubMed (MEDLINE, nbib)", matchMedline, medline.read},
		{"Web of Science (plain text, ciw)", matchWebOfScience, webOfScience.read},
		{"EndNote tagged (enw)", matchEndNote, endNote.read},
		{"RefWorks tagged", matchRefWorks, refWorks.read},
		{"Cochrane Library (text)", matchCochrane, cochrane.read},
		{"BibTeX", matchBibTeX, bibTeX},
		{"Daily Papers page (plain text)", matchDailyText, dailyText},
		{"CSV or TSV with a header", matchCSV, csvPapers},
	}
}

// head is the beginning of a file, as far as recognition looks.
type head struct {
	data []byte // without leading white space
	all  bool   // data is the whole file
	json jsonHead
}

// format returns the first of the known formats that the beginning of a file has, nil if it has none. Of JSON
// the first record decides that tells anything; cut says that not all of it was seen.
func (h *head) format(known []*format) (f *format, cut bool) {
	matching := func() *format {
		for _, f := range known {
			if f.match(h) {
				return f
			}
		}
		return nil
	}
	for _, n := range h.json.records {
		h.json.keys = n.flat()
		if !n.tells() && !serviceRecord(h.json.keys) {
			continue
		}
		if f := matching(); f != nil {
			return f, !n.ended && !h.all
		}
	}
	h.json.keys = nil
	if len(h.json.records) > 0 {
		h.json.keys = h.json.records[0].flat()
		cut = !h.json.records[0].ended && !h.all
	}
	return matching(), cut
}

// recognize reads more and more of the beginning until a format accepts it.
func (in *input) recognize() (*format, error) {
	known := withServices(formats())
	for _, size := range []int{16 << 10, 128 << 10, bufferSize} {
		peeked, err := in.r.Peek(size)
		if err != nil && err != io.EOF && len(peeked) == 0 {
			return nil, fmt.Errorf("%s: %w", in.name, err)
		}
		in.head = head{data: bytes.TrimLeft(peeked, " \t\r\n"), all: err != nil}
		if len(in.head.data) == 0 && in.head.all {
			return nil, fmt.Errorf("%s: %w: is empty", in.name, data.ErrInvalid)
		}
		in.head.json = lookAtJSON(in.head.data, in.head.all)
		if f, cut := in.head.format(known); f != nil && !(cut && size < bufferSize) {
			return f, nil // of a record that is cut, more may tell more
		}
		if in.head.all {
			break
		}
	}
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.name
	}
	what, certain := in.head.unknown()
	if certain {
		return nil, fmt.Errorf("%s: %w: %s", in.name, data.ErrInvalid, what)
	}
	return nil, fmt.Errorf(
		"%s: %w: %s, in none of the formats papers are read from: export the references as BibTeX, RIS or CSV; "+
			"looked for %s; %s (plain, gzip, zstd or bzip2)",
		in.name, data.ErrInvalid, what, strings.Join(names, "; "), workbookFormat)
}
