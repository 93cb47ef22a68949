package topic

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"kindred/classifier/vec"
)

// The encoding of topics, all integers little-endian:
//
//	uint32  formatVersion
//	uint32  length of the metadata
//	        metadata, JSON
//	        number slices, whose lengths follow from the metadata, 4 bytes for each number
const (
	formatVersion = 4
	wholeVersion  = 3 // every paper is in a topic, and topics have no centroids in the latent view
	headSize      = 2 * 4
	numberSize    = 4
	mostTopics    = 1 << 20 // topics of a level
)

// metadata is the JSON part of the encoding. It gives the lengths of the number slices.
type metadata struct {
	List        []Topic  `json:"list"`
	Fields      []Topic  `json:"fields,omitempty"`
	Subs        []Topic  `json:"subtopics,omitempty"`
	FieldOf     []int32  `json:"field_of,omitempty"`
	Changes     []Change `json:"changes,omitempty"`
	Next        int      `json:"next"`
	Fingerprint string   `json:"fingerprint,omitempty"`
	Sharpness   float32  `json:"sharpness"`
	Words       int      `json:"words"`
	Docs        int      `json:"docs"`
	Mixture     bool     `json:"mixture"`
	GeneralDims int      `json:"general_dims"`
	SpaceDims   int      `json:"space_dims,omitempty"`
	Floor       *floor   `json:"floor,omitempty"`
	version     uint32
}

// part is one number slice. One of the pointers is not nil.
type part struct {
	name   string // for errors
	ints   *[]int32
	terms  *[]uint32
	floats *[]float32
	length int64
	below  int  // exclusive upper bound of ints
	none   bool // ints may be -1
}

// parts returns the number slices of t in the order of the encoding, with the length of each by the metadata.
func (t *Topics) parts(m *metadata) []part {
	s := &t.scorer
	k, words, docs := int64(len(m.List)), int64(m.Words), int64(m.Docs)
	list := []part{
		{name: "vocabulary", terms: &s.vocabulary, length: words},
		{name: "weights of words", floats: &s.weights.Data, length: words * k},
		{name: "topics of documents", ints: &t.cell, length: docs, below: len(m.List)},
		{name: "subtopics of documents", ints: &t.subCell, length: docs, below: len(m.Subs), none: true},
		{name: "shares of documents", floats: &t.shares, length: docs * sharesKept},
		{name: "further topics of documents", ints: &t.others, length: docs * (sharesKept - 1), below: len(m.List)},
	}
	if m.version != wholeVersion {
		list = append(list,
			part{name: "documents in no topic", floats: &t.outside, length: docs},
			part{name: "centroids in the latent view", floats: &s.space.Data, length: k * int64(m.SpaceDims)})
	}
	if m.Mixture {
		return append(list, part{name: "priors of topics", floats: &s.bias, length: k})
	}
	return append(list,
		part{name: "document frequencies of words", floats: &s.idf, length: words},
		part{name: "general centroids", floats: &s.general.Data, length: k * int64(m.GeneralDims)})
}

// MarshalBinary encodes the topics. Equal topics give equal bytes.
func (t *Topics) MarshalBinary() ([]byte, error) {
	m := metadata{
		List: t.list, Fields: t.fields, Subs: t.subs, FieldOf: t.fieldOf, Changes: t.changes, Next: t.next,
		Fingerprint: t.fingerprint, Sharpness: t.scorer.sharpness,
		Words: len(t.scorer.vocabulary), Docs: len(t.cell), Mixture: t.scorer.idf == nil, Floor: t.scorer.floor,
		SpaceDims: t.scorer.space.Cols, version: formatVersion,
	}
	if !m.Mixture {
		m.GeneralDims = t.scorer.general.Cols
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode topics: %w", err)
	}
	b := binary.LittleEndian.AppendUint32(nil, formatVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	for _, p := range t.parts(&m) {
		b = p.append(b)
	}
	return b, nil
}

// append adds the numbers of a part to b.
func (p *part) append(b []byte) []byte {
	switch {
	case p.ints != nil:
		for _, v := range *p.ints {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		}
	case p.terms != nil:
		for _, v := range *p.terms {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	default:
		for _, v := range *p.floats {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return b
}

// errEncoding is wrapped by every error of UnmarshalBinary.
var errEncoding = errors.New("the topics are damaged or of another version")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errEncoding}, args...)...)
}

