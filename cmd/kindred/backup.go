package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"kindred/recommend/library"
)

func (a *app) backupCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "backup --out FILE",
		Short: "Write all of the data folder to one file",
		Long: `Writes papers, curator's decisions, hashes of keys and the current model to one file, a tar archive
compressed with zstd, as of one moment. A server and a fit may go on meanwhile. The file appears under its
name once it is complete, and an existing one is not replaced. kindred restore reads it.`,
		Example: `  kindred backup --out kindred-$(date +%F).tar.zst`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "-" {
				return usagef(cmd, "a backup needs a file that it can sync: name one with --out FILE")
			}
			b, err := a.folder().Backup(cmd.Context(), out)
			if err != nil {
				return err
			}
			return a.printBackup(b, "written to "+out)
		},
	}
	addOut(cmd, &out, "the file to write")
	return cmd
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Make the data folder from a backup",
		Long: `Makes the data folder from a file that kindred backup wrote. The folder must not exist, or be empty.
The files are compared with their checksums and the database is checked before the folder gets its name.`,
		Example: `  kindred restore kindred-2026-03-01.tar.zst --data ./restored`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := a.folder().Restore(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.printBackup(b, "restored to "+a.data)
		},
	}
}

func (a *app) printBackup(b *library.Backup, done string) error {
	return show(a, b, nil, func() error { return a.out().Backup(b, done) })
}

// errFaults is the failure of a check that found something.
var errFaults = errors.New("the data folder has faults, listed above")

func (a *app) checkCommand() *cobra.Command {
	var repair bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Verify the files of the data folder against each other",
		Long: `Verifies the database, every paper in it, the model and what belongs to it, by themselves and against
each other. It changes nothing, and may run beside a server. With --repair it fits a model where there is
no usable one, and removes what interrupted commands left behind. A damaged database is not repaired:
restore it from a backup.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runCheck(cmd.Context(), repair) },
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "repair what can be repaired from the papers")
	return cmd
}

func (a *app) runCheck(ctx context.Context, repair bool) error {
	report, err := a.folder().Check(ctx)
	if err != nil {
		return err
	}
	if repair && report.Mendable() {
		waiting := func(holder string) { a.notef("Waiting for another fit: %s.\n", holder) }
		if err := a.folder().Repair(ctx, library.Options{Log: a.warnings()}, waiting); err != nil {
			return err
		}
		if report, err = a.folder().Check(ctx); err != nil {
			return err
		}
	}
	err = show(a, report, nil, func() error { return a.out().Findings(report) })
	if err == nil && len(report.Faults()) > 0 {
		return errFaults
	}
	return err
}
