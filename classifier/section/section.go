// Package section reads and writes files of named sections. The layout is fixed and little-endian:
//
//	header   64 bytes: magic [8], version u32, number of sections u32, length of the file u64, zero [36],
//	         CRC-32C of header and table u32
//	table    64 bytes for each section: name [32] padded with zeros, offset u64, length u64, zero [12],
//	         CRC-32C of the section u32
//	sections each at a multiple of 64 bytes, in the order of the table, with zeros between
//
// Sections of numbers are used in place, so that a mapped file is ready as soon as its checksums are verified.
package section

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"unsafe"
)

const (
	align      = 64
	headerSize = 64
	entrySize  = 64
	nameSize   = 32
	maxTable   = 256 // largest number of sections
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Format names one kind of file.
type Format struct {
	Magic   string // 8 bytes
	Version uint32 // of the contents; a reader accepts no other
	Name    string // for messages, such as "model file"
}

// Section is one named part of a file.
type Section struct {
	Name string
	Data []byte
}

// Number is a type whose slices a section can hold.
type Number interface {
	~int8 | ~uint32 | ~int64 | ~float32
}

var littleEndian = func() bool {
	x := uint16(1)
	return *(*byte)(unsafe.Pointer(&x)) == 1
}()

// Reasons for which Read refuses a file. Each of its errors for the contents wraps one of them.
var (
	ErrNewer   = errors.New("written by a newer version of the program")
	ErrOlder   = errors.New("written by an older version of the program")
	ErrDamaged = errors.New("damaged")
)

// errEndian is the error on big-endian machines.
var errEndian = errors.New("files are read in place and this machine is big-endian, which is not supported")

// Bytes returns the memory of a slice of numbers.
func Bytes[T Number](x []T) []byte {
	if len(x) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), len(x)*int(unsafe.Sizeof(x[0])))
}

// Write writes a file.
func Write(w io.Writer, f Format, sections []Section) error {
	if !littleEndian {
		return errEndian
	}
	head := make([]byte, headerSize+entrySize*len(sections))
	offset := up(int64(len(head)))
	for i, s := range sections {
		if len(s.Name) > nameSize {
			return fmt.Errorf("section name %q is longer than %d bytes", s.Name, nameSize)
		}
		e := head[headerSize+entrySize*i:]
		copy(e, s.Name)
		binary.LittleEndian.PutUint64(e[32:], uint64(offset))
		binary.LittleEndian.PutUint64(e[40:], uint64(len(s.Data)))
		binary.LittleEndian.PutUint32(e[60:], crc32.Checksum(s.Data, castagnoli))
		offset = up(offset + int64(len(s.Data)))
	}
	copy(head, f.Magic)
	binary.LittleEndian.PutUint32(head[8:], f.Version)
	binary.LittleEndian.PutUint32(head[12:], uint32(len(sections)))
	binary.LittleEndian.PutUint64(head[16:], uint64(offset))
	binary.LittleEndian.PutUint32(head[60:], headSum(head))
	if err := padded(w, head); err != nil {
		return err
	}
	for _, s := range sections {
		if err := padded(w, s.Data); err != nil {
			return err
		}
	}
	return nil
}

func padded(w io.Writer, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return err
	}
	_, err := w.Write(make([]byte, up(int64(len(b)))-int64(len(b))))
	return err
}

func up(n int64) int64 { return (n + align - 1) &^ (align - 1) }

// headSum is the checksum of header and table, with zeros in the place of the checksum itself.
func headSum(head []byte) uint32 {
	sum := crc32.Update(0, castagnoli, head[:60])
	return crc32.Update(sum, castagnoli, head[headerSize:])
}

// File is a file in memory whose checksums have been verified.
type File struct {
	sections map[string][]byte
}

// damaged returns an error that wraps ErrDamaged.
func damaged(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, ErrDamaged)...)
}

// Read verifies a file that is wholly in memory and lists its sections. b must begin at a multiple of 8 bytes, as
// mapped and allocated memory does. An error for the contents of b wraps ErrNewer, ErrOlder or ErrDamaged.
func Read(b []byte, f Format) (*File, error) {
	if !littleEndian {
		return nil, errEndian
	}
	switch {
	case len(b) < len(f.Magic) || !bytes.HasPrefix(b, []byte(f.Magic)):
		return nil, damaged("not a %s", f.Name)
	case len(b) < headerSize:
		return nil, damaged("%s is truncated: %d bytes", f.Name, len(b))
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v != f.Version {
		reason := ErrNewer
		if v < f.Version {
			reason = ErrOlder
		}
		return nil, fmt.Errorf("%s has format %d, this program reads format %d: %w", f.Name, v, f.Version, reason)
	}
	n := binary.LittleEndian.Uint32(b[12:])
	size := binary.LittleEndian.Uint64(b[16:])
	switch {
	case size != uint64(len(b)):
		return nil, damaged("%s is truncated or extended: %d bytes instead of %d", f.Name, len(b), size)
	case n > maxTable || headerSize+entrySize*int(n) > len(b):
		return nil, damaged("%s: a table of %d sections", f.Name, n)
	}
	head := b[:headerSize+entrySize*int(n)]
	if headSum(head) != binary.LittleEndian.Uint32(b[60:]) {
		return nil, damaged("%s: the checksum of its header is wrong", f.Name)
	}
	out := &File{sections: make(map[string][]byte, n)}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range errs {
		e := head[headerSize+entrySize*i:][:entrySize]
		name := string(bytes.TrimRight(e[:nameSize], "\x00"))
		offset, length := binary.LittleEndian.Uint64(e[32:]), binary.LittleEndian.Uint64(e[40:])
		if offset%align != 0 || offset > size || length > size-offset {
			errs[i] = damaged("%s: section %q lies outside the file", f.Name, name)
			continue
		}
		data := b[offset : offset+length : offset+length]
		out.sections[name] = data
		wg.Go(func() {
			if crc32.Checksum(data, castagnoli) != binary.LittleEndian.Uint32(e[60:]) {
				errs[i] = damaged("%s: the checksum of section %q is wrong", f.Name, name)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return out, nil
}

// Bytes returns a section's bytes, in place.
func (f *File) Bytes(name string) ([]byte, error) {
	b, ok := f.sections[name]
	if !ok {
		return nil, fmt.Errorf("section %q is missing", name)
	}
	return b, nil
}

// Has reports whether the file has a section.
func (f *File) Has(name string) bool {
	_, ok := f.sections[name]
	return ok
}

// Numbers returns the numbers of a section, in place.
func Numbers[T Number](f *File, name string) ([]T, error) {
	b, err := f.Bytes(name)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	var x T
	size := int(unsafe.Sizeof(x))
	if len(b)%size != 0 {
		return nil, fmt.Errorf("section %q: %d bytes are not a whole number of values", name, len(b))
	}
	p := unsafe.Pointer(&b[0])
	if uintptr(p)%uintptr(size) != 0 {
		return nil, fmt.Errorf("section %q is not aligned to its values", name)
	}
	return unsafe.Slice((*T)(p), len(b)/size), nil
}
