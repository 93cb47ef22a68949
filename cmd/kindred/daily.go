package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kindred/atomicfile"
	"kindred/data/read"
	"kindred/mail"
	"kindred/mail/daily"
	"kindred/recommend/digest"
	"kindred/recommend/library"
	"kindred/server"
)

// dailyFlags are the flags of the daily command besides those of letters.
type dailyFlags struct {
	library, papers, sources []string
	fetch                    fetchFlags
	html, text               string
	wait                     time.Duration
	subscription             digest.Subscription
	zotero                   zoteroFlags
	base                     string
	letters                  letterFlags
}

func (a *app) dailyCommand() *cobra.Command {
	var f dailyFlags
	cmd := &cobra.Command{
		Use:   "daily",
		Short: "Read new papers, choose those near your library, and mail them, in one go",
		Long: `Reads new papers, chooses those near the papers of your library, and mails them, without a server: for a timer of
the system, cron, or a job of CI. What was sent is kept in the data folder, so no paper comes twice; a job of CI must
keep that folder from run to run. The first run learns a model from the papers it reads. Nothing is mailed without
--to; --html and --text write the issue to files.

Letters go by an SMTP server (--smtp), a program of this machine (--sendmail), or into a folder that a mail program
reads (--maildir). A letter that is not taken at once is tried again for --wait, and by the next run.`,
		Example: `  kindred daily --library refs.bib --source arxiv:cs.CL --to me@example.org --smtp smtps://me@mail.example.org
  kindred daily --library refs.bib --papers today.jsonl --to me@localhost --maildir ~/Maildir
  kindred daily --library refs.bib --papers today.jsonl --html issue.html`,
		Args: cobra.NoArgs,
	}
	flags, s := cmd.Flags(), &f.subscription
	flags.StringArrayVar(&f.library, "library", nil, "a file of papers that you have, in any form that import reads; - for the standard input")
	f.zotero.add(flags)
	flags.StringArrayVar(&f.papers, "papers", nil, "a file or folder of new papers, in any form that import reads")
	flags.StringVar(&s.To.Mail, "to", "", "mail address of the reader")
	flags.StringVar(&s.Name, "name", "", `name of the digest, by which the data folder knows what was sent (default "Daily papers", with the address)`)
	flags.StringVar(&f.html, "html", "", "a file to write the issue to as HTML")
	flags.StringVar(&f.text, "text", "", "a file to write the issue to as text")
	flags.DurationVar(&f.wait, "wait", 10*time.Minute, "how long to try again a letter that is not taken at once")
	addFilter(flags, s)
	flags.StringArrayVar(&f.sources, "source", nil, "a service of new papers, such as arxiv:cs.CL; kindred fetch --help lists them")
	f.fetch.add(cmd)
	f.letters.add(cmd)
	flags.StringVar(&f.base, "base-url", "", "the address of a server over the same data folder, whose pages letters link to; they have no such links without it")
	cmd.MarkFlagsOneRequired("library", "zotero")
	cmd.MarkFlagsMutuallyExclusive("library", "zotero")
	cmd.MarkFlagsOneRequired("papers", "source")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if s.To.Mail == "" && f.html == "" && f.text == "" {
			return usagef(cmd, "nowhere to put the issue: give --to, --html or --text")
		}
		if s.Name == "" {
			if s.Name = "Daily papers"; s.To.Mail != "" {
				s.Name += " for " + s.To.Mail
			}
		}
		var err error
		if s.Zotero, err = f.zotero.read(); err != nil {
			return err
		}
		opt := daily.Options{
			Subscription: *s, Sources: f.sources, Client: a.client(f.fetch), Papers: f.papers, Reading: read.Options{Stdin: a.stdin},
			Rejected: a.leftOut, Waiting: a.waiting, Wait: f.wait, Now: time.Now,
		}
		if s.To.Mail != "" {
			carrier, err := f.letters.carrier(cmd)
			if err != nil {
				return err
			}
			defer carrier.Close()
			opt.Post = &mail.Post{Carrier: carrier}
		}
		return a.runDaily(cmd.Context(), &f, opt)
	}
	return cmd
}

func (a *app) runDaily(ctx context.Context, f *dailyFlags, opt daily.Options) (err error) {
	if opt.Own, err = a.readLibrary(ctx, f.library); err != nil {
		return err
	}
	var r *daily.Report
	err = a.withOpen(ctx, library.Options{Create: true}, func(l *library.Library) error {
		if base := strings.TrimSuffix(f.base, "/"); base != "" && opt.Post != nil {
			subs := digest.NewSubscriptions(l.Store())
			opt.Post.Pages = func(ctx context.Context, subscription string) (mail.Addresses, *digest.Addresses, error) {
				return server.Addresses(ctx, subs, base, subscription)
			}
		}
		r, err = daily.Run(ctx, l, opt)
		return err
	})
	if r == nil {
		return err
	}
	html, text, failed := mail.Bodies(r.Issue, mail.Addresses{})
	for name, body := range map[string]string{f.html: html, f.text: text} {
		if name != "" && failed == nil {
			failed = atomicfile.WriteFile(name, []byte(body), 0o644)
		}
	}
	return errors.Join(err, failed, show(a, r, nil, func() error {
		switch {
		case r.Issue.Quiet != "":
			a.printf("%s\n", r.Issue.Quiet)
		default:
			a.printf("%s: issue %d, %d of %d new papers\n", r.Issue.Name, r.Issue.Number, len(r.Issue.IDs()), r.Issue.Considered)
		}
		if opt.Post != nil {
			a.printf("Letters: %d sent, %d to be tried again, %d failed\n", r.Mail.Sent, r.Mail.Later, r.Mail.Failed)
		}
		return nil
	}))
}
