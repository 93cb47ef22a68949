package read

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"kindred/data"
)

// Draft reads the text of one file that is no collection of papers, such as the draft of one, at most limit bytes of
// UTF-8. Its encoding is found as that of other files. Documents of word processors, PDF files and other files that are
// not text are refused with what to do instead: their bytes would be taken for words. No library in pure Go was found
// that tells title and abstract of a PDF file from the rest.
func Draft(name string, r io.Reader, limit int, opt Options) (string, error) {
	b := bufio.NewReaderSize(r, bufferSize)
	head, err := b.Peek(bufferSize)
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	if what := document(head, name); what != "" {
		return "", fmt.Errorf("%s: %w: is %s", name, data.ErrInvalid, what)
	}
	var n notes // the user sees the text's answer, and a wrong guess in it
	text, err := inUTF8(b, opt, &n)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	whole, err := io.ReadAll(io.LimitReader(text, int64(limit)+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", name, err)
	case len(whole) > limit:
		return "", fmt.Errorf("%s: %w: more than %d bytes: give a title and an abstract", name, data.ErrInvalid, limit)
	case bytes.IndexByte(whole, 0) >= 0:
		return "", fmt.Errorf("%s: %w: is not text: it has bytes of zero", name, data.ErrInvalid)
	}
	return string(whole), nil
}

// documents are the first bytes of files that hold text, but not as text, with what to do about each. FILE stands for
// its name.
var documents = []struct{ magic, what string }{
	{"%PDF-", "a PDF file, not text: pdftotext FILE - | kindred similar --text -"},
	{"PK\x03\x04", "a document of a word processor or a ZIP archive, not text: save it as plain text"},
	{"{\\rtf", "a rich text file: save it as plain text"},
	{"\xd0\xcf\x11\xe0", "a document of an old Office program, not text: save it as plain text"},
	{"%!PS", "a PostScript file, not text: ps2ascii FILE | kindred similar --text -"},
	{"\x1f\x8b", "compressed with gzip: gzip -dc FILE | kindred similar --text -"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd: zstd -dc FILE | kindred similar --text -"},
}

// document says what a file that begins like this is and what to do about it; "" for a text. A PDF file may begin with
// other bytes, as far as its first kilobyte.
func document(head []byte, name string) string {
	for _, d := range documents {
		at := bytes.Index(head[:min(len(head), 1024)], []byte(d.magic))
		if at == 0 || at > 0 && d.magic == "%PDF-" && bytes.ContainsAny(head[at:], "\x00\x80\xff") {
			return strings.ReplaceAll(d.what, "FILE", name)
		}
	}
	if kind := kindOf(head); kind != "" {
		return kind
	}
	if bytes.IndexByte(head, 0) >= 0 && !bytes.HasPrefix(head, []byte{0xff, 0xfe}) && !bytes.HasPrefix(head, []byte{0xfe, 0xff}) &&
		bomless(head[:min(len(head), 512)]) == nil {
		return "not text: it has bytes of zero"
	}
	return ""
}
