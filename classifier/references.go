package classifier

import (
	"errors"
	"sync/atomic"
)

// references counts the holders of a model. A file that is mapped into memory must stay mapped while anyone reads it,
// and the garbage collector cannot say who does: a slice of mapped memory does not keep its model alive.
type references struct {
	count  atomic.Int64
	closed atomic.Bool // the owner's reference was released
}

func newModel() *Model {
	m := &Model{}
	m.references.count.Store(1) // the owner's
	return m
}

// Acquire takes a reference to the model, which stays usable until the reference is released. It returns false once the
// last reference was released; the model must not be used then.
func (m *Model) Acquire() bool {
	for {
		n := m.references.count.Load()
		if n <= 0 {
			return false
		}
		if m.references.count.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release gives up a reference that Acquire took. The last release unmaps the model's file. It is an error to release
// more references than were taken.
func (m *Model) Release() error {
	switch n := m.references.count.Add(-1); {
	case n > 0:
		return nil
	case n < 0:
		m.references.count.Store(0)
		return errors.New("classifier: a model was released more often than it was acquired")
	case m.mapped == nil:
		return nil
	}
	mapped := m.mapped
	m.mapped = nil
	return mapped.Unmap()
}

// Close gives up the reference of whoever opened or fitted the model. Further calls do nothing.
func (m *Model) Close() error {
	if m.references.closed.Swap(true) {
		return nil
	}
	return m.Release()
}
