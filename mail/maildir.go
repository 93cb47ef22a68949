package mail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/atomicfile"
	"kindred/mail/outbox"
)

// localSender is who letters come from that stay on this machine.
const localSender = "Kindred <kindred@localhost>"

// Maildir puts letters into a folder of the form Maildir, which mail programs on this machine read. No server is needed.
type Maildir struct{ folder, from string }

// NewMaildir returns a carrier to a folder, which it makes where there is none. An empty from is an address of this
// machine. The error wraps [data.ErrInvalid] where the folder holds something else than a Maildir.
func NewMaildir(folder, from string) (*Maildir, error) {
	m := &Maildir{folder: folder, from: cmp.Or(from, localSender)}
	if err := checkSender("maildir", m.from); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(folder)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, invalid("maildir", "%v: name a folder that you may read and write", err)
	case !isMaildir(entries):
		return nil, invalid("maildir", "%s has files and is no Maildir, which holds the folders cur, new and tmp: name a new folder", folder)
	}
	for _, part := range maildirParts {
		if err := os.MkdirAll(filepath.Join(folder, part), 0o700); err != nil {
			return nil, invalid("maildir", "%v", err)
		}
	}
	return m, nil
}

// maildirParts are the folders within a Maildir.
var maildirParts = []string{"tmp", "new", "cur"}

// isMaildir reports whether the entries of a folder are those of a Maildir, or of one that was cut off while it was made.
func isMaildir(entries []fs.DirEntry) bool {
	parts := 0
	for _, e := range entries {
		if e.IsDir() && slices.Contains(maildirParts, e.Name()) {
			parts++
		}
	}
	return parts == len(maildirParts) || parts == len(entries)
}

// From implements [Carrier].
func (m *Maildir) From() string { return m.from }

// Close implements [Carrier].
func (m *Maildir) Close() {}

// Deliver implements [Carrier]. The name of a letter's file comes from its Message-ID. So a letter that is delivered again,
// because a process ended before it had recorded the delivery, is there once, read or unread.
func (m *Maildir) Deliver(ctx context.Context, l *Letter) error {
	content, err := l.local()
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	name := fmt.Sprintf("%d.%s.kindred", l.Date.Unix(), digestOf(l.MessageID, l.To))
	has, err := m.has(name)
	if err == nil && !has {
		err = m.put(name, content)
	}
	if err != nil {
		return &outbox.Outage{Err: fmt.Errorf("maildir: %w", err)}
	}
	return nil
}

// has reports whether a letter was delivered. A mail program moves it to cur and adds flags to its name.
func (m *Maildir) has(name string) (bool, error) {
	for _, part := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(m.folder, part))
		if err != nil {
			return false, err
		}
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), name) {
				return true, nil
			}
		}
	}
	return false, nil
}

// put writes a letter durably. It is in new when it is whole.
func (m *Maildir) put(name string, content []byte) error {
	tmp := filepath.Join(m.folder, "tmp", name)
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, filepath.Join(m.folder, "new", name)); err != nil {
		return err
	}
	return atomicfile.SyncDir(filepath.Join(m.folder, "new"))
}
