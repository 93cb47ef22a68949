package main

import (
	"encoding/json"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/mail/daily"
)

// TestDailyMaildir goes the way of a new user without a mail server: the day's papers become a letter in a folder, once
// however often the command runs.
func TestDailyMaildir(t *testing.T) {
	for _, name := range []string{"KINDRED_SMTP", "KINDRED_SENDMAIL"} { // a flag goes before the environment
		t.Setenv(name, "mail.invalid")
	}
	dir, box := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "Maildir")
	mine, papers := write(t, "mine.bib", roboticist), write(t, "day.jsonl", themePapers(0, 20, 0)+themePapers(0, 20, 2))
	args := []string{
		"daily", "--library", mine, "--papers", papers, "--to", "me@localhost", "--maildir", box, "--limit", "3",
		"--base-url", "https://papers.example.org/", "--json",
	}
	for run := range 3 {
		var r daily.Report
		if err := json.Unmarshal([]byte(ok(t, dir, args...)), &r); err != nil {
			t.Fatal(err)
		}
		if want := run == 0; r.Made != want || (r.Mail.Sent == 1) != want || (len(r.Issue.IDs()) == 3) != want {
			t.Errorf("run %d: %+v", run, r)
		}
	}
	letters, err := filepath.Glob(filepath.Join(box, "new", "*"))
	if err != nil || len(letters) != 1 {
		t.Fatalf("letters: %v, %v", letters, err)
	}
	f, err := os.Open(letters[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := netmail.ReadMessage(f)
	if err != nil {
		t.Fatal(err)
	}
	for header, part := range map[string]string{
		"To": "me@localhost", "From": "kindred@localhost", "Subject": "robot", "Message-Id": "@localhost>", "Content-Type": "multipart/alternative",
		"List-Unsubscribe": "<https://papers.example.org/subscriptions/", "List-Unsubscribe-Post": "One-Click", "List-Id": "Daily papers",
	} {
		if got := m.Header.Get(header); header != "Subject" && !strings.Contains(got, part) || got == "" {
			t.Errorf("%s: %q, want %q", header, got, part)
		}
	}
	ok(t, dir, "digest", "test", "me@localhost", "--maildir", box)
	if both, _ := filepath.Glob(filepath.Join(box, "new", "*")); len(both) != 2 {
		t.Errorf("after the test: %v", both)
	}
}

// TestLetterWays has ways of letters that cannot be meant. Nothing may be fetched or made before that is said.
func TestLetterWays(t *testing.T) {
	full := t.TempDir()
	mine := write(t, "mine.bib", roboticist)
	if err := os.WriteFile(filepath.Join(full, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for want, way := range map[string][]string{
		"one way":          {"--maildir", filepath.Join(full, "box"), "--sendmail", "true"},
		"is no Maildir":    {"--maildir", full},
		"there is no prog": {"--sendmail", "no-such-program -i"},
		"no way":           nil,
	} {
		dir := filepath.Join(t.TempDir(), "data")
		r := kindred(t, dir, nil, append([]string{"daily", "--library", mine, "--papers", mine, "--to", "me@localhost"}, way...)...)
		if _, err := os.Stat(dir); r.status != exitUsage || !strings.Contains(r.stderr, want) || err == nil {
			t.Errorf("%v: status %d, %s", way, r.status, r.stderr)
		}
	}
}

// TestServeWithoutPassword starts a server whose file for the password of mail is still empty. What sends letters at once
// says so instead.
func TestServeWithoutPassword(t *testing.T) {
	empty := write(t, "smtp-password", "\n")
	flags := []string{"--smtp", "smtps://me@mail.example.org", "--smtp-password-file", empty}
	if _, stop := served(t, flags...); stop() != exitOK {
		t.Error("the server ended with an error")
	}
	r := kindred(t, t.TempDir(), nil, append([]string{"digest", "test", "me@example.org"}, flags...)...)
	if r.status != exitUsage || !strings.Contains(r.stderr, empty+" is empty") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}
