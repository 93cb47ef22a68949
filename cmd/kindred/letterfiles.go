package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api"
	"kindred/atomicfile"
	"kindred/mail"
	"kindred/recommend/digest"
)

// letterFiles are the files that the bodies of a letter are written to.
type letterFiles struct{ html, text, base string }

func (f *letterFiles) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.html, "html", "", "a file to write the letter to as HTML")
	flags.StringVar(&f.text, "text", "", "a file to write the letter to as text")
	flags.StringVar(&f.base, "base-url", "", "the address of the server whose pages the letter links to; it has no links to them without it")
}

// write writes the bodies of the letter that an issue of a subscription would be sent as.
func (f *letterFiles) write(ctx context.Context, u *digest.Subscriptions, s *digest.Subscription, issue *digest.Issue) error {
	if f.html == "" && f.text == "" {
		return nil
	}
	to := mail.Addresses{To: s.To.Mail}
	if base := strings.TrimSuffix(f.base, "/"); base != "" {
		token, err := u.Token(ctx, s.ID)
		if err != nil {
			return err
		}
		issue = issue.WithAddresses(api.IssueAddresses(base, token))
		to.Manage = base + "/subscriptions/" + token
		to.Unsubscribe = to.Manage
	}
	html, text, err := mail.Bodies(issue, to)
	if err != nil {
		return err
	}
	return errors.Join(writeBody(f.html, html), writeBody(f.text, text))
}

// writeBody writes a body to a file, unless it has no name.
func writeBody(name, body string) error {
	if name == "" {
		return nil
	}
	return atomicfile.WriteFile(name, []byte(body), 0o600) // its links manage the subscription
}
