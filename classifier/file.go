package classifier

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/edsrzf/mmap-go"

	"kindred/atomicfile"
	"kindred/classifier/base"
	"kindred/classifier/lsa"
	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

var format = section.Format{Magic: "KINDREDM", Version: 2, Name: "model file"}

// maxDims is the largest number of latent dimensions of a model.
const maxDims = 1 << 16

// codedDocs is the number of documents from which a model has codes of their latent vectors. A scan of fewer takes no
// time.
const codedDocs = 5000

// sections returns the sections of the model file except for the version.
func (m *Model) sections() ([]section.Section, error) {
	facts, err := json.Marshal(m.about)
	if err != nil {
		return nil, err
	}
	v := m.vectorizer
	list := slices.Concat(
		[]section.Section{{Name: "about", Data: facts}},
		text.NewTable(m.ids).Sections("ids"),
		v.Vocabulary.Sections("terms"),
		[]section.Section{{Name: "terms.slots", Data: section.Bytes(v.Vocabulary.Slots)}},
		m.surfaces.Sections("surfaces"),
	)
	list = append(list, []section.Section{
		{Name: "df", Data: section.Bytes(v.DF)},
		{Name: "idf", Data: section.Bytes(v.IDF)},
		{Name: "own", Data: section.Bytes(m.ownRow)},
		{Name: "basis", Data: section.Bytes(m.projection.Basis.Data)},
		{Name: "lexical.rows", Data: section.Bytes(m.lexical.Ptr)},
		{Name: "lexical.index", Data: section.Bytes(m.lexical.Index)},
		{Name: "lexical.value", Data: section.Bytes(m.lexical.Value)},
		{Name: "postings.rows", Data: section.Bytes(m.postings.Ptr)},
		{Name: "postings.index", Data: section.Bytes(m.postings.Index)},
		{Name: "postings.value", Data: section.Bytes(m.postings.Value)},
		{Name: "scale", Data: section.Bytes(m.scale)},
		{Name: "latent", Data: section.Bytes(m.latent.Data)},
		{Name: "topics", Data: m.encoded},
	}...)
	if m.codes != nil {
		list = append(list, section.Section{Name: "codes", Data: section.Bytes(m.codes.Data)},
			section.Section{Name: "codes.scale", Data: section.Bytes(m.codes.Scale)},
			section.Section{Name: "codes.error", Data: section.Bytes(m.codes.Error)})
	}
	if m.base != nil {
		// The whole base model is in the file, so that its vectors mean the same under a program that ships another
		// one.
		list = append(list, section.Section{Name: "base", Data: m.base.Encoded()}, section.Section{Name: "base.row", Data: section.Bytes(m.baseRow)})
	}
	drawn, err := m.mapSections()
	return append(list, drawn...), err
}

// hash returns the version: a hash of the names, lengths and hashes of all sections.
func (m *Model) hash() (string, error) {
	list, err := m.sections()
	if err != nil {
		return "", err
	}
	sums := make([][sha256.Size]byte, len(list))
	vec.Parallel(len(list), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sums[i] = sha256.Sum256(list[i].Data)
		}
	})
	h := sha256.New()
	var n [8]byte
	for i, s := range list {
		binary.LittleEndian.PutUint64(n[:], uint64(len(s.Data)))
		io.WriteString(h, s.Name)
		h.Write(n[:])
		h.Write(sums[i][:])
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// Save writes the model to path. It writes a temporary file, syncs it and renames it, so that path never names an
// incomplete model.
func (m *Model) Save(path string) error {
	if err := m.save(path); err != nil {
		return fmt.Errorf("save model %s: %w", path, err)
	}
	return nil
}

func (m *Model) save(path string) error {
	list, err := m.sections()
	if err != nil {
		return err
	}
	list = append(list, section.Section{Name: "version", Data: []byte(m.version)})
	f, err := atomicfile.Create(path, 0o644)
	if err != nil {
		return err
	}
	defer f.Abandon()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := section.Write(w, format, list); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Commit(); err != nil {
		return err
	}
	return atomicfile.SyncDir(filepath.Dir(path))
}

// Reasons for which Open refuses a file. Each text is the remedy and ends the message of the error that wraps it.
var (
	ErrNewer    = errors.New("update kindred")          // the file's format is newer than this program's
	ErrOutdated = errors.New("fit again (kindred fit)") // the file's format is older
	ErrDamaged  = errors.New("fit again (kindred fit)") // the file is cut short, corrupt or no model
)

// Open reads a model file. Its vectors stay in the file, which is mapped into memory until the last reference is
// released. The caller holds the first reference, which Close releases. The error wraps ErrNewer or ErrOutdated for a
// file format of another version of the program, and ErrDamaged for a file that is truncated, corrupt or not a model.
func Open(path string) (*Model, error) {
	m, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("open model %s: %w", path, err)
	}
	return m, nil
}

