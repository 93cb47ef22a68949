package main

import (
	"fmt"
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
			if out == "-" {
				return usagef(cmd, "--out: vectors go to two files, so a file name is needed")
			}
			return a.runExportVectors(out)
		},
	}
	addOut(cmd, &out, anyOut)
	return cmd
}

func (a *app) runExportVectors(out string) error {
	return a.withModel(func(m *classifier.Model) error {
		// The ids come first: rows without them are useless.
		err := a.writeOut(out+".ids", func(w io.Writer) error { return library.WriteIDs(w, m) })
		if err == nil {
			err = a.writeOut(out, func(w io.Writer) error { return library.WriteVectors(w, m) })
		}
		return a.written(out, map[string]any{"papers": m.Docs(), "dims": m.Dims(), "out": out, "ids": out + ".ids"}, err,
			fmt.Sprintf("%d vectors of %d dimensions written to %s, ids to %s.ids", m.Docs(), m.Dims(), out, out))
	})
}

// withModel calls f with the current model, without the papers.
func (a *app) withModel(f func(*classifier.Model) error) error {
	path, err := a.folder().Current()
	if err != nil {
		return err
	}
	m, err := classifier.Open(path)
	if err != nil {
		return err
	}
	return closing(m, f)
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
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runExportTopics(out) },
	}
	addOut(cmd, &out, anyOut)
	return cmd
}

func (a *app) runExportTopics(out string) error {
	return a.withModel(func(m *classifier.Model) error {
		err := a.writeOut(out, func(w io.Writer) error { return library.WriteTopics(w, m) })
		return a.written(out, map[string]any{"topics": len(m.Topics()), "papers": m.Docs(), "out": out}, err,
			fmt.Sprintf("%d topics and the topics of %d papers written to %s", len(m.Topics()), m.Docs(), out))
	})
}
