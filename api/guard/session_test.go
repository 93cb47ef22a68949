package guard

import (
	"errors"
	"testing"
	"time"
)

// TestSessions opens sessions, and wants each to end when it is closed, unused, or pushed out, and none to be its key.
func TestSessions(t *testing.T) {
	keys := NewKeys(settings{})
	key, secret, err := keys.Add(t.Context(), "Blim")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	s := NewSessions(keys, func() time.Time { return now })
	open := func() string {
		t.Helper()
		token, err := s.Open(t.Context(), secret)
		if err != nil || token == secret || len(token) < 20 {
			t.Fatalf("%q %v", token, err)
		}
		return token
	}
	valid := func(token string) bool {
		got, err := s.Key(t.Context(), token)
		if err != nil && !errors.Is(err, ErrKey) {
			t.Fatal(err)
		}
		return err == nil && got.ID == key.ID
	}
	first, second := open(), open()
	if !valid(first) || !valid(second) || valid("") || valid(secret) {
		t.Error("not the sessions that were opened")
	}
	s.Close(first)
	if valid(first) || !valid(second) {
		t.Error("the wrong session was closed")
	}
	now = now.Add(sessionIdle - time.Second)
	if !valid(second) {
		t.Error("a session in use ends")
	}
	now = now.Add(sessionIdle + time.Second)
	if valid(second) {
		t.Error("a session that nobody used is open")
	}
	oldest := open()
	now = now.Add(time.Second)
	for range maxSessions {
		open()
	}
	if valid(oldest) || len(s.open) > maxSessions {
		t.Errorf("%d sessions", len(s.open))
	}
	if _, err := s.Open(t.Context(), "nonsense"); !errors.Is(err, ErrKey) {
		t.Errorf("a wrong key: %v", err)
	}
	last := open()
	if err := keys.Revoke(t.Context(), key.ID); err != nil || valid(last) {
		t.Errorf("a session outlives its key: %v", err)
	}
}
