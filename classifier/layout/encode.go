package layout

import (
	"encoding/binary"
	"fmt"
	"math"
)

// formatVersion is the version of the encoding. The encoding is the version, the number of papers, the width of the
// kernel and all positions, in 4 bytes each, little-endian.
const formatVersion = 1

const headSize = 12

// MarshalBinary encodes the map. Equal maps give equal bytes.
func (m *Map) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, headSize+4*len(m.points))
	b = binary.LittleEndian.AppendUint32(b, formatVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.points)/2))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.unit))
	for _, v := range m.points {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b, nil
}

// UnmarshalBinary decodes what MarshalBinary encoded and refuses anything else. It does not keep b.
func (m *Map) UnmarshalBinary(b []byte) error {
	if len(b) < headSize || binary.LittleEndian.Uint32(b) != formatVersion {
		return fmt.Errorf("the map is not encoded as format %d", formatVersion)
	}
	n := binary.LittleEndian.Uint32(b[4:])
	if int64(len(b)) != headSize+8*int64(n) {
		return fmt.Errorf("a map of %d papers takes %d bytes, not %d", n, headSize+8*int64(n), len(b))
	}
	unit := math.Float32frombits(binary.LittleEndian.Uint32(b[8:]))
	if !(unit > 0) || unit > math.MaxFloat32 {
		return fmt.Errorf("the map's kernel is %v wide", unit)
	}
	points := make([]float32, 2*int(n))
	for i := range points {
		v := math.Float32frombits(binary.LittleEndian.Uint32(b[headSize+4*i:]))
		if !(v >= -1 && v <= 1) {
			return fmt.Errorf("paper %d is off the map", i/2)
		}
		points[i] = v
	}
	*m = Map{points: points, unit: unit}
	return nil
}

// Docs returns the number of papers on the map.
func (m *Map) Docs() int { return len(m.points) / 2 }
