package digest

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
	"kindred/data/store"
)

// ErrNotFound is returned for a subscription that is not there. It says nothing of papers.
var ErrNotFound = errors.New("subscription not found")

// ErrMade is returned for an issue whose number another process made first.
var ErrMade = errors.New("another process made this issue")

// Where subscriptions stand in a store.
const (
	bucket       = "subscriptions"       // settings: subscriptions by id
	papersBucket = "subscription-papers" // settings: the papers of a reader's library by the id of the subscription
	keyBucket    = "subscription-key"    // setting: what tokens are made with
	sentLog      = "sent:"               // log, with the id: papers of each issue
	issueLog     = "issues:"             // log, with the id: the last issues whole
)

// Kinds of messages in the outbox of the store. The body of each is a [Letter].
const (
	Mail    = "mail"
	Webhook = "webhook"
)

const (
	// MaxSubscriptions bounds the subscriptions of a store.
	MaxSubscriptions = 10_000
	// MaxOwn bounds the papers of a reader's library.
	MaxOwn = 5000
	// maxOwnBytes bounds their texts together.
	maxOwnBytes = 32 << 20
	// maxOwnText bounds the abstract of one.
	maxOwnText = 6000
	// KeptIssues is how many issues a feed shows.
	KeptIssues = 30
)

// Store is what subscriptions ask of a store. A *store.SQLite is one.
type Store interface {
	store.Settings
	store.Log
	store.Changer
	Revision(ctx context.Context) (seq, revision int64, err error)
}

// Subscriptions are the subscriptions of a store. They are safe for concurrent use, and beside other processes.
type Subscriptions struct{ store Store }

// NewSubscriptions returns the subscriptions that are kept in st.
func NewSubscriptions(st Store) *Subscriptions { return &Subscriptions{st} }

// Kinds of letters.
const (
	IssueLetter   = "issue"        // holds an issue
	ConfirmLetter = "confirmation" // asks the owner of a mail address to confirm a subscription
)

// Letter is the body of a message in the outbox: what is to be sent, and where. The address that manages the subscription is not in
// it; who sends it makes it from [Subscriptions.Token], and gives the issue its addresses by [Issue.WithAddresses].
type Letter struct {
	Kind         string    `json:"kind"`
	Subscription string    `json:"subscription"` // id
	Name         string    `json:"name"`         // what the reader calls it
	Mail         string    `json:"mail,omitempty"`
	Webhook      string    `json:"webhook,omitempty"`
	Code         string    `json:"code,omitempty"` // of a confirmation: shows that whoever confirms has read the letter
	Issue        *Issue    `json:"issue,omitempty"`
	Queued       time.Time `json:"queued"`
}

// sent is what is remembered of an issue for as long as its subscription is there.
type sent struct {
	Number int       `json:"number"`
	Time   time.Time `json:"time"`
	Papers []string  `json:"papers"`
}

// Add stores a new subscription with the papers of its reader's library and returns it as it is stored. One that goes to
// a mail address waits for a confirmation and queues the letter that asks for it, unless it is confirmed already: its
// State says so. The error of an invalid one is an [*InvalidError], joined with others.
func (u *Subscriptions) Add(ctx context.Context, s Subscription, own []*data.Paper, now time.Time) (*Subscription, error) {
	var random [6]byte
	rand.Read(random[:]) // crypto/rand.Read never fails
	s.ID, s.Created = hex.EncodeToString(random[:]), now.UTC()
	s.Issued, s.Last, s.Quiet, s.Seen, s.Earlier, s.Stopped = 0, time.Time{}, "", 0, 0, ""
	own = slim(own)
	s.Own = len(own)
	if s.State != Confirmed && s.To.Mail != "" {
		s.State, s.Agreed = Pending, ""
	} else {
		s.State, s.Agreed = Confirmed, s.To.Mail
	}
	if err := errors.Join(s.Validate(), checkOwn(own)); err != nil {
		return nil, err
	}
	seq, _, err := u.store.Revision(ctx)
	if err != nil {
		return nil, err
	}
	s.Start = seq
	err = u.store.Change(ctx, func(tx *store.Tx) error {
		all, err := list(tx)
		if err != nil {
			return err
		}
		if len(all) >= MaxSubscriptions {
			return invalid("subscriptions", "there are %d already, the most that are kept: remove some", len(all))
		}
		if err := unnamed(all, &s); err != nil {
			return err
		}
		if err := keep(tx, papersBucket, s.ID, own); err != nil {
			return err
		}
		if s.State == Pending {
			if err := ask(tx, &s, now); err != nil {
				return err
			}
		}
		return keep(tx, bucket, s.ID, s)
	})
	if err != nil {
		return nil, err
	}
	return &s, nil
}

