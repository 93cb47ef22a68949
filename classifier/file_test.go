package classifier

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"kindred/classifier/section"
	"kindred/classifier/vec"
)

// encoded returns the bytes of a model's file.
func encoded(t testing.TB, m *Model) []byte {
	t.Helper()
	list, err := m.sections()
	if err != nil {
		t.Fatal(err)
	}
	return encodedSections(t, append(list, section.Section{Name: "version", Data: []byte(m.version)}))
}

func encodedSections(t testing.TB, list []section.Section) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := section.Write(&b, format, list); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenRefuses(t *testing.T) {
	good := encoded(t, mustFit(t, small(), Options{Dims: 3, Base: smallBase(t)}))
	dir := t.TempDir()
	for _, c := range []struct {
		name, want string
		reason     error
		file       []byte
	}{
		{"empty", "not a model file", ErrDamaged, nil},
		{"foreign", "not a model file", ErrDamaged, []byte("SQLite format 3\x00 and so on")},
		{"cut", "truncated", ErrDamaged, good[:len(good)-64]},
		{"older", "fit again", ErrOutdated, append(append(bytes.Clone(good[:8]), 1), good[9:]...)},
		{"damaged", "checksum", ErrDamaged, append(bytes.Clone(good[:len(good)/2]), append([]byte{good[len(good)/2] ^ 1}, good[len(good)/2+1:]...)...)},
		{"future", "update kindred", ErrNewer, append(append(bytes.Clone(good[:8]), 99), good[9:]...)},
	} {
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		if !errors.Is(err, c.reason) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want %q, the path and %v", c.name, err, c.want, c.reason)
		}
		if err != nil && (strings.Count(err.Error(), "fit again") > 1 || strings.Count(err.Error(), "newer") > 1) {
			t.Errorf("%s: an error that repeats itself: %v", c.name, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "absent")); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("absent: %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			return err
		}
		if _, isPath := err.(*os.PathError); isPath {
			return err
		}
		err = u.Unwrap()
	}
}

// TestSectionsAreChecked gives every section, with a right checksum, contents that do not fit the rest: the file must
// be refused or the model be usable.
func TestSectionsAreChecked(t *testing.T) {
	m := coded(mustFit(t, small(), Options{Dims: 3, Base: smallBase(t)}))
	if m.BaseWeight() == 0 {
		t.Fatal("the base model does not know the corpus it was learned from")
	}
	list, err := m.sections()
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, section.Section{Name: "version", Data: []byte(m.version)})
	for i, s := range list {
		for _, data := range [][]byte{nil, bytes.Repeat([]byte{0xff}, len(s.Data)), s.Data[:len(s.Data)/2], append(bytes.Clone(s.Data), s.Data...), make([]byte, len(s.Data))} {
			changed := append([]section.Section(nil), list...)
			changed[i].Data = data
			exercise(t, encodedSections(t, changed))
		}
		without := append(append([]section.Section(nil), list[:i]...), list[i+1:]...)
		if _, err := decode(encodedSections(t, without)); err == nil {
			t.Errorf("a model without section %q is opened", s.Name)
		}
	}
}

// coded gives a model codes, as one of many documents has.
func coded(m *Model) *Model {
	m.codes = vec.Quantize(m.latent)
	return m
}

func TestCodesAreKept(t *testing.T) {
	m := coded(mustFit(t, small(), Options{Dims: 3}))
	again, err := decode(encoded(t, m))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Codes(), m.Codes()) {
		t.Error("the codes of a model read from its file are not those it was written with")
	}
}

// exercise uses everything of a model if b is one.
func exercise(t testing.TB, b []byte) {
	t.Helper()
	m, err := decode(b)
	if err != nil {
		return
	}
	v, err := m.Embed("Graph networks\nMessage passing for proteins")
	if err == nil && m.Dims() > 0 {
		m.LatentShares(v.Lexical, m.Latent().Row(0))
	}
	for d := range m.Docs() {
		m.TopicOf(d)
		for _, t := range m.Lexical().Row(d).Index {
			m.Surface(t)
			m.Postings().Row(int(t))
		}
	}
	for range m.Terms() {
	}
	if c := m.Codes(); c != nil {
		c.Dot(make([]float32, m.Docs()), c.Query(m.Latent().Row(0)), 0)
	}
	m.Lookup("graph")
	m.Topics()
	_, _, _ = m.Classify("protein graph", 3)
	_ = m.IDs()
}

func FuzzOpen(f *testing.F) {
	good := encoded(f, mustFit(f, small()[:4], Options{Dims: 2, NoBase: true}))
	f.Add(good, uint16(0), uint16(0), []byte{1})
	f.Add(good[:len(good)/3], uint16(3), uint16(9), []byte{0xff, 0xff})
	f.Add([]byte("KINDREDM"), uint16(0), uint16(0), []byte{})
	list, err := coded(mustFit(f, small()[:4], Options{Dims: 2, NoBase: true})).sections()
	if err != nil {
		f.Fatal(err)
	}
	list = append(list, section.Section{Name: "version", Data: []byte("v")})
	// Random bytes seldom pass a checksum: besides reading them as a file, patch overwrites part of one section of a
	// good one.
	f.Fuzz(func(t *testing.T, file []byte, which, at uint16, patch []byte) {
		exercise(t, bytes.Clone(file))
		changed := append([]section.Section(nil), list...)
		s := &changed[int(which)%len(changed)]
		s.Data = bytes.Clone(s.Data)
		if int(at) <= len(s.Data) {
			copy(s.Data[at:], patch)
		}
		exercise(t, encodedSections(t, changed))
	})
}
