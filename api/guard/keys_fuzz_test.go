package guard

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kindred/data/store"
)

// kept are settings of one bucket.
type kept struct {
	store.Settings
	values map[string][]byte
}

func (k kept) Setting(_ context.Context, _, key string) ([]byte, error) { return k.values[key], nil }

func (k kept) SettingKeys(context.Context, string) (out []string, _ error) {
	for key := range k.values {
		out = append(out, key)
	}
	slices.Sort(out)
	return out, nil
}

// FuzzKeys reads keys as they lie in a store: none opens for a secret whose hash it does not hold, none passes for another
// key, and one that is damaged is an error that names it.
func FuzzKeys(f *testing.F) {
	secret := secretPrefix + "0a1b2c3d_" + strings.Repeat("7", 64)
	good, err := json.Marshal(storedKey{Key{ID: "0a1b2c3d", Name: "tides"}, hashSecret(secret)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, secret)
	f.Add([]byte(strings.Replace(string(good), "0a1b2c3d", OwnerKey.ID, 1)), secret)
	for _, s := range []string{`null`, `{}`, `{"sha256":""}`, `{"id":"owner","sha256":7}`, `[`, ``} {
		f.Add([]byte(s), secret)
	}
	f.Fuzz(func(t *testing.T, value []byte, given string) {
		k := NewKeys(kept{values: map[string][]byte{"0a1b2c3d": value}})
		key, err := k.Check(t.Context(), given)
		if err == nil && (key.ID != "0a1b2c3d" || !strings.Contains(string(value), hashSecret(given)) && !strings.Contains(string(value), `\u`)) {
			t.Errorf("%q opens as %+v by %q", given, key, value)
		}
		list, err := k.List(t.Context())
		if err != nil && !strings.Contains(err.Error(), "0a1b2c3d") || err == nil && len(list) > 1 {
			t.Errorf("%d keys, %v", len(list), err)
		}
	})
}
