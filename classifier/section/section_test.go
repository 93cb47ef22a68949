package section

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

var format = Format{Magic: "KINDREDT", Version: 3, Name: "test file"}

func written(t testing.TB, f Format, sections ...Section) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, sections); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	numbers := []uint32{1, 2, 1 << 31}
	b := written(t, format, Section{"text", []byte("hello")}, Section{"none", nil}, Section{"numbers", Bytes(numbers)}, Section{"reals", Bytes([]float32{-1.5})})
	f, err := Read(b, format)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := f.Bytes("text"); err != nil || string(text) != "hello" {
		t.Errorf("text %q, %v", text, err)
	}
	if got, err := Numbers[uint32](f, "numbers"); err != nil || !slices.Equal(got, numbers) {
		t.Errorf("numbers %v, %v", got, err)
	}
	if got, err := Numbers[float32](f, "reals"); err != nil || !slices.Equal(got, []float32{-1.5}) {
		t.Errorf("reals %v, %v", got, err)
	}
	if got, err := Numbers[int64](f, "none"); err != nil || got != nil {
		t.Errorf("none %v, %v", got, err)
	}
	if _, err := Numbers[int64](f, "text"); err == nil {
		t.Error("5 bytes are taken for numbers of 8")
	}
	if _, err := f.Bytes("absent"); err == nil || f.Has("absent") || !f.Has("none") {
		t.Errorf("an absent section is there: %v", err)
	}
}

func TestRefused(t *testing.T) {
	good := written(t, format, Section{"text", []byte("hello")})
	change := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	newer, older := format, format
	newer.Version, older.Version = 4, 2
	for _, c := range []struct {
		name, want string
		reason     error
		file       []byte
	}{
		{"empty", "not a test file", ErrDamaged, nil},
		{"foreign", "not a test file", ErrDamaged, []byte("PK\x03\x04 something else entirely")},
		{"only magic", "truncated", ErrDamaged, good[:20]},
		{"cut", "truncated", ErrDamaged, good[:len(good)-1]},
		{"extended", "extended", ErrDamaged, append(bytes.Clone(good), 0)},
		{"newer", "a newer", ErrNewer, written(t, newer)},
		{"older", "an older", ErrOlder, written(t, older)},
		{"section", `checksum of section "text"`, ErrDamaged, change(128, 'J')},
		{"table", "checksum of its header", ErrDamaged, change(100, 9)},
		{"count", "a table of", ErrDamaged, change(13, 9)},
	} {
		if _, err := Read(c.file, format); !errors.Is(err, c.reason) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q and %v", c.name, err, c.want, c.reason)
		}
	}
}

func TestEveryByteCounts(t *testing.T) {
	good := written(t, format, Section{"a", []byte("some bytes")}, Section{"b", bytes.Repeat([]byte{7}, 100)})
	f, err := Read(good, format)
	if err != nil {
		t.Fatal(err)
	}
	inSections := make(map[int]bool)
	for _, name := range []string{"a", "b"} {
		s, _ := f.Bytes(name)
		at := bytes.Index(good, s)
		for i := range s {
			inSections[at+i] = true
		}
	}
	for i := range good {
		padding := i >= 64*3 && !inSections[i]
		b := bytes.Clone(good)
		b[i] ^= 1
		if _, err := Read(b, format); (err == nil) != padding {
			t.Fatalf("byte %d changed: error %v", i, err)
		}
	}
}

func TestLongName(t *testing.T) {
	if err := Write(&bytes.Buffer{}, format, []Section{{strings.Repeat("n", 33), nil}}); err == nil {
		t.Error("a name of 33 bytes is taken")
	}
}

func FuzzRead(f *testing.F) {
	good := written(f, format, Section{"a", []byte("some bytes")}, Section{"b", Bytes([]uint32{1, 2})})
	f.Add(good)
	f.Add(good[:100])
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Read(bytes.Clone(b), format)
		if err != nil {
			return
		}
		for name := range file.sections {
			if _, err := file.Bytes(name); err != nil {
				t.Error(err)
			}
			_, _ = Numbers[int64](file, name)
		}
	})
}
