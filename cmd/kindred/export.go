package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"kindred/atomicfile"
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
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOut(cmd, out); err != nil {
				return err
			}
			return a.runExportPapers(cmd.Context(), out)
		},
	}
	addOut(cmd, &out)
	return cmd
}

// addOut adds the flag of the output file.
func addOut(cmd *cobra.Command, out *string) {
	cmd.Flags().StringVar(out, "out", "", `the file to write, "-" for the standard output`)
}

func needOut(cmd *cobra.Command, out string) error {
	if out == "" {
		return usagef(cmd, "no output: name the file with --out FILE")
	}
	return nil
}

func (a *app) runExportPapers(ctx context.Context, out string) (err error) {
	st, err := a.folder().OpenStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	n := 0
	err = a.writeOut(out, func(w io.Writer) error {
		bar := a.progress(false)
		defer bar.end()
		n, err = library.WritePapers(ctx, w, st, func(done, total int) { bar.stages("papers", done, total) })
		return err
	})
	if err != nil || out == "-" {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"papers": n, "out": out})
	}
	a.printf("%d papers written to %s\n", n, out)
	return nil
}

// writeOut calls write with a file, or with the standard output for "-". The file is compressed
// according to its name, and replaces an older one once it is complete and synced.
func (a *app) writeOut(out string, write func(io.Writer) error) error {
	if out == "-" {
		return library.Compressed("", a.stdout, write)
	}
	f, err := atomicfile.Create(out, 0o644)
	if err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	defer f.Abandon() // no effect once the file is in place
	if err := library.Compressed(out, f, write); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	if err := f.Commit(); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	return nil
}
