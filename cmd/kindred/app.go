package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"kindred/cmd/kindred/printer"
	"kindred/data/read"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// defaultData is the data folder unless a flag or the environment names one.
const defaultData = "./kindred-data"

// app holds what the subcommands share: streams, environment, and the flags of all commands.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	data string // --data
	json bool   // --json
}

// folder returns the data folder.
func (a *app) folder() library.Folder { return library.Folder(a.data) }

// withLibrary calls f with the library of the data folder, whose model it loads. The error wraps library.ErrNoPapers or
// library.ErrNoModel where these are missing.
func (a *app) withLibrary(ctx context.Context, f func(*library.Library) error) (err error) {
	return a.withOpen(ctx, library.Options{}, func(l *library.Library) error {
		if err := l.Load(ctx); err != nil {
			return err
		}
		return f(l)
	})
}

// withOpen calls f with the library of the data folder, of which no model is loaded.
func (a *app) withOpen(ctx context.Context, opt library.Options, f func(*library.Library) error) (err error) {
	opt.Log = a.warnings()
	l, err := library.Open(ctx, a.folder(), opt)
	if err != nil {
		return err
	}
	return closing(l, f)
}

// withStore calls f with the papers of the data folder; the error wraps library.ErrNoPapers where there are none.
func (a *app) withStore(ctx context.Context, f func(*store.SQLite) error) error {
	st, err := a.folder().OpenStore(ctx)
	if err != nil {
		return err
	}
	return closing(st, f)
}

// withNewStore is withStore, and makes the data folder where there is none.
func (a *app) withNewStore(ctx context.Context, f func(*store.SQLite) error) error {
	st, err := a.folder().Create(ctx)
	if err != nil {
		return err
	}
	return closing(st, f)
}

// closing calls f with c and closes c.
func closing[C io.Closer](c C, f func(C) error) (err error) {
	defer func() { err = errors.Join(err, c.Close()) }()
	return f(c)
}

// warnings returns a log of warnings and errors on the standard error stream.
func (a *app) warnings() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// printf prints text on the standard output, and nothing with --json.
func (a *app) printf(format string, args ...any) {
	if !a.json {
		fmt.Fprintf(a.stdout, format, args...)
	}
}

// notef prints a notice on the standard error stream, which keeps it out of pipes.
func (a *app) notef(format string, args ...any) { fmt.Fprintf(a.stderr, format, args...) }

// printJSON prints v as indented JSON.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// show prints an answer as JSON or, by calling text, as text. It returns err if there is no answer.
func show(a *app, answer any, err error, text func() error) error {
	switch {
	case err != nil:
		return err
	case a.json:
		return a.printJSON(answer)
	}
	return text()
}

// say shows an answer whose text is one line.
func (a *app) say(answer any, err error, format string, args ...any) error {
	return show(a, answer, err, func() error { return a.out().Line(format, args...) })
}

// each prints values one after the other, up to the first error.
func each[T any](values []T, print func(T) error) error {
	for _, v := range values {
		if err := print(v); err != nil {
			return err
		}
	}
	return nil
}

// progress returns the progress of a step that begins now. With bytes, amounts are shown as sizes.
func (a *app) progress(bytes bool) *printer.Progress { return printer.NewProgress(a.stderr, bytes) }

// out prints answers as text on the standard output.
func (a *app) out() *printer.Printer { return printer.New(a.stdout) }

// text returns the content of the file that a --text flag names, or of the standard input for "-".
func (a *app) text(name string) (string, error) {
	if name == "-" {
		return read.Draft("standard input", a.stdin, recommend.MaxText, read.Options{})
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return read.Draft(name, f, recommend.MaxText, read.Options{})
}
