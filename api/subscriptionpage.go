package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/web"
	"kindred/data"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// subscriptionPages are what a reader manages a subscription by. The address holds a secret, which is all it takes.
// Following a link changes nothing, because programs that look for dangerous mail follow each link of a letter; a form
// does, and so does the one-click POST of mail programs (RFC 8058). Where a browser says that a person followed the link
// (Sec-Fetch-User), the page of a vote sends its form by itself.
func (a *server) subscriptionPages() []route {
	return []route{
		{http.MethodGet, "/subscriptions/{token}", a.post(a.subscriptionPage)},
		{http.MethodPost, "/subscriptions/{token}", a.unsigned(a.subscriptionForm)},
	}
}

// unsigned wraps a handler that changes something and finds out itself whether it may. It needs no snapshot.
func (a *server) unsigned(h handler) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
		rep, err := a.compute(c, nil, id, a.base(c.Request), h)
		if err != nil {
			a.fail(c, err)
			return
		}
		writeFresh(c, rep)
	}
}

// noSubscription answers for an address that belongs to no subscription.
func noSubscription() *problem.Problem {
	p := problem.New(http.StatusNotFound, "There is no subscription at this address.")
	p.Page = "There is no subscription here. It was removed, or the address was cut short: open it from the letter again."
	return p
}

// subscription returns the subscription that the request's token manages.
func (a *server) subscription(r *request) (*digest.Subscription, error) {
	if a.cfg.Subscriptions == nil {
		return nil, noSubscription()
	}
	s, err := a.cfg.Subscriptions.ByToken(r.context(), r.id)
	if errors.Is(err, digest.ErrNotFound) {
		return nil, noSubscription()
	}
	return s, err
}

// subscriptionPage shows a subscription, or its issues as Atom where the address ends so.
func (a *server) subscriptionPage(r *request) (*reply, error) {
	if token, feed := strings.CutSuffix(r.id, ".atom"); feed {
		return a.digestFeed(r, token)
	}
	in := web.Managing{Person: r.c.Request.Header.Get("Sec-Fetch-User") == "?1", Path: "/subscriptions/" + r.id, More: r.One("more"), Less: r.One("less"), Code: r.One("confirm"), Done: r.One("done"), Wrong: r.One("wrong")}
	if err := r.Done(); err != nil {
		return nil, err
	}
	s, err := a.subscription(r)
	if err != nil {
		return nil, err
	}
	feed, err := a.cfg.Subscriptions.FeedToken(r.context(), s.ID)
	if err != nil {
		return nil, err
	}
	in.Subscription, in.Feed = s.Public(), "/subscriptions/"+feed+".atom"
	if in.Issues, err = a.cfg.Subscriptions.Issues(r.context(), s.ID); err != nil {
		return nil, err
	}
	if in.Next, err = a.previewOf(r, s); err != nil {
		return nil, err
	}
	if id := in.More + in.Less; id != "" {
		if in.Paper, err = r.s.Papers.Paper(r.context(), id); errors.Is(err, data.ErrNotFound) {
			return nil, noSubscriptionPaper()
		} else if err != nil {
			return nil, err
		}
	}
	rep, err := pageReply(a.pages.Subscription(r.view(), in))
	if err == nil {
		rep.header["Referrer-Policy"] = "no-referrer" // the address is a secret
	}
	return rep, err
}

// previewOf returns what the next issue would be now, nil where there will be none or no model to choose by.
func (a *server) previewOf(r *request, s *digest.Subscription) (*digest.Issue, error) {
	if s.State == digest.Stopped || !r.s.Ready() {
		return nil, nil
	}
	c, err := a.nextIssue(r, s)
	if errors.Is(err, library.ErrNoModel) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return c.Issue, nil
}

func noSubscriptionPaper() *problem.Problem {
	return problem.New(http.StatusNotFound, "The paper is no longer here.")
}

// digestFeed answers with the issues of a subscription as Atom.
func (a *server) digestFeed(r *request, token string) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	if a.cfg.Subscriptions == nil {
		return nil, noSubscription()
	}
	s, err := a.cfg.Subscriptions.ByFeedToken(r.context(), token)
	if errors.Is(err, digest.ErrNotFound) {
		return nil, noSubscription()
	}
	if err != nil {
		return nil, err
	}
	issues, err := a.cfg.Subscriptions.Issues(r.context(), s.ID)
	if err != nil {
		return nil, err
	}
	feed := web.Feed{Title: s.Name, Site: a.cfg.Name, Base: r.base, Self: r.base + r.c.Request.URL.EscapedPath(), Page: r.base + "/", Updated: s.Created}
	body, err := feed.Issues(issues)
	return made("application/atom+xml; charset=utf-8", body, err)
}

