package mcp

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// maxMessage is the most bytes of a message on a stream: a text of recommend.MaxText, every byte of it escaped.
const maxMessage = 8 << 20

// Run serves one assistant over a pair of streams, the protocol's "stdio" transport: a line of in is a message, a line
// of out an answer. It returns when in ends or ctx is canceled; messages that came before the end are answered first.
// The error is that of a stream, or of a line that is no message.
func (s *Server) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	streams := &sdk.IOTransport{Reader: io.NopCloser(in), Writer: notClosed{out}, MaxLineLength: maxMessage}
	err := s.protocol.Run(ctx, &lingering{Transport: streams, patience: s.opt.Timeout})
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// notClosed is a writer that others have to close.
type notClosed struct{ io.Writer }

// Close implements io.Closer.
func (notClosed) Close() error { return nil }

// lingering is a transport whose connections end only when the calls that came before the end are answered. The SDK
// cancels them, which would lose the answers of input that comes from a file or a pipe.
type lingering struct {
	sdk.Transport
	patience time.Duration // at the end, for all calls that are not answered yet
}

// Connect implements sdk.Transport.
func (l *lingering) Connect(ctx context.Context) (sdk.Connection, error) {
	conn, err := l.Transport.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &lingeringConn{Connection: conn, patience: l.patience, idle: make(chan struct{}, 1)}, nil
}

type lingeringConn struct {
	sdk.Connection
	patience time.Duration

	mu   sync.Mutex
	open int           // calls that are not answered yet
	idle chan struct{} // gets a value when open falls to 0
}

// Read implements sdk.Connection.
func (c *lingeringConn) Read(ctx context.Context) (jsonrpc.Message, error) {
	msg, err := c.Connection.Read(ctx)
	if err != nil {
		c.linger(ctx)
		return msg, err
	}
	if call, ok := msg.(*jsonrpc.Request); ok && call.IsCall() {
		c.mu.Lock()
		c.open++
		c.mu.Unlock()
	}
	return msg, nil
}

// Write implements sdk.Connection.
func (c *lingeringConn) Write(ctx context.Context, msg jsonrpc.Message) error {
	err := c.Connection.Write(ctx, msg)
	if _, answer := msg.(*jsonrpc.Response); !answer {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open--; c.open == 0 {
		select {
		case c.idle <- struct{}{}:
		default: // an earlier one was not taken
		}
	}
	return err
}

// linger waits until all calls are answered.
func (c *lingeringConn) linger(ctx context.Context) {
	patience := time.After(c.patience)
	for {
		c.mu.Lock()
		open := c.open
		c.mu.Unlock()
		if open <= 0 {
			return
		}
		select {
		case <-c.idle:
		case <-ctx.Done():
			return
		case <-patience:
			return
		}
	}
}
