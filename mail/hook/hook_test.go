package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/store"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

func delivery(t *testing.T, address string) *store.Delivery {
	t.Helper()
	b, err := json.Marshal(digest.Letter{Kind: digest.IssueLetter, Subscription: "s1", Webhook: address, Issue: mailtest.Issue()})
	if err != nil {
		t.Fatal(err)
	}
	return &store.Delivery{Message: store.Message{Key: "webhook/issue/s1/7", Kind: digest.Webhook, Owner: "s1", Body: b}}
}

func sender(private bool) *Sender {
	return New(Options{
		AllowPrivate: private, Now: func() time.Time { return time.Unix(1614265330, 0) },
		Secret: func(context.Context, string) (string, error) { return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil },
	})
}

// TestSign holds the signature against the example of the Standard Webhooks specification.
func TestSign(t *testing.T) {
	got := Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestCall(t *testing.T) {
	var header http.Header
	var content []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		content, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	if err := sender(true).Send(t.Context(), delivery(t, server.URL+"/hook?x=1")); err != nil {
		t.Fatal(err)
	}
	if got, want := header.Get("webhook-signature"), Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "webhook/issue/s1/7", "1614265330", content); got != want {
		t.Errorf("signature %q, want %q", got, want)
	}
	var e event
	if err := json.Unmarshal(content, &e); err != nil || e.Type != "digest.issue" || len(e.Data.Groups) != 2 || e.Data.Groups[0].Papers[0].Favourite != "Tamsin Orrery" {
		t.Errorf("%s, %v", content, err)
	}
}

// TestAnswers holds what becomes of a call against each answer.
func TestAnswers(t *testing.T) {
	for status, want := range map[int]string{
		200: "sent", 204: "sent", 301: "again", 400: "refused", 401: "again", 404: "again", 410: "bounced", 413: "refused", 429: "later", 500: "again", 503: "later",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if status == 429 || status == 503 {
				w.Header().Set("Retry-After", "7200")
			}
			w.Header().Set("Location", "http://169.254.169.254/")
			w.WriteHeader(status)
		}))
		err := sender(true).Send(t.Context(), delivery(t, server.URL+"/secret-path"))
		server.Close()
		var refusal *outbox.Refusal
		var later *outbox.Later
		got := "again"
		switch {
		case err == nil:
			got = "sent"
		case errors.As(err, &refusal) && refusal.Bounce:
			got = "bounced"
		case errors.As(err, &refusal):
			got = "refused"
		case errors.As(err, &later):
			if got = "later"; later.Wait != 2*time.Hour {
				t.Errorf("%d: wait %v", status, later.Wait)
			}
		}
		if got != want || strings.Contains(fmt.Sprint(err), "secret-path") {
			t.Errorf("%d: %s (%v), want %s", status, got, err, want)
		}
	}
}

// TestPrivate wants no call of this machine, and no address in errors, since it is a secret.
func TestPrivate(t *testing.T) {
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	address := server.URL
	var refusal *outbox.Refusal
	if err := sender(false).Send(t.Context(), delivery(t, address+"/secret-path")); !errors.As(err, &refusal) || refusal.Bounce || called || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("%v, called: %v", err, called)
	}
	server.Close()
	if err := sender(true).Send(t.Context(), delivery(t, address+"/secret-path")); err == nil || errors.As(err, &refusal) || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("a server that is down: %v", err)
	}
	for _, bad := range []string{"ftp://x.example/", "://", "https://chat.example.org/x#nothing"} {
		if err := sender(true).Send(t.Context(), delivery(t, bad)); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestShapeOf(t *testing.T) {
	for address, want := range map[string]Shape{
		"https://hooks.slack.com/services/T/B/x": Slack, "https://discord.com/api/webhooks/1/x": Discord, "https://chat.example.org/hooks/x": JSON,
		"https://chat.example.org/hooks/x#mattermost": Mattermost, "https://acme.webhook.office.com/webhookb2/x": Teams,
		"https://matrix.example.org/webhook/x#matrix": Matrix, "https://evil-discord.com/x": JSON, "https://hooks.slack.com/x#json": JSON,
		"https://ntfy.sh/tides": Ntfy, "https://push.example.org/ntfy/tides#ntfy": Ntfy,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ShapeOf(u); got != want || err != nil {
			t.Errorf("%s is %s, %v; want %s", address, got, err, want)
		}
	}
	if _, err := ShapeOf(&url.URL{Host: "x.example", Fragment: "html"}); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("an unknown shape: %v", err)
	}
}