// IssueAddresses returns the addresses of the papers of an issue whose subscription a token manages, on a server that is
// reached at base.
func IssueAddresses(base, token string) digest.Addresses {
	vote := func(name string) func(string) string {
		return func(id string) string {
			return base + "/subscriptions/" + token + "?" + url.Values{name: {id}}.Encode()
		}
	}
	return digest.Addresses{
		Page: func(id string) string { return base + link.Paper(id) }, More: vote("more"), Less: vote("less"),
	}
}

// subscriptionForm takes what the page of a subscription offers, and the one-click POST of mail programs.
func (a *server) subscriptionForm(r *request) (*reply, error) {
	r.Values = url.Values{} // a link of a letter may be posted to with its parameters
	form, err := r.postForm()
	if err != nil {
		return nil, err
	}
	s, err := a.subscription(r)
	if err != nil {
		return nil, err
	}
	u, ctx, now := a.cfg.Subscriptions, r.durable(), time.Now()
	if form.Get("List-Unsubscribe") == "One-Click" {
		_, err := u.Stop(ctx, s.ID, byReader, now)
		return &reply{typ: "text/plain; charset=utf-8", body: []byte("The subscription is stopped.\n")}, err
	}
	done := ""
	switch action := form.Get("action"); action {
	case "confirm":
		done = "You get the next issue when it is due."
		if s, err = u.Confirm(ctx, s.ID, form.Get("code"), now); err == nil && s.State == digest.Pending {
			done = "Nothing is sent yet: open the link of the letter to " + s.To.Mail + ", which asks whether you want it."
		}
	case "stop":
		done = "The subscription is stopped. You get nothing more."
		_, err = u.Stop(ctx, s.ID, byReader, now)
	case "pause", "resume":
		done = "Saved."
		_, err = u.Change(ctx, s.ID, now, func(s *digest.Subscription) error {
			s.Paused = action == "pause"
			return nil
		})
	case "more", "less":
		id := form.Get("paper")
		if id == "" || len(id) > maxVoteID {
			return nil, problem.At("/paper", "paper is missing; the link in the letter names one.")
		}
		done = "The next issue has that in mind."
		_, err = u.Vote(ctx, s.ID, data.CanonicalID(id), action == "more", now)
	case "change":
		done = "Saved."
		_, err = u.Change(ctx, s.ID, now, func(s *digest.Subscription) error { return readForm(s, form) })
	default:
		return nil, problem.At("/action", "action is %q; possible: confirm, pause, resume, stop, change, more, less.", clip(action, 40))
	}
	back := url.Values{"done": {done}}
	if errors.Is(err, data.ErrInvalid) {
		back, err = url.Values{"wrong": {strings.TrimPrefix(err.Error(), "subscription: invalid: ")}}, nil
	}
	if err != nil {
		return nil, err
	}
	to := "/subscriptions/" + r.id + "?" + back.Encode()
	return &reply{status: http.StatusSeeOther, typ: typeHTML, header: map[string]string{"Location": to}}, nil
}

// byReader says why a subscription was stopped.
const byReader = "its reader stopped it"

// maxVoteID bounds the id of a paper that a reader votes on, in bytes.
const maxVoteID = 1000

// readForm takes the fields of the form that changes a subscription.
func readForm(s *digest.Subscription, form url.Values) error {
	s.Name, s.TellQuiet = form.Get("name"), form.Get("tell_quiet") != ""
	s.Filter.Must, s.Filter.MustNot = listed(form.Get("must")), listed(form.Get("must_not"))
	s.Favourites = listed(form.Get("favourites"))
	s.Schedule.Every, s.Schedule.Day, s.Schedule.At = form.Get("every"), form.Get("day"), form.Get("at")
	s.Schedule.Zone = strings.TrimSpace(form.Get("zone"))
	for _, n := range []struct {
		name string
		to   *int
	}{{"limit", &s.Filter.Limit}, {"papers", &s.Schedule.Count}} {
		typed := strings.TrimSpace(form.Get(n.name))
		if typed == "" {
			*n.to = 0
			continue
		}
		v, err := strconv.Atoi(typed)
		if err != nil {
			return fmt.Errorf("subscription: %w: %s: %q is no number", data.ErrInvalid, n.name, clip(typed, 40))
		}
		*n.to = v
	}
	return nil
}

// listed returns the lines of a field, without empty ones.
func listed(field string) (out []string) {
	for line := range strings.Lines(field) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
