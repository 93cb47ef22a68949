package library

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// A fold file keeps the views of the papers that were folded into a model, so that a restart need not compute them
// again. It is a cache beside the model file: losing it costs time alone. It begins with foldMagic and is a sequence of
// records, each of
//
//	length  uint32, bytes of the body
//	sum     uint32, CRC-32C of the body
//	body    encodeFold
//
// in little-endian order. Reading ends at the first record that is cut short or does not match its sum. Of several
// records of one paper the last one counts. One process writes at a time: the one that holds the lock of the file.
const (
	foldMagic  = "kindred fold 2\n"
	foldSuffix = ".folded"
	maxFold    = 1 << 24 // bytes of a body
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// foldFile returns the path of the fold file of the model at a path.
func foldFile(model string) string { return strings.TrimSuffix(model, modelSuffix) + foldSuffix }

// foldRecord is one record.
type foldRecord struct {
	id   string
	seq  int64 // of the paper when it was folded in; another one means that the paper changed
	view view
}

// encodeFold appends the body of a record to b.
func encodeFold(b []byte, r *foldRecord) []byte {
	le := binary.LittleEndian
	v := &r.view
	b = le.AppendUint64(b, uint64(r.seq))
	b = le.AppendUint32(b, uint32(len(r.id)))
	b = append(b, r.id...)
	for _, n := range []int{v.topic.Topic, v.topic.Sub} {
		b = le.AppendUint32(b, uint32(int32(n)))
	}
	b = appendFloats(b, []float32{v.topic.Confidence, v.item.Views.Scale})
	b = le.AppendUint32(b, uint32(len(v.item.Views.Lexical.Index)))
	for _, i := range v.item.Views.Lexical.Index {
		b = le.AppendUint32(b, i)
	}
	b = appendFloats(b, v.item.Views.Lexical.Value)
	b = le.AppendUint32(b, uint32(len(v.item.Views.Latent)))
	b = appendFloats(b, v.item.Views.Latent)
	b = le.AppendUint32(b, uint32(len(v.folded.weights)))
	for _, w := range v.folded.weights {
		b = le.AppendUint32(b, uint32(int32(w.Topic)))
		b = appendFloats(b, []float32{w.Weight})
	}
	return appendFloats(b, []float32{v.folded.unknown})
}

func appendFloats(b []byte, values []float32) []byte {
	b, err := binary.Append(b, binary.LittleEndian, values)
	if err != nil { // float32 is of fixed size
		panic(err)
	}
	return b
}

// errFold is a fold file that cannot be read further.
var errFold = errors.New("the fold file ends in a damaged record")

// foldReader takes a body apart. After the first failure it gives zeros.
type foldReader struct {
	b   []byte
	err error
}

func (r *foldReader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.err = errFold
		return make([]byte, max(0, min(n, 8)))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *foldReader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }

// count reads the number of items of a size in bytes that follow.
func (r *foldReader) count(size int) int {
	n := int(r.uint32())
	if n > len(r.b)/size {
		r.err = errFold
		return 0
	}
	return n
}

func (r *foldReader) floats(n int) []float32 {
	out := make([]float32, n)
	if _, err := binary.Decode(r.take(4*n), binary.LittleEndian, out); err != nil {
		r.err = errFold
	}
	return out
}

// decodeFold reads a body.
func decodeFold(b []byte) (foldRecord, error) {
	r := &foldReader{b: b}
	var out foldRecord
	out.seq = int64(binary.LittleEndian.Uint64(r.take(8)))
	out.id = string(r.take(r.count(1)))
	v := &out.view
	v.topic = curate.Assignment{Topic: int(int32(r.uint32())), Sub: int(int32(r.uint32()))}
	two := r.floats(2)
	v.topic.Confidence, v.item.Views.Scale = two[0], two[1]
	terms := r.count(8)
	v.item.Views.Lexical = vec.Sparse{Index: make([]uint32, terms)}
	for i := range terms {
		v.item.Views.Lexical.Index[i] = r.uint32()
	}
	v.item.Views.Lexical.Value = r.floats(terms)
	v.item.Views.Latent = r.floats(r.count(4))
	v.item.ID = out.id
	v.folded = &folded{latent: v.item.Views.Latent}
	for range r.count(8) {
		t := int(int32(r.uint32()))
		v.folded.weights = append(v.folded.weights, topic.Score{Topic: t, Weight: r.floats(1)[0]})
	}
	v.folded.unknown = r.floats(1)[0]
	if len(r.b) > 0 {
		r.err = errFold
	}
	return out, r.err
}

// fits reports whether a record has the shapes of a model with a number of terms and of latent dimensions.
func (r *foldRecord) fits(terms, dims int) bool {
	if len(r.view.item.Views.Latent) != dims {
		return false
	}
	last := -1
	for _, t := range r.view.item.Views.Lexical.Index {
		if int(t) <= last || int(t) >= terms {
			return false
		}
		last = int(t)
	}
	return true
}

// readFolds reads the records of a fold file, the last one of each paper, and returns how many bytes of it are whole. A
// file that does not exist has none.
func readFolds(path string, terms, dims int) (map[string]foldRecord, int, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	records, whole := parseFolds(b, terms, dims)
	return records, whole, nil
}

func parseFolds(b []byte, terms, dims int) (records map[string]foldRecord, whole int) {
	rest, ok := bytes.CutPrefix(b, []byte(foldMagic))
	if !ok {
		return nil, 0
	}
	records = map[string]foldRecord{}
	for len(rest) >= 8 {
		size, sum := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint32(rest[4:])
		if size > maxFold || int(size) > len(rest)-8 {
			break
		}
		body := rest[8 : 8+size]
		if crc32.Checksum(body, castagnoli) != sum {
			break
		}
		r, err := decodeFold(body)
		if err != nil || !r.fits(terms, dims) {
			break
		}
		records[r.id] = r
		rest = rest[8+size:]
	}
	return records, len(b) - len(rest)
}

// foldWriter appends to a fold file.
type foldWriter struct {
	lock *flock.Flock
	file *os.File
}

// openFolds opens the fold file of the model at a path for writing, after its whole bytes. It returns nil where another
// process writes to it.
func openFolds(model string, whole int) (*foldWriter, error) {
	path := foldFile(model)
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	w := &foldWriter{lock, f}
	if whole < len(foldMagic) {
		err = f.Truncate(0)
		if err == nil {
			_, err = f.WriteAt([]byte(foldMagic), 0)
		}
		whole = len(foldMagic)
	} else {
		err = f.Truncate(int64(whole))
	}
	if err == nil {
		_, err = f.Seek(int64(whole), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("fold file %s: %w", filepath.Base(path), err), w.close())
	}
	return w, nil
}

// write appends records in one write. They need not be durable: what is lost is computed again.
func (w *foldWriter) write(records []foldRecord) error {
	var out []byte
	for i := range records {
		start := len(out)
		out = append(out, make([]byte, 8)...)
		out = encodeFold(out, &records[i])
		body := out[start+8:]
		binary.LittleEndian.PutUint32(out[start:], uint32(len(body)))
		binary.LittleEndian.PutUint32(out[start+4:], crc32.Checksum(body, castagnoli))
	}
	_, err := w.file.Write(out)
	return err
}

func (w *foldWriter) close() error { return errors.Join(w.file.Close(), w.lock.Unlock()) }
