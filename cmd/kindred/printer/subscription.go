package printer

import (
	"fmt"
	"strings"
	"time"

	"kindred/recommend/digest"
)

// Subscriptions prints subscriptions, a line each.
func (p *Printer) Subscriptions(all []*digest.Subscription) error {
	if len(all) == 0 {
		p.printf("There are no subscriptions; kindred subscriptions add makes one.\n")
	}
	for _, s := range all {
		p.printf("%s  %-9s  %-10s  %3d issues  %s\n", s.ID, s.Kind, stateOf(s), s.Issued, s.Name)
	}
	return p.err
}

// Managed is a subscription with the secrets of its addresses.
type Managed struct {
	*digest.Subscription
	Next  time.Time `json:"next,omitzero"` // when its next issue is due
	Token string    `json:"token"`         // of the address that manages it
	Feed  string    `json:"feed_token"`    // of the address of its feed
}

// Subscription prints a subscription and the addresses that belong to it.
func (p *Printer) Subscription(m *Managed) error {
	s := m.Subscription
	p.printf("%s (%s): %s, %s\n", s.Name, s.ID, s.About(), stateOf(s))
	if to := strings.Join(strings.Fields(s.To.Mail+" "+s.To.Webhook), ", "); to != "" {
		p.printf("  goes to   %s\n", to)
	}
	if z := s.Zotero; z != nil {
		p.printf("  Zotero    %s\n", zoteroOf(z))
	}
	p.printf("  issues    %d so far, %s\n", s.Issued, s.Schedule.String())
	if !m.Next.IsZero() {
		p.printf("  next      %s\n", m.Next.Format("Monday, 2 January 15:04 MST"))
	}
	if s.Quiet != "" {
		p.printf("  last      %s\n", s.Quiet)
	}
	p.printf("  manage    /subscriptions/%s\n  feed      /subscriptions/%s.atom\n", m.Token, m.Feed)
	return p.err
}

// stateOf says whether issues are made.
func stateOf(s *digest.Subscription) string {
	switch {
	case s.State == digest.Confirmed && s.Paused:
		return "paused"
	case s.State == digest.Confirmed:
		return "active"
	case s.State == digest.Pending:
		return "waits for a confirmation"
	}
	return s.State
}

// zoteroOf says where a library of Zotero is and when it was read.
func zoteroOf(z *digest.Zotero) string {
	read := z.Read.Format("2 January 2006, 15:04 MST")
	switch {
	case z.Failed != "" && z.Read.IsZero():
		return z.Address() + ", could not be read: " + z.Failed
	case z.Failed != "":
		return fmt.Sprintf("%s, read on %s; since then it cannot be read: %s", z.Address(), read, z.Failed)
	case z.Read.IsZero():
		return z.Address() + ", not read yet"
	}
	return z.Address() + ", read on " + read
}