// refusal wraps the reason that callers test for around an error for the contents of a model file.
func refusal(err error) error {
	switch {
	case errors.Is(err, section.ErrNewer):
		return fmt.Errorf("%w: %w", err, ErrNewer)
	case errors.Is(err, section.ErrOlder):
		return fmt.Errorf("%w: %w", err, ErrOutdated)
	}
	return fmt.Errorf("%w: %w", err, ErrDamaged)
}

func open(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return nil, err
	} else if info.Size() < int64(len(format.Magic)) {
		return nil, refusal(fmt.Errorf("not a %s", format.Name))
	}
	mapped, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, err
	}
	m, err := decode(mapped)
	if err != nil {
		return nil, errors.Join(refusal(err), mapped.Unmap())
	}
	m.mapped = mapped
	return m, nil
}

// decode reads a model from the bytes of its file. The model uses their memory.
func decode(b []byte) (*Model, error) {
	f, err := section.Read(b, format)
	if err != nil {
		return nil, err
	}
	m := newModel()
	for _, part := range []func(*section.File) error{m.readAbout, m.readTerms, m.readDocs, m.readLatent, m.readBase, m.readTopics, m.readMap} {
		if err := part(f); err != nil {
			return nil, fmt.Errorf("%s: %w", format.Name, err)
		}
	}
	m.weighTerms()
	return m, nil
}

func (m *Model) readAbout(f *section.File) error {
	facts, err := f.Bytes("about")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(facts, &m.about); err != nil {
		return fmt.Errorf("section about: %w", err)
	}
	version, err := f.Bytes("version")
	if err != nil {
		return err
	}
	m.version = string(version)
	a := m.about
	if a.Docs < 1 || a.OwnDims < 0 || a.BaseDims < 0 || a.OwnDims+a.BaseDims > maxDims || len(a.Values) != a.OwnDims || !(a.BaseWeight >= 0 && a.BaseWeight <= 1) {
		return errors.New("section about: numbers out of range")
	}
	return a.Terms.Validate()
}

func (m *Model) readTerms(f *section.File) error {
	v := &tfidf.Vectorizer{Options: m.about.Terms, Docs: m.about.Docs, MeanLength: m.about.MeanLength, Vocabulary: &tfidf.Vocabulary{}}
	m.vectorizer = v
	var err error
	if v.Vocabulary.Table, err = text.ReadTable(f, "terms"); err != nil {
		return err
	}
	if m.surfaces, err = text.ReadTable(f, "surfaces"); err != nil {
		return err
	}
	if v.Vocabulary.Slots, err = section.Numbers[uint32](f, "terms.slots"); err != nil {
		return err
	}
	if v.DF, err = section.Numbers[uint32](f, "df"); err != nil {
		return err
	}
	if v.IDF, err = section.Numbers[float32](f, "idf"); err != nil {
		return err
	}
	if err := v.Vocabulary.Validate(); err != nil {
		return err
	}
	if n := v.Vocabulary.Len(); m.surfaces.Len() != n || len(v.DF) != n || len(v.IDF) != n {
		return errors.New("the sections on terms differ in length")
	}
	return nil
}

func (m *Model) readDocs(f *section.File) error {
	ids, err := text.ReadTable(f, "ids")
	if err != nil {
		return err
	}
	m.ids = ids.Strings()
	if m.lexical, err = readCSR(f, "lexical", m.Docs(), m.TermCount()); err != nil {
		return err
	}
	if m.postings, err = readCSR(f, "postings", m.TermCount(), m.Docs()); err != nil {
		return err
	}
	if m.scale, err = section.Numbers[float32](f, "scale"); err != nil {
		return err
	}
	if len(m.ids) != m.Docs() || len(m.scale) != m.Docs() {
		return errors.New("the sections on documents differ in length")
	}
	return nil
}

