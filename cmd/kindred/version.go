package main

import (
	"cmp"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker (-ldflags "-X main.version=v1.2.3") where a release is built; else the build says what it knows.
var version string

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print which release this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := build()
			if a.json {
				return a.printJSON(v)
			}
			a.printf("kindred %s", v.Version)
			if v.Commit != "" {
				a.printf(" (%s)", v.Commit)
			}
			a.printf(", %s, %s\n", v.Go, v.Platform)
			return nil
		},
	}
}

// buildInfo says which build of which release this is.
type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"` // with "+changes" where the checkout had some
	Time     string `json:"time,omitempty"`   // of the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func build() buildInfo {
	b := buildInfo{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		b.Version = cmp.Or(b.Version, "(unknown)")
		return b
	}
	b.Version = cmp.Or(b.Version, info.Main.Version)
	changed := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(12, len(s.Value))]
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	if changed && b.Commit != "" {
		b.Commit += "+changes"
	}
	return b
}
