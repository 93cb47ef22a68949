package digest_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/digest"
)

// letters returns the letters that wait.
func (w *world) letters() (out []digest.Letter) {
	w.Helper()
	waiting, err := w.Store().Deliveries(w.Context(), 1000, store.Queued)
	w.check(err)
	for _, d := range slices.Backward(waiting) {
		var l digest.Letter
		w.check(json.Unmarshal(d.Body, &l))
		out = append(out, l)
	}
	return out
}

// bare returns a world without a model.
func bare(t *testing.T) (*digest.Subscriptions, *store.SQLite) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir()+"/papers.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return digest.NewSubscriptions(st), st
}

// TestValidate wants each fault named with its field, and nothing stored.
func TestValidate(t *testing.T) {
	u, st := bare(t)
	good := digest.Subscription{Name: "Zorb", Kind: digest.Search, Search: "zorbs"}
	for _, test := range []struct {
		want  string
		spoil func(s *digest.Subscription)
	}{
		{"name: want 1 to 100", func(s *digest.Subscription) { s.Name = " " }},
		{"kind: ", func(s *digest.Subscription) { s.Kind = "zorb" }},
		{"search: no words", func(s *digest.Subscription) { s.Search = " " }},
		{"seeds: no papers", func(s *digest.Subscription) { s.Kind = digest.Library }},
		{"topics: no topic", func(s *digest.Subscription) { s.Kind = digest.Topic }},
		{"topics: want the numbers", func(s *digest.Subscription) { s.Topics = []int{0} }},
		{"authors: no author", func(s *digest.Subscription) { s.Kind = digest.Authors }},
		{"authors: ", func(s *digest.Subscription) { s.Authors = []string{" "} }},
		{"must: \"?!\" has no word", func(s *digest.Subscription) { s.Filter.Must = []string{"?!"} }},
		{"must_not: 51 entries", func(s *digest.Subscription) { s.Filter.MustNot = make([]string, 51) }},
		{"least_score: 1.5", func(s *digest.Subscription) { s.Filter.LeastScore = 1.5 }},
		{"limit: 101", func(s *digest.Subscription) { s.Filter.Limit = 101 }},
		{"every: ", func(s *digest.Subscription) { s.Schedule.Every = "hourly" }},
		{"papers: 0", func(s *digest.Subscription) { s.Schedule.Every = digest.ByCount }},
		{"at: ", func(s *digest.Subscription) { s.Schedule.At = "25:00" }},
		{"zone: ", func(s *digest.Subscription) { s.Schedule.Zone = "Mars/Olympus" }},
		{"day: ", func(s *digest.Subscription) { s.Schedule.Every, s.Schedule.Day = digest.Weekly, "zorbday" }},
		{"mail: ", func(s *digest.Subscription) { s.To.Mail = "zorb at example.org" }},
		{"mail: ", func(s *digest.Subscription) { s.To.Mail = "zorb@example.org\r\nBcc: x@example.org" }},
		{"webhook: ", func(s *digest.Subscription) { s.To.Webhook = "ftp://example.org" }},
		{"secret: ", func(s *digest.Subscription) { s.To.Webhook, s.To.Secret = "https://example.org", "short" }},
	} {
		s := good
		test.spoil(&s)
		_, err := u.Add(t.Context(), s, nil, now)
		if !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
	many := make([]*data.Paper, digest.MaxOwn+1)
	for i := range many {
		many[i] = &data.Paper{ID: fmt.Sprint("x:", i), Title: "Zorbs"}
	}
	if _, err := u.Add(t.Context(), good, many, now); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("too large a library: %v", err)
	}
	if list, err := u.List(t.Context()); len(list) != 0 || err != nil {
		t.Errorf("%d are stored, %v", len(list), err)
	}
	if waiting, err := st.Deliveries(t.Context(), 10, store.Queued); len(waiting) != 0 || err != nil {
		t.Errorf("%d letters wait, %v", len(waiting), err)
	}
	if _, err := u.Add(t.Context(), good, nil, now); err != nil {
		t.Error(err)
	}
	good.Name = " zORB "
	if _, err := u.Add(t.Context(), good, nil, now); !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), "name of another") {
		t.Errorf("a name that is taken: %v", err)
	}
}

