package text

import (
	"fmt"

	"kindred/classifier/section"
)

// Table is an immutable list of strings packed one after another.
type Table struct {
	Ends []uint32 // where each string ends in Data; it begins where the one before ends
	Data string
}

// NewTable packs strings.
func NewTable(list []string) Table {
	n := 0
	for _, s := range list {
		n += len(s)
	}
	data, ends := make([]byte, 0, n), make([]uint32, len(list))
	for i, s := range list {
		data = append(data, s...)
		ends[i] = uint32(len(data))
	}
	return Table{Ends: ends, Data: string(data)}
}

// Validate reports a table whose strings do not lie one after another within Data.
func (t Table) Validate() error {
	last := uint32(0)
	for i, e := range t.Ends {
		if e < last || int64(e) > int64(len(t.Data)) {
			return fmt.Errorf("string %d of %d lies outside the %d bytes there are", i, len(t.Ends), len(t.Data))
		}
		last = e
	}
	return nil
}

// Len returns the number of strings.
func (t Table) Len() int { return len(t.Ends) }

// At returns string i.
func (t Table) At(i int) string {
	from := uint32(0)
	if i > 0 {
		from = t.Ends[i-1]
	}
	return t.Data[from:t.Ends[i]]
}

// Strings returns all strings; they share the table's memory.
func (t Table) Strings() []string {
	out := make([]string, t.Len())
	for i := range out {
		out[i] = t.At(i)
	}
	return out
}

// Sections returns the table as sections of a file: name holds the strings, name.ends where they end.
func (t Table) Sections(name string) []section.Section {
	return []section.Section{{Name: name, Data: []byte(t.Data)}, {Name: name + ".ends", Data: section.Bytes(t.Ends)}}
}

// ReadTable reads a table from the sections that Sections gave. The strings are copied, so that they outlive the file.
func ReadTable(f *section.File, name string) (Table, error) {
	data, err := f.Bytes(name)
	if err != nil {
		return Table{}, err
	}
	ends, err := section.Numbers[uint32](f, name+".ends")
	if err != nil {
		return Table{}, err
	}
	t := Table{Ends: ends, Data: string(data)}
	if err := t.Validate(); err != nil {
		return Table{}, fmt.Errorf("section %q: %w", name, err)
	}
	return t, nil
}
