package soak

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kindred/data/store"
	"kindred/mail/mailtest"
	"kindred/recommend/digest"
)

// post counts what the SMTP server and the receiver of webhooks took.
type post struct {
	smtp *mailtest.Server

	mu     sync.Mutex
	hooks  map[string]int // calls by webhook-id
	unsure map[string]int // by key: how often a process was killed while it held the message, which had been taken
}

// steps are those of SMTP at which a process is killed. "DOT" is before the server has taken the letter, "taken" is
// after that and before it says so.
var steps = []string{"CONNECT", "MAIL", "RCPT", "DATA", "BODY", "DOT", "taken"}

// script has the SMTP server come to the steps of the trigger.
func script(g *trigger) mailtest.Script {
	return func(verb, _ string) string {
		switch {
		case verb == "DOT" && g.hit("taken"):
			return mailtest.AcceptCut
		case g.hit(verb):
			return mailtest.Cut
		}
		return mailtest.OK
	}
}

// hook takes webhooks.
func (p *post) hook(g *trigger) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		p.mu.Lock()
		p.hooks[r.Header.Get("webhook-id")]++
		p.mu.Unlock()
		g.hit("hook") // taken, and the process is gone before it hears so
	}
}

// sentID returns the Message-ID of an issue, without its domain.
func sentID(subscription string, number int) string {
	sum := sha256.Sum256([]byte("issue\x00" + subscription + "\x00" + strconv.Itoa(number)))
	return hex.EncodeToString(sum[:16])
}

var messageID = regexp.MustCompile(`(?im)^Message-ID: <([0-9a-f]+)@`)

// copies counts the letters that were taken, by Message-ID.
func (p *post) copies() map[string]int {
	out := map[string]int{}
	for _, m := range p.smtp.Mails() {
		id := "none"
		if found := messageID.FindStringSubmatch(m.Data); found != nil {
			id = found[1]
		}
		out[id]++
	}
	return out
}

// took returns how often the other side took a message of the outbox.
func (p *post) took(d *store.Delivery, copies map[string]int) int {
	parts := strings.Split(d.Key, "/") // kind, issue, subscription, number
	if d.Kind == digest.Webhook || len(parts) != 4 {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.hooks[d.Key]
	}
	number, _ := strconv.Atoi(parts[3])
	return copies[sentID(parts[2], number)]
}

// afterKill notes which messages a killed process held that the other side had taken: only those may come twice.
func (w *world) afterKill() {
	st, err := store.Open(w.t.Context(), w.path("papers.db"))
	if err != nil {
		w.fault("the store does not open after a kill: %v", err)
		return
	}
	defer st.Close()
	held, err := st.Deliveries(w.t.Context(), 1000, store.Sending)
	if err != nil {
		w.fault("the outbox after a kill: %v", err)
	}
	copies := w.post.copies()
	for i := range held {
		if n := w.post.took(&held[i], copies); n > w.post.unsure[held[i].Key] {
			w.post.mu.Lock()
			w.post.unsure[held[i].Key] = n
			w.post.mu.Unlock()
		}
	}
}

