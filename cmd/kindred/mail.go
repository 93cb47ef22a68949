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

// letterFlags are the flags of every command that sends letters: by an SMTP server, a program, or into a folder. Each has an
// environment variable as its default.
type letterFlags struct {
	maildir, sendmail                     string
	server, user, from, tls, passwordFile string
	perMinute                             int
	privateHooks                          bool // see addHooks
}

// addHooks adds the flag of commands that call webhooks.
func (f *letterFlags) addHooks(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.privateHooks, "private-webhooks", false, "let webhooks go to this machine and its network; otherwise only public addresses are called")
}

// messages returns the ways by which messages leave. Without a way for letters none are sent.
func (f *letterFlags) messages(cmd *cobra.Command) (m server.Messages, err error) {
	m.PrivateHooks = f.privateHooks
	if f.maildir+f.sendmail+f.server != "" {
		m.Carrier, err = f.carrier(cmd)
	}
	return m, err
}

func (f *letterFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.maildir, wayMaildir, os.Getenv("KINDRED_MAILDIR"),
		"a folder that letters are put into, of the form Maildir, for a mail program on this machine; needs no server (KINDRED_MAILDIR)")
	flags.StringVar(&f.sendmail, waySendmail, os.Getenv("KINDRED_SENDMAIL"),
		"a program on this machine that letters are handed to, such as sendmail or msmtp, with its options (KINDRED_SENDMAIL)")
	flags.StringVar(&f.server, waySMTP, os.Getenv("KINDRED_SMTP"),
		"SMTP server: host:port, smtp://user@host:587 or smtps://user@host:465 (KINDRED_SMTP); its password is in KINDRED_SMTP_PASSWORD or a file")
	flags.StringVar(&f.user, "smtp-user", os.Getenv("KINDRED_SMTP_USER"), "user of the SMTP server (KINDRED_SMTP_USER)")
	flags.StringVar(&f.passwordFile, "smtp-password-file", os.Getenv("KINDRED_SMTP_PASSWORD_FILE"),
		"file with the password of the SMTP server (KINDRED_SMTP_PASSWORD_FILE)")
	flags.StringVar(&f.from, "smtp-from", os.Getenv("KINDRED_SMTP_FROM"), "mail address of the sender, by whatever way (KINDRED_SMTP_FROM; default the user)")
	flags.StringVar(&f.tls, "smtp-tls", os.Getenv("KINDRED_SMTP_TLS"),
		"encryption: starttls, tls, or none for a server on this machine (KINDRED_SMTP_TLS; default tls on port 465, else starttls)")
	flags.IntVar(&f.perMinute, "smtp-per-minute", 0, "letters a minute at most (default 20)")
}

// Ways that letters go, which are the names of flags.
const (
	wayMaildir  = "maildir"
	waySendmail = "sendmail"
	waySMTP     = "smtp"
)

// way returns the one way that letters go, "" for none. What a flag says goes before what the environment says.
func (f *letterFlags) way(cmd *cobra.Command) (string, error) {
	var said, set []string
	for _, w := range [...]struct{ flag, value string }{{wayMaildir, f.maildir}, {waySendmail, f.sendmail}, {waySMTP, f.server}} {
		switch {
		case w.value == "":
		case cmd.Flags().Changed(w.flag):
			said = append(said, w.flag)
		default:
			set = append(set, w.flag)
		}
	}
	if len(said) == 0 {
		said = set
	}
	switch len(said) {
	case 0:
		return "", nil
	case 1:
		return said[0], nil
	}
	return "", usagef(cmd, "letters can go one way: give one of --%s", strings.Join(said, ", --"))
}

// carrier returns what sends letters, an error of the command line where the flags cannot be meant.
func (f *letterFlags) carrier(cmd *cobra.Command) (mail.Carrier, error) {
	way, err := f.way(cmd)
	if err != nil {
		return nil, err
	}
	var c mail.Carrier
	switch way {
	case wayMaildir:
		c, err = mail.NewMaildir(f.maildir, f.from)
	case waySendmail:
		c, err = mail.NewSendmail(f.sendmail, f.from)
	case waySMTP:
		return f.smtp(cmd)
	default:
		return nil, usagef(cmd, "no way for letters: give --maildir, --sendmail or --smtp (KINDRED_SMTP); docs/mail.md has the settings of usual providers")
	}
	return c, usage(cmd, err)
}

// errNoPassword is a file for the password of SMTP into which none was written yet, as a service's credential may be.
var errNoPassword = errors.New("--smtp-password-file")

// smtp returns what sends letters by an SMTP server.
func (f *letterFlags) smtp(cmd *cobra.Command) (mail.Carrier, error) {
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
		if password := strings.TrimRight(string(b), "\r\n"); password != "" { // an empty file says nothing
			set.Password = mail.Secret(password)
		}
		if set.User != "" && set.Password == "" {
			return nil, usage(cmd, fmt.Errorf("%w: %s is empty: write the password of the user %s into it", errNoPassword, f.passwordFile, set.User))
		}
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
	var f letterFlags
	send := &cobra.Command{
		Use: "send", Short: "Send what is due, once", Args: cobra.NoArgs,
		Long: `Sends the letters and webhooks that are due, once, and says what became of them. A running server does that by
itself. Without --smtp, --sendmail or --maildir only webhooks are called.`,
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
	var f letterFlags
	cmd := &cobra.Command{
		Use: "test ADDRESS", Short: "Send a letter to try the settings of mail", Args: cobra.ExactArgs(1),
		Example: `  KINDRED_SMTP_PASSWORD=… kindred digest test me@example.org --smtp smtps://me@mail.example.org`,
	}
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		carrier, err := f.carrier(cmd)
		if err != nil {
			return err
		}
		defer carrier.Close()
		l, err := mail.Test(mail.Addresses{From: carrier.From(), To: args[0]}, time.Now())
		if err != nil {
			return usage(cmd, err)
		}
		if err := carrier.Deliver(cmd.Context(), l); err != nil {
			return err
		}
		return a.say(map[string]string{"sent_to": args[0], "message_id": l.MessageID}, nil,
			"The letter to %s was taken. Look into the inbox, and among the spam.", args[0])
	}
	return cmd
}
