package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"kindred/recommend/digest"
)

// zoteroFlags name a library of Zotero.
type zoteroFlags struct{ address, keyFile string }

func (f *zoteroFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.address, "zotero", "", "a library of Zotero, or a collection of it: users/ID[/collections/KEY], groups/ID[/collections/KEY] or the address of a group's page")
	flags.StringVar(&f.keyFile, "zotero-key-file", "", "a file with the key that opens it (default: the variable KINDRED_ZOTERO_KEY); a public library needs none")
}

// read returns the library, nil for none. Its key is kept with the subscription.
func (f *zoteroFlags) read() (*digest.Zotero, error) {
	address, keyFile := f.address, f.keyFile
	if address == "" {
		return nil, nil
	}
	z := &digest.Zotero{Library: address, Key: os.Getenv("KINDRED_ZOTERO_KEY")}
	if !strings.Contains(address, "zotero.org/") {
		z.Library, z.Collection, _ = strings.Cut(address, "/collections/")
	}
	if keyFile != "" {
		b, err := os.ReadFile(keyFile)
		if err != nil {
			return nil, fmt.Errorf("--zotero-key-file: %w", err)
		}
		z.Key = string(b)
	}
	z.Key = strings.TrimSpace(z.Key)
	return z, nil
}
