package main

import (
	"fmt"
	"os"
	"strings"

	"kindred/recommend/digest"
)

// zoteroOf returns the Zotero library that flags name, nil for none. Its key is kept with the subscription.
func zoteroOf(address, keyFile string) (*digest.Zotero, error) {
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
