package topic

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"kindred/classifier/vec"
)

// formatVersion is the version of the encoding: version, length of the metadata, the metadata as JSON, then the numbers that it
// counts, in 4 bytes each.
const formatVersion = 3

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
}

// part is one slice of numbers: the one of the pointers that is not nil.
type part struct {
	ints   *[]int32
	terms  *[]uint32
	floats *[]float32
	length int
	below  int  // bound of ints
	none   bool // ints may be -1
}

// numbers returns the number slices in the order of the encoding, with the length of each by the metadata.
func (t *Topics) numbers(f *metadata) []part {
	k := len(f.List)
	s := &t.scorer
	parts := []part{
		{terms: &s.vocabulary, length: f.Words},
		{floats: &s.weights.Data, length: f.Words * k},
		{ints: &t.cell, length: f.Docs, below: k},
		{ints: &t.subCell, length: f.Docs, below: len(f.Subs), none: true},
		{floats: &t.shares, length: f.Docs * sharesKept},
		{ints: &t.others, length: f.Docs * (sharesKept - 1), below: k},
	}
	if f.Mixture {
		return append(parts, part{floats: &s.bias, length: k})
	}
	return append(parts, part{floats: &s.idf, length: f.Words}, part{floats: &s.general.Data, length: k * f.GeneralDims})
}

// MarshalBinary encodes the topics; equal topics give equal bytes.
func (t *Topics) MarshalBinary() ([]byte, error) {
	f := metadata{List: t.list, Changes: t.changes, Fields: t.fields, Subs: t.subs, FieldOf: t.fieldOf, Next: t.next, Fingerprint: t.fingerprint, Sharpness: t.scorer.sharpness,
		Words: len(t.scorer.vocabulary), Docs: len(t.cell), Mixture: t.scorer.idf == nil}
	if !f.Mixture {
		f.GeneralDims = t.scorer.general.Cols
	}
	text, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encode topics: %w", err)
	}
	b := binary.LittleEndian.AppendUint32(nil, formatVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
	b = append(b, text...)
	for _, p := range t.numbers(&f) {
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
	}
	return b, nil
}

var errEncoding = errors.New("topics are not encoded as they should be")

// UnmarshalBinary decodes what MarshalBinary encoded and refuses anything else.
func (t *Topics) UnmarshalBinary(b []byte) error {
	const head = 2 * 4
	if len(b) < head || binary.LittleEndian.Uint32(b) != formatVersion {
		return errEncoding
	}
	size := int64(binary.LittleEndian.Uint32(b[4:]))
	if head+size > int64(len(b)) {
		return errEncoding
	}
	var f metadata
	if err := json.Unmarshal(b[head:head+size], &f); err != nil {
		return fmt.Errorf("%w: %w", errEncoding, err)
	}
	b = b[head+size:]
	k := len(f.List)
	if k < 1 || k > 1<<20 || f.Words < 0 || f.Docs < 0 || f.GeneralDims < 0 || max(f.Words, f.Docs, f.GeneralDims) > math.MaxInt32 {
		return errEncoding
	}
	if len(f.Fields) > 0 && len(f.FieldOf) != k {
		return errEncoding
	}
	for _, p := range f.FieldOf {
		if p < 0 || int(p) >= len(f.Fields) {
			return errEncoding
		}
	}
	u := Topics{list: f.List, fields: f.Fields, subs: f.Subs, fieldOf: f.FieldOf, changes: f.Changes, next: f.Next, fingerprint: f.Fingerprint}
	u.scorer = scorer{sharpness: f.Sharpness, weights: &vec.Dense{Cols: k}, general: &vec.Dense{Cols: f.GeneralDims}}
	parts := u.numbers(&f)
	total := int64(0)
	for _, p := range parts {
		total += 4 * int64(p.length)
	}
	if total != int64(len(b)) {
		return errEncoding
	}
	for _, p := range parts {
		switch {
		case p.ints != nil:
			*p.ints = make([]int32, p.length)
			for i := range *p.ints {
				v := int32(binary.LittleEndian.Uint32(b[4*i:]))
				if int(v) >= p.below || v < 0 && !(p.none && v == -1) {
					return errEncoding
				}
				(*p.ints)[i] = v
			}
		case p.terms != nil:
			*p.terms = make([]uint32, p.length)
			for i := range *p.terms {
				(*p.terms)[i] = binary.LittleEndian.Uint32(b[4*i:])
			}
		default:
			*p.floats = make([]float32, p.length)
			for i := range *p.floats {
				(*p.floats)[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
			}
		}
		b = b[4*p.length:]
	}
	*t = u
	return nil
}