func (m *Model) readLatent(f *section.File) error {
	var err error
	if m.ownRow, err = section.Numbers[uint32](f, "own"); err != nil {
		return err
	}
	m.projection = &lsa.Projection{Values: m.about.Values, Explained: m.about.Explained}
	if m.projection.Basis, err = readDense(f, "basis", m.about.OwnDims); err != nil {
		return err
	}
	if m.latent, err = readDense(f, "latent", m.Dims()); err != nil {
		return err
	}
	if m.Dims() > 0 && m.latent.Rows() != m.Docs() {
		return errors.New("the numbers of latent vectors and documents differ")
	}
	if err = m.readCodes(f); err != nil {
		return err
	}
	return checkRows(m.ownRow, m.TermCount(), m.projection.Basis.Rows())
}

// readCodes reads the codes of the latent vectors, which an older file does not have.
func (m *Model) readCodes(f *section.File) error {
	if !f.Has("codes") && !f.Has("codes.scale") {
		return nil
	}
	data, err := section.Numbers[int8](f, "codes")
	if err != nil {
		return err
	}
	scale, err := section.Numbers[float32](f, "codes.scale")
	if err != nil {
		return err
	}
	off, err := section.Numbers[float32](f, "codes.error")
	if err != nil {
		return err
	}
	if len(scale) != m.Docs() {
		return errors.New("the numbers of codes and documents differ")
	}
	m.codes, err = vec.ReadCodes(data, scale, off, m.Dims())
	return err
}

func (m *Model) readBase(f *section.File) error {
	if !f.Has("base") {
		if m.about.BaseDims != 0 {
			return errors.New("its base model is missing")
		}
		return nil
	}
	b, err := f.Bytes("base")
	if err != nil {
		return err
	}
	if m.base, err = base.Decode(b); err != nil {
		return err
	}
	if m.baseRow, err = section.Numbers[uint32](f, "base.row"); err != nil {
		return err
	}
	if m.base.Dims() != m.about.BaseDims {
		return errors.New("its base model has other dimensions")
	}
	return checkRows(m.baseRow, m.TermCount(), m.base.Vocabulary.Len())
}

func (m *Model) readTopics(f *section.File) error {
	var err error
	if m.encoded, err = f.Bytes("topics"); err != nil {
		return err
	}
	m.topics = &topic.Topics{}
	if err := m.topics.UnmarshalBinary(m.encoded); err != nil {
		return err
	}
	return m.topics.Fits(m.Docs(), m.TermCount(), m.Dims())
}

// checkRows returns an error for a list that does not give each of terms a row below rows, or none.
func checkRows(list []uint32, terms, rows int) error {
	if len(list) != terms {
		return errors.New("a list of rows does not fit the terms")
	}
	for _, r := range list {
		if r != none && int64(r) >= int64(rows) {
			return errors.New("the row of a term is out of range")
		}
	}
	return nil
}

func readCSR(f *section.File, name string, rows, cols int) (*vec.CSR, error) {
	ptr, err1 := section.Numbers[int64](f, name+".rows")
	index, err2 := section.Numbers[uint32](f, name+".index")
	value, err3 := section.Numbers[float32](f, name+".value")
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	m := &vec.CSR{Ptr: ptr, Index: index, Value: value, Cols: cols}
	if m.Rows() != rows {
		return nil, fmt.Errorf("section %q has %d rows instead of %d", name, m.Rows(), rows)
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("section %q: %w", name, err)
	}
	return m, nil
}

func readDense(f *section.File, name string, cols int) (*vec.Dense, error) {
	data, err := section.Numbers[float32](f, name)
	if err != nil {
		return nil, err
	}
	if cols == 0 && len(data) > 0 || cols > 0 && len(data)%cols != 0 {
		return nil, fmt.Errorf("section %q is not a matrix of %d columns", name, cols)
	}
	return &vec.Dense{Data: data, Cols: cols}, nil
}
