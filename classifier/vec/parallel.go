package vec

import (
	"runtime"
	"sync"
	"sync/atomic"

	"kindred/fault"
)

// Parallel calls f on all cores for the ranges [0,chunk), [chunk,2·chunk), … of [0,n). The ranges do not depend on the
// number of cores. Neither does a result if each range writes to a place of its own. A panic of f goes on in the caller.
func Parallel(n, chunk int, f func(lo, hi int)) {
	if n <= 0 {
		return
	}
	chunk = max(1, chunk)
	workers := min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk)
	if workers <= 1 {
		for lo := 0; lo < n; lo += chunk {
			f(lo, min(lo+chunk, n))
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	var caught fault.Catcher
	work := func() {
		for {
			hi := int(next.Add(int64(chunk)))
			lo := hi - chunk
			if lo >= n {
				return
			}
			f(lo, min(hi, n))
		}
	}
	for range workers {
		wg.Go(func() { caught.Run(work) })
	}
	wg.Wait()
	caught.Rethrow()
}
