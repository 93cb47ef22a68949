package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kindred/data/store"
	"kindred/recommend/library"
)

func (a *app) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write papers, vectors or topics to files",
	}
	cmd.AddCommand(a.exportPapersCommand(), a.exportVectorsCommand(), a.exportTopicsCommand())
	return cmd
}

func (a *app) exportPapersCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "papers --out FILE",
		Short: "Write all papers as JSON lines, which kindred import reads",
		Long: `Writes all papers as JSON lines, in the order of their arrival, to a file, or to the standard
output for "-". A file is compressed if its name ends in .gz or .zst, and appears under its name once it
is complete.`,
		Example: `  kindred export papers --out backup.jsonl.zst`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runExportPapers(cmd.Context(), out) },
	}
	addOut(cmd, &out, anyOut)
	return cmd
}

// addOut adds the flag of the output file, which must be given.
func addOut(cmd *cobra.Command, out *string, help string) {
	cmd.Flags().StringVar(out, "out", "", help)
	require(cmd, func() error {
		if *out == "" {
			return errors.New("no output: name the file with --out FILE")
		}
		return nil
	})
}

// anyOut is the help of an output file that may be the standard output.
const anyOut = `the file to write, "-" for the standard output`

func (a *app) runExportPapers(ctx context.Context, out string) error {
	return a.withStore(ctx, func(st *store.SQLite) error {
		bar, n := a.progress(false), 0
		defer bar.End()
		err := a.writeOut(out, func(w io.Writer) (err error) {
			n, err = library.WritePapers(ctx, w, st, func(done, total int) { bar.Stages("papers", done, total) })
			return err
		})
		bar.End()
		return a.written(out, map[string]any{"papers": n, "out": out}, err, fmt.Sprintf("%d papers written to %s", n, out))
	})
}

// writeOut calls write with a file, or with the standard output for "-"; see library.WriteFile.
func (a *app) writeOut(out string, write func(io.Writer) error) error {
	return library.WriteFile(out, a.stdout, write)
}

// written says what a file has, and nothing on a standard output that was written to.
func (a *app) written(out string, answer map[string]any, err error, text string) error {
	if err != nil || out == "-" {
		return err
	}
	return a.say(answer, nil, "%s", text)
}