// unnamed returns an error where another subscription has the name of s: names tell them apart for people.
func unnamed(all []*Subscription, s *Subscription) error {
	for _, other := range all {
		if other.ID != s.ID && strings.EqualFold(other.Name, s.Name) {
			return invalid("name", "%q is the name of another one", s.Name)
		}
	}
	return nil
}

// ask queues the letter that asks for a confirmation.
func ask(tx *store.Tx, s *Subscription, now time.Time) error {
	key, err := keyOf(tx)
	if err != nil {
		return err
	}
	return post(tx, Letter{Kind: ConfirmLetter, Subscription: s.ID, Name: s.Name, Mail: s.To.Mail, Code: code(key, s), Queued: now.UTC()})
}

// code returns what a letter to the mail address of a subscription is known by.
func code(key []byte, s *Subscription) string {
	_, secret, _ := strings.Cut(sign(key, s.ID, "confirm "+s.To.Mail), "-")
	return secret
}

func post(tx *store.Tx, l Letter) error {
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	m := store.Message{Kind: Mail, Owner: l.Subscription, Body: body}
	if l.Webhook != "" {
		m.Kind = Webhook
	}
	which := l.Queued.Format(time.RFC3339Nano)
	if l.Issue != nil {
		which = strconv.Itoa(l.Issue.Number)
	}
	m.Key = strings.Join([]string{m.Kind, l.Kind, l.Subscription, which}, "/")
	_, err = tx.Queue(m)
	return err
}

// slim returns the papers, each id once, with what ranking and showing them needs, in a bounded length.
func slim(papers []*data.Paper) []*data.Paper {
	var out []*data.Paper
	taken := map[string]bool{}
	for _, p := range papers {
		if taken[p.ID] {
			continue
		}
		taken[p.ID] = true
		out = append(out, &data.Paper{
			ID: p.ID, Title: p.Title, Abstract: readable.Clip(p.Abstract, maxOwnText), Authors: p.Authors,
			Published: p.Published, DOI: p.DOI, ArXiv: p.ArXiv, DuplicateOf: p.DuplicateOf,
		})
	}
	return out
}

func checkOwn(own []*data.Paper) error {
	size := 0
	for _, p := range own {
		size += len(p.Title) + len(p.Abstract)
	}
	if len(own) > MaxOwn || size > maxOwnBytes {
		return invalid("library", "%d papers with %d MB of text, at most %d and %d MB: leave some out", len(own), size>>20, MaxOwn, maxOwnBytes>>20)
	}
	return nil
}

// keep stores a value as JSON; a nil or empty list removes it.
func keep[T any](tx *store.Tx, bucket, key string, value T) error {
	b, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if s := string(b); s == "null" || s == "[]" {
		b = nil
	}
	return tx.SetSetting(bucket, key, b)
}

func parse(id string, b []byte) (*Subscription, error) {
	if b == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, clip(id))
	}
	s := &Subscription{}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("subscription %s: %w", id, err)
	}
	if s.State == Confirmed { // there is no other way to it
		s.Agreed = s.To.Mail
	}
	return s, nil
}

