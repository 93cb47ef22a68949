package library

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"kindred/atomicfile"
)

// ownerFile holds a secret that whoever can read the data folder may change papers with, over HTTP as on the command
// line.
const ownerFile = "owner.key"

// ownerPrefix marks the secret, so that scanners for leaked secrets can tell it.
const ownerPrefix = "kindred_owner_"

// OwnerKey returns the secret of the folder's owner. It makes one where there is none, in a file that only the owner
// can read.
func (f Folder) OwnerKey() (string, error) {
	path := f.Path(ownerFile)
	b, err := os.ReadFile(path)
	if err == nil {
		secret := strings.TrimSpace(string(b))
		if !strings.HasPrefix(secret, ownerPrefix) || len(secret) < len(ownerPrefix)+32 {
			return "", fmt.Errorf("%s: holds no owner's key: remove it, and a new one is made", path)
		}
		return secret, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the owner's key: %w", err)
	}
	var random [32]byte
	rand.Read(random[:]) // crypto/rand.Read never fails
	secret := ownerPrefix + hex.EncodeToString(random[:])
	aside := path + "." + rand.Text()
	defer os.Remove(aside)
	err = atomicfile.WriteFile(aside, []byte(secret+"\n"), 0o600)
	if err == nil {
		// A link never replaces a file: of processes that start at once, all get the key of the first.
		if err = os.Link(aside, path); errors.Is(err, fs.ErrExist) {
			return f.OwnerKey()
		}
		if err != nil { // a file system without links
			err = os.Rename(aside, path)
		}
	}
	if err != nil {
		return "", fmt.Errorf("write the owner's key: %w", err)
	}
	return secret, nil
}
