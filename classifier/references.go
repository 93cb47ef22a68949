package classifier

import (
	"errors"
	"sync/atomic"
)

// references counts the holders of a model. A mapped file must stay mapped while it is read. The garbage collector
// cannot tell when that ends, because a slice of mapped memory does not keep its model alive.
type references struct {
	count  atomic.Int64
	closed atomic.Bool // the owner's reference was released
}

func newModel() *Model {
	m := &Model{}
	m.references.count.Store(1) // the owner's
	return m
}

// Acquire takes a reference to the model, which can be used until the reference is released. It returns false if the
// last reference was released before; the model must not be used then.
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

// Release releases a reference that Acquire took. The last release unmaps the file. It is an error to release more
// references than were taken.
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

// Close releases the reference of the caller of Open or Fit. Further calls do nothing.
func (m *Model) Close() error {
	if m.references.closed.Swap(true) {
		return nil
	}
	return m.Release()
}
