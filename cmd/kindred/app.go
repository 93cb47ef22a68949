package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"kindred/recommend/library"
	"log/slog"
	"os"

	"golang.org/x/term"
)

// defaultData is the data folder where neither flag nor environment names one.
const defaultData = "./kindred-data"

// app is what the subcommands share: where they read and write, and the flags that all have.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string

	data string // --data
	json bool   // --json
}

// folder returns the data folder.
func (a *app) folder() library.Folder { return library.Folder(a.data) }

// openLibrary opens the data folder for answering. The error wraps library.ErrNoPapers or library.ErrNoModel where there are none.
func (a *app) openLibrary(ctx context.Context) (*library.Library, error) {
	l, err := library.Open(ctx, a.folder(), library.Options{})
	if err != nil {
		return nil, err
	}
	if err := l.Load(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// warnings returns a log of what the user should know of.
func (a *app) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// printf prints for people, and nothing with --json.
func (a *app) printf(format string, args ...any) {
	if !a.json {
		fmt.Fprintf(a.stdout, format, args...)
	}
}

// notef tells people what is going on, on the standard error stream, where it is in nobody's way.
func (a *app) notef(format string, args ...any) { fmt.Fprintf(a.stderr, format, args...) }

// printJSON prints v for programs.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// terminal reports whether w is one.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// width returns how many columns a line printed for people may have.
func (a *app) width() int {
	if f, ok := a.stdout.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w >= 40 {
			return w
		}
	}
	return 100
}

// text returns what a --text flag names: the content of a file, or of the standard input for "-". It is at most max bytes.
func (a *app) text(name string, max int64) (string, error) {
	in := a.stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, max+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(b)) > max {
		return "", fmt.Errorf("read %s: longer than the %d bytes that a text may have: give a title and an abstract", name, max)
	}
	return string(b), nil
}
