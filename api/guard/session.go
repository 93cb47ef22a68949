package guard

import (
	"context"
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

// Limits of sessions.
const (
	sessionIdle = 12 * time.Hour // without a request
	maxSessions = 1000           // the longest unused gives way
)

// Sessions are the browsers that signed in with a key. A browser keeps a random token instead of the key, which nobody
// can use elsewhere or after the server ends, and which ends with the key.
type Sessions struct {
	keys *Keys
	now  func() time.Time

	mu   sync.Mutex
	open map[string]*session // by token
}

type session struct {
	key  Key
	last time.Time // request
}

// NewSessions returns sessions of keys, none open. now is the clock.
func NewSessions(keys *Keys, now func() time.Time) *Sessions {
	return &Sessions{keys: keys, now: now, open: map[string]*session{}}
}

// Open opens a session for the key whose secret is given, and returns its token. The error wraps ErrKey if there is no
// such key.
func (s *Sessions) Open(ctx context.Context, secret string) (token string, err error) {
	key, err := s.keys.Check(ctx, secret)
	if err != nil {
		return "", err
	}
	token = rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	s.open[token] = &session{key, s.now()}
	return token, nil
}

// expire closes the sessions that nobody uses. The caller holds mu.
func (s *Sessions) expire() {
	oldest := ""
	for token, o := range s.open {
		if s.now().Sub(o.last) > sessionIdle {
			delete(s.open, token)
		} else if oldest == "" || o.last.Before(s.open[oldest].last) {
			oldest = token
		}
	}
	if len(s.open) >= maxSessions {
		delete(s.open, oldest)
	}
}

// Key returns the key of the session with a token. The error wraps ErrKey if there is no such session, or its key was
// revoked.
func (s *Sessions) Key(ctx context.Context, token string) (Key, error) {
	s.mu.Lock()
	o := s.open[token]
	if o != nil && s.now().Sub(o.last) > sessionIdle {
		delete(s.open, token)
		o = nil
	}
	if o == nil {
		s.mu.Unlock()
		return Key{}, ErrKey
	}
	o.last = s.now()
	key := o.key
	s.mu.Unlock()
	if key == OwnerKey {
		return key, nil
	}
	stored, err := s.keys.load(ctx, key.ID)
	return stored.Key, err
}

// Close ends the session with a token.
func (s *Sessions) Close(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, token)
}

// sessionCookie is the cookie that keeps the token of a session for as long as the browser is open.
const sessionCookie = "kindred_session"

// Cookie has a browser keep the token of a session, or forget it where the token is "". No script can read it, and no
// request from a page of another site carries it.
func Cookie(token string, secure bool) *http.Cookie {
	c := &http.Cookie{
		Name: sessionCookie, Value: token, Path: "/curate", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: secure,
	}
	if token == "" {
		c.MaxAge = -1
	}
	return c
}

// Token returns the token in the cookie of a request that a page of this server made, or a person who typed the address.
func Token(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil || !sameOrigin(r) {
		return ""
	}
	return c.Value
}
