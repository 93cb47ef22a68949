package store_test

import (
	"errors"
	"testing"

	"kindred/data/store"
	"kindred/data/store/storetest"
)

func TestSQLiteOutbox(t *testing.T) {
	storetest.TestOutbox(t, func(t *testing.T) storetest.OutboxStore { return open(t) })
}

// TestQueueInChange wants a message with what was written beside it, or neither.
func TestQueueInChange(t *testing.T) {
	s := open(t)
	defer s.Close()
	ctx := t.Context()
	write := func(tx *store.Tx) error {
		if err := tx.SetSetting("b", "k", []byte("v")); err != nil {
			return err
		}
		n, err := tx.Queue(store.Message{Key: "m", Kind: "mail"})
		if n != 1 {
			t.Errorf("Queue = %d, %v", n, err)
		}
		return err
	}
	state := func() (settings, messages int) {
		keys, err := s.SettingKeys(ctx, "b")
		queued, err2 := s.Deliveries(ctx, 10, store.Queued)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return len(keys), len(queued)
	}
	refused := errors.New("changed my mind")
	if err := s.Change(ctx, func(tx *store.Tx) error { return errors.Join(write(tx), refused) }); !errors.Is(err, refused) {
		t.Errorf("Change = %v", err)
	}
	if settings, messages := state(); settings+messages != 0 {
		t.Errorf("%d settings and %d messages of a change that failed", settings, messages)
	}
	if err := s.Change(ctx, write); err != nil {
		t.Fatal(err)
	}
	if settings, messages := state(); settings != 1 || messages != 1 {
		t.Errorf("%d settings and %d messages of a change, want one each", settings, messages)
	}
}
