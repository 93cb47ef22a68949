// Package config sets the flags of a command from the environment and from a file, for all commands alike, and says where
// each value comes from. Of several values the first in this order holds: the flag on the command line, the variable of
// the environment, the file, the default.
//
// What belongs here is which source sets which flag. What a flag means belongs to its command, and no setting exists that
// is not a flag.
package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Names of the flags that this package itself defines.
const (
	fileFlag  = "config"
	printFlag = "print-config"
)

// prefix begins the variables of the environment.
const prefix = "KINDRED_"

// AddFlags adds the flags by which a user names a file and has the settings printed to the root command.
func AddFlags(root *cobra.Command) {
	root.PersistentFlags().String(fileFlag, "", "a TOML file of settings; docs/operations.md describes it")
	root.PersistentFlags().Bool(printFlag, false, "print the settings of this command and where each comes from, and end")
}

// Setting is the value of one flag.
type Setting struct {
	Name   string `json:"name"`   // as in a file, such as serve.addr
	Value  string `json:"value"`  // "(hidden)" for a secret that is set
	Source string `json:"source"` // default, flag, the name of a variable, or file:line

	quoted bool
}

// String returns the setting as a line of a file, with its source as a comment.
func (s Setting) String() string {
	value := s.Value
	if s.quoted {
		value = strconv.Quote(value)
	}
	return fmt.Sprintf("%s = %s  # %s", s.Name, value, s.Source)
}

// Apply sets the flags of cmd that the command line does not set, from the variables in environ, which are of the form
// of os.Environ, and from the file that --config or KINDRED_CONFIG names. It checks the whole file, also what it says of
// other commands. print reports whether --print-config asks for the settings instead of the command.
func Apply(cmd *cobra.Command, environ []string) (settings []Setting, print bool, err error) {
	environment := map[string]string{}
	for _, e := range environ {
		if name, value, _ := strings.Cut(e, "="); strings.HasPrefix(name, prefix) {
			environment[name] = value
		}
	}
	if err := misspelt(cmd.Root(), environment); err != nil {
		return nil, false, err
	}
	file, err := readFile(cmd, environment)
	if err != nil {
		return nil, false, err
	}
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if failed != nil || own(f) {
			return
		}
		s := Setting{Name: nameOf(cmd, f), Source: "default"}
		variable := variableOf(s.Name)
		switch value, set := environment[variable]; {
		case f.Changed:
			s.Source = "flag"
		case set:
			s.Source = variable
			if err := cmd.Flags().Set(f.Name, value); err != nil {
				failed = fmt.Errorf("%s=%q: want %s", variable, shown(f, value), kindOf(f))
			}
		default:
			if e, set := file[s.Name]; set {
				s.Source = e.place
				failed = e.set(cmd, f)
			}
		}
		s.Value, s.quoted = printed(f)
		settings = append(settings, s)
	})
	print, err = cmd.Flags().GetBool(printFlag)
	return settings, print, errors.Join(failed, err)
}

// own reports whether a flag steers this package or cobra, and is no setting.
func own(f *pflag.Flag) bool { return f.Name == "help" || f.Name == fileFlag || f.Name == printFlag }

// nameOf returns the name of a flag in a file: that of its command, without the program's, and its own.
func nameOf(cmd *cobra.Command, f *pflag.Flag) string {
	if cmd.Root().PersistentFlags().Lookup(f.Name) == f {
		return f.Name
	}
	path := strings.Fields(cmd.CommandPath())[1:]
	return strings.Join(append(path, f.Name), ".")
}

// variableOf returns the name of the variable of a setting: KINDRED_SERVE_ADDR of serve.addr.
func variableOf(name string) string {
	return prefix + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name))
}

// known returns the flags of all commands by their names in a file.
func known(root *cobra.Command) map[string]*pflag.Flag {
	out := map[string]*pflag.Flag{}
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		add := func(f *pflag.Flag) {
			if !own(f) {
				out[nameOf(cmd, f)] = f
			}
		}
		cmd.PersistentFlags().VisitAll(add)
		cmd.Flags().VisitAll(add)
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit(root)
	return out
}

// misspelt reports a variable that begins like those of a command and is none of them.
func misspelt(root *cobra.Command, environment map[string]string) error {
	variables := map[string]bool{variableOf(fileFlag): true}
	for name := range known(root) {
		variables[variableOf(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		for _, cmd := range root.Commands() {
			if strings.HasPrefix(name, variableOf(cmd.Name())+"_") && !variables[name] {
				return fmt.Errorf("%s in the environment is no setting of kindred %s: unset it (kindred %s --help lists the flags)",
					name, cmd.Name(), cmd.Name())
			}
		}
	}
	return nil
}

// readFile returns the entries of the file that --config or the environment names, none where neither does.
func readFile(cmd *cobra.Command, environment map[string]string) (map[string]entry, error) {
	path, err := cmd.Flags().GetString(fileFlag)
	if err != nil {
		return nil, err
	}
	if path == "" {
		path = environment[variableOf(fileFlag)]
	}
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	return parse(path, b, known(cmd.Root()))
}

// kindOf says in words what values a flag takes.
func kindOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "int", "int64", "uint64":
		return "a whole number"
	case "float64":
		return "a number"
	case "duration":
		return "a duration such as 90s or 6h"
	case "stringSlice", "stringArray":
		return "a list of texts"
	}
	return "a text"
}

// secret matches the names of flags whose values nobody else may see.
var secret = regexp.MustCompile(`(^|-)(password|secret|token|key)$`)

// shown returns a value of a flag for a message.
func shown(f *pflag.Flag, value string) string {
	if secret.MatchString(f.Name) && value != "" {
		return "(hidden)"
	}
	return value
}

// printed returns the value of a flag as it stands in a file, and whether it is a text to be quoted.
func printed(f *pflag.Flag) (value string, quoted bool) {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		items := slices.Clone(list.GetSlice()) // the flag goes on with its own
		for i := range items {
			items[i] = strconv.Quote(shown(f, items[i]))
		}
		return "[" + strings.Join(items, ", ") + "]", false
	}
	switch f.Value.Type() {
	case "bool", "int", "int64", "uint64", "float64":
		return f.Value.String(), false
	}
	return shown(f, f.Value.String()), true
}
