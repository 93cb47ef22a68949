package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"kindred/atomicfile"
	"kindred/mail"
	"kindred/recommend/digest"
	"kindred/server"
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
	var to mail.Addresses
	if base := strings.TrimSuffix(f.base, "/"); base != "" {
		pages, papers, err := server.Addresses(ctx, u, base, s.ID)
		if err != nil {
			return err
		}
		to, issue = pages, issue.WithAddresses(*papers)
	}
	to.To = s.To.Mail
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
