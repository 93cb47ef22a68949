package mail

import (
	"bytes"
	"context"
	"fmt"

	"kindred/data"
)

// Carrier takes letters to where they are delivered: [SMTP], [Sendmail] and [Maildir]. It may be used by several
// goroutines at once.
type Carrier interface {
	// From returns the address that letters come from.
	From() string
	// Deliver hands over a letter. Its errors are those of [outbox.Sender].
	Deliver(ctx context.Context, l *Letter) error
	// Close returns when nothing is left to do.
	Close()
}

// local returns a letter with the line ends of this system's files, as programs of local delivery take it.
func (l *Letter) local() ([]byte, error) {
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		return nil, err
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n")), nil
}

// checkSender reports a sender that is no mail address.
func checkSender(way, from string) error {
	if _, err := ParseAddress(from); err != nil {
		return fmt.Errorf("%s: sender: %w", way, err)
	}
	return nil
}

// invalid returns an error of the settings of a carrier, which wraps [data.ErrInvalid].
func invalid(way, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %s", way, data.ErrInvalid, fmt.Sprintf(format, args...))
}