// TestShapes wants each service's bounds held by the largest issue, and no markup of a paper taken for the service's.
func TestShapes(t *testing.T) {
	most := map[Shape]int{Slack: 20_000, Discord: 12_000, Mattermost: 16_383, Teams: 21_000, Matrix: 60_000, Ntfy: 5000}
	at := &url.URL{Path: "/ntfy/tides"}
	for shape, bound := range most {
		large, err := body(mailtest.LargeIssue(100), shape, at)
		if err != nil || len(large) > bound || !strings.Contains(string(large), " more") {
			t.Errorf("%s: %d bytes, at most %d; %v", shape, len(large), bound, err)
		}
		small, err := body(mailtest.Issue(), shape, at)
		if err != nil || !json.Valid(small) || !strings.Contains(string(small), "https://papers.example/papers/x:1") || strings.Contains(string(small), "javascript:") {
			t.Errorf("%s: %s, %v", shape, small, err)
		}
	}
	issue := mailtest.Issue()
	issue.Groups[0].Picks[0].Paper.Title = "<!channel> @everyone [x](https://evil.example)"
	slack, err := body(issue, Slack, at)
	if err != nil || strings.Contains(string(slack), "<!channel>") || strings.Contains(string(slack), `\u003c!channel`) {
		t.Errorf("Slack: %s, %v", slack, err)
	}
	long := slackBody(mailtest.LargeIssue(100)).(map[string]any)["blocks"].([]any)
	all := 0
	for _, b := range long {
		text := b.(map[string]any)["text"].(map[string]string)["text"]
		if all += len([]rune(text)); len([]rune(text)) > 3000 {
			t.Errorf("Slack: a block of %d characters", len([]rune(text)))
		}
	}
	if len(long) > 50 || all > 13_000 {
		t.Errorf("Slack: %d blocks of %d characters", len(long), all)
	}
	push := ntfyBody(mailtest.LargeIssue(100)).(notification)
	if len(push.Message) > 4096 || push.Click == "" || !strings.HasSuffix(push.Message, " more") {
		t.Errorf("ntfy: %d bytes, %+v", len(push.Message), push)
	}
	for _, text := range []string{mattermostBody(issue).(map[string]any)["text"].(string)} {
		if strings.Contains(text, "@everyone") || strings.Contains(text, "[x](") {
			t.Errorf("markup of a title: %s", text)
		}
	}
	discord := discordBody(issue).(map[string]any)
	total := len(discord["content"].(string))
	for _, e := range discordBody(mailtest.LargeIssue(100)).(map[string]any)["embeds"].([]map[string]string) {
		total += len([]rune(e["title"])) + len([]rune(e["description"]))
	}
	if total > 6000 {
		t.Errorf("Discord: %d characters", total)
	}
	issue.Groups, issue.Quiet = nil, "Nothing came."
	for shape := range most {
		if b, err := body(issue, shape, at); err != nil || !strings.Contains(string(b), "Nothing came.") {
			t.Errorf("%s, quiet: %s, %v", shape, b, err)
		}
	}
}

// TestNtfy wants a message for the topic of the address at the server's root.
func TestNtfy(t *testing.T) {
	var at string
	var got notification
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		at = r.URL.String()
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	for path, want := range map[string]string{"/tides#ntfy": "/", "/push/tides#ntfy": "/push/", "/push/tides?auth=zorb#ntfy": "/push/?auth=zorb"} {
		if err := sender(true).Send(t.Context(), delivery(t, server.URL+path)); err != nil || at != want || got.Topic != "tides" || got.Title == "" || got.Message == "" {
			t.Errorf("%s: called %s with %+v, %v", path, at, got, err)
		}
	}
}
