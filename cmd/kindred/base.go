package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"kindred/atomicfile"
	"kindred/classifier/base"
	"kindred/recommend/library"
)

func (a *app) baseCommand() *cobra.Command {
	var out string
	var except []string
	var opt base.Options
	cmd := &cobra.Command{
		Use:   "base --out FILE PAPERS...",
		Short: "Learn the base model that is built into the program",
		Long: `Learns a base model from a large collection, in files of papers, and writes it. The same files
give the same bytes. Papers on which quality is measured must not be learned from: --except names their
files, and papers of the same titles are left out.`,
		Example: `  kindred base --out classifier/base/embedded/base.bin --except judged.jsonl.gz papers.jsonl.zst`,
		Hidden:  true, // for those who build the program
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "no papers: name the files to learn from")
			}
			return a.runBase(cmd.Context(), args, except, out, opt)
		},
	}
	addOut(cmd, &out, anyOut)
	cmd.Flags().StringSliceVar(&except, "except", nil, "files of papers to leave out, by title")
	cmd.Flags().IntVar(&opt.Dims, "dims", 0, "latent dimensions; 0 for that of the built-in model")
	cmd.Flags().IntVar(&opt.Terms, "terms", 0, "largest vocabulary; 0 for that of the built-in model")
	return cmd
}

// runBase learns a base model from files, without the papers of the files except, and writes it to out.
func (a *app) runBase(ctx context.Context, files, except []string, out string, opt base.Options) error {
	learned, err := library.LearnBase(ctx, files, except, opt)
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(out, learned.Model, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "learned from %d papers, left out %d: %d bytes in %s\n", learned.Papers, learned.LeftOut, len(learned.Model), out)
	return nil
}
