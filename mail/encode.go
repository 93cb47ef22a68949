package mail

import (
	"fmt"
	"io"
	"mime"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// WriteTo writes the letter as it is sent: headers and both bodies, quoted-printable, no line above 998 bytes.
func (l *Letter) WriteTo(w io.Writer) (int64, error) {
	msg, err := l.encode()
	if err != nil {
		return 0, err
	}
	return msg.WriteTo(w)
}

// encode returns the letter for package gomail. The same letter gives the same bytes, boundaries included.
func (l *Letter) encode() (*gomail.Msg, error) {
	from, err := ParseAddress(l.From)
	if err != nil {
		return nil, err
	}
	to, err := ParseAddress(l.To)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP),
		gomail.WithBoundary("kindred-"+strings.ReplaceAll(l.MessageID, "@", "-at-")[:min(len(l.MessageID), 40)]))
	msg.EnvelopeFromMailAddress(from)
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(line(l.Subject, 250))
	msg.SetDateWithValue(l.Date)
	msg.SetMessageIDWithValue(l.MessageID)
	// RFC 3834: no answer of a machine is wanted.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if l.ListID != "" {
		msg.SetGenHeader("Precedence", "bulk")
		msg.SetGenHeaderPreformatted("List-Id", fmt.Sprintf("%s <%s>", mime.QEncoding.Encode("utf-8", quoted(line(l.ListName, 40))), l.ListID))
	}
	if l.Unsubscribe != "" {
		msg.SetGenHeaderPreformatted("List-Unsubscribe", "<"+l.Unsubscribe+">")
		if strings.HasPrefix(l.Unsubscribe, "https://") { // RFC 8058 wants it encrypted
			msg.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
		}
	}
	msg.SetBodyString("text/plain; format=flowed", crlf(l.Text))
	msg.AddAlternativeString(gomail.TypeTextHTML, crlf(l.HTML))
	return msg, nil
}

// quoted returns a name as a quoted string of RFC 5322 where it is of ASCII; otherwise it is encoded anyway.
func quoted(name string) string {
	if !isASCII(name) {
		return name
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
}

// crlf ends lines as mail does.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
