package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/api/guard"
	"kindred/data/store"
)

func (a *app) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Manage the keys for changes over HTTP",
		Long: `Every change over HTTP needs a key, whatever address it comes from. A key is printed once, when it is
added; only its hash is stored. The key of the owner stands in a file of the data folder, which only the
owner can read.`,
	}
	add := &cobra.Command{Use: "add NAME", Short: "Create a key and print it", Args: cobra.ExactArgs(1)}
	add.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withKeys(cmd.Context(), func(keys *guard.Keys) error { return a.addKey(cmd.Context(), keys, args[0]) })
	}
	list := &cobra.Command{Use: "list", Short: "List the keys", Args: cobra.NoArgs}
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.withKeys(cmd.Context(), func(keys *guard.Keys) error { return a.listKeys(cmd.Context(), keys) })
	}
	revoke := &cobra.Command{Use: "revoke ID", Short: "Revoke a key", Args: cobra.ExactArgs(1)}
	revoke.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withKeys(cmd.Context(), func(keys *guard.Keys) error { return keys.Revoke(cmd.Context(), args[0]) })
	}
	owner := &cobra.Command{Use: "owner", Short: "Print the key of the data folder's owner", Args: cobra.NoArgs}
	owner.RunE = func(cmd *cobra.Command, _ []string) error { return a.printOwnerKey(cmd.Context()) }
	cmd.AddCommand(add, list, revoke, owner)
	return cmd
}

func (a *app) withKeys(ctx context.Context, f func(*guard.Keys) error) error {
	return a.withNewStore(ctx, func(st *store.SQLite) error {
		return f(guard.NewKeys(st))
	})
}

func (a *app) printOwnerKey(ctx context.Context) error {
	return a.withNewStore(ctx, func(*store.SQLite) error {
		secret, err := a.folder().OwnerKey()
		return show(a, map[string]string{"secret": secret}, err, func() error {
			a.printf("%s\n", secret)
			a.notef("Send it in the header X-API-Key, or open /curate?key=… in a browser.\n")
			return nil
		})
	})
}

// newKey is a key with its secret, which is shown once.
type newKey struct {
	guard.Key
	Secret string `json:"secret"`
}

func (a *app) addKey(ctx context.Context, keys *guard.Keys, name string) error {
	key, secret, err := keys.Add(ctx, name)
	return show(a, newKey{key, secret}, err, func() error {
		a.printf("%s\n", secret)
		a.notef("Key %s for %s. It is not shown again. Send it in the header X-API-Key.\n", key.ID, key.Name)
		return nil
	})
}

func (a *app) listKeys(ctx context.Context, keys *guard.Keys) error {
	list, err := keys.List(ctx)
	return show(a, list, err, func() error {
		return each(list, func(k guard.Key) error {
			return a.out().Line("%s  %s  %s", k.ID, k.Created.Format("2006-01-02"), k.Name)
		})
	})
}
