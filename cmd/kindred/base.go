package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"kindred/classifier/base"
	"kindred/data"
)

func (a *app) baseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:    "base",
		Short:  "Make the base model that is built into the program",
		Hidden: true, // for who builds the program, not for who runs it
	}
	cmd.AddCommand(a.baseBuildCommand())
	return cmd
}

func (a *app) baseBuildCommand() *cobra.Command {
	var out string
	var except []string
	cmd := &cobra.Command{
		Use:   "build --out FILE PAPERS...",
		Short: "Learn a base model from a large collection of papers",
		Long: `Learns a base model from files of papers and writes it. The same files give the same bytes. Papers that quality is measured
on must not be learned from: name their files with --except, and papers of the same title are left out.`,
		Example: `  kindred base build --out classifier/base/embedded/base.bin --except judged.jsonl.gz papers.jsonl.zst`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "name the files of papers to learn from")
			}
			if err := needOut(cmd, out); err != nil {
				return err
			}
			return a.runBaseBuild(cmd.Context(), args, except, out)
		},
	}
	addOut(cmd, &out)
	cmd.Flags().StringSliceVar(&except, "except", nil, "files of papers to leave out, by title")
	return cmd
}

func (a *app) runBaseBuild(ctx context.Context, files, except []string, out string) error {
	skip := make(map[string]bool)
	for p, err := range readPapers(except) {
		if err != nil {
			return err
		}
		skip[data.TitleID(p.Title)] = true
	}
	delete(skip, "")
	learned, left := 0, 0
	b, err := base.Build(ctx, func(yield func(string, error) bool) {
		for p, err := range readPapers(files) {
			if err == nil && skip[data.TitleID(p.Title)] {
				left++
				continue
			}
			text := ""
			if err == nil {
				learned++
				text = p.Text()
			}
			if !yield(text, err) {
				return
			}
		}
	}, base.Options{})
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(out, b, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "learned from %d papers, left out %d: %d bytes in %s\n", learned, left, len(b), out)
	return nil
}

// readPapers yields the papers of files, one file after the other, without the records that cannot be read.
func readPapers(files []string) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		for _, name := range files {
			if !readFile(name, yield) {
				return
			}
		}
	}
}

// readFile yields the papers of one file. It reports whether to go on.
func readFile(name string, yield func(*data.Paper, error) bool) bool {
	source, err := data.Open(name, data.ReadOptions{})
	if err != nil {
		return yield(nil, err)
	}
	defer source.Close()
	for p, err := range source.Papers() {
		if errors.As(err, new(*data.RecordError)) {
			continue
		}
		if !yield(p, err) {
			return false
		}
	}
	return true
}