func list(tx *store.Tx) ([]*Subscription, error) {
	ids, err := tx.SettingKeys(bucket)
	if err != nil {
		return nil, err
	}
	var out []*Subscription
	for _, id := range ids {
		s, err := load(tx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func load(tx *store.Tx, id string) (*Subscription, error) {
	b, err := tx.Setting(bucket, id)
	if err != nil {
		return nil, err
	}
	return parse(id, b)
}

// List returns all subscriptions, the oldest first.
func (u *Subscriptions) List(ctx context.Context) ([]*Subscription, error) {
	ids, err := u.store.SettingKeys(ctx, bucket)
	if err != nil {
		return nil, err
	}
	out := make([]*Subscription, 0, len(ids))
	for _, id := range ids {
		s, err := u.Get(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *Subscription) int { return a.Created.Compare(b.Created) })
	return out, nil
}

// Get returns the subscription with an id. The error wraps [ErrNotFound] where there is none.
func (u *Subscriptions) Get(ctx context.Context, id string) (*Subscription, error) {
	b, err := u.store.Setting(ctx, bucket, id)
	if err != nil {
		return nil, err
	}
	return parse(id, b)
}

// Named returns the subscription with an id or a name. The error wraps [ErrNotFound] where there is none.
func (u *Subscriptions) Named(ctx context.Context, name string) (*Subscription, error) {
	all, err := u.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.ID == name || strings.EqualFold(s.Name, strings.TrimSpace(name)) {
			return s, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNotFound, clip(name))
}

// Own returns the papers of the reader's library that are kept with a subscription.
func (u *Subscriptions) Own(ctx context.Context, id string) ([]*data.Paper, error) {
	b, err := u.store.Setting(ctx, papersBucket, id)
	if err != nil || b == nil {
		return nil, err
	}
	var out []*data.Paper
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("library of subscription %s: %w", id, err)
	}
	return slices.DeleteFunc(out, func(p *data.Paper) bool { return p == nil }), nil
}

// Change changes a subscription in one transaction and returns it as it is stored. An error of change leaves it as it
// is. A new mail address waits for a confirmation of its own.
func (u *Subscriptions) Change(ctx context.Context, id string, now time.Time, change func(*Subscription) error) (*Subscription, error) {
	return u.change(ctx, id, now, change, func(*store.Tx, *Subscription) error { return nil })
}

// SetOwn replaces the papers of the reader's library.
func (u *Subscriptions) SetOwn(ctx context.Context, id string, own []*data.Paper, now time.Time) (*Subscription, error) {
	return u.Replace(ctx, id, own, now, func(*Subscription) error { return nil })
}

// Replace changes a subscription as Change does and, where own is not nil, replaces the papers of the reader's library, also
// one of Zotero, in one transaction.
func (u *Subscriptions) Replace(
	ctx context.Context, id string, own []*data.Paper, now time.Time, change func(*Subscription) error,
) (*Subscription, error) {
	if own == nil {
		return u.Change(ctx, id, now, change)
	}
	own = slim(own)
	if err := checkOwn(own); err != nil {
		return nil, err
	}
	set := func(s *Subscription) error {
		s.Own, s.Zotero = len(own), nil
		return change(s)
	}
	return u.change(ctx, id, now, set, func(tx *store.Tx, s *Subscription) error { return keep(tx, papersBucket, s.ID, own) })
}

func (u *Subscriptions) change(
	ctx context.Context, id string, now time.Time, change func(*Subscription) error, also func(*store.Tx, *Subscription) error,
) (out *Subscription, err error) {
	err = u.store.Change(ctx, func(tx *store.Tx) error {
		s, err := load(tx, id)
		if err != nil {
			return err
		}
		before := *s
		if s.Zotero != nil { // what is changed in place
			z := *s.Zotero
			before.Zotero = &z
		}
		if err := change(s); err != nil {
			return err
		}
		if z, was := s.Zotero, before.Zotero; z != nil && was != nil && (z.Address() != was.Address() || z.Key != was.Key) {
			*z = Zotero{Library: z.Library, Collection: z.Collection, Key: z.Key} // it is read anew
		}
		s.ID, s.Created = before.ID, before.Created
		if err := s.Validate(); err != nil {
			return err
		}
		if !strings.EqualFold(s.Name, before.Name) {
			all, err := list(tx)
			if err != nil {
				return err
			}
			if err := unnamed(all, s); err != nil {
				return err
			}
		}
		if s.To.Mail != before.To.Mail && s.To.Mail != "" {
			s.State, s.Stopped, s.Agreed = Pending, "", ""
			if err := ask(tx, s, now); err != nil {
				return err
			}
		}
		if s.State == Confirmed {
			s.Agreed = s.To.Mail
		}
		out = s
		return errors.Join(also(tx, s), keep(tx, bucket, s.ID, s))
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Confirm confirms a subscription by the code of the letter to its mail address, or resumes one that was stopped. Where
// the owner of the address never agreed and the code is not that of the letter, it waits for the confirmation, and the
// letter that asks for one is queued again if the subscription was stopped: State says so.
func (u *Subscriptions) Confirm(ctx context.Context, id, given string, now time.Time) (*Subscription, error) {
	key, err := u.key(ctx)
	if err != nil {
		return nil, err
	}
	again := false
	confirm := func(s *Subscription) error {
		agreed := s.To.Mail == s.Agreed || subtle.ConstantTimeCompare([]byte(code(key, s)), []byte(given)) == 1
		again = !agreed && s.State == Stopped
		if s.State = Pending; agreed {
			s.State = Confirmed
		}
		s.Stopped, s.Paused = "", false
		return nil
	}
	return u.change(ctx, id, now, confirm, func(tx *store.Tx, s *Subscription) error {
		if again {
			return ask(tx, s, now)
		}
		return nil
	})
}

// Stop stops a subscription, and says why. Letters of it that wait are not sent.
func (u *Subscriptions) Stop(ctx context.Context, id, why string, now time.Time) (*Subscription, error) {
	stop := func(s *Subscription) error {
		if s.State != Stopped {
			s.State, s.Stopped = Stopped, why
		}
		return nil
	}
	return u.change(ctx, id, now, stop, func(tx *store.Tx, s *Subscription) error {
		_, err := tx.Withdraw(id, "the subscription was stopped: "+s.Stopped, now)
		return err
	})
}

// Vote takes up that the reader of a subscription wants more, or less, like a paper. Of two votes on one paper the
// later counts. The oldest votes give way where there are too many.
func (u *Subscriptions) Vote(ctx context.Context, id, paper string, more bool, now time.Time) (*Subscription, error) {
	return u.Change(ctx, id, now, func(s *Subscription) error {
		drop := func(ids []string) []string {
			return slices.DeleteFunc(ids, func(other string) bool { return other == paper })
		}
		s.Seeds, s.Dislikes = drop(s.Seeds), drop(s.Dislikes)
		to := &s.Dislikes
		if more {
			to = &s.Seeds
		}
		*to = append(*to, paper)
		*to = (*to)[max(0, len(*to)-MaxListed):]
		return nil
	})
}

// Remove removes a subscription and all that is known of it, letters that wait included. The error wraps [ErrNotFound]
// where there is none.
func (u *Subscriptions) Remove(ctx context.Context, id string) error {
	return u.store.Change(ctx, func(tx *store.Tx) error {
		if _, err := load(tx, id); err != nil {
			return err
		}
		if _, err := tx.Withdraw(id, "the subscription was removed", time.Now()); err != nil {
			return err
		}
		return errors.Join(
			tx.SetSetting(bucket, id, nil), tx.SetSetting(papersBucket, id, nil), tx.Clear(sentLog+id), tx.Clear(issueLog+id),
		)
	})
}

// Sent returns the ids of all papers that a subscription was sent.
func (u *Subscriptions) Sent(ctx context.Context, id string) ([]string, error) {
	entries, err := u.store.Entries(ctx, sentLog+id)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		var s sent
		if err := json.Unmarshal(e.Value, &s); err != nil {
			return nil, fmt.Errorf("issues of subscription %s: %w", id, err)
		}
		out = append(out, s.Papers...)
	}
	return out, nil
}

// Issues returns the last issues of a subscription, at most KeptIssues, the newest first.
func (u *Subscriptions) Issues(ctx context.Context, id string) ([]*Issue, error) {
	entries, err := u.store.Entries(ctx, issueLog+id)
	if err != nil {
		return nil, err
	}
	var out []*Issue
	for _, e := range slices.Backward(entries) {
		issue := &Issue{}
		if err := json.Unmarshal(e.Value, issue); err != nil {
			return nil, fmt.Errorf("issues of subscription %s: %w", id, err)
		}
		out = append(out, issue)
	}
	return out, nil
}

// Commit makes a choice for a subscription, as it was when the choice was made, an issue: in one transaction its papers
// are recorded as sent, the choice counts as the last, and the letters are queued. A choice without papers is an issue
// only where its reader asked to be told. Where another process chose since, the error wraps [ErrMade] and nothing is
// changed; where the subscription was paused, stopped or removed since, nothing is made either. It reports whether an
// issue was made.
func (u *Subscriptions) Commit(ctx context.Context, chosenFor *Subscription, c *Choice) (made bool, err error) {
	id := chosenFor.ID
	err = u.store.Change(ctx, func(tx *store.Tx) error {
		s, err := load(tx, id)
		switch {
		case errors.Is(err, ErrNotFound):
			return nil
		case err != nil:
			return err
		case s.Issued != chosenFor.Issued || !s.Last.Equal(chosenFor.Last):
			return fmt.Errorf("subscription %s, issue %d: %w", id, c.Issue.Number, ErrMade)
		case !s.Active() || c.Waits:
			return nil
		}
		s.Last, s.Quiet = c.Issue.Time.UTC(), c.Issue.Quiet
		s.Seen, s.Earlier = max(s.Seen, c.Seen), s.Seen
		if made = c.Issue.Quiet == "" || s.TellQuiet; made {
			s.Issued = c.Issue.Number
			if err := record(tx, s, c.Issue); err != nil {
				return err
			}
		}
		return keep(tx, bucket, id, s)
	})
	if err != nil {
		return false, err
	}
	return made, nil
}

// record keeps an issue and queues its letters.
func record(tx *store.Tx, s *Subscription, issue *Issue) error {
	whole, err := json.Marshal(issue)
	if err != nil {
		return err
	}
	number, err := tx.Append(issueLog+s.ID, whole)
	if err != nil {
		return err
	}
	if err := tx.Remove(issueLog+s.ID, number-KeptIssues); err != nil {
		return err
	}
	if ids := issue.IDs(); len(ids) > 0 {
		value, err := json.Marshal(sent{issue.Number, issue.Time.UTC(), ids})
		if err != nil {
			return err
		}
		if _, err := tx.Append(sentLog+s.ID, value); err != nil {
			return err
		}
	}
	letter := Letter{Kind: IssueLetter, Subscription: s.ID, Name: s.Name, Issue: issue, Queued: issue.Time.UTC()}
	for _, to := range []Destination{{Mail: s.To.Mail}, {Webhook: s.To.Webhook}} {
		if letter.Mail, letter.Webhook = to.Mail, to.Webhook; letter.Mail != "" || letter.Webhook != "" {
			if err := post(tx, letter); err != nil {
				return err
			}
		}
	}
	return nil
}

// What the token of an address lets its bearer do.
const (
	manages = "manage" // change and stop a subscription
	reads   = "read"   // read its issues, which a feed reader does
)

// tokenBytes is the length of the secret part of a token: 128 bits.
const tokenBytes = 16

// Token returns the secret of the address that manages a subscription: its id, and an authentication code of it
// (HMAC-SHA-256, RFC 2104) under a key of the store. It is not stored.
func (u *Subscriptions) Token(ctx context.Context, id string) (string, error) {
	return u.token(ctx, id, manages)
}

// FeedToken returns the secret of the address of a subscription's feed. It reads, and changes nothing.
func (u *Subscriptions) FeedToken(ctx context.Context, id string) (string, error) {
	return u.token(ctx, id, reads)
}

func (u *Subscriptions) token(ctx context.Context, id, may string) (string, error) {
	key, err := u.key(ctx)
	if err != nil {
		return "", err
	}
	return sign(key, id, may), nil
}

// key returns the key of the tokens, which is made where there is none.
func (u *Subscriptions) key(ctx context.Context) ([]byte, error) {
	key, err := u.store.Setting(ctx, keyBucket, manages)
	if err != nil || key != nil {
		return key, err
	}
	err = u.store.Change(ctx, func(tx *store.Tx) error {
		key, err = keyOf(tx)
		return err
	})
	return key, err
}

// keyOf is key within a transaction.
func keyOf(tx *store.Tx) ([]byte, error) {
	key, err := tx.Setting(keyBucket, manages)
	if err != nil || key != nil {
		return key, err
	}
	key = make([]byte, sha256.Size)
	rand.Read(key)
	return key, tx.SetSetting(keyBucket, manages, key)
}

func sign(key []byte, id, may string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(binary.AppendUvarint(nil, uint64(len(may))))
	mac.Write([]byte(may + id))
	return id + "-" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:tokenBytes])
}

// ByToken returns the subscription that a token manages. The error wraps [ErrNotFound] for any other text.
func (u *Subscriptions) ByToken(ctx context.Context, token string) (*Subscription, error) {
	return u.byToken(ctx, token, manages)
}

// ByFeedToken returns the subscription whose feed a token reads; that which manages it reads it too.
func (u *Subscriptions) ByFeedToken(ctx context.Context, token string) (*Subscription, error) {
	s, err := u.byToken(ctx, token, reads)
	if errors.Is(err, ErrNotFound) {
		return u.byToken(ctx, token, manages)
	}
	return s, err
}

func (u *Subscriptions) byToken(ctx context.Context, token, may string) (*Subscription, error) {
	id, _, _ := strings.Cut(token, "-")
	key, err := u.key(ctx)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(sign(key, id, may)), []byte(token)) != 1 {
		return nil, ErrNotFound
	}
	return u.Get(ctx, id)
}
