package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/outbox"
	"kindred/server"
)

// smtpFlags are the flags of every command that sends letters. Each has an environment variable as its default.
type smtpFlags struct {
	server, user, from, tls, passwordFile string
	perMinute                             int
	privateHooks                          bool // see addHooks
}

// addHooks adds the flag of commands that call webhooks.
func (f *smtpFlags) addHooks(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.privateHooks, "private-webhooks", false, "let webhooks go to this machine and its network; otherwise only public addresses are called")
}

// messages returns the ways by which messages leave. Without an SMTP server no letters are sent.
func (f *smtpFlags) messages(cmd *cobra.Command) (m server.Messages, err error) {
	m.PrivateHooks = f.privateHooks
	if f.server != "" {
		m.SMTP, err = f.sender(cmd)
	}
	return m, err
}

func (f *smtpFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.server, "smtp", os.Getenv("KINDRED_SMTP"),
		"SMTP server: host:port, smtp://user@host:587 or smtps://user@host:465 (KINDRED_SMTP); its password is in KINDRED_SMTP_PASSWORD or a file")
	flags.StringVar(&f.user, "smtp-user", os.Getenv("KINDRED_SMTP_USER"), "user of the SMTP server (KINDRED_SMTP_USER)")
	flags.StringVar(&f.passwordFile, "smtp-password-file", os.Getenv("KINDRED_SMTP_PASSWORD_FILE"),
		"file with the password of the SMTP server (KINDRED_SMTP_PASSWORD_FILE)")
	flags.StringVar(&f.from, "smtp-from", os.Getenv("KINDRED_SMTP_FROM"), "mail address of the sender (KINDRED_SMTP_FROM; default the user)")
	flags.StringVar(&f.tls, "smtp-tls", os.Getenv("KINDRED_SMTP_TLS"),
		"encryption: starttls, tls, or none for a server on this machine (KINDRED_SMTP_TLS; default tls on port 465, else starttls)")
	flags.IntVar(&f.perMinute, "smtp-per-minute", 0, "letters a minute at most (default 20)")
}

// sender returns what sends letters, an error of the command line where the flags cannot be meant.
func (f *smtpFlags) sender(cmd *cobra.Command) (*mail.SMTP, error) {
	if f.server == "" {
		return nil, usagef(cmd, "no SMTP server: give --smtp or KINDRED_SMTP; docs/mail.md has the settings of usual providers")
	}
	set, err := mail.ParseServer(f.server)
	if err != nil {
		return nil, usage(cmd, err)
	}
	if f.user != "" {
		set.User = f.user
	}
	set.Password, set.From, set.TLS, set.PerMinute = mail.Secret(os.Getenv("KINDRED_SMTP_PASSWORD")), f.from, f.tls, f.perMinute
	if f.passwordFile != "" {
		b, err := os.ReadFile(f.passwordFile)
		if err != nil {
			return nil, fmt.Errorf("--smtp-password-file: %w", err)
		}
		set.Password = mail.Secret(strings.TrimRight(string(b), "\r\n"))
	}
	s, err := mail.NewSMTP(set)
	return s, usage(cmd, err)
}

func (a *app) mailCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "mail", Short: "Show and send the letters that wait"}
	var limit int
	status := &cobra.Command{
		Use: "status", Short: "List the letters and webhooks: waiting, sent and failed", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(st *store.SQLite) error { return a.mailStatus(cmd.Context(), st, limit) })
		},
	}
	status.Flags().IntVarP(&limit, "limit", "n", 50, "number of messages, the newest first")
	var f smtpFlags
	send := &cobra.Command{
		Use: "send", Short: "Send what is due, once", Args: cobra.NoArgs,
		Long: `Sends the letters and webhooks that are due, once, and says what became of them. A running server does that by
itself. Without an SMTP server only webhooks are called.`,
	}
	f.add(send)
	f.addHooks(send)
	var base string
	send.Flags().StringVar(&base, "base-url", "", "the address of the server whose pages manage subscriptions; letters have no links to them without it")
	send.RunE = func(cmd *cobra.Command, _ []string) error {
		messages, err := f.messages(cmd)
		if err != nil {
			return err
		}
		return a.withStore(cmd.Context(), func(st *store.SQLite) error {
			r, err := messages.Courier(st, strings.TrimSuffix(base, "/"), a.warnings()).Drain(cmd.Context())
			return errors.Join(err, a.say(r, nil, "%d sent, %d to be tried again, %d failed", r.Sent, r.Later, r.Failed))
		})
	}
	cmd.AddCommand(status, send)
	return cmd
}

func (a *app) mailStatus(ctx context.Context, st *store.SQLite, limit int) error {
	messages, err := outbox.List(ctx, st, limit)
	return show(a, messages, err, func() error { return a.out().Messages(messages) })
}

// digestTestCommand sends one letter.
func (a *app) digestTestCommand() *cobra.Command {
	var f smtpFlags
	cmd := &cobra.Command{
		Use: "test ADDRESS", Short: "Send a letter to try the settings of mail", Args: cobra.ExactArgs(1),
		Example: `  KINDRED_SMTP_PASSWORD=… kindred digest test me@example.org --smtp smtps://me@mail.example.org`,
	}
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		smtp, err := f.sender(cmd)
		if err != nil {
			return err
		}
		defer smtp.Close()
		l, err := mail.Test(mail.Addresses{From: smtp.From(), To: args[0]}, time.Now())
		if err != nil {
			return usage(cmd, err)
		}
		if err := smtp.Deliver(cmd.Context(), l); err != nil {
			return err
		}
		return a.say(map[string]string{"sent_to": args[0], "message_id": l.MessageID}, nil,
			"The server took the letter to %s. Look into the inbox, and among the spam.", args[0])
	}
	return cmd
}