// checkLetters counts letters against issues: every one was taken, and more than once only where a process was killed
// between the other side's taking it and its note of that.
func (w *world) checkLetters(ctx context.Context, st *store.SQLite) {
	all, err := st.Deliveries(ctx, 1_000_000, store.Queued, store.Sending, store.Sent, store.Failed)
	if err != nil {
		w.t.Fatal(err)
	}
	subs, err := digest.NewSubscriptions(st).List(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	copies := w.post.copies()
	queued := map[string]bool{}
	taken, twice, hooks := 0, 0, 0
	ids := map[string]bool{}
	for i := range all {
		d := &all[i]
		queued[d.Key] = true
		n := w.post.took(d, copies)
		taken += n
		switch {
		case d.State != store.Sent:
			w.fault("message %s is %s after %d attempts: %s", d.Key, d.State, d.Attempts, d.Error)
		case n == 0:
			w.fault("message %s counts as sent, and nobody took it", d.Key)
		case n > 1+w.post.unsure[d.Key]:
			w.fault("message %s was taken %d times; %d of them are of kills", d.Key, n, w.post.unsure[d.Key])
		case n > 1:
			twice++
		}
		if d.Kind == digest.Webhook {
			hooks++
		} else if parts := strings.Split(d.Key, "/"); len(parts) == 4 {
			number, _ := strconv.Atoi(parts[3])
			ids[sentID(parts[2], number)] = true
		}
	}
	for id := range copies {
		if !ids[id] {
			w.fault("a letter with the Message-ID %s is of no issue", id)
		}
	}
	issues := 0
	for _, s := range subs {
		issues += s.Issued
		for n := 1; n <= s.Issued; n++ {
			for kind, to := range map[string]string{digest.Mail: s.To.Mail, digest.Webhook: s.To.Webhook} {
				if key := strings.Join([]string{kind, "issue", s.ID, strconv.Itoa(n)}, "/"); to != "" && !queued[key] {
					w.fault("issue %d of %s has no message %s", n, s.Name, key)
				}
			}
		}
	}
	w.checkTwice(ctx, st, subs)
	w.say("letters", "%d issues of %d subscriptions, %d messages (%d webhooks), taken %d times, %d twice after a kill between taking and note",
		issues, len(subs), len(all), hooks, taken, twice)
	if issues == 0 {
		w.fault("no issue was made")
	}
}

// checkTwice looks for papers that a subscription was sent twice.
func (w *world) checkTwice(ctx context.Context, st *store.SQLite, subs []*digest.Subscription) {
	papers := 0
	for _, s := range subs {
		entries, err := st.Entries(ctx, "sent:"+s.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		seen := map[string]int{}
		for _, e := range entries {
			var sent struct {
				Number int      `json:"number"`
				Papers []string `json:"papers"`
			}
			if err := json.Unmarshal(e.Value, &sent); err != nil {
				w.t.Fatal(err)
			}
			for _, id := range sent.Papers {
				papers++
				if before, ok := seen[id]; ok {
					w.fault("%s got %s in issue %d and again in issue %d", s.Name, id, before, sent.Number)
				}
				seen[id] = sent.Number
			}
		}
	}
	w.say("digests", "%d papers sent, no subscription one twice", papers)
}

// subscribe adds the subscriptions: every kind, most by mail, some by webhook, each with an issue as soon as a few papers
// are there. It remembers the addresses of their pages.
func (w *world) subscribe(n int, hook string, base []paper) {
	st, err := store.Open(w.t.Context(), w.path("papers.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer st.Close()
	subs := digest.NewSubscriptions(st)
	words := func(p *paper) string {
		all := slices.DeleteFunc(strings.Fields(p.Title), func(word string) bool { return len(word) < 6 })
		return strings.Join(all[:min(3, len(all))], " ")
	}
	for i := range n {
		p := base[(i*17)%len(base)]
		s := digest.Subscription{
			Name: fmt.Sprintf("reader %d", i), Schedule: digest.Schedule{Every: digest.ByCount, Count: 2 + i%6}, State: digest.Confirmed,
			To: digest.Destination{Mail: fmt.Sprintf("reader%d@example.net", i)},
		}
		switch i % 5 {
		case 0, 1:
			s.Kind, s.Seeds = digest.Library, []string{p.ID, base[(i*17+5)%len(base)].ID}
		case 2:
			s.Kind, s.Search = digest.Search, words(&p)+" "+words(&base[i])
		case 3:
			s.Kind, s.Topics = digest.Topic, []int{1 + i/5%8}
		case 4:
			s.Kind = digest.Trending
		}
		if i%8 == 7 {
			s.To = digest.Destination{Webhook: fmt.Sprintf("%s/hook/%d", hook, i), Secret: "a secret of a webhook"}
		}
		added, err := subs.Add(w.t.Context(), s, nil, time.Now())
		if err != nil {
			w.t.Fatal(err)
		}
		token, err := subs.Token(w.t.Context(), added.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		feed, err := subs.FeedToken(w.t.Context(), added.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		w.tokens = append(w.tokens, token, feed+".atom")
	}
}