// TestOptIn wants a letter that asks for a confirmation before any other, another one for another address, and no issue
// for an address that was not confirmed.
func TestOptIn(t *testing.T) {
	w := newWorld(t)
	s, err := w.subs.Add(t.Context(), digest.Subscription{
		Name: "Zorb", Kind: digest.Library, Seeds: seeds(papers(0, 0, 5)), To: digest.Destination{Mail: "Zorb <zorb@example.org>"},
	}, nil, now.Add(-48*time.Hour))
	w.check(err)
	if l := w.letters(); s.State != digest.Pending || len(l) != 1 || l[0].Kind != digest.ConfirmLetter || l[0].Mail != "zorb@example.org" {
		t.Fatalf("%s, letters %+v", s.State, l)
	}
	if w.makeDue(now) != nil {
		t.Error("an issue before the confirmation")
	}
	for _, wrong := range []string{"", "zorb", w.letters()[0].Code[1:]} {
		if s, err := w.subs.Confirm(t.Context(), s.ID, wrong, now); err != nil || s.State != digest.Pending || len(w.letters()) != 1 {
			t.Fatalf("by %q: %s, %v", wrong, s.State, err)
		}
	}
	_, err = w.subs.Confirm(t.Context(), s.ID, w.letters()[0].Code, now)
	w.check(err)
	if issue := w.makeDue(now); issue == nil {
		t.Fatal("no issue after the confirmation")
	}
	if l := w.letters(); len(l) != 2 || l[1].Kind != digest.IssueLetter || l[1].Issue.Number != 1 || l[1].Mail != "zorb@example.org" {
		t.Errorf("letters %+v", l)
	}
	if again := w.makeDue(now); again != nil {
		t.Error("a second issue on one day")
	}
	changed, err := w.subs.Change(t.Context(), s.ID, now, func(s *digest.Subscription) error {
		s.To.Mail = "blim@example.org"
		return nil
	})
	w.check(err)
	l := w.letters()
	if changed.State != digest.Pending || len(l) != 3 || l[2].Mail != "blim@example.org" {
		t.Fatalf("another address: %s, letters %+v", changed.State, l)
	}
	if s, err := w.subs.Confirm(t.Context(), s.ID, l[0].Code, now); err != nil || s.State != digest.Pending {
		t.Errorf("the letter to one address confirms another: %s, %v", s.State, err)
	}
	stopped, err := w.subs.Stop(t.Context(), s.ID, "its reader stopped it", now)
	w.check(err)
	if stopped.Active() || stopped.Stopped == "" {
		t.Errorf("%+v", stopped)
	}
	again, err := w.subs.Confirm(t.Context(), s.ID, "", now.Add(time.Hour))
	w.check(err)
	if l := w.letters(); again.State != digest.Pending || len(l) == 0 || l[len(l)-1].Kind != digest.ConfirmLetter {
		t.Errorf("resumed without ever having agreed: %s, letters %+v", again.State, l)
	}
	again, err = w.subs.Confirm(t.Context(), s.ID, l[2].Code, now)
	w.check(err)
	stopped, err = w.subs.Stop(t.Context(), s.ID, "its reader stopped it", now)
	w.check(err)
	if resumed, err := w.subs.Confirm(t.Context(), s.ID, "", now); err != nil || !again.Active() || stopped.Active() || !resumed.Active() {
		t.Errorf("resumed after having agreed: %+v, %v", resumed, err)
	}
	w.check(w.subs.Remove(t.Context(), s.ID))
	if l := w.letters(); len(l) != 0 {
		t.Errorf("letters of a subscription that was removed: %+v", l)
	}
	if sent, err := w.subs.Sent(t.Context(), s.ID); len(sent) != 0 || err != nil {
		t.Errorf("what was sent to it: %v, %v", sent, err)
	}
	if _, err := w.subs.Get(t.Context(), s.ID); !errors.Is(err, digest.ErrNotFound) {
		t.Errorf("a removed subscription: %v", err)
	}
}

