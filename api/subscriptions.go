package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/guard"
	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// subscriptionRoutes manage subscriptions for programs. A key manages all of them. The secret of the address by which a
// reader manages one, sent in place of a key, manages that one; only where its issues go is left to the holder of a key,
// so that nobody has letters sent to others.
func (a *server) subscriptionRoutes() []route {
	const one = "/v1/subscriptions/{subscription}"
	return []route{
		{http.MethodGet, "/v1/subscriptions", a.write(a.listSubscriptions)},
		{http.MethodPost, "/v1/subscriptions", a.write(a.addSubscription)},
		{http.MethodGet, one, a.subscribed(a.getSubscription)},
		{http.MethodPatch, one, a.subscribed(a.changeSubscription)},
		{http.MethodDelete, one, a.subscribed(a.removeSubscription)},
		{http.MethodPost, one + "/votes", a.subscribed(a.voteForPaper)},
		{http.MethodGet, one + "/issues", a.subscribed(a.listIssues)},
		{http.MethodGet, one + "/preview", a.subscribed(a.previewIssue)},
	}
}

// asked is a request about one subscription.
type asked struct {
	*request
	subs   *digest.Subscriptions
	reader bool // it is allowed by the secret of the subscription's address, and not by a key
}

// find returns the subscription that is asked for.
func (q *asked) find() (*digest.Subscription, error) {
	s, err := q.subs.Get(q.context(), q.id)
	if err != nil {
		return nil, input.SubscriptionProblem(err)
	}
	return s, nil
}

// plain is find for a request that has neither parameters nor a body.
func (q *asked) plain() (*digest.Subscription, error) {
	if err := q.Done(); err != nil {
		return nil, err
	}
	return q.find()
}

// subscribed wraps a handler of one subscription, which a key or the secret of its address opens.
func (a *server) subscribed(h func(*asked) (*reply, error)) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		secret, reader := guard.Secret(c.Request), false
		if a.cfg.Subscriptions != nil && strings.HasPrefix(secret, id+"-") {
			s, err := a.cfg.Subscriptions.ByToken(c.Request.Context(), secret)
			if err != nil && !errors.Is(err, digest.ErrNotFound) {
				a.fail(c, err)
				return
			}
			reader = err == nil && s.ID == id
		}
		if !reader {
			if _, err := a.authorize(c, secret); err != nil {
				a.fail(c, err)
				return
			}
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
		a.fresh(func(r *request) (*reply, error) {
			u, err := a.subscriptions()
			if err != nil {
				return nil, err
			}
			return h(&asked{r, u, reader})
		})(c, id)
	}
}

func (a *server) subscriptions() (*digest.Subscriptions, error) {
	if a.cfg.Subscriptions == nil {
		return nil, problem.New(http.StatusNotImplemented, "This server keeps no subscriptions.")
	}
	return a.cfg.Subscriptions, nil
}

// Subscription is a subscription as the API shows it.
type Subscription struct {
	*digest.Subscription
	About    string    `json:"about"`              // what it asks for, in words
	Next     time.Time `json:"next,omitzero"`      // when its next issue is due
	Feed     string    `json:"feed"`               // address of its issues as Atom, which is secret
	Manage   string    `json:"manage,omitempty"`   // address of its page, which is secret
	Rejected int       `json:"rejected,omitempty"` // records of the bibliography that cannot be used
}

// show answers with a subscription and the addresses that belong to it.
func (a *server) show(r *request, s *digest.Subscription) (*Subscription, error) {
	u := a.cfg.Subscriptions
	feed, err := u.FeedToken(r.context(), s.ID)
	if err != nil {
		return nil, err
	}
	token, err := u.Token(r.context(), s.ID)
	if err != nil {
		return nil, err
	}
	out := &Subscription{
		Subscription: s.Public(), About: s.About(), Feed: r.base + "/subscriptions/" + feed + ".atom", Manage: r.base + "/subscriptions/" + token,
	}
	if s.Active() {
		out.Next = s.Schedule.After(time.Now())
	}
	return out, nil
}

func (a *server) showReply(r *request, s *digest.Subscription, rejected int) (*reply, error) {
	out, err := a.show(r, s)
	if err != nil {
		return nil, err
	}
	out.Rejected = rejected
	return jsonReply(wire.Change[any]{Data: out})
}

// Bounds of a page of the list of subscriptions.
const (
	defaultSubscriptions = 100
	maxListedAtOnce      = 1000
)

// listSubscriptions lists subscriptions, the oldest first. Those after one that was there stay in order.
func (a *server) listSubscriptions(r *request) (*reply, error) {
	limit, after := r.Integer("limit", defaultSubscriptions, 1, maxListedAtOnce), r.One("after")
	if err := r.Done(); err != nil {
		return nil, err
	}
	u, err := a.subscriptions()
	if err != nil {
		return nil, err
	}
	all, err := u.List(r.context())
	if err != nil {
		return nil, err
	}
	total := len(all)
	if after != "" {
		i := slices.IndexFunc(all, func(s *digest.Subscription) bool { return s.ID == after })
		if i < 0 {
			return nil, problem.Parameter("after", "after is %q; no subscription has this id, begin anew.", clip(after, 40))
		}
		all = all[i+1:]
	}
	body := struct {
		Data []*Subscription `json:"data"`
		Meta struct {
			Total int    `json:"total"`
			Next  string `json:"next,omitempty"` // after which the next page begins
		} `json:"meta"`
	}{Data: []*Subscription{}}
	body.Meta.Total = total
	if len(all) > limit {
		all = all[:limit]
		body.Meta.Next = all[limit-1].ID
	}
	for _, s := range all {
		shown, err := a.show(r, s)
		if err != nil {
			return nil, err
		}
		body.Data = append(body.Data, shown)
	}
	return jsonReply(body)
}

