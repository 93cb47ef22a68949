package mail

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"kindred/data/readable"
	"kindred/mail/outbox"
)

// Sendmail hands letters to a program of this machine that takes them as sendmail does: a mail server's, or msmtp, which
// has accounts of its own.
type Sendmail struct {
	program  []string // with its options
	from     string
	envelope bool // the sender was chosen: the program is told it, and does not use its own
}

// sendmailFolders are where sendmail is beside PATH, which often lacks them for users.
var sendmailFolders = []string{"/usr/sbin", "/usr/lib"}

// NewSendmail returns a carrier to a program, whose options follow its name after spaces. An empty from is the user of this
// process at this machine. The error wraps [data.ErrInvalid] where there is no such program.
func NewSendmail(command, from string) (*Sendmail, error) {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil, invalid("sendmail", "no program: name one such as sendmail or msmtp")
	}
	path, err := exec.LookPath(words[0])
	for _, folder := range sendmailFolders {
		if err != nil && filepath.Base(words[0]) == words[0] {
			path, err = exec.LookPath(filepath.Join(folder, words[0]))
		}
	}
	if err != nil {
		return nil, invalid("sendmail", "there is no program %s: install a mail server or msmtp, or name the path of one", words[0])
	}
	s := &Sendmail{program: append([]string{path}, words[1:]...), from: cmp.Or(from, ownAddress()), envelope: from != ""}
	return s, checkSender("sendmail", s.from)
}

// ownAddress returns the mail address of the user of this process on this machine.
func ownAddress() string {
	name, host := "kindred", "localhost"
	if u, err := user.Current(); err == nil {
		name = u.Username[strings.LastIndexByte(u.Username, '\\')+1:] // without the domain of Windows
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	if address := name + "@" + host; checkSender("", address) == nil {
		return address
	}
	return localSender
}

// From implements [Carrier].
func (s *Sendmail) From() string { return s.from }

// Close implements [Carrier].
func (s *Sendmail) Close() {}

// Exit statuses of sendmail, of sysexits.h.
const (
	exitDataError = 65 // the letter cannot be sent as it is
	exitNoUser    = 67
	exitNoHost    = 68
	exitTempFail  = 75
)

// maxSaid bounds what of the program's own words is repeated, in characters.
const maxSaid = 300

// Deliver implements [Carrier].
func (s *Sendmail) Deliver(ctx context.Context, l *Letter) error {
	content, err := l.local()
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	to, err := ParseAddress(l.To)
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	args := append(s.program[1:len(s.program):len(s.program)], "-i") // a line with a dot alone does not end the letter
	if from, err := netmail.ParseAddress(s.from); err == nil && s.envelope {
		args = append(args, "-f", from.Address)
	}
	cmd := exec.CommandContext(ctx, s.program[0], append(args, "--", to.Address)...)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(content), &said, &said, 5*time.Second
	return s.judge(cmd.Run(), said.String())
}

// judge says what the end of the program means for the letter and for the others.
func (s *Sendmail) judge(err error, said string) error {
	if err == nil {
		return nil
	}
	said = readable.Clip(readable.OneLine(said), maxSaid)
	failed := fmt.Errorf("%s: %w: %s", s.program[0], err, cmp.Or(said, "it said nothing"))
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return &outbox.Outage{Err: failed}
	}
	switch ended.ExitCode() {
	case exitNoUser, exitNoHost:
		return &outbox.Refusal{Reason: failed.Error(), Bounce: true}
	case exitDataError:
		return &outbox.Refusal{Reason: failed.Error()}
	case exitTempFail:
		return failed
	}
	return &outbox.Outage{Err: failed}
}
