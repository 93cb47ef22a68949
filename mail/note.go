package mail

import (
	"fmt"
	"time"

	"kindred/data"
	"kindred/recommend/digest"
)

// noteView is a letter of a few sentences.
type noteView struct {
	Site, Heading, Preheader string
	Paragraphs               []string
	Action                   *digest.Link
	After                    []string
	Foot                     []footLine
}

// Confirmation returns the letter that asks whether an address wants a subscription. Nothing else may be sent there
// before it is confirmed. The same subscription and time give the same letter.
func Confirmation(subscription, name string, a Addresses, now time.Time) (*Letter, error) {
	if a.Confirm == "" {
		return nil, fmt.Errorf("confirmation: %w: no address to confirm at", data.ErrInvalid)
	}
	name = line(name, maxLabel)
	return note(a, &noteView{
		Site: a.site(), Heading: "Do you want these papers by mail?",
		Paragraphs: []string{
			fmt.Sprintf("Somebody, most likely you, asked %s to send “%s” to this address.", a.site(), name),
		},
		Action: &digest.Link{Text: "Yes, send it to me", URL: a.Confirm},
		After:  []string{"If it was not you, do nothing. Without your consent nothing more is sent."},
	}, "Please confirm: "+name, now, "confirmation", subscription, now.UTC().Format(time.RFC3339))
}

// Test returns a letter that shows that letters arrive.
func Test(a Addresses, now time.Time) (*Letter, error) {
	return note(a, &noteView{
		Site: a.site(), Heading: "Letters arrive",
		Paragraphs: []string{
			"This letter was sent to try the settings. If you can read it, digests will arrive too.",
			"Look whether it came into the inbox. If it came as spam, see the part on SPF, DKIM and DMARC in docs/mail.md.",
		},
	}, "A test of "+a.site(), now, "test", a.To, now.UTC().Format(time.RFC3339Nano))
}

// note returns a letter of a few sentences. id names it for good.
func note(a Addresses, v *noteView, subject string, now time.Time, id ...string) (*Letter, error) {
	if err := a.validate(); err != nil {
		return nil, err
	}
	v.Preheader = v.Paragraphs[0]
	html, err := renderHTML("note", v)
	if err != nil {
		return nil, err
	}
	b := &textBody{}
	for _, p := range append([]string{v.Site, v.Heading}, v.Paragraphs...) {
		b.paragraph(p)
		b.blank()
	}
	if v.Action != nil {
		b.link(v.Action.Text, v.Action.URL)
		b.blank()
	}
	for _, p := range v.After {
		b.paragraph(p)
	}
	return &Letter{
		From: a.From, To: a.To, Subject: line(subject, maxTitle), Text: b.String(), HTML: html, Date: now, MessageID: messageID(a.From, id...),
	}, nil
}