// addSubscription adds a subscription. One that goes to a mail address waits for the consent of its owner, whoever adds
// it.
func (a *server) addSubscription(r *request) (*reply, error) {
	var in input.Subscription
	if err := r.body(&in); err != nil {
		return nil, err
	}
	u, err := a.subscriptions()
	if err != nil {
		return nil, err
	}
	if in.State != nil {
		return nil, problem.At("/state", "state cannot be given for a new subscription; the owner of its mail address confirms it.")
	}
	own, rejected, err := in.Papers(r.context())
	if err != nil {
		return nil, err
	}
	var s digest.Subscription
	in.Apply(&s)
	added, err := u.Add(r.durable(), s, own, time.Now())
	if err != nil {
		return nil, input.SubscriptionProblem(err)
	}
	rep, err := a.showReply(r, added, rejected)
	if err == nil {
		rep.status, rep.header = http.StatusCreated, map[string]string{"Location": "/v1/subscriptions/" + added.ID}
	}
	return rep, err
}

func (a *server) getSubscription(q *asked) (*reply, error) {
	s, err := q.plain()
	if err != nil {
		return nil, err
	}
	return a.showReply(q.request, s, 0)
}

// changeSubscription changes the fields that are there.
func (a *server) changeSubscription(q *asked) (*reply, error) {
	var in input.Subscription
	if err := q.body(&in); err != nil {
		return nil, err
	}
	if q.reader && in.To != nil {
		return nil, problem.New(http.StatusForbidden, "Where issues go is changed with an API key, not by the address of the subscription.")
	}
	if in.State != nil && *in.State != digest.Confirmed && *in.State != digest.Stopped {
		return nil, problem.At("/state", "state is %q; it can be set to confirmed or stopped.", clip(*in.State, 40))
	}
	own, rejected, err := in.Papers(q.context())
	if err != nil {
		return nil, err
	}
	u, ctx, now := q.subs, q.durable(), time.Now()
	s, err := u.Replace(ctx, q.id, own, now, func(s *digest.Subscription) error {
		in.Apply(s)
		return nil
	})
	switch {
	case err != nil || in.State == nil:
	case *in.State == digest.Stopped:
		why := byReader
		if !q.reader {
			why = "it was stopped with an API key"
		}
		s, err = u.Stop(ctx, s.ID, why, now)
	default:
		s, err = u.Confirm(ctx, s.ID, "", now)
	}
	if err != nil {
		return nil, input.SubscriptionProblem(err)
	}
	return a.showReply(q.request, s, rejected)
}

func (a *server) removeSubscription(q *asked) (*reply, error) {
	if err := q.Done(); err != nil {
		return nil, err
	}
	if err := q.subs.Remove(q.durable(), q.id); err != nil {
		return nil, input.SubscriptionProblem(err)
	}
	return jsonReply(wire.Change[any]{Data: map[string]string{"removed": q.id}})
}

// voteForPaper takes up that the reader wants more, or less, like a paper.
func (a *server) voteForPaper(q *asked) (*reply, error) {
	var in struct {
		Paper string `json:"paper"`
		Vote  string `json:"vote"`
	}
	if err := q.body(&in); err != nil {
		return nil, err
	}
	var wrong problem.Faults
	id := data.CanonicalID(in.Paper)
	if id == "" || len(id) > maxVoteID {
		wrong.Fail("paper", "paper is %q; it must be the id of a paper.", clip(in.Paper, 60))
	}
	if in.Vote != "more" && in.Vote != "less" {
		wrong.Fail("vote", "vote is %q; it must be more or less.", clip(in.Vote, 40))
	}
	if wrong != nil {
		return nil, problem.Invalid(wrong...)
	}
	s, err := q.subs.Vote(q.durable(), q.id, id, in.Vote == "more", time.Now())
	if err != nil {
		return nil, input.SubscriptionProblem(err)
	}
	return a.showReply(q.request, s, 0)
}

// listIssues answers with the last issues, the newest first.
func (a *server) listIssues(q *asked) (*reply, error) {
	s, err := q.plain()
	if err != nil {
		return nil, err
	}
	issues, err := q.subs.Issues(q.context(), s.ID)
	if err != nil {
		return nil, err
	}
	if issues == nil {
		issues = []*digest.Issue{}
	}
	return jsonReply(wire.Change[any]{Data: issues})
}

// previewIssue answers with what the next issue would be now. Nothing is recorded.
func (a *server) previewIssue(q *asked) (*reply, error) {
	s, err := q.plain()
	if err != nil {
		return nil, err
	}
	c, err := a.nextIssue(q.request, s)
	if err != nil {
		return nil, err
	}
	return jsonReply(wire.Change[any]{Data: c.Issue})
}

// nextIssue returns what the next issue of a subscription would be now.
func (a *server) nextIssue(r *request, s *digest.Subscription) (*digest.Choice, error) {
	if r.s == nil {
		return nil, problem.Loading()
	}
	maker := &digest.Maker{Subscriptions: a.cfg.Subscriptions, Snapshot: func() *library.Snapshot { return r.s }}
	if a.cfg.Sources != nil {
		maker.Silence = a.cfg.Sources.Silence
	}
	return maker.Preview(r.context(), s, time.Now())
}
