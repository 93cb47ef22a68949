package mail

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"kindred/data"
	"kindred/data/store"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

// Post sends the letters that a digest queued: it writes them and hands them to a carrier. It is an
// [outbox.Sender].
type Post struct {
	Carrier Carrier
	// Pages returns the addresses of the pages that serve a subscription, and those of its papers; nil where there is no
	// server. From and To are filled in by Post.
	Pages func(ctx context.Context, subscription string) (Addresses, *digest.Addresses, error)
	Site  string // name of the site in letters
}

// Send implements [outbox.Sender].
func (p *Post) Send(ctx context.Context, d *store.Delivery) error {
	var queued digest.Letter
	if err := json.Unmarshal(d.Body, &queued); err != nil {
		return &outbox.Refusal{Reason: "the letter cannot be read: " + err.Error()}
	}
	l, err := p.Write(ctx, &queued)
	switch {
	case errors.Is(err, data.ErrInvalid):
		return &outbox.Refusal{Reason: err.Error()}
	case err != nil:
		return err
	}
	return p.Carrier.Deliver(ctx, l)
}

// Write returns the letter that was queued. The same one gives the same letter.
func (p *Post) Write(ctx context.Context, queued *digest.Letter) (*Letter, error) {
	var a Addresses
	issue := queued.Issue
	if p.Pages != nil {
		pages, papers, err := p.Pages(ctx, queued.Subscription)
		if err != nil {
			return nil, err
		}
		a = pages
		if issue != nil && papers != nil {
			issue = issue.WithAddresses(*papers)
		}
	}
	a.From, a.To, a.Site = p.Carrier.From(), queued.Mail, p.Site
	if queued.Kind == digest.ConfirmLetter || issue == nil {
		if a.Confirm == "" { // it waits until there is
			return nil, errors.New("there is no page yet to confirm the subscription at: start the server with --base-url")
		}
		if queued.Code != "" {
			a.Confirm += "?confirm=" + url.QueryEscape(queued.Code)
		}
		return Confirmation(queued.Subscription, queued.Name, a, queued.Queued)
	}
	return Issue(issue, a)
}
