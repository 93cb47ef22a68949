// Package printer writes the answers of commands as text, for people. What is printed as JSON are the same values, by the
// commands themselves.
//
// What belongs here is how a value looks as text. What a command asks, and what it says beside its answer on the error
// stream, belongs to the command.
package printer

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"kindred/data/readable"
)

// Printer writes text. It keeps the first error of writing; every method returns it.
type Printer struct {
	w   io.Writer
	err error
}

// New returns a printer to w.
func New(w io.Writer) *Printer { return &Printer{w: w} }

func (p *Printer) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// Line prints a line, which gets its end.
func (p *Printer) Line(format string, args ...any) error {
	p.printf(format+"\n", args...)
	return p.err
}

// Width returns the number of columns of a line on w: those of a terminal, and 100 elsewhere.
func Width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= 40 {
			return n
		}
	}
	return 100
}

// Clip shortens s to the rest of a line on w that begins with indent columns.
func Clip(w io.Writer, s string, indent int) string {
	return readable.ClipWords(s, max(40, Width(w)-indent))
}

func (p *Printer) clip(s string, indent int) string { return Clip(p.w, s, indent) }
