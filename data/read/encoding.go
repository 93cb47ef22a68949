package read

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	utf16 "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"kindred/data"
)

// encodingByName returns the encoding of a name of the WHATWG Encoding Standard, such as gb18030 or windows-1251.
func encodingByName(name string) (encoding.Encoding, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("encoding %q: %w: not known; names are utf-8, utf-16le, windows-1252, windows-1251, iso-8859-2, koi8-r, "+
			"gb18030, big5, shift_jis, euc-jp, euc-kr and the others of the WHATWG Encoding Standard", name, data.ErrInvalid)
	}
	return enc, nil
}

// bomless returns UTF-16 where text has it without a byte order mark, known by the zero bytes of its Latin letters;
// else nil.
func bomless(text []byte) encoding.Encoding {
	var zeros [2]int
	text = text[:len(text)&^1]
	for i, c := range text {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(text) / 2
	switch {
	case half < 8:
		return nil
	case zeros[1] > half/2 && zeros[0] == 0:
		return utf16.UTF16(utf16.LittleEndian, utf16.IgnoreBOM)
	case zeros[0] > half/2 && zeros[1] == 0:
		return utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
	}
	return nil
}

// legacyReader passes UTF-8 through and decodes the lines that are not. Their encoding is guessed once, from the first
// of them.
type legacyReader struct {
	r       *bufio.Reader
	notes   *notes
	enc     encoding.Encoding // nil until a line is not UTF-8
	pending []byte            // decoded or valid text that was not read yet
	used    int               // bytes of r's buffer that pending is a part of
	err     error
}

func (l *legacyReader) Read(p []byte) (int, error) {
	for len(l.pending) == 0 {
		if l.used > 0 {
			l.r.Discard(l.used)
			l.used = 0
		}
		if l.err != nil {
			return 0, l.err
		}
		l.fill()
	}
	n := copy(p, l.pending)
	l.pending = l.pending[n:]
	return n, nil
}

// fill makes the next lines pending, as many as are buffered, or a part of one that is longer.
func (l *legacyReader) fill() {
	_, err := l.r.Peek(1)
	chunk, _ := l.r.Peek(l.r.Buffered())
	if end := bytes.LastIndexByte(chunk, '\n'); end >= 0 {
		chunk = chunk[:end+1]
	} else if err == nil {
		chunk, err = l.r.Peek(bufferSize) // reads on to the end of the line, or as far as the buffer goes
		if end := bytes.IndexByte(chunk, '\n'); end >= 0 {
			chunk, err = chunk[:end+1], nil
		} else if err == nil || errors.Is(err, bufio.ErrBufferFull) {
			chunk, err = chunk[:len(chunk)-cutRune(chunk)], nil
		}
	}
	if err != nil {
		l.err = err
	}
	if l.used = len(chunk); utf8.Valid(chunk) {
		l.pending = chunk
		return
	}
	l.pending = l.decode(chunk)
}

// cutRune returns how many bytes at the end of b begin a character that goes on after it.
func cutRune(b []byte) int {
	for n := 1; n < utf8.UTFMax && n < len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// decode decodes the lines of chunk that are not UTF-8. A line that is may be so by chance where most are not: "联通" in
// GB18030.
func (l *legacyReader) decode(chunk []byte) []byte {
	var valid, invalid int
	for line := range bytes.Lines(chunk) {
		switch {
		case !utf8.Valid(line):
			invalid++
		case !onlyASCII(line):
			valid++
		}
	}
	if l.enc == nil {
		var sample []byte
		ahead, _ := l.r.Peek(bufferSize) // chunk may be all that has arrived, and too short to tell
		chunk = ahead[:len(chunk)]       // Peek moves the buffer
		for line := range bytes.Lines(ahead) {
			if !utf8.Valid(line) {
				sample = appendForeign(sample, line)
			}
		}
		var name string
		l.enc, name = guess(sample)
		l.notes.add("is not UTF-8: read as %s; give --encoding if that is wrong", name)
	}
	all := invalid > 3*valid
	decoder := l.enc.NewDecoder()
	out := make([]byte, 0, len(chunk)*3/2)
	for line := range bytes.Lines(chunk) {
		if onlyASCII(line) || !all && utf8.Valid(line) {
			out = append(out, line...)
			continue
		}
		text, err := decoder.Bytes(line)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			text, _ = charmap.Windows1252.NewDecoder().Bytes(line)
			if utf8.Valid(line) {
				text = line
			}
		}
		out = append(out, text...)
	}
	return out
}

func onlyASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxSample is how many bytes an encoding is guessed from.
const maxSample = 64 << 10

// appendForeign appends the words of a line that are not ASCII: the others say nothing about its encoding.
func appendForeign(sample, line []byte) []byte {
	for _, word := range bytes.Fields(line) {
		if len(sample) < maxSample && !onlyASCII(word) {
			sample = append(append(sample, word...), ' ')
		}
	}
	return sample
}

// windowsPages are the code pages of Windows that extend encodings of ISO 8859 where they are used.
var windowsPages = map[string]string{
	"iso-8859-1": "windows-1252", "iso-8859-2": "windows-1250", "iso-8859-6": "windows-1256", "iso-8859-7": "windows-1253",
	"iso-8859-8": "windows-1255", "iso-8859-8-i": "windows-1255", "iso-8859-9": "windows-1254",
}

// guess returns the encoding of text that is not UTF-8, by the statistics of bytes of each language, and its name. The
// guess is confirmed by what it decodes to; otherwise the answer is Windows-1252, the one met most.
func guess(text []byte) (encoding.Encoding, string) {
	found, err := chardet.NewTextDetector().DetectAll(text)
	if err != nil {
		return charmap.Windows1252, "windows-1252"
	}
	var names []string
	for _, f := range found {
		name := strings.ToLower(f.Charset)
		if page := windowsPages[name]; page != "" && (page == "windows-1252" || bytes.ContainsFunc(text, isC1) || !isISO(name)) {
			name = page
		}
		names = append(names, name)
	}
	names = append(names, "windows-1252", "iso-8859-2") // the statistics know few languages of the East of Europe
	best, fewest := "windows-1252", len(text)
	for _, name := range names {
		enc, err := htmlindex.Get(name)
		if err != nil || strings.HasPrefix(name, "utf-") || strings.HasPrefix(name, "iso-2022") {
			continue
		}
		decoded, err := enc.NewDecoder().Bytes(text)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) || paired(text) < multibyte[name] {
			continue
		}
		if n := signsInWords(decoded); n < fewest {
			best, fewest = name, n
		}
	}
	enc, err := htmlindex.Get(best)
	if err != nil {
		return charmap.Windows1252, "windows-1252"
	}
	return enc, best
}

