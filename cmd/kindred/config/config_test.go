package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// harbour returns a program with a command of flags of all kinds.
func harbour(ran *[]string) *cobra.Command {
	root := &cobra.Command{Use: "kindred"}
	root.PersistentFlags().String("data", "./d", "")
	AddFlags(root)
	serve := &cobra.Command{Use: "serve", RunE: func(*cobra.Command, []string) error { return nil }}
	f := serve.Flags()
	f.String("addr", ":8080", "")
	f.Bool("sample", false, "")
	f.Int("limit", 5, "")
	f.Float64("rate", 0, "")
	f.Duration("gap", time.Hour, "")
	f.StringSlice("proxy", nil, "")
	f.String("mail-password", "", "")
	fit := &cobra.Command{Use: "fit", RunE: func(*cobra.Command, []string) error { return nil }}
	fit.Flags().Int("dims", 0, "")
	root.AddCommand(serve, fit)
	for _, cmd := range root.Commands() {
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
	}
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		settings, _, err := Apply(cmd, strings.Fields(os.Getenv("HARBOUR")))
		for _, s := range settings {
			*ran = append(*ran, s.String())
		}
		return err
	}
	return root
}

// TestApplyLeavesLists holds that printing settings changes none of them: pflag hands out the list that it keeps.
func TestApplyLeavesLists(t *testing.T) {
	root := harbour(new([]string))
	root.SetArgs([]string{"serve", "--proxy", "10.0.0.1,10.0.0.2"})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	serve, _, err := root.Find([]string{"serve"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := serve.Flags().GetStringSlice("proxy")
	if want := []string{"10.0.0.1", "10.0.0.2"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("the flag is %q after Apply, want %q: %v", got, want, err)
	}
}

// run returns the settings of a command line, an environment and a file.
func run(t *testing.T, file, environ string, args ...string) (string, error) {
	t.Helper()
	var lines []string
	root := harbour(&lines)
	if file != "" {
		path := filepath.Join(t.TempDir(), "k.toml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
		t.Setenv("HARBOUR", environ)
		root.SetArgs(args)
		err := root.Execute()
		return strings.ReplaceAll(strings.Join(lines, "\n"), path, "k.toml"), trim(err, path)
	}
	t.Setenv("HARBOUR", environ)
	root.SetArgs(args)
	err := root.Execute()
	return strings.Join(lines, "\n"), err
}

type short string

func (s short) Error() string { return string(s) }

func trim(err error, path string) error {
	if err == nil {
		return nil
	}
	return short(strings.ReplaceAll(err.Error(), path, "k.toml"))
}

func TestPrecedence(t *testing.T) {
	const file = "data = \"/file\"\n[serve]\naddr = \":1\" # a comment\nlimit = 1_000\nrate = 2\nproxy = [\"10.0.0.1\",\n\"10.0.0.2\"]\ngap = \"90s\"\nsample = true\nmail-password = \"plum\"\n[fit]\ndims = 7\n"
	got, err := run(t, file, "KINDRED_SERVE_ADDR=:2 KINDRED_SERVE_LIMIT=2 KINDRED_PYTHON=x", "serve", "--limit", "3")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`data = "/file"  # k.toml:1`, `serve.addr = ":2"  # KINDRED_SERVE_ADDR`, `serve.limit = 3  # flag`, `serve.rate = 2  # k.toml:5`,
		`serve.proxy = ["10.0.0.1", "10.0.0.2"]  # k.toml:6`, `serve.gap = "1m30s"  # k.toml:8`, `serve.sample = true  # k.toml:9`,
		`serve.mail-password = "(hidden)"  # k.toml:10`,
	} {
		if !strings.Contains(got, want+"\n") && !strings.HasSuffix(got, want) {
			t.Errorf("no line %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "plum") || strings.Contains(got, "dims") {
		t.Errorf("too much in\n%s", got)
	}
	if got, err := run(t, "", "KINDRED_SERVE_PROXY=a,b", "serve"); err != nil || !strings.Contains(got, `serve.proxy = ["a", "b"]  # KINDRED_SERVE_PROXY`) || !strings.Contains(got, `serve.addr = ":8080"  # default`) {
		t.Errorf("a list in the environment: %v\n%s", err, got)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ file, environ, want string }{
		{"x = 1\n", "", "k.toml:1: there is no setting x;"},
		{"\naddr = \":1\"\n", "", "k.toml:2: there is no setting addr: is it serve.addr?"},
		{"[serve]\naddr = 5\n", "", "k.toml:2: serve.addr: want a text"},
		{"[serve]\nlimit = \"5\"\n", "", "k.toml:2: serve.limit: want a whole number"},
		{"[serve]\nlimit = 1.5\n", "", "k.toml:2: serve.limit: want a whole number"},
		{"[serve]\nsample = 1\n", "", "k.toml:2: serve.sample: want true or false"},
		{"[serve]\nproxy = [1]\n", "", "k.toml:2: serve.proxy: want a list of texts"},
		{"[serve]\ngap = \"soon\"\n", "", `k.toml:2: serve.gap: "soon" is not a duration`},
		{"[fit]\ndims = \"x\"\n", "", "k.toml:2: fit.dims: want a whole number"},
		{"[serve]\naddr = \":1\"\n\naddr = \":2\"\n", "", "k.toml:4: serve.addr is set twice, first in line 2"},
		{"serve.addr = \":1\"\n[serve]\naddr = \":2\"\n", "", "k.toml:3: serve.addr is set twice, first in line 1"},
		{"[serve]\naddr = \n", "", "k.toml:2: "},
		{"[[serve]]\naddr = \":1\"\n", "", "k.toml:1: [[serve]]"},
		{"", "KINDRED_SERVE_LIMIT=many", `KINDRED_SERVE_LIMIT="many": want a whole number`},
		{"", "KINDRED_SERVE_ADR=:1", "KINDRED_SERVE_ADR in the environment is no setting of kindred serve"},
		{"", "KINDRED_CONFIG=/nowhere/k.toml", "/nowhere/k.toml"},
	} {
		if _, err := run(t, c.file, c.environ, "serve"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("file %q, environment %q: %v, want %s", c.file, c.environ, err, c.want)
		}
	}
}

// FuzzFile reads any bytes as a file: it gives settings or an error, and no panic.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{"[serve]\naddr = \":1\"\nproxy = [\"a\"]\n", "data = '''x'''\n", "a.b.c = {d = 1}", "[serve]\nrate = 1e9\n", "[", "= ="} {
		f.Add([]byte(seed))
	}
	var ran []string
	flags := known(harbour(&ran))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := parse("k.toml", b, flags)
		if err != nil && !strings.HasPrefix(err.Error(), "k.toml") {
			t.Errorf("the error does not say where: %v", err)
		}
		for name := range entries {
			if flags[name] == nil {
				t.Errorf("unknown setting %q", name)
			}
		}
	})
}