// UnmarshalBinary decodes what MarshalBinary encoded and refuses anything else. The error names the part that is
// damaged, and t then stays as it was.
func (t *Topics) UnmarshalBinary(b []byte) error {
	m, numbers, err := splitEncoding(b)
	if err != nil {
		return err
	}
	if err := m.validate(); err != nil {
		return err
	}
	u := Topics{
		list: m.List, fields: m.Fields, subs: m.Subs, fieldOf: m.FieldOf, changes: m.Changes, next: m.Next,
		fingerprint: m.Fingerprint,
	}
	u.scorer = scorer{
		sharpness: m.Sharpness, weights: &vec.Dense{Cols: len(m.List)}, general: &vec.Dense{Cols: m.GeneralDims},
		space: &vec.Dense{Cols: m.SpaceDims}, floor: m.Floor,
	}
	if m.version == wholeVersion {
		u.outside = make([]float32, m.Docs)
		u.fingerprint = "" // the next fit forms them anew
	}
	parts := u.parts(m)
	if err := checkLength(parts, int64(len(numbers))); err != nil {
		return err
	}
	for _, p := range parts {
		size := numberSize * p.length
		if err := p.decode(numbers[:size]); err != nil {
			return err
		}
		numbers = numbers[size:]
	}
	*t = u
	return nil
}

// splitEncoding returns the metadata of an encoding and the bytes of its number slices.
func splitEncoding(b []byte) (*metadata, []byte, error) {
	if len(b) < headSize {
		return nil, nil, damaged("%d bytes are too few", len(b))
	}
	v := binary.LittleEndian.Uint32(b)
	if v != formatVersion && v != wholeVersion {
		return nil, nil, damaged("version %d instead of %d", v, formatVersion)
	}
	size, rest := int64(binary.LittleEndian.Uint32(b[4:])), b[headSize:]
	if size > int64(len(rest)) {
		return nil, nil, damaged("metadata of %d bytes in the last %d", size, len(rest))
	}
	var m metadata
	if err := json.Unmarshal(rest[:size], &m); err != nil {
		return nil, nil, damaged("metadata: %w", err)
	}
	m.version = v
	return &m, rest[size:], nil
}

// validate reports metadata that MarshalBinary never writes.
func (m *metadata) validate() error {
	k := len(m.List)
	if k < 1 || max(k, len(m.Fields), len(m.Subs)) > mostTopics {
		return damaged("%d topics, %d fields and %d subtopics", k, len(m.Fields), len(m.Subs))
	}
	if min(m.Words, m.Docs, m.GeneralDims, m.SpaceDims) < 0 || max(m.Words, m.Docs, m.GeneralDims, m.SpaceDims) > math.MaxInt32 {
		return damaged("%d words, %d documents, %d and %d dimensions", m.Words, m.Docs, m.GeneralDims, m.SpaceDims)
	}
	if m.Floor != nil && (len(m.Floor.Closeness) != k || m.SpaceDims == 0) || m.version == wholeVersion && m.SpaceDims > 0 {
		return damaged("the floor of the topics")
	}
	if len(m.Fields) > 0 && len(m.FieldOf) != k || len(m.Fields) == 0 && len(m.FieldOf) > 0 {
		return damaged("fields of %d topics instead of %d", len(m.FieldOf), k)
	}
	for c, p := range m.FieldOf {
		if p < 0 || int(p) >= len(m.Fields) {
			return damaged("topic %d of %d is in field %d of %d", c, k, p, len(m.Fields))
		}
	}
	return nil
}

// checkLength reports number slices whose total length is not size bytes.
func checkLength(parts []part, size int64) error {
	left := size / numberSize
	for _, p := range parts {
		if p.length > left {
			return damaged("%s: %d numbers instead of %d", p.name, left, p.length)
		}
		left -= p.length
	}
	if left > 0 || size%numberSize != 0 {
		return damaged("%d bytes behind the last number", left*numberSize+size%numberSize)
	}
	return nil
}

// decode sets the numbers of a part from their bytes.
func (p *part) decode(b []byte) error {
	number := func(i int) uint32 { return binary.LittleEndian.Uint32(b[numberSize*i:]) }
	switch {
	case p.ints != nil:
		*p.ints = make([]int32, p.length)
		for i := range *p.ints {
			v := int32(number(i))
			if int(v) >= p.below || v < 0 && !(p.none && v == -1) {
				return damaged("%s: number %d is %d, of %d", p.name, i, v, p.below)
			}
			(*p.ints)[i] = v
		}
	case p.terms != nil:
		*p.terms = make([]uint32, p.length)
		for i := range *p.terms {
			(*p.terms)[i] = number(i)
		}
	default:
		*p.floats = make([]float32, p.length)
		for i := range *p.floats {
			(*p.floats)[i] = math.Float32frombits(number(i))
		}
	}
	return nil
}