// TestTokens wants each token to open what it is for and nothing else, and none of them in the store.
func TestTokens(t *testing.T) {
	u, st := bare(t)
	var tokens []string
	var ids []string
	for _, name := range []string{"one", "two"} {
		s, err := u.Add(t.Context(), digest.Subscription{Name: name, Kind: digest.Search, Search: "zorbs"}, nil, now)
		if err != nil {
			t.Fatal(err)
		}
		manage, err := u.Token(t.Context(), s.ID)
		read, err2 := u.FeedToken(t.Context(), s.ID)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if got, err := u.ByToken(t.Context(), manage); err != nil || got.ID != s.ID {
			t.Errorf("%s: %v", name, err)
		}
		if got, err := u.ByFeedToken(t.Context(), read); err != nil || got.ID != s.ID {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := u.ByToken(t.Context(), read); !errors.Is(err, digest.ErrNotFound) {
			t.Errorf("%s: the token of the feed manages: %v", name, err)
		}
		tokens, ids = append(tokens, manage, read), append(ids, s.ID)
	}
	_, secret, _ := strings.Cut(tokens[0], "-")
	for _, forged := range []string{"", ids[0], ids[0] + "-", ids[1] + "-" + secret, tokens[0] + "A", tokens[0][:len(tokens[0])-1], "nobody-" + secret} {
		if _, err := u.ByToken(t.Context(), forged); !errors.Is(err, digest.ErrNotFound) {
			t.Errorf("%q opens: %v", forged, err)
		}
	}
	for _, id := range ids {
		b, err := st.Setting(t.Context(), "subscriptions", id)
		if err != nil || len(b) == 0 {
			t.Fatal(err)
		}
		for _, token := range tokens {
			_, secret, _ := strings.Cut(token, "-")
			if strings.Contains(string(b), secret) {
				t.Error("a token is stored")
			}
		}
	}
}

// TestIssuesHoldNoToken wants the addresses that manage a subscription out of what is kept, and in what is sent.
func TestIssuesHoldNoToken(t *testing.T) {
	w := newWorld(t)
	s := w.add(digest.Subscription{Kind: digest.Library, Seeds: seeds(papers(0, 0, 5))})
	w.put(papers(0, 40, 45)...)
	issue := w.makeDue(now)
	token, err := w.subs.Token(t.Context(), s.ID)
	w.check(err)
	to := func(what string) func(string) string {
		return func(id string) string { return "https://example.org/" + token + "/" + what + "/" + id }
	}
	filled := issue.WithAddresses(digest.Addresses{Page: to("page"), More: to("more"), Less: to("less")})
	pick := filled.Groups[0].Picks[0]
	if pick.More != to("more")(pick.Paper.ID) || pick.Less != to("less")(pick.Paper.ID) || pick.Links[0].URL != to("page")(pick.Paper.ID) {
		t.Errorf("%+v", pick)
	}
	kept, err := w.subs.Issues(t.Context(), s.ID)
	w.check(err)
	if whole, _ := json.Marshal(kept); len(kept) != 1 || strings.Contains(string(whole), token) {
		t.Errorf("%d issues, or a token in one", len(kept))
	}
	if issue.Groups[0].Picks[0].More != "" {
		t.Error("the addresses were written into the issue itself")
	}
}

// TestTwoProcesses has several makers with stores of their own make what is due at once, again and again, and wants each
// issue once.
func TestTwoProcesses(t *testing.T) {
	w := newWorld(t)
	const subscriptions, makers, days = 4, 3, 4
	for i := range subscriptions {
		w.add(digest.Subscription{
			Name: fmt.Sprint("Zorb ", i), Kind: digest.Library, Seeds: seeds(papers(i, 0, 5)), TellQuiet: true,
			To: digest.Destination{Webhook: "https://example.org/hook", Secret: strings.Repeat("s", 16)},
		})
	}
	before := len(w.letters())
	var all []*digest.Maker
	for range makers {
		st, err := w.Folder().OpenStore(t.Context())
		w.check(err)
		t.Cleanup(func() { st.Close() })
		all = append(all, &digest.Maker{Subscriptions: digest.NewSubscriptions(st), Snapshot: w.Current})
	}
	var mu sync.Mutex
	made := map[string]int{}
	for day := range days {
		w.put(paper(day, 50+day))
		var group sync.WaitGroup
		for _, m := range all {
			group.Go(func() {
				issues, err := m.MakeDue(t.Context(), now.Add(time.Duration(day)*24*time.Hour))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, issue := range issues {
					made[fmt.Sprint(issue.Subscription, " ", issue.Number)]++
				}
			})
		}
		group.Wait()
	}
	if len(made) != subscriptions*days {
		t.Errorf("%d issues, want %d", len(made), subscriptions*days)
	}
	for issue, n := range made {
		if n != 1 {
			t.Errorf("issue %s was made %d times", issue, n)
		}
	}
	if got := len(w.letters()) - before; got != subscriptions*days {
		t.Errorf("%d letters, want %d", got, subscriptions*days)
	}
}

// childFolder is the environment variable by which a test runs this program as another process.
const childFolder = "KINDRED_TEST_DIGEST_FOLDER"

// TestKilled ends a process that makes issues one after the other, between a choice and its commit or within one, and
// wants the record of what was sent and the letters to agree afterwards, and the next issue to follow.
func TestKilled(t *testing.T) {
	if path := os.Getenv(childFolder); path != "" {
		makeForEver(t, path)
		return
	}
	u, st := bare(t)
	s, err := u.Add(t.Context(), digest.Subscription{
		Name: "Zorb", Kind: digest.Search, Search: "zorbs", State: digest.Confirmed, To: digest.Destination{Mail: "zorb@example.org"},
	}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/copy.db"
	if err := st.CopyTo(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	issued := 0
	for round := range 5 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), childFolder+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// Each line is an issue that was acknowledged.
		lines := bufio.NewScanner(out)
		acknowledged := 0
		for acknowledged < 3+round && lines.Scan() {
			if strings.HasPrefix(lines.Text(), "made ") {
				acknowledged++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "made ") {
				acknowledged++
			}
		}
		_ = cmd.Wait() // it was killed
		copied, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		v := digest.NewSubscriptions(copied)
		now, err := v.Get(t.Context(), s.ID)
		sent, err2 := v.Sent(t.Context(), s.ID)
		letters, err3 := copied.Deliveries(t.Context(), 10_000, store.Queued)
		if err := errors.Join(err, err2, err3, copied.Close()); err != nil {
			t.Fatal(err)
		}
		if now.Issued < issued+acknowledged || now.Issued > issued+acknowledged+1 {
			t.Errorf("%d issues after %d that were acknowledged", now.Issued, issued+acknowledged)
		}
		if len(sent) != now.Issued || len(letters) != now.Issued || len(slices.Compact(slices.Sorted(slices.Values(sent)))) != len(sent) {
			t.Errorf("issue %d, %d papers recorded as sent, %d letters", now.Issued, len(sent), len(letters))
		}
		issued = now.Issued
	}
}

// makeForEver commits issues of the only subscription until the process is killed.
func makeForEver(t *testing.T, path string) {
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	u := digest.NewSubscriptions(st)
	for {
		list, err := u.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s := list[0]
		issue := &digest.Issue{Subscription: s.ID, Number: s.Issued + 1, Time: now.Add(time.Duration(s.Issued) * time.Hour)}
		issue.Groups = []digest.Group{{Picks: []digest.Pick{{Paper: data.Paper{ID: fmt.Sprint("x:", issue.Number)}}}}}
		if made, err := u.Commit(t.Context(), s, &digest.Choice{Issue: issue}); err != nil || !made {
			t.Fatal(made, err)
		}
		fmt.Printf("made %d\n", issue.Number)
	}
}
