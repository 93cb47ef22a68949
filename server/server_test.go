package server_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kindred/data/fetch"
	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
	"kindred/recommend/library"
	"kindred/server"
)

// started is a server that runs in a test.
type started struct {
	library *library.Library
	url     string
	sample  int
	stop    context.CancelFunc
	ended   chan error
}

// start runs a server of a data folder and waits until it is ready.
func start(t *testing.T, folder library.Folder, opt server.Options) *started {
	t.Helper()
	s := &started{ended: make(chan error, 1)}
	ready := make(chan struct{})
	opt.Addr, opt.Sources = "127.0.0.1:0", fetch.NewClient(fetch.Options{})
	opt.Ready = func(l *library.Library, addr net.Addr, sample int) {
		s.library, s.url, s.sample = l, "http://"+addr.String(), sample
		close(ready)
	}
	ctx, stop := context.WithCancel(t.Context())
	s.stop = stop
	t.Cleanup(stop)
	go func() { s.ended <- server.Run(ctx, folder, opt) }()
	select {
	case <-ready:
	case err := <-s.ended:
		t.Fatal(err)
	}
	return s
}

// get returns the status and the body of an address of the server.
func (s *started) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestRun starts a server on an empty folder with the sample, asks it as a browser and an assistant do, and stops it: the
// library is closed then, and a second server on the folder finds the papers and imports no sample.
func TestRun(t *testing.T) {
	folder := library.Folder(filepath.Join(t.TempDir(), "data"))
	s := start(t, folder, server.Options{Sample: true, Version: "v1.2.3"})
	if s.sample == 0 {
		t.Error("no sample papers were loaded")
	}
	if status, body := s.get(t, "/v1/papers?limit=1"); status != http.StatusOK || !strings.Contains(body, `"id"`) {
		t.Errorf("papers: %d %s", status, body)
	}
	ask := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/mcp", strings.NewReader(ask))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "v1.2.3") {
		t.Errorf("an assistant is told %s, %v", body, err)
	}
	s.stop()
	if err := <-s.ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
	if err := s.library.Refresh(context.Background()); err == nil {
		t.Error("the library is open after the server has ended")
	}
	again := start(t, folder, server.Options{Sample: true})
	if again.sample != 0 {
		t.Errorf("%d sample papers were loaded into a library that has some", again.sample)
	}
	again.stop()
	if err := <-again.ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
}

// TestEndAnswersWhatWasAccepted asks on a connection that the server had accepted before it was stopped. A proxy that is
// told nothing answers 502.
func TestEndAnswersWhatWasAccepted(t *testing.T) {
	s := start(t, library.Folder(filepath.Join(t.TempDir(), "data")), server.Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s.get(t, "/healthz") // on a connection that was accepted after the first
	s.stop()
	for begun := time.Now(); ; time.Sleep(time.Millisecond) { // until the server has noticed
		other, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			break
		}
		other.Close()
		if time.Since(begun) > 10*time.Second {
			t.Fatal("the server still accepts connections")
		}
	}
	if _, err := io.WriteString(conn, "GET /healthz HTTP/1.0\r\nHost: papers.example.org\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.0 200") {
		t.Errorf("%v, %q", err, answer)
	}
	if err := <-s.ended; err != nil {
		t.Error(err)
	}
}

// TestRunRefuses starts servers that cannot run: each ends with an error that names what is wrong.
func TestRunRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	opt := server.Options{Addr: taken.Addr().String(), Sources: fetch.NewClient(fetch.Options{})}
	for folder, says := range map[string]string{t.TempDir(): taken.Addr().String(), file: file} {
		if err := server.Run(t.Context(), library.Folder(folder), opt); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want one that names %s", folder, err, says)
		}
	}
	opt.API.AllowOrigins = []string{"no origin"}
	if err := server.Run(t.Context(), library.Folder(t.TempDir()), opt); err == nil || !strings.Contains(err.Error(), "no origin") {
		t.Errorf("a wrong origin: %v", err)
	}
}

// TestCourier sends the letter of an issue with and without an address of pages: it links to the pages of its
// subscription under that address, and to none without it. Without an SMTP server it waits.
func TestCourier(t *testing.T) {
	mails := mailtest.Start(t, mailtest.Options{NoStartTLS: true})
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	smtp, err := mail.NewSMTP(mail.Settings{Host: mails.Host, Port: mails.Port, TLS: mail.NoTLS, From: "papers@example.org", PerMinute: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	defer smtp.Close()
	subs := digest.NewSubscriptions(st)
	sub, err := subs.Add(t.Context(), digest.Subscription{Name: "mornings", Kind: digest.Search, Search: "lichen", State: digest.Confirmed,
		To: digest.Destination{Mail: "reader@example.net"}}, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	queue := func() {
		t.Helper()
		if sub, err = subs.Get(t.Context(), sub.ID); err != nil {
			t.Fatal(err)
		}
		next := mailtest.Issue()
		next.Subscription, next.Number, next.Time = sub.ID, sub.Issued+1, time.Now()
		if made, err := subs.Commit(t.Context(), sub, &digest.Choice{Issue: next}); err != nil || !made {
			t.Fatal(made, err)
		}
	}
	drain := func(m server.Messages, base string, want outbox.Report) {
		t.Helper()
		got, err := m.Courier(st, base, nil).Drain(t.Context())
		if err != nil || got.Sent != want.Sent || got.Failed != want.Failed {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	queue()
	drain(server.Messages{}, "https://papers.example", outbox.Report{})
	if n := len(mails.Mails()); n != 0 {
		t.Fatalf("%d letters were sent without a server for them", n)
	}
	drain(server.Messages{Carrier: smtp}, "https://papers.example", outbox.Report{Sent: 1})
	queue()
	drain(server.Messages{Carrier: smtp}, "", outbox.Report{Sent: 1})
	token, err := subs.Token(t.Context(), sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := mails.Mails()
	if len(got) != 2 {
		t.Fatalf("%d letters", len(got))
	}
	page := "List-Unsubscribe: <https://papers.example/subscriptions/" + token
	if first := strings.ReplaceAll(got[0].Data, "\r\n ", " "); !strings.Contains(first, page[:60]) {
		t.Errorf("no way to unsubscribe in\n%.1500s", first)
	}
	if strings.Contains(got[1].Data, "papers.example/subscriptions") {
		t.Errorf("a link to pages that nobody serves in\n%.1500s", got[1].Data)
	}
}
