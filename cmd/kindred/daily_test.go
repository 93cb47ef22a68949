package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/mail/daily"
	"kindred/mail/mailtest"
)

const roboticist = "@article{a, title={Grasping cups with a soft robot hand}, abstract={A robot hand with soft fingers grasps cups.}}\n" +
	"@article{b, title={Force control of robot fingers}}\n"

// TestDaily goes the way of a job without a server: new papers, a letter, nothing twice, and a quiet day.
func TestDaily(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{NoStartTLS: true, User: "me", Password: "s3cret"})
	t.Setenv("KINDRED_SMTP", fmt.Sprintf("smtp://me@127.0.0.1:%d", server.Port))
	t.Setenv("KINDRED_SMTP_PASSWORD", "s3cret")
	t.Setenv("KINDRED_SMTP_FROM", "Papers <papers@example.org>")
	t.Setenv("KINDRED_SMTP_TLS", "none")
	dir := filepath.Join(t.TempDir(), "data")
	mine := write(t, "mine.bib", roboticist)
	page := filepath.Join(t.TempDir(), "issue.html")
	args := []string{"daily", "--library", mine, "--to", "reader@example.net", "--limit", "3", "--html", page, "--json", "--papers"}
	day := func(papers string) (r daily.Report) {
		t.Helper()
		out := ok(t, dir, append(args, write(t, "day.jsonl", papers))...)
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := day(themePapers(0, 20, 0) + themePapers(0, 20, 2))
	ids := first.Issue.IDs()
	if first.Mail.Sent != 1 || len(ids) != 3 || !strings.HasPrefix(ids[0], "x:0-") {
		t.Fatalf("the first day: %+v", first)
	}
	if mails := server.Mails(); len(mails) != 1 || mails[0].To != "reader@example.net" || mails[0].User != "me" {
		t.Errorf("the server took %+v", mails)
	}
	if html, err := os.ReadFile(page); err != nil || strings.Count(string(html), `class="k-paper"`) != 3 {
		t.Errorf("the page: %v, %d bytes", err, len(html))
	}
	quiet := day(themePapers(0, 20, 0))
	if quiet.Made || quiet.Issue.Quiet == "" || len(server.Mails()) != 1 {
		t.Errorf("a day without news: %+v, %d letters", quiet, len(server.Mails()))
	}
	next := day(themePapers(20, 30, 0))
	if next.Mail.Sent != 1 || next.Issue.Number != 2 || len(server.Mails()) != 2 {
		t.Errorf("the next day: %+v", next)
	}
	for _, id := range next.Issue.IDs() {
		if strings.Contains(strings.Join(ids, " ")+" ", id+" ") {
			t.Errorf("%s came twice", id)
		}
	}
	if text := ok(t, dir, "mail", "status"); strings.Count(text, "sent ") != 2 {
		t.Errorf("status:\n%s", text)
	}
	ok(t, dir, "digest", "test", "reader@example.net")
	if n := len(server.Mails()); n != 3 {
		t.Errorf("%d letters after the test, want 3", n)
	}
}

// TestDailyBounce wants the subscription stopped whose address is unknown, and the run after it to say so.
func TestDailyBounce(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{NoStartTLS: true, Script: func(verb, _ string) string {
		if verb == "RCPT" {
			return "550 5.1.1 no such user"
		}
		return mailtest.OK
	}})
	dir := filepath.Join(t.TempDir(), "data")
	args := []string{
		"daily", "--library", write(t, "mine.bib", roboticist), "--papers", write(t, "day.jsonl", themePapers(0, 20, 0)), "--name", "mornings",
		"--to", "nobody@example.net", "--smtp", fmt.Sprintf("127.0.0.1:%d", server.Port), "--smtp-tls", "none", "--smtp-from", "papers@example.org",
	}
	if r := kindred(t, dir, nil, args...); r.status != exitFailed || !strings.Contains(r.stderr, "no such user") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if text := ok(t, dir, "subscriptions", "show", "mornings"); !strings.Contains(text, "stopped") {
		t.Errorf("the subscription:\n%s", text)
	}
	if r := kindred(t, dir, nil, args...); r.status != exitFailed || !strings.Contains(r.stderr, "is stopped") || len(server.Mails()) != 0 {
		t.Errorf("again: status %d: %s", r.status, r.stderr)
	}
}

func TestMailUsage(t *testing.T) {
	dir := t.TempDir()
	mine := write(t, "mine.bib", roboticist)
	for _, wrong := range [][]string{
		{"daily", "--library", mine},
		{"daily", "--library", mine, "--papers", mine},
		{"daily", "--library", mine, "--papers", mine, "--to", "me@example.org"},
		{"digest", "test", "me@example.org"},
		{"digest", "test", "me@example.org", "--smtp", "smtp://me:secret@mail.example.org"},
		{"digest", "test", "me", "--smtp", "mail.example.org", "--smtp-from", "me@example.org"},
		{"mail", "send", "--smtp", "mail.example.org", "--smtp-from", "nobody"},
	} {
		if r := kindred(t, dir, nil, wrong...); r.status != exitUsage || strings.Contains(r.stderr, "secret@") {
			t.Errorf("%v: status %d, %s", wrong, r.status, r.stderr)
		}
	}
}
