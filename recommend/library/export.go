package library

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"kindred/atomicfile"
	"kindred/classifier"
	"kindred/data/store"
)

// WritePapers writes the papers of a store as JSON lines, in the order of their arrival, and returns how many. progress,
// if not nil, is called from time to time.
func WritePapers(ctx context.Context, w io.Writer, st store.Store, progress func(done, total int)) (n int, err error) {
	stats, err := st.Stats(ctx)
	if err != nil {
		return 0, err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for e, err := range st.Since(ctx, 0) {
		if err != nil {
			return n, err
		}
		if e.Paper == nil {
			continue
		}
		if err := enc.Encode(e.Paper); err != nil {
			return n, err
		}
		if n++; n%100 == 0 && progress != nil {
			progress(n, stats.Papers)
		}
	}
	return n, nil
}

// WriteIDs writes the ids of the fitted papers, one a line, in the order of the rows of [WriteVectors].
func WriteIDs(w io.Writer, m *classifier.Model) error {
	for _, id := range m.IDs() {
		if _, err := fmt.Fprintln(w, id); err != nil {
			return err
		}
	}
	return nil
}

// WriteVectors writes the latent vectors of the fitted papers, m.Docs() rows of m.Dims() little-endian float32 numbers.
func WriteVectors(w io.Writer, m *classifier.Model) error {
	var b [4096]byte
	for x := m.Latent().Data; len(x) > 0; {
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

// WriteTopics writes one JSON object a line: first every topic, as {"topic": …}, then every fitted paper with its id,
// its topic and its confidence. The topic of a paper that is in none is null, and its confidence that of being in none.
func WriteTopics(w io.Writer, m *classifier.Model) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	topics := m.Topics()
	for i := range topics {
		if err := enc.Encode(map[string]any{"topic": topics[i]}); err != nil {
			return err
		}
	}
	for i, id := range m.IDs() {
		t, confidence := m.TopicOf(i)
		line := struct {
			ID         string  `json:"id"`
			Topic      *int    `json:"topic"`
			Confidence float32 `json:"confidence"`
		}{ID: id, Confidence: confidence}
		if t != 0 {
			line.Topic = &t
		}
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// WriteFile calls write with a file of a name, or with stdout for "-". The file is compressed according to its name, and
// replaces an older one once it is complete and synced.
func WriteFile(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "-" {
		return compressed("", stdout, write)
	}
	f, err := atomicfile.Create(name, 0o644)
	if err == nil {
		defer f.Abandon() // no effect once the file is in place
		if err = compressed(name, f, write); err == nil {
			err = f.Commit()
		}
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// compressed calls write with a buffered writer to w, which compresses where the name of the file ends in .gz or .zst.
func compressed(name string, w io.Writer, write func(io.Writer) error) error {
	var z io.WriteCloser
	switch {
	case strings.HasSuffix(name, ".gz"):
		z = gzip.NewWriter(w)
	case strings.HasSuffix(name, ".zst"):
		enc, err := zstd.NewWriter(w)
		if err != nil {
			return err
		}
		z = enc
	default:
		z = &buffered{bufio.NewWriterSize(w, 1<<16)}
	}
	return errors.Join(write(z), z.Close())
}

// buffered flushes when it is closed.
type buffered struct{ *bufio.Writer }

// Close writes the buffered bytes.
func (b *buffered) Close() error { return b.Flush() }
