package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// entry is one setting of a file.
type entry struct {
	name  string
	place string // file:line
	kind  unstable.Kind
	value string
	list  []string // of an array
}

// parse reads a TOML file of settings. An error names the line.
func parse(path string, b []byte, flags map[string]*pflag.Flag) (map[string]entry, error) {
	at := func(line int) string { return fmt.Sprintf("%s:%d", path, line) }
	p := unstable.Parser{}
	p.Reset(b)
	out, lines := map[string]entry{}, map[string]int{}
	var table []string
	for p.NextExpression() {
		e := p.Expression()
		keys, line := keysOf(&p, e)
		switch e.Kind {
		case unstable.Table:
			table = keys
			continue
		case unstable.ArrayTable:
			return nil, fmt.Errorf("%s: [[%s]]: lists of tables are no settings", at(line), strings.Join(keys, "."))
		case unstable.KeyValue:
		default:
			continue
		}
		found := entry{name: strings.Join(slices.Concat(table, keys), "."), place: at(line)}
		flag, ok := flags[found.name]
		if !ok {
			return nil, fmt.Errorf("%s: there is no setting %s%s", found.place, found.name, nearest(found.name, flags))
		}
		if first, twice := lines[found.name]; twice {
			return nil, fmt.Errorf("%s: %s is set twice, first in line %d", found.place, found.name, first)
		}
		lines[found.name] = line
		if err := found.read(e.Value(), flag); err != nil {
			return nil, err
		}
		out[found.name] = found
	}
	err := p.Error()
	if err == nil {
		err = toml.Unmarshal(b, &map[string]any{}) // what only the meaning shows, such as a table that is there twice
	}
	var syntax *unstable.ParserError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(b[:min(len(b), int(p.Range(syntax.Highlight).Offset))], []byte("\n"))
		return nil, fmt.Errorf("%s: %s", at(line), syntax.Message)
	case errors.As(err, &decode):
		line, _ := decode.Position()
		return nil, fmt.Errorf("%s: %s", at(line), strings.TrimPrefix(decode.Error(), "toml: "))
	case err != nil:
		return nil, fmt.Errorf("%s: %s", path, strings.TrimPrefix(err.Error(), "toml: "))
	}
	return out, nil
}

// keysOf returns the parts of the key of an expression, and its line.
func keysOf(p *unstable.Parser, e *unstable.Node) (keys []string, line int) {
	if e.Kind != unstable.KeyValue && e.Kind != unstable.Table && e.Kind != unstable.ArrayTable {
		return nil, 0
	}
	for it := e.Key(); it.Next(); {
		n := it.Node()
		if line == 0 {
			line = p.Shape(n.Raw).Start.Line
		}
		keys = append(keys, string(n.Data))
	}
	return keys, line
}

// read takes the value of a setting, which must be of the flag's kind.
func (e *entry) read(n *unstable.Node, f *pflag.Flag) error {
	fits := false
	e.kind, e.value = n.Kind, string(n.Data)
	switch n.Kind {
	case unstable.String:
		switch f.Value.Type() {
		case "bool", "int", "int64", "uint64", "float64":
		default:
			fits = true
		}
	case unstable.Bool:
		fits = f.Value.Type() == "bool"
	case unstable.Integer, unstable.Float:
		switch f.Value.Type() {
		case "int", "int64", "uint64":
			fits = n.Kind == unstable.Integer
		case "float64":
			fits = true
		}
		e.value = strings.ReplaceAll(e.value, "_", "")
	case unstable.Array:
		_, fits = f.Value.(pflag.SliceValue)
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			fits = fits && it.Node().Kind == unstable.String
			e.list = append(e.list, string(it.Node().Data))
		}
	}
	if !fits {
		return fmt.Errorf("%s: %s: want %s", e.place, e.name, kindOf(f))
	}
	return nil
}

// set gives the flag the value of the file.
func (e *entry) set(cmd *cobra.Command, f *pflag.Flag) error {
	var err error
	if list, ok := f.Value.(pflag.SliceValue); ok && e.kind == unstable.Array {
		err = list.Replace(e.list)
		f.Changed = true
	} else {
		err = cmd.Flags().Set(f.Name, e.value)
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %q is not %s", e.place, e.name, shown(f, e.value), kindOf(f))
	}
	return nil
}

// nearest names the settings that end like an unknown one, such as serve.addr for addr.
func nearest(name string, flags map[string]*pflag.Flag) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	var near []string
	for _, k := range slices.Sorted(maps.Keys(flags)) {
		if k == last || strings.HasSuffix(k, "."+last) {
			near = append(near, k)
		}
	}
	if len(near) == 0 || len(near) > 4 {
		return "; kindred COMMAND --help lists the flags of a command"
	}
	return ": is it " + strings.Join(near, " or ") + "?"
}
