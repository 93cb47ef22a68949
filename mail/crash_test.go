package mail

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data/store"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

// What the process that TestKilled kills is told: the store, the port of the server, and whether it stops after the
// server took the letter.
const (
	crashPath = "KINDRED_TEST_MAIL_PATH"
	crashPort = "KINDRED_TEST_MAIL_PORT"
	crashStop = "KINDRED_TEST_MAIL_STOP"
)

// stopping is a sender that never comes back after the letter was taken.
type stopping struct{ outbox.Sender }

func (s stopping) Send(ctx context.Context, d *store.Delivery) error {
	if err := s.Sender.Send(ctx, d); err != nil {
		return err
	}
	fmt.Println("taken")
	select {}
}

// TestCrashSender is the process that is killed: it sends what is due.
func TestCrashSender(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("runs as the child of TestKilled")
	}
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := courierTo(t, s, os.Getenv(crashPort), os.Getenv(crashStop) != "", time.Now).Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func courierTo(t *testing.T, s *store.SQLite, port string, stop bool, now func() time.Time) *outbox.Courier {
	t.Helper()
	set, err := ParseServer("127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	set.TLS, set.From, set.PerMinute, set.Timeout = NoTLS, "papers@example.org", 10_000, time.Minute
	var sender outbox.Sender = &Post{Carrier: senderOf(t, set)}
	if stop {
		sender = stopping{sender}
	}
	return &outbox.Courier{Outbox: s, Senders: map[string]outbox.Sender{digest.Mail: sender}, Now: now}
}

// TestKilled kills a process with SIGKILL at each step of sending. When its lease has run out, the next process sends
// the letter: none is lost. A letter comes twice only where the server took it before the process could record that, and
// then under the same Message-ID.
func TestKilled(t *testing.T) {
	for _, test := range []struct {
		at    string // step of SMTP at which the process is killed
		again int    // letters that the server took in all
	}{
		{"CONNECT", 1}, {"MAIL", 1}, {"RCPT", 1}, {"DATA", 1}, {"BODY", 1}, {"DOT", 1}, {"taken", 2},
	} {
		t.Run(test.at, func(t *testing.T) {
			reached := make(chan struct{})
			var once sync.Once
			server := mailtest.Start(t, mailtest.Options{NoStartTLS: true, Script: func(verb, _ string) (answer string) {
				if verb == test.at {
					once.Do(func() { close(reached); answer = mailtest.Hang })
				}
				return answer
			}})
			path := filepath.Join(t.TempDir(), "papers.db")
			s, err := store.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			issue := mailtest.Issue()
			body, err := json.Marshal(digest.Letter{Kind: digest.IssueLetter, Subscription: "s1", Mail: "reader@example.net", Issue: issue})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Queue(t.Context(), store.Message{Key: "s1/7", Kind: digest.Mail, Owner: "s1", Body: body}); err != nil {
				t.Fatal(err)
			}
			killAt(t, path, fmt.Sprint(server.Port), test.at == "taken", reached)
			if held, err := s.Deliveries(t.Context(), 10, store.Sending); len(held) != 1 || err != nil {
				t.Fatalf("after the kill %v, %v; want the letter leased", held, err)
			}
			if r, err := courierTo(t, s, fmt.Sprint(server.Port), false, time.Now).Drain(t.Context()); r.Sent != 0 || err != nil {
				t.Errorf("within the lease: %+v, %v", r, err)
			}
			later := func() time.Time { return time.Now().Add(time.Hour) }
			if r, err := courierTo(t, s, fmt.Sprint(server.Port), false, later).Drain(t.Context()); r.Sent != 1 || err != nil {
				t.Errorf("after the lease: %+v, %v", r, err)
			}
			mails := server.Mails()
			ids := map[string]bool{}
			for _, m := range mails {
				msg, err := netmail.ReadMessage(strings.NewReader(m.Data))
				if err != nil {
					t.Fatal(err)
				}
				ids[msg.Header.Get("Message-Id")] = true
			}
			if len(mails) != test.again || len(ids) != 1 {
				t.Errorf("the server took %d letters with %d Message-IDs, want %d with one", len(mails), len(ids), test.again)
			}
			if sent, err := s.Deliveries(t.Context(), 10, store.Sent); len(sent) != 1 || err != nil {
				t.Errorf("%v, %v", sent, err)
			}
		})
	}
}

// killAt runs the sending process and kills it when the server reached a step, or the process says that the letter was
// taken.
func killAt(t *testing.T, path, port string, afterTaken bool, reached <-chan struct{}) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashSender$", "-test.v")
	cmd.Env = append(os.Environ(), crashPath+"="+path, crashPort+"="+port)
	if afterTaken {
		cmd.Env = append(cmd.Env, crashStop+"=1")
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if afterTaken {
		lines := bufio.NewScanner(out)
		for lines.Scan() && lines.Text() != "taken" {
		}
	} else {
		<-reached
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended by itself")
	}
}

// TestTwoCouriers has two couriers send from one store at once: each letter is taken once.
func TestTwoCouriers(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{NoStartTLS: true})
	path := filepath.Join(t.TempDir(), "papers.db")
	const letters = 12
	var group sync.WaitGroup
	for round := range 2 {
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for n := range letters {
			body, err := json.Marshal(digest.Letter{
				Kind: digest.IssueLetter, Subscription: "s1", Mail: "reader@example.net", Issue: &digest.Issue{Subscription: "s1", Number: n},
			})
			if err != nil {
				t.Fatal(err)
			}
			added, err := s.Queue(t.Context(), store.Message{Key: fmt.Sprint("s1/", n), Kind: digest.Mail, Body: body})
			if err != nil || added != 1-round {
				t.Fatal(added, err)
			}
		}
		group.Go(func() {
			if _, err := courierTo(t, s, fmt.Sprint(server.Port), false, time.Now).Drain(t.Context()); err != nil {
				t.Errorf("Drain: %v", err)
			}
		})
	}
	group.Wait()
	ids := map[string]int{}
	for _, m := range server.Mails() {
		_, id, _ := strings.Cut(m.Data, "Message-ID: ")
		id, _, _ = strings.Cut(id, "\r\n")
		ids[id]++
	}
	if len(ids) != letters || len(server.Mails()) != letters {
		t.Errorf("%d letters with %d Message-IDs, want %d", len(server.Mails()), len(ids), letters)
	}
}
