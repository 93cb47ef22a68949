package server

import (
	"context"
	"errors"
	"log/slog"

	"kindred/api"
	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/daily"
	"kindred/mail/hook"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
)

// Messages say by which ways the messages of a library leave. Webhooks are always called.
type Messages struct {
	Carrier      mail.Carrier // nil where no letters are sent
	PrivateHooks bool         // webhooks may go to this machine and its network
}

// Courier returns what sends the messages of a store. The pages that letters link to are under base; letters have no such
// links where it is empty.
func (m Messages) Courier(st *store.SQLite, base string, log *slog.Logger) *outbox.Courier {
	subs := digest.NewSubscriptions(st)
	secret := func(ctx context.Context, subscription string) (string, error) {
		s, err := subs.Get(ctx, subscription)
		if errors.Is(err, digest.ErrNotFound) {
			return "", nil // removed since; its last call is not signed
		}
		if err != nil {
			return "", err
		}
		return s.To.Secret, nil
	}
	senders := map[string]outbox.Sender{digest.Webhook: hook.New(hook.Options{Secret: secret, AllowPrivate: m.PrivateHooks})}
	if m.Carrier != nil {
		post := &mail.Post{Carrier: m.Carrier}
		if base != "" {
			post.Pages = func(ctx context.Context, subscription string) (mail.Addresses, *digest.Addresses, error) {
				return Addresses(ctx, subs, base, subscription)
			}
		}
		senders[digest.Mail] = post
	}
	return &outbox.Courier{Outbox: st, Senders: senders, Bounced: daily.Bounced(subs), Log: log}
}

// Addresses returns the addresses under base that the letters of a subscription link to: the pages that manage it, and
// those of the papers of its issues.
func Addresses(ctx context.Context, subs *digest.Subscriptions, base, subscription string) (mail.Addresses, *digest.Addresses, error) {
	token, err := subs.Token(ctx, subscription)
	papers := api.IssueAddresses(base, token)
	page := base + "/subscriptions/" + token
	return mail.Addresses{Unsubscribe: page, Manage: page, Confirm: page}, &papers, err
}
