package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/recommend/library"
)

func (a *app) exportVectorsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "vectors --out FILE",
		Short: "Write the latent vectors of the fitted papers",
		Long: `Writes the latent vectors of the fitted papers as raw little-endian float32 numbers, row by
row, and the ids of the papers, one a line in the same order, to FILE.ids.`,
		Example: `  kindred export vectors --out vectors.f32`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOut(cmd, out); err != nil {
				return err
			}
			if out == "-" {
				return usagef(cmd, "--out: vectors go to two files, so a file name is needed")
			}
			return a.runExportVectors(out)
		},
	}
	addOut(cmd, &out)
	return cmd
}

func (a *app) runExportVectors(out string) (err error) {
	m, err := a.openModel()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	// The ids come first: rows without them are useless.
	if err := a.writeOut(out+".ids", func(w io.Writer) error { return library.WriteIDs(w, m) }); err != nil {
		return err
	}
	if err := a.writeOut(out, func(w io.Writer) error { return library.WriteVectors(w, m) }); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"papers": m.Docs(), "dims": m.Dims(), "out": out, "ids": out + ".ids"})
	}
	a.printf("%d vectors of %d dimensions written to %s, ids to %s.ids\n", m.Docs(), m.Dims(), out, out)
	return nil
}

// openModel opens the current model without the papers.
func (a *app) openModel() (*classifier.Model, error) {
	path, err := a.folder().Current()
	if err != nil {
		return nil, err
	}
	return classifier.Open(path)
}

func (a *app) exportTopicsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "topics --out FILE",
		Short: "Write the topics, and the topic of every paper",
		Long: `Writes one JSON object a line: first every topic, as {"topic": …}, then every fitted paper
with its id, its topic and its confidence, as {"id", "topic", "confidence"}. The topic of a paper
that is in none is null, and its confidence that of being in none.`,
		Example: `  kindred export topics --out topics.jsonl`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needOut(cmd, out); err != nil {
				return err
			}
			return a.runExportTopics(out)
		},
	}
	addOut(cmd, &out)
	return cmd
}

func (a *app) runExportTopics(out string) (err error) {
	m, err := a.openModel()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	if err := a.writeOut(out, func(w io.Writer) error { return library.WriteTopics(w, m) }); err != nil || out == "-" {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"topics": len(m.Topics()), "papers": m.Docs(), "out": out})
	}
	a.printf("%d topics and the topics of %d papers written to %s\n", len(m.Topics()), m.Docs(), out)
	return nil
}
