package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
)

// settingsOf returns the settings for a test server.
func settingsOf(s *mailtest.Server, mode string) Settings {
	return Settings{Host: s.Host, Port: s.Port, TLS: mode, From: "Papers <papers@example.org>", PerMinute: 10_000, Timeout: time.Minute, config: s.Trust()}
}

func senderOf(t *testing.T, set Settings) *SMTP {
	t.Helper()
	s, err := NewSMTP(set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func testLetter(t *testing.T) *Letter {
	t.Helper()
	l, err := Test(Addresses{From: "Papers <papers@example.org>", To: "reader@example.net"}, time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSendEncrypted(t *testing.T) {
	for _, test := range []struct {
		name string
		opt  mailtest.Options
		mode string
		user string
	}{
		{"STARTTLS", mailtest.Options{}, StartTLS, ""},
		{"STARTTLS with password", mailtest.Options{User: "papers", Password: "pa ss"}, StartTLS, "papers"},
		{"TLS with password", mailtest.Options{TLS: true, User: "papers", Password: "pa ss"}, TLS, "papers"},
		{"none", mailtest.Options{NoStartTLS: true}, NoTLS, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := mailtest.Start(t, test.opt)
			set := settingsOf(server, test.mode)
			if test.user != "" {
				set.User, set.Password = test.user, "pa ss"
			}
			if err := senderOf(t, set).Deliver(t.Context(), testLetter(t)); err != nil {
				t.Fatal(err)
			}
			got := server.Mails()
			if len(got) != 1 || got[0].TLS != (test.mode != NoTLS) || got[0].User != test.user ||
				got[0].From != "papers@example.org" || got[0].To != "reader@example.net" {
				t.Errorf("the server took %+v", got)
			}
		})
	}
}

// TestFaults holds what becomes of a letter against each fault of a server.
func TestFaults(t *testing.T) {
	at := func(verb, answer string) mailtest.Options {
		return mailtest.Options{Script: func(v, _ string) string {
			if v == verb {
				return answer
			}
			return mailtest.OK
		}}
	}
	const sent, later, outage, refused, bounced = "sent", "later", "outage", "refused", "bounced"
	for _, test := range []struct {
		name  string
		opt   mailtest.Options
		want  string
		takes int // letters that the server took
	}{
		{"no STARTTLS", mailtest.Options{NoStartTLS: true}, outage, 0},
		{"greeting cut", at("CONNECT", mailtest.Cut), outage, 0},
		{"greeting refused", at("CONNECT", "554 5.3.2 closed"), outage, 0},
		{"silent", at("CONNECT", mailtest.Hang), outage, 0},
		{"STARTTLS refused", at("STARTTLS", "454 4.7.0 no certificate"), outage, 0},
		{"sender refused", at("MAIL", "550 5.7.1 not your address"), outage, 0},
		{"sender later", at("MAIL", "451 4.3.0 later"), outage, 0},
		{"reader unknown", at("RCPT", "550 5.1.1 no such user"), bounced, 0},
		{"mailbox closed", at("RCPT", "550 5.2.1 closed"), bounced, 0},
		{"no relaying", at("RCPT", "550 5.7.1 relaying denied"), refused, 0},
		{"greylisted", at("RCPT", "450 4.2.0 greylisted"), later, 0},
		{"mailbox full", at("RCPT", "452 4.2.2 full"), later, 0},
		{"reader cut", at("RCPT", mailtest.Cut), later, 0},
		{"DATA later", at("DATA", "451 4.3.0 later"), later, 0},
		{"DATA refused", at("DATA", "554 5.5.1 no"), refused, 0},
		{"cut within", at("BODY", mailtest.Cut), later, 0},
		{"cut at the dot", at("DOT", mailtest.Cut), later, 0},
		{"taken, then cut", at("DOT", mailtest.AcceptCut), later, 1},
		{"dot later", at("DOT", "451 4.3.0 busy"), later, 0},
		{"spam", at("DOT", "554 5.7.1 looks like spam"), refused, 0},
		{"silent at the dot", at("DOT", mailtest.Hang), later, 0},
		{"silent at the end", at("QUIT", mailtest.Hang), sent, 1},
		{"cut at the end", at("QUIT", mailtest.Cut), sent, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := mailtest.Start(t, test.opt)
			set := settingsOf(server, StartTLS)
			if strings.HasPrefix(test.name, "silent") && test.want != sent { // only what waits for an answer that never comes
				set.Timeout = 2 * time.Second
			}
			err := senderOf(t, set).Deliver(t.Context(), testLetter(t))
			var refusal *outbox.Refusal
			var out *outbox.Outage
			got := later
			switch {
			case err == nil:
				got = sent
			case errors.As(err, &refusal) && refusal.Bounce:
				got = bounced
			case errors.As(err, &refusal):
				got = refused
			case errors.As(err, &out):
				got = outage
			}
			if got != test.want || len(server.Mails()) != test.takes {
				t.Errorf("%s, %d taken: %v; want %s, %d taken", got, len(server.Mails()), err, test.want, test.takes)
			}
			if err != nil && !strings.Contains(err.Error(), server.Host) {
				t.Errorf("%q does not name the server", err)
			}
		})
	}
}

// TestWrongPassword wants the remedy in the error, and the password nowhere.
func TestWrongPassword(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{User: "papers", Password: "right"})
	set := settingsOf(server, StartTLS)
	set.User, set.Password = "papers", "wr0ng-secret"
	err := senderOf(t, set).Deliver(t.Context(), testLetter(t))
	var out *outbox.Outage
	if !errors.As(err, &out) || !strings.Contains(err.Error(), "app password") {
		t.Errorf("%v", err)
	}
	shown, jsonErr := json.Marshal(set.Password)
	all := fmt.Sprintf("%v %+v %#v %s %v %v", err, set, set, shown, jsonErr, []any{set.Password})
	if strings.Contains(all, "wr0ng") {
		t.Errorf("the password is shown in %s", all)
	}
}

// TestUntrusted wants no letter sent to a server whose certificate nobody vouches for.
func TestUntrusted(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	set := settingsOf(server, StartTLS)
	set.config = nil
	err := senderOf(t, set).Deliver(t.Context(), testLetter(t))
	if err == nil || !strings.Contains(err.Error(), "certificate") || len(server.Mails()) != 0 {
		t.Errorf("%v, %d letters taken", err, len(server.Mails()))
	}
}

func TestCanceledSend(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := mailtest.Start(t, mailtest.Options{Script: func(verb, _ string) string {
		if verb == "DATA" {
			cancel()
			return mailtest.Hang
		}
		return mailtest.OK
	}})
	set := settingsOf(server, StartTLS)
	set.Timeout = time.Hour // it is the context that ends it
	if err := senderOf(t, set).Deliver(ctx, testLetter(t)); err == nil || len(server.Mails()) != 0 {
		t.Errorf("%v, %d letters taken", err, len(server.Mails()))
	}
}

func TestSettings(t *testing.T) {
	for text, want := range map[string]Settings{
		"mail.example.org":                  {Host: "mail.example.org", Port: 587, TLS: StartTLS},
		"mail.example.org:25":               {Host: "mail.example.org", Port: 25, TLS: StartTLS},
		"mail.example.org:465":              {Host: "mail.example.org", Port: 465, TLS: TLS},
		"smtps://mail.example.org":          {Host: "mail.example.org", Port: 465, TLS: TLS},
		"smtp://me%40example.org@[::1]:588": {Host: "::1", Port: 588, TLS: StartTLS, User: "me@example.org"},
	} {
		got, err := ParseServer(text)
		got.From, got.Password = "papers@example.org", "x"
		if err := errors.Join(err, got.Validate()); err != nil || got.Host != want.Host || got.Port != want.Port || got.TLS != want.TLS || got.User != want.User {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "http://mail.example.org", "smtp://me:geheim@mail.example.org", "mail.example.org:0", "mail.example.org/inbox", "smtp://%zz:geheim@x"} {
		_, err := ParseServer(text)
		if !errors.Is(err, data.ErrInvalid) || strings.Contains(fmt.Sprint(err), "geheim") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for name, set := range map[string]Settings{
		"no password":          {Host: "mail.example.org", User: "me@example.org"},
		"unencrypted password": {Host: "mail.example.org", User: "me@example.org", Password: "x", TLS: NoTLS},
		"no sender":            {Host: "mail.example.org"},
		"bad sender":           {Host: "mail.example.org", From: "me"},
		"mode":                 {Host: "mail.example.org", From: "me@example.org", TLS: "ssl"},
	} {
		if err := set.Validate(); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	local := Settings{Host: "localhost", Port: 25, TLS: NoTLS, From: "me@example.org"}
	if err := local.Validate(); err != nil {
		t.Errorf("a server on this machine: %v", err)
	}
}

// TestEncode wants the same bytes for the same letter.
func TestEncode(t *testing.T) {
	l := testLetter(t)
	var a, b bytes.Buffer
	if _, err := l.WriteTo(&a); err != nil {
		t.Fatal(err)
	}
	if _, err := l.WriteTo(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("two encodings of a letter differ: %v", err)
	}
}
