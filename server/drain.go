package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// unaskedTimeout is how long a connection may take to ask after the server has begun to end. Browsers open connections
// that they may never use.
const unaskedTimeout = time.Second

// unasked holds the connections of a server whose first request has not been read. http.Server drops what it reads
// after Shutdown was called, and a proxy answers 502 for such a request.
type unasked struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// watch makes u follow the connections of a server.
func (u *unasked) watch(web *http.Server) {
	u.conns = map[net.Conn]struct{}{}
	web.ConnState = func(c net.Conn, state http.ConnState) {
		u.mu.Lock()
		defer u.mu.Unlock()
		if state == http.StateNew {
			u.conns[c] = struct{}{}
		} else {
			delete(u.conns, c)
		}
	}
}

func (u *unasked) none() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.conns) == 0
}

// end ends a server whose listener's Serve closes served: no connection is accepted any more, those that were are given
// time to ask, and what was asked is answered until ctx ends.
func (u *unasked) end(ctx context.Context, web *http.Server, listener net.Listener, served <-chan struct{}) error {
	_ = listener.Close() // an error says that it is closed already
	<-served
	web.SetKeepAlivesEnabled(false)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	enough, cancel := context.WithTimeout(ctx, unaskedTimeout)
	defer cancel()
	for !u.none() && enough.Err() == nil {
		select {
		case <-enough.Done():
		case <-tick.C:
		}
	}
	return web.Shutdown(ctx)
}
