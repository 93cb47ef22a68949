package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"kindred/data"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
)

// readLetter returns the header of a letter and its bodies by their types.
func readLetter(t *testing.T, text []byte) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("no letter: %v\n%.300s", err, text)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("it is %q: %v", kind, err)
	}
	bodies := map[string]string{}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if err == io.EOF {
			return m.Header, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		bodies[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}

// TestCarriersAgree hands one letter to each carrier and wants the same letter to come out.
func TestCarriersAgree(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program of the test is a script of a Unix shell")
	}
	l, err := Issue(mailtest.Issue(), Addresses{
		From: "Papers <papers@example.org>", To: "reader@example.net", Unsubscribe: "https://papers.example.org/subscriptions/s1",
	})
	if err != nil {
		t.Fatal(err)
	}
	server := mailtest.Start(t, mailtest.Options{NoStartTLS: true})
	folder, out := filepath.Join(t.TempDir(), "Mail dir"), filepath.Join(t.TempDir(), "out")
	maildir, err := NewMaildir(folder, "Papers <papers@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	program := script(t, `echo "$@" >`+out+`.args; cat >`+out)
	sendmail, err := NewSendmail(program+" -a work", "Papers <papers@example.org>")
	if err != nil {
		t.Fatal(err)
	}
	smtp := senderOf(t, settingsOf(server, NoTLS))
	for _, c := range []Carrier{smtp, maildir, sendmail} {
		if err := c.Deliver(t.Context(), l); err != nil || c.From() != "Papers <papers@example.org>" {
			t.Fatalf("%T: from %s: %v", c, c.From(), err)
		}
	}
	want, bodies := readLetter(t, []byte(server.Mails()[0].Data))
	if want.Get("List-Unsubscribe") == "" || want.Get("Message-Id") == "" || len(bodies) != 2 {
		t.Fatalf("the server took %v, %d bodies", want, len(bodies))
	}
	for name, file := range map[string]string{"maildir": delivered(t, folder)[0], "sendmail": out} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		header, got := readLetter(t, text)
		if fmt.Sprint(header) != fmt.Sprint(want) || fmt.Sprint(got) != fmt.Sprint(bodies) || bytes.ContainsRune(text, '\r') {
			t.Errorf("%s: another letter:\n%v\n%v", name, header, want)
		}
	}
	if args, err := os.ReadFile(out + ".args"); err != nil || string(args) != "-a work -i -f papers@example.org -- reader@example.net\n" {
		t.Errorf("the program was called with %q: %v", args, err)
	}
}

// script returns a program that runs a script of the shell.
func script(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return name
}

// delivered returns the letters in a Maildir, and wants none left half written.
func delivered(t *testing.T, folder string) (files []string) {
	t.Helper()
	for _, part := range []string{"new", "cur"} {
		found, err := filepath.Glob(filepath.Join(folder, part, "*"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "tmp", "*")); len(left) > 0 {
		t.Errorf("left in tmp: %v", left)
	}
	return files
}

// TestMaildirOnce delivers a letter again after a reader read it, as happens when its record is lost in a crash, and after
// a delivery that was cut off while it wrote.
func TestMaildirOnce(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "mail")
	m, err := NewMaildir(folder, "")
	if err != nil {
		t.Fatal(err)
	}
	l := testLetter(t)
	send := func() []string {
		t.Helper()
		if err := m.Deliver(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		return delivered(t, folder)
	}
	first := send()
	if again := send(); len(first) != 1 || len(again) != 1 {
		t.Errorf("%v, again %v", first, again)
	}
	read := filepath.Join(folder, "cur", filepath.Base(first[0])+":2,S")
	if runtime.GOOS == "windows" { // which takes no colon in names
		read = filepath.Join(folder, "cur", filepath.Base(first[0])+";2,S")
	}
	if err := os.Rename(first[0], read); err != nil {
		t.Fatal(err)
	}
	if again := send(); len(again) != 1 || again[0] != read {
		t.Errorf("after it was read: %v", again)
	}
	if err := os.Rename(read, filepath.Join(folder, "tmp", filepath.Base(first[0]))); err != nil {
		t.Fatal(err)
	}
	if again := send(); len(again) != 1 || again[0] != first[0] {
		t.Errorf("after one that was cut off: %v", again)
	}
	l.MessageID, l.To = "another@example.org", "other@example.net"
	if both := send(); len(both) != 2 {
		t.Errorf("another letter of the same second: %v", both)
	}
}

// TestMaildirRefuses has folders that are no Maildir, none of which may be changed.
func TestMaildirRefuses(t *testing.T) {
	full, half := t.TempDir(), t.TempDir()
	for _, name := range []string{"notes.txt"} {
		if err := os.WriteFile(filepath.Join(full, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(full, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{full, filepath.Join(full, "notes.txt")} {
		if _, err := NewMaildir(folder, ""); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", folder, err)
		}
	}
	if entries, _ := os.ReadDir(full); len(entries) != 2 {
		t.Errorf("the folder holds %v", entries)
	}
	if _, err := NewMaildir(half, "nobody"); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a sender that is none: %v", err)
	}
	if err := os.Mkdir(filepath.Join(half, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := NewMaildir(half, ""); err != nil {
		t.Errorf("one that was cut off while it was made: %v", err)
	}
	m, err := NewMaildir(half, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(half); err != nil {
		t.Fatal(err)
	}
	var outage *outbox.Outage
	if err := m.Deliver(t.Context(), testLetter(t)); !errors.As(err, &outage) {
		t.Errorf("a folder that is gone: %v", err)
	}
}

// TestSendmailEnds has a program end in every way.
func TestSendmailEnds(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program of the test is a script of a Unix shell")
	}
	for _, test := range []struct {
		name, text string
		outage     bool
		refused    bool
		bounce     bool
	}{
		{"unknown user", "cat >/dev/null; echo no such user; exit 67", false, true, true},
		{"unknown host", "exit 68", false, true, true},
		{"bad letter", "exit 65", false, true, false},
		{"later", "exit 75", false, false, false},
		{"wrong settings", "echo no account >&2; exit 78", true, false, false},
		{"killed", "kill -9 $$", true, false, false},
	} {
		s, err := NewSendmail(script(t, test.text), "")
		if err != nil {
			t.Fatal(err)
		}
		err = s.Deliver(t.Context(), testLetter(t))
		var outage *outbox.Outage
		var refusal *outbox.Refusal
		refused := errors.As(err, &refusal)
		if err == nil || errors.As(err, &outage) != test.outage || refused != test.refused || refused && refusal.Bounce != test.bounce {
			t.Errorf("%s: %T %v", test.name, err, err)
		}
	}
	for _, none := range []string{"", " ", "no-such-program", "/no/such/program -t"} {
		if _, err := NewSendmail(none, ""); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%q: %v", none, err)
		}
	}
}
