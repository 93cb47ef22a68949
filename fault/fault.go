// Package fault makes a read of a mapped file that was cut short, or whose disk fails, an error of the one who reads. By
// default it ends the process: the operating system sends SIGBUS.
//
// What belongs here is how such a fault is recovered from, also across goroutines. What does not: what is done then.
package fault

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// ErrCut is wrapped by the errors of reads of mapped memory that is gone.
var ErrCut = errors.New("a file in use was cut short, or its disk fails")

// Panics has faults of this goroutine panic from here on. It returns a function that restores what was before.
func Panics() (restore func()) {
	before := debug.SetPanicOnFault(true)
	return func() { debug.SetPanicOnFault(before) }
}

// Of returns the error of a recovered value if that came of a fault, else nil.
func Of(recovered any) error {
	if err, ok := recovered.(error); ok {
		if errors.Is(err, ErrCut) {
			return err
		}
		if at, ok := recovered.(interface{ Addr() uintptr }); ok {
			return fmt.Errorf("%w (address %#x)", ErrCut, at.Addr())
		}
	}
	return nil
}

// Guard returns the error of f, and that of a fault in it. Other panics go on.
func Guard(f func() error) (err error) {
	defer Panics()()
	defer func() {
		if v := recover(); v != nil {
			if err = Of(v); err == nil {
				panic(v)
			}
		}
	}()
	return f()
}

// Catcher carries the first panic of several goroutines to the one that waits for them. The zero value is ready.
type Catcher struct {
	mu    sync.Mutex
	value any
	stack []byte
}

// Run calls f, with faults as panics, and keeps its panic.
func (c *Catcher) Run(f func()) {
	defer Panics()()
	defer func() {
		if v := recover(); v != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.value == nil {
				c.value, c.stack = v, debug.Stack()
			}
		}
	}()
	f()
}

// Rethrow panics with what Run kept, if anything. The goroutines must have ended.
func (c *Catcher) Rethrow() {
	switch err := Of(c.value); {
	case c.value == nil:
	case err != nil:
		panic(err)
	default:
		panic(fmt.Sprintf("%v\n\nin a goroutine:\n%s", c.value, c.stack))
	}
}