// signsInWords counts the signs, such as a fraction or a currency, right beside a letter. Text in the right encoding
// has few.
func signsInWords(text []byte) (n int) {
	var before rune
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		after, _ := utf8.DecodeRune(text[i+size:])
		if r >= utf8.RuneSelf && (unicode.IsOneOf(signs, r) || r == '¿' || r == '¡') && (unicode.IsLetter(before) || unicode.IsLetter(after)) {
			n++
		}
		before, i = r, i+size
	}
	return n
}

// signs are the characters that are neither letters nor punctuation.
var signs = []*unicode.RangeTable{unicode.No, unicode.S, unicode.Cc}

// isISO reports whether an encoding of ISO 8859 is in use besides its extension by Windows.
func isISO(name string) bool { return name == "iso-8859-2" || name == "iso-8859-7" }

// isC1 reports whether a byte, which is not UTF-8 by itself, is one that ISO 8859 has no character for.
func isC1(r rune) bool { return r >= 0x80 && r < 0xa0 }

// multibyte has the encodings that write a character as two bytes or more, with the least share of bytes beyond ASCII
// that follow or precede another one. The accents of European words stand alone, and many would make a rare character
// with the letter after them. In Big5 and Shift JIS the second byte may be a letter of ASCII.
var multibyte = map[string]float64{"gb18030": .85, "euc-jp": .85, "euc-kr": .85, "big5": .6, "shift_jis": .6}

// fewestMultibyte is how many bytes beyond ASCII a text needs to be taken for one of two bytes a character.
const fewestMultibyte = 8

// paired returns the share of bytes beyond ASCII that have one beside them, 0 for a text of too few.
func paired(text []byte) float64 {
	var pairs, all float64
	for i, c := range text {
		if c < utf8.RuneSelf {
			continue
		}
		all++
		if i > 0 && text[i-1] >= utf8.RuneSelf || i+1 < len(text) && text[i+1] >= utf8.RuneSelf {
			pairs++
		}
	}
	if all < fewestMultibyte {
		return 0
	}
	return pairs / all
}

// inUTF8 returns r as UTF-8: by the encoding that is forced, by a byte order mark, by the zero bytes of UTF-16,
// otherwise line by line. XML that declares another encoding is left to its reader.
func inUTF8(r *bufio.Reader, opt Options, n *notes) (*bufio.Reader, error) {
	decoded := func(enc encoding.Encoding) *bufio.Reader {
		return bufio.NewReaderSize(transform.NewReader(r, enc.NewDecoder()), bufferSize)
	}
	head, err := r.Peek(512)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		r.Discard(3)
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return decoded(utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM)), nil
	}
	if opt.Encoding != "" {
		enc, err := encodingByName(opt.Encoding)
		if err != nil {
			return nil, err
		}
		return decoded(enc), nil
	}
	if enc := bomless(head); enc != nil {
		return decoded(enc), nil
	}
	if m := xmlEncoding.FindSubmatch(head); m != nil && !strings.EqualFold(string(m[1]), "utf-8") {
		return r, nil
	}
	return bufio.NewReaderSize(&legacyReader{r: r, notes: n}, bufferSize), nil
}

// UTF8 returns a whole text in UTF-8, by the same rules as files are read. declared is the encoding that came with it,
// "" for none; it counts where the text is not UTF-8. XML that declares another encoding is decoded from it, unless it is
// UTF-8 in spite of that, and declares UTF-8 then.
func UTF8(text []byte, declared string) ([]byte, error) {
	head := text[:min(len(text), 512)]
	if m := xmlEncoding.FindSubmatchIndex(head); m != nil {
		name := string(head[m[2]:m[3]])
		if enc, err := encodingByName(name); err == nil && !strings.EqualFold(name, "utf-8") {
			if !utf8.Valid(text) {
				if text, err = enc.NewDecoder().Bytes(text); err != nil {
					return nil, err
				}
			}
			text = slices.Concat(text[:m[2]], []byte("utf-8"), text[m[3]:])
		}
	}
	opt := Options{Encoding: declared}
	if _, err := encodingByName(declared); err != nil || strings.EqualFold(declared, "utf-8") || utf8.Valid(text) {
		opt.Encoding = ""
	}
	r, err := inUTF8(bufio.NewReaderSize(bytes.NewReader(text), bufferSize), opt, &notes{})
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
