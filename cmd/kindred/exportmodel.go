package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

	"kindred/classifier"
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
	ids := func(w io.Writer) error {
		for _, id := range m.IDs() {
			if _, err := fmt.Fprintln(w, id); err != nil {
				return err
			}
		}
		return nil
	}
	// The ids come first: rows without them are useless.
	if err := a.writeOut(out+".ids", ids); err != nil {
		return err
	}
	if err := a.writeOut(out, func(w io.Writer) error { return writeFloats(w, m.Latent().Data) }); err != nil {
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

// writeFloats writes little-endian float32 numbers.
func writeFloats(w io.Writer, x []float32) error {
	var b [4096]byte
	for len(x) > 0 {
		n := min(len(x), len(b)/4)
		for i, v := range x[:n] {
			binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
		}
		if _, err := w.Write(b[:4*n]); err != nil {
			return err
		}
		x = x[n:]
	}
	return nil
}

func (a *app) exportTopicsCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "topics --out FILE",
		Short: "Write the topics, and the topic of every paper",
		Long: `Writes one JSON object a line: first every topic, as {"topic": …}, then every fitted paper
with its id, its topic and its confidence, as {"id", "topic", "confidence"}.`,
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
	topics := m.Topics()
	write := func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i := range topics {
			if err := enc.Encode(map[string]any{"topic": topics[i]}); err != nil {
				return err
			}
		}
		for i, id := range m.IDs() {
			t, confidence := m.TopicOf(i)
			line := struct {
				ID         string  `json:"id"`
				Topic      int     `json:"topic"`
				Confidence float32 `json:"confidence"`
			}{id, t, confidence}
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	if err := a.writeOut(out, write); err != nil || out == "-" {
		return err
	}
	if a.json {
		return a.printJSON(map[string]any{"topics": len(topics), "papers": m.Docs(), "out": out})
	}
	a.printf("%d topics and the topics of %d papers written to %s\n", len(topics), m.Docs(), out)
	return nil
}
