package topic

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

func TestEncodingRoundTrip(t *testing.T) {
	for _, n := range []int{60, 600} {
		b, err := fit(t, groups(n, 3, 6), Options{Topics: 3, Fingerprint: "f"}).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var back Topics
		if err := back.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		if again, _ := back.MarshalBinary(); !bytes.Equal(b, again) {
			t.Error("decoding and encoding changed the bytes")
		}
		for i := range b {
			if back.UnmarshalBinary(b[:i]) == nil {
				t.Fatalf("the first %d of %d bytes were accepted", i, len(b))
			}
		}
	}
}

// FuzzUnmarshal begins with the encodings of few documents, of topics around centroids and of a mixture.
func FuzzUnmarshal(f *testing.F) {
	in := groups(12, 2, 8)
	shares := vec.NewDense(12, 2)
	for i := range in.IDs {
		shares.Row(i)[i%2] = 1
	}
	mixed, err := FitShares(context.Background(), in, Options{}, shares)
	if err != nil {
		f.Fatal(err)
	}
	for _, top := range []*Topics{fit(f, in, Options{Topics: 3}), mixed} {
		b, err := top.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var top Topics
		if top.UnmarshalBinary(b) != nil || top.Fits(top.Docs(), 1000, 0) != nil {
			return
		}
		for i := range top.Docs() {
			top.Of(i)
			top.Weights(i)
		}
		top.Nearest(vec.Sparse{Index: []uint32{0, 5, 9}, Value: []float32{1, 2, 1}}, Vectors{}, 3)
	})
}

// TestDamagedEncodings damages one part at a time and wants an error that names it, and topics that are left as they
// were.
func TestDamagedEncodings(t *testing.T) {
	whole, err := fit(t, groups(900, 9, 6), Options{Topics: 9}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	m, numbers, err := splitEncoding(whole)
	if err != nil || len(m.Fields) == 0 || len(m.Subs) == 0 || !m.Mixture {
		t.Fatalf("%+v, %v: the topics have not every part", m, err)
	}
	k := len(m.List)
	cells := 4 * (m.Words + m.Words*k) // where the topics of documents begin
	encode := func(change func(m *metadata), numbers []byte) []byte {
		changed := *m
		changed.FieldOf = append([]int32(nil), m.FieldOf...)
		change(&changed)
		text, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		b := binary.LittleEndian.AppendUint32(nil, formatVersion)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))
		return append(append(b, text...), numbers...)
	}
	meta := func(change func(m *metadata)) []byte { return encode(change, numbers) }
	number := func(at int, v int32) []byte {
		changed := bytes.Clone(numbers)
		binary.LittleEndian.PutUint32(changed[at:], uint32(v))
		return encode(func(*metadata) {}, changed)
	}
	if err := new(Topics).UnmarshalBinary(meta(func(*metadata) {})); err != nil {
		t.Fatalf("what is not damaged is refused: %v", err)
	}
	for name, c := range map[string]struct {
		encoded []byte
		names   string
	}{
		"nothing":               {nil, "0 bytes"},
		"another version":       {append([]byte{9, 9}, whole[2:]...), "version"},
		"metadata cut short":    {whole[:headSize+10], "metadata"},
		"metadata of no JSON":   {bytes.Replace(whole, []byte{'{'}, []byte{'x'}, 1), "metadata"},
		"no topics":             {meta(func(m *metadata) { m.List = nil }), "0 topics"},
		"less than no words":    {meta(func(m *metadata) { m.Words = -1 }), "-1 words"},
		"words beyond memory":   {meta(func(m *metadata) { m.Words = 1 << 31 }), "words"},
		"many documents":        {meta(func(m *metadata) { m.Docs = 1<<31 - 1 }), "topics of documents"},
		"topics without field":  {meta(func(m *metadata) { m.FieldOf = m.FieldOf[1:] }), "fields of 8 topics"},
		"a field too high":      {meta(func(m *metadata) { m.FieldOf[3] = 4711 }), "topic 3 of 9 is in field 4711"},
		"a field below all":     {meta(func(m *metadata) { m.FieldOf[0] = -1 }), "field -1"},
		"topics of no fields":   {meta(func(m *metadata) { m.Fields = nil }), "fields of 9 topics"},
		"numbers cut short":     {whole[:len(whole)-4], "priors of topics"},
		"half a number":         {whole[:len(whole)-2], "priors of topics"},
		"a number more":         {append(bytes.Clone(whole), 1, 2, 3, 4), "4 bytes behind"},
		"half a number more":    {append(bytes.Clone(whole), 1, 2), "2 bytes behind"},
		"a topic too high":      {number(cells, int32(k)), "topics of documents"},
		"a document of none":    {number(cells+4, -1), "topics of documents: number 1 is -1"},
		"a subtopic too high":   {number(cells+4*m.Docs, int32(len(m.Subs))), "subtopics of documents"},
		"a subtopic below none": {number(cells+4*m.Docs, -2), "subtopics of documents"},
	} {
		top, was := Topics{next: 3}, Topics{next: 3}
		err := top.UnmarshalBinary(c.encoded)
		if !errors.Is(err, errEncoding) || !strings.Contains(err.Error(), c.names) {
			t.Errorf("%s: %v, which does not name %q", name, err, c.names)
		}
		if !reflect.DeepEqual(top, was) {
			t.Errorf("%s: the topics were changed", name)
		}
	}
}
