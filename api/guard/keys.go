package guard

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
	"kindred/data/store"
)

// ErrKey is returned for a key that is not, or no longer, valid.
var ErrKey = errors.New("the API key is not valid")

// keysBucket is where keys stand among the settings.
const keysBucket = "keys"

// secretPrefix marks API keys, so that scanners for leaked secrets can tell them.
const secretPrefix = "kindred_"

// Key describes an API key. The secret itself is shown once, when the key is made, and not kept.
type Key struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"` // whom it is for
	Created time.Time `json:"created"`
}

// storedKey is a key at rest. The secret holds 256 random bits, so one round of SHA-256 is enough: there is nothing to
// guess that a slow hash would protect.
type storedKey struct {
	Key
	Hash string `json:"sha256"`
}

// Keys are the API keys, kept hashed among the settings of a store, and that of the owner.
type Keys struct {
	settings store.Settings
	owner    string // hash of the owner's key; "" without one
}

// NewKeys returns the keys kept in settings.
func NewKeys(settings store.Settings) *Keys { return &Keys{settings: settings} }

// OwnerKey is the key of whoever can read the data folder. It is made by the server and is not among those that List
// returns.
var OwnerKey = Key{ID: "owner", Name: "the owner of the data folder"}

// WithOwner returns keys among which secret is OwnerKey's. It must be random and at least 32 characters long.
func (k *Keys) WithOwner(secret string) *Keys {
	return &Keys{settings: k.settings, owner: hashSecret(secret)}
}

// Add makes a key for name and returns it with its secret, which cannot be had again.
func (k *Keys) Add(ctx context.Context, name string) (Key, string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > 100 {
		return Key{}, "", fmt.Errorf("key name %q: %w: want 1 to 100 characters saying whom the key is for", readable.Clip(name, 40), data.ErrInvalid)
	}
	var b [36]byte
	rand.Read(b[:]) // crypto/rand.Read never fails since Go 1.24
	id, rest := hex.EncodeToString(b[:4]), hex.EncodeToString(b[4:])
	secret := secretPrefix + id + "_" + rest
	key := Key{ID: id, Name: name, Created: time.Now().UTC().Truncate(time.Second)}
	value, err := json.Marshal(storedKey{key, hashSecret(secret)})
	if err != nil {
		return Key{}, "", err
	}
	if err := k.settings.SetSetting(ctx, keysBucket, id, value); err != nil {
		return Key{}, "", fmt.Errorf("store key: %w", err)
	}
	return key, secret, nil
}

// List returns all keys, by id.
func (k *Keys) List(ctx context.Context) ([]Key, error) {
	ids, err := k.settings.SettingKeys(ctx, keysBucket)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	keys := make([]Key, 0, len(ids))
	for _, id := range ids {
		stored, err := k.load(ctx, id)
		if errors.Is(err, ErrKey) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, stored.Key)
	}
	return keys, nil
}

// Revoke removes a key; its secret is refused from the next request on. The error wraps ErrKey if there is none.
func (k *Keys) Revoke(ctx context.Context, id string) error {
	if _, err := k.load(ctx, id); err != nil {
		return err
	}
	if err := k.settings.SetSetting(ctx, keysBucket, id, nil); err != nil {
		return fmt.Errorf("revoke key %s: %w", id, err)
	}
	return nil
}

// Check returns the key whose secret is given. The error wraps ErrKey if there is none.
func (k *Keys) Check(ctx context.Context, secret string) (Key, error) {
	if k.owner != "" && subtle.ConstantTimeCompare([]byte(k.owner), []byte(hashSecret(secret))) == 1 {
		return OwnerKey, nil
	}
	id, rest, ok := strings.Cut(strings.TrimPrefix(secret, secretPrefix), "_")
	if !ok || len(id) != 8 || len(rest) != 64 {
		return Key{}, ErrKey
	}
	stored, err := k.load(ctx, id)
	if err != nil {
		return Key{}, err
	}
	if subtle.ConstantTimeCompare([]byte(stored.Hash), []byte(hashSecret(secret))) != 1 {
		return Key{}, ErrKey
	}
	return stored.Key, nil
}

func (k *Keys) load(ctx context.Context, id string) (storedKey, error) {
	value, err := k.settings.Setting(ctx, keysBucket, id)
	if err != nil {
		return storedKey{}, fmt.Errorf("read key %s: %w", readable.Clip(id, 20), err)
	}
	if value == nil {
		return storedKey{}, fmt.Errorf("key %s: %w", readable.Clip(id, 20), ErrKey)
	}
	var stored storedKey
	if err := json.Unmarshal(value, &stored); err != nil {
		return storedKey{}, fmt.Errorf("read key %s: %w", readable.Clip(id, 20), err)
	}
	if stored.ID != id { // it would pass for another key, or for the owner's
		return storedKey{}, fmt.Errorf("read key %s: its entry in the store is that of another key", readable.Clip(id, 20))
	}
	return stored, nil
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
