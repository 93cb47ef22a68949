package daily_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/daily"
	"kindred/mail/mailtest"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

// TestStates goes with a subscription from the question whether it is wanted over the consent and the end to an address
// that takes no letters, and looks at its state and at the letters after each.
func TestStates(t *testing.T) {
	refuse := false
	server := mailtest.Start(t, mailtest.Options{NoStartTLS: true, Script: func(verb, _ string) string {
		if verb == "RCPT" && refuse {
			return "550 5.1.1 no such user"
		}
		return mailtest.OK
	}})
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	smtp, err := mail.NewSMTP(mail.Settings{Host: server.Host, Port: server.Port, TLS: mail.NoTLS, From: "papers@example.org", PerMinute: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	defer smtp.Close()
	now := time.Now()
	subs := digest.NewSubscriptions(st)
	post := &mail.Post{Carrier: smtp}
	courier := &outbox.Courier{Outbox: st, Senders: map[string]outbox.Sender{digest.Mail: post}, Bounced: daily.Bounced(subs), Now: func() time.Time { return now }}
	drain := func(want outbox.Report) {
		t.Helper()
		now = now.Add(24 * time.Hour) // all that waits is due
		got, err := courier.Drain(t.Context())
		if err != nil || got.Sent != want.Sent || got.Later != want.Later || got.Failed != want.Failed {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
	sub, err := subs.Add(t.Context(), digest.Subscription{Name: "mornings", Kind: digest.Search, Search: "lichen", To: digest.Destination{Mail: "reader@example.net"}}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	is := func(want string) {
		t.Helper()
		if s, err := subs.Get(t.Context(), sub.ID); err != nil || s.State != want {
			t.Errorf("the subscription is %s, %v; want %s", s.State, err, want)
		}
	}
	issue := func() {
		t.Helper()
		sub, err = subs.Get(t.Context(), sub.ID)
		if err != nil {
			t.Fatal(err)
		}
		next := mailtest.Issue()
		next.Subscription, next.Number, next.Time = sub.ID, sub.Issued+1, now
		if _, err := subs.Commit(t.Context(), sub, &digest.Choice{Issue: next}); err != nil {
			t.Fatal(err)
		}
	}

	is(digest.Pending)
	issue()                        // nothing is made before the consent
	drain(outbox.Report{Later: 1}) // the question waits for a page to answer it at
	post.Pages = func(_ context.Context, id string) (mail.Addresses, *digest.Addresses, error) {
		token, err := subs.Token(t.Context(), id)
		page := "https://papers.example/s/" + token
		return mail.Addresses{Confirm: page + "/confirm", Unsubscribe: page + "/unsubscribe", Manage: page}, nil, err
	}
	drain(outbox.Report{Sent: 1})
	if mails := server.Mails(); len(mails) != 1 || !strings.Contains(mails[0].Data, "Subject: Please confirm: mornings") {
		t.Fatalf("the server took %+v", mails)
	}
	plain := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(server.Mails()[0].Data)
	_, code, _ := strings.Cut(plain, "/confirm?confirm=")
	code, _, _ = strings.Cut(code, "\r\n")
	if _, err := subs.Confirm(t.Context(), sub.ID, code, now); err != nil {
		t.Fatal(err)
	}
	is(digest.Confirmed)
	issue()
	drain(outbox.Report{Sent: 1})
	if data := server.Mails()[1].Data; !strings.Contains(data, "List-Unsubscribe: <https://papers.example/s/"+sub.ID) || !strings.Contains(data, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
		t.Errorf("no way to unsubscribe in\n%.1500s", data)
	}
	issue()
	if _, err := subs.Stop(t.Context(), sub.ID, "by its reader", now); err != nil {
		t.Fatal(err)
	}
	is(digest.Stopped)
	drain(outbox.Report{}) // the issue that waited is not sent any more
	if _, err := subs.Confirm(t.Context(), sub.ID, "", now); err != nil {
		t.Fatal(err)
	}
	issue()
	refuse = true
	drain(outbox.Report{Failed: 1})
	is(digest.Stopped)
	if s, err := subs.Get(t.Context(), sub.ID); err != nil || !strings.Contains(s.Stopped, "no such user") {
		t.Errorf("stopped because of %q, %v", s.Stopped, err)
	}
	if n := len(server.Mails()); n != 2 {
		t.Errorf("the server took %d letters, want 2", n)
	}
}
