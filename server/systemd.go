package server

import (
	"errors"
	"fmt"
	"net"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/coreos/go-systemd/v22/daemon"
)

// listen returns the listener of a server: the socket that systemd passes, which stays open while the server restarts,
// or one on an address.
func listen(addr string) (net.Listener, error) {
	passed, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("the sockets that systemd passes: %w", err)
	}
	switch len(passed) {
	case 0:
	case 1:
		if passed[0] == nil {
			return nil, errors.New("systemd passes a file that is no stream socket: ListenStream= is needed")
		}
		return passed[0], nil
	default:
		return nil, fmt.Errorf("systemd passes %d sockets: one ListenStream= is needed", len(passed))
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w: another program may be listening there; choose another address (--addr)", err)
	}
	return l, nil
}

// tellManager tells systemd a state of the server, where systemd started it and waits for that. What cannot be told is
// no failure of the server.
func (s *server) tellManager(state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		s.opt.Log.Warn("systemd was not told a state of the server", "state", state, "err", err)
	}
}
