package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// Letter is a mail to one reader, whole but for its transport encoding. Its JSON is the body of a message of the outbox.
type Letter struct {
	From        string    `json:"from"` // an address, with a name or without
	To          string    `json:"to"`
	Subject     string    `json:"subject"`
	Text        string    `json:"text"` // format=flowed, RFC 3676
	HTML        string    `json:"html"`
	Date        time.Time `json:"date"`
	MessageID   string    `json:"message_id"`            // without angle brackets
	ListID      string    `json:"list_id,omitempty"`     // RFC 2919, without angle brackets; empty in a letter of no list
	ListName    string    `json:"list_name,omitempty"`   // what the reader calls the list
	Unsubscribe string    `json:"unsubscribe,omitempty"` // https address that takes the POST of RFC 8058
}

// Addresses are where a letter comes from, goes to, and leads. Addresses of pages are absolute and empty where there is
// no server to serve them.
type Addresses struct {
	From        string // mail address, with a name or without
	To          string // mail address
	Site        string // name of the site in the letter; "Kindred" where empty
	Unsubscribe string // ends the subscription: by one POST without a question, and by a page for people
	Manage      string // changes the subscription
	Issue       string // the issue as a page
	Confirm     string // of a confirmation: makes the subscription valid
}

// maxAddress bounds a mail address, RFC 5321.
const maxAddress = 254

// ParseAddress reads one mail address, with a name or without. The error wraps [data.ErrInvalid] and says what is wrong.
func ParseAddress(s string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(s)
	switch {
	case err != nil:
		return nil, fmt.Errorf("mail address %q: %w: want one like name@example.org", readable.Clip(s, 80), data.ErrInvalid)
	case len(a.Address) > maxAddress || strings.ContainsAny(a.Address+a.Name, "\r\n\x00"):
		return nil, fmt.Errorf("mail address %q: %w: it is longer than %d bytes or has a line break", readable.Clip(s, 80), data.ErrInvalid, maxAddress)
	}
	return a, nil
}

func (a *Addresses) site() string {
	if a.Site == "" {
		return "Kindred"
	}
	return readable.OneLine(a.Site)
}

// validate reports a mail address that is none, and addresses of pages that are not of the web.
func (a *Addresses) validate() error {
	for _, address := range []string{a.From, a.To} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	for name, address := range map[string]string{"unsubscribe": a.Unsubscribe, "manage": a.Manage, "issue": a.Issue, "confirm": a.Confirm} {
		if address != "" && !isWeb(address) {
			return fmt.Errorf("letter: %w: the %s address %q is no absolute http or https address", data.ErrInvalid, name, address)
		}
	}
	return nil
}

// isWeb reports whether s is an absolute address of http or https that a letter can hold.
func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(s) <= maxLink && !strings.ContainsAny(s, " <>\"\t\r\n")
}

// maxLink bounds an address in a letter, in bytes; a line of mail ends at 998.
const maxLink = 900

// messageID returns the Message-ID of a letter, without angle brackets. It is the same for the same words, so that a
// letter which is sent twice after a crash is known as one.
func messageID(from string, words ...string) string { return digestOf(words...) + "@" + domainOf(from) }

// listID returns the List-Id of a subscription, without angle brackets.
func listID(from, subscription string) string {
	return digestOf("list", subscription)[:16] + ".kindred." + domainOf(from)
}

// digestOf hashes words, since they may name a subscription.
func digestOf(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// domainOf returns the domain of a mail address, for identifiers, which are of ASCII.
func domainOf(address string) string {
	if a, err := netmail.ParseAddress(address); err == nil {
		if _, host, ok := strings.Cut(a.Address, "@"); ok && isASCII(host) {
			return strings.ToLower(host)
		}
	}
	return "kindred.invalid"
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
