package digest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/readable"
	"kindred/data/sample"
	"kindred/data/store"
)

// Zotero is a library of Zotero, or a collection of it, whose papers are a reader's library.
type Zotero struct {
	Library    string `json:"library"`              // users/ID or groups/ID; the address of a group's page is taken too
	Collection string `json:"collection,omitempty"` // key of a collection; "" for the whole library
	Key        string `json:"key,omitempty"`        // of Zotero's API; a public library needs none

	Version int64     `json:"version,omitempty"` // of the library when it was read
	Read    time.Time `json:"read,omitzero"`     // when it was read last, or found unchanged
	Tried   time.Time `json:"tried,omitzero"`    // when that was tried last
	Failed  string    `json:"failed,omitempty"`  // why it could not be read then
}

// Follow makes z the library of s, nil for none. Where s has it already, it stays as it was read.
func (s *Subscription) Follow(z *Zotero) {
	if was := s.Zotero; z == nil || was == nil || z.Address() != was.Address() || z.Key != was.Key {
		s.Zotero = z
	}
}

// Collections reads libraries of Zotero. A *fetch.Client does.
type Collections interface {
	// Holding returns what an address holds, nil where it is of the version that is known.
	Holding(ctx context.Context, address, key string, known int64) (*fetch.Holding, error)
}

var (
	zoteroLibrary    = regexp.MustCompile(`^(?:users|groups)/[0-9]{1,12}$`)
	zoteroCollection = regexp.MustCompile(`^[A-Z0-9]{8}$`)
	zoteroPage       = regexp.MustCompile(`^(?:https?://)?(?:www\.)?zotero\.org/(groups/[0-9]+)(?:/[^/]*)?(?:/collections/([A-Z0-9]{8}))?`)
)

func (z *Zotero) validate(v *faults) {
	if m := zoteroPage.FindStringSubmatch(z.Library); m != nil {
		if z.Library = m[1]; z.Collection == "" {
			z.Collection = m[2]
		}
	}
	v.when(!zoteroLibrary.MatchString(z.Library), "zotero/library",
		"%q: want users/ and the number at https://www.zotero.org/settings/keys, or groups/ and the number in the address of the group", clip(z.Library))
	v.when(z.Collection != "" && !zoteroCollection.MatchString(z.Collection), "zotero/collection",
		"%q: want the eight letters and digits at the end of the collection's address", clip(z.Collection))
	v.when(len(z.Key) > MaxWord, "zotero/key", "%d bytes, at most %d", len(z.Key), MaxWord)
}

// Address returns where the library is, as a source of fetch writes it.
func (z *Zotero) Address() string {
	if z.Collection == "" {
		return z.Library
	}
	return z.Library + "/collections/" + z.Collection
}

// Bounds of reading a library of Zotero.
const (
	zoteroGap  = time.Hour       // between two readings
	zoteroTime = 3 * time.Minute // for one
)

// stale reports whether the library of s is in Zotero and is to be read: an issue is due, or it was never read.
func (s *Subscription) stale(now time.Time, due bool) bool {
	z := s.Zotero
	return z != nil && s.Active() && (due || z.Read.IsZero()) && now.Sub(z.Tried) >= zoteroGap
}

// Renew reads the Zotero library of a subscription and keeps its papers in place of those before. Where it cannot be read,
// those stay, and the subscription says why: the error is of the store alone.
func (u *Subscriptions) Renew(ctx context.Context, s *Subscription, from Collections, now time.Time) (*Subscription, error) {
	z := *s.Zotero
	reading, cancel := context.WithTimeout(ctx, zoteroTime)
	defer cancel()
	h, failed := from.Holding(reading, z.Address(), z.Key, z.Version)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var own []*data.Paper
	if failed == nil && h != nil {
		sample.Authority().Identify(h.Papers)
		own = slim(h.Papers)
		if len(own) == 0 {
			failed = errors.New("no paper in it could be used")
		} else {
			failed = checkOwn(own)
		}
	}
	note := func(s *Subscription) error {
		if s.Zotero == nil || s.Zotero.Address() != z.Address() {
			own = nil // it was changed meanwhile
			return nil
		}
		s.Zotero.Tried = now.UTC()
		if s.Zotero.Failed = ""; failed != nil {
			own = nil
			s.Zotero.Failed = readable.Clip(readable.OneLine(failed.Error()), 300)
			return nil
		}
		s.Zotero.Read = now.UTC()
		if h != nil {
			s.Zotero.Version, s.Own = h.Version, len(own)
		}
		return nil
	}
	return u.change(ctx, s.ID, now, note, func(tx *store.Tx, s *Subscription) error {
		if own == nil {
			return nil
		}
		return keep(tx, papersBucket, s.ID, own)
	})
}

// renew reads the libraries in Zotero that are to be read before issues are made. What fails is said by the
// subscriptions.
func (m *Maker) renew(ctx context.Context, all []*Subscription, now time.Time) error {
	if m.Collections == nil {
		return nil
	}
	due := map[string]bool{}
	for _, s := range Due(all, now) {
		due[s.ID] = true
	}
	var errs []error
	for _, s := range all {
		if !s.stale(now, due[s.ID]) {
			continue
		}
		if _, err := m.Subscriptions.Renew(ctx, s, m.Collections, now); err != nil && !errors.Is(err, ErrNotFound) {
			errs = append(errs, fmt.Errorf("Zotero library of subscription %s: %w", s.ID, err))
		}
	}
	return errors.Join(errs...)
}
