package read

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"sync"

	"kindred/data"
)

// maxRecord is the longest record read, in bytes. A longer one is rejected, which bounds the memory that a
// file can use.
const maxRecord = 16 << 20

// maxRaw is how much of a rejected record is kept with the reason.
const maxRaw = 64 << 10

// RecordError reports one record that could not be used. Reading goes on after it.
type RecordError struct {
	File   string // as given to Open or NewSource
	Line   int    // where the record begins, from 1
	Record int    // which record of the file it is, from 1
	Reason string
	Raw    []byte // the record as it stands in the file, its first 64 KB where it is longer
}

// Error implements error.
func (e *RecordError) Error() string {
	return fmt.Sprintf("%s: line %d, record %d: %s", e.File, e.Line, e.Record, e.Reason)
}

// Unwrap makes errors.Is(err, ErrInvalid) hold: reading the record again cannot help.
func (e *RecordError) Unwrap() error { return data.ErrInvalid }

// skipped is what a decoder returns for an element that is no paper and was never meant for one. It is counted
// in a note and not rejected.
type skipped struct{ note string }

// Error implements error.
func (s *skipped) Error() string { return s.note }

// rawRecord is one record of a file before it is understood.
type rawRecord struct {
	line, record int
	data         []byte // owned by the receiver
	reason       string // why it cannot be used, where that is known already
}

func (r *rawRecord) reject(file, reason string) *RecordError {
	raw := bytes.Clone(r.data[:min(len(r.data), maxRaw)])
	return &RecordError{File: file, Line: r.line, Record: r.record, Reason: reason, Raw: raw}
}

// lines yields the lines of a file that are not blank, without line ends. A read error ends the sequence, and
// the incomplete line before it is dropped.
func (in *input) lines() iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		n := 0
		for {
			line := in.line + 1
			text, tooLong, err := in.readLine()
			if err != nil && err != io.EOF {
				yield(rawRecord{}, err)
				return
			}
			text = bytes.TrimSpace(text)
			if len(text) > 0 {
				n++
				r := rawRecord{line: line, record: n, data: text}
				if tooLong {
					r.reason = fmt.Sprintf("line longer than %d MB", maxRecord>>20)
				}
				if !yield(r, nil) {
					return
				}
			}
			if err == io.EOF {
				return
			}
		}
	}
}

// readLine returns a copy of the next line, its end included; the last one comes with io.EOF. Of a line longer than
// maxRecord it returns the beginning.
func (in *input) readLine() (line []byte, tooLong bool, err error) {
	for {
		part, err := in.r.ReadSlice('\n')
		if len(line)+len(part) > maxRecord {
			part = part[:max(0, min(len(part), maxRaw-len(line)))]
			line, tooLong = append(line, part...), true
		} else if !tooLong {
			line = append(line, part...)
		}
		switch {
		case err == nil:
			in.line++
			return line, tooLong, nil
		case !errors.Is(err, errBufferFull):
			return line, tooLong, err
		}
	}
}

// batchRecords and batchBytes bound the records that travel between goroutines together.
const (
	batchRecords = 64
	batchBytes   = 1 << 20
)

// batch is a run of records and the papers or errors they became.
type batch struct {
	records []rawRecord
	papers  []*data.Paper
	errs    []error
	final   error // ends the reading after the records
	done    chan struct{}
}

// decodeAll decodes records on several cores and yields the papers in the order of the file. A record that
// decode refuses is yielded as a *RecordError. An error of records itself is the last value yielded.
func (in *input) decodeAll(
	records iter.Seq2[rawRecord, error], decode func([]byte) (*data.Paper, error),
) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		workers := max(1, min(4, runtime.GOMAXPROCS(0)))
		work, order, stop := make(chan *batch), make(chan *batch, 2*workers), make(chan struct{})
		var running sync.WaitGroup
		running.Go(func() { // reads
			defer close(order)
			defer close(work)
			for b := range batches(records) {
				select {
				case order <- b:
				case <-stop:
					return
				}
				work <- b
			}
		})
		for range workers {
			running.Go(func() {
				for b := range work {
					b.decode(in, decode)
				}
			})
		}
		defer running.Wait()
		defer close(stop)
		for b := range order {
			<-b.done
			for i, p := range b.papers {
				if p == nil && b.errs[i] == nil { // skipped
					continue
				}
				if !yield(p, b.errs[i]) {
					return
				}
			}
			if b.final != nil {
				yield(nil, b.final)
				return
			}
		}
	}
}

func batches(records iter.Seq2[rawRecord, error]) iter.Seq[*batch] {
	return func(yield func(*batch) bool) {
		b, size := &batch{done: make(chan struct{})}, 0
		for r, err := range records {
			if err != nil {
				b.final = err
				break
			}
			b.records, size = append(b.records, r), size+len(r.data)
			if len(b.records) < batchRecords && size < batchBytes {
				continue
			}
			if !yield(b) {
				return
			}
			b, size = &batch{done: make(chan struct{})}, 0
		}
		if len(b.records) > 0 || b.final != nil {
			yield(b)
		}
	}
}

func (b *batch) decode(in *input, decode func([]byte) (*data.Paper, error)) {
	defer close(b.done)
	b.papers, b.errs = make([]*data.Paper, len(b.records)), make([]error, len(b.records))
	for i := range b.records {
		p, err := decodeOne(in.name, &b.records[i], decode)
		if skip, ok := err.(*skipped); ok {
			in.notes.add("%s", skip.note)
		} else if err != nil {
			b.errs[i] = err
		} else {
			b.papers[i] = p
		}
	}
}

// decodeOne turns a record into a normalised paper, a *RecordError, or a *skipped.
func decodeOne(file string, r *rawRecord, decode func([]byte) (*data.Paper, error)) (*data.Paper, error) {
	if r.reason != "" {
		return nil, r.reject(file, r.reason)
	}
	p, err := decode(r.data)
	if skip, ok := err.(*skipped); ok {
		return nil, skip
	}
	if err == nil {
		err = p.Normalize()
	}
	if err != nil {
		return nil, r.reject(file, err.Error())
	}
	return p, nil
}
