package library

import (
	"fmt"
	"io"
)

// Bounds of what an archive unpacks to: maxExpansion bytes for each that was read of it, beside some that are free. What
// a backup holds is packed to a half or a tenth; a file that was made to fill a disk is packed to a ten-thousandth.
const (
	maxExpansion  = 1000
	freeExpansion = 64 << 20
)

// counter counts the bytes that are read of an archive.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// expansion reads what an archive unpacks to. It ends with an error where that is more than the archive can mean.
type expansion struct {
	from *counter
	r    io.Reader // what from unpacks to
	n    int64
}

func (e *expansion) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if e.n += int64(n); e.n > freeExpansion+maxExpansion*e.from.n {
		return 0, fmt.Errorf("%w: %d bytes of it unpack to more than %d", errBackup, e.from.n, e.n-int64(n))
	}
	return n, err
}
