// Package hook posts issues of a digest to webhooks: signed JSON, and the forms that chat services take. When a call is
// tried again is decided by mail/outbox.
package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kindred/data/store"
	"kindred/mail/outbox"
	"kindred/netguard"
	"kindred/recommend/digest"
)

// timeout bounds one call.
const timeout = 30 * time.Second

// Options steer a [Sender].
type Options struct {
	// Secret returns what calls for a subscription are signed with, "" where they are not signed.
	Secret func(ctx context.Context, subscription string) (string, error)
	// AllowPrivate lets calls go to loopback, private and link-local addresses.
	AllowPrivate bool
	Now          func() time.Time // nil is time.Now
}

// Sender calls webhooks. It is an [outbox.Sender].
type Sender struct {
	opt    Options
	client *http.Client
}

// New returns a sender. It uses no proxy, and follows no redirect: an answer of 3xx is an error.
func New(opt Options) *Sender {
	dialer := netguard.Dialer(timeout)
	if opt.AllowPrivate {
		dialer = &net.Dialer{Timeout: timeout}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &Sender{opt: opt, client: &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: timeout, MaxResponseHeaderBytes: 1 << 16, ForceAttemptHTTP2: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Send implements [outbox.Sender].
func (s *Sender) Send(ctx context.Context, d *store.Delivery) error {
	var l digest.Letter
	if err := json.Unmarshal(d.Body, &l); err != nil || l.Issue == nil {
		return &outbox.Refusal{Reason: "the issue cannot be read"}
	}
	u, err := url.Parse(l.Webhook)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return &outbox.Refusal{Reason: "the webhook has no address of http or https"}
	}
	shape, err := ShapeOf(u)
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	content, err := body(l.Issue, shape, u)
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	secret := ""
	if s.opt.Secret != nil {
		if secret, err = s.opt.Secret(ctx, d.Owner); err != nil {
			return err
		}
	}
	return s.post(ctx, u.Host, endpoint(u, shape), d.Key, content, secret)
}

func (s *Sender) post(ctx context.Context, host, address, id string, content []byte, secret string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(content))
	if err != nil {
		return &outbox.Refusal{Reason: "the webhook's address cannot be called"}
	}
	stamp := strconv.FormatInt(s.opt.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Kindred")
	req.Header.Set("webhook-id", id) // the same for each attempt: the receiver drops repetitions by it
	req.Header.Set("webhook-timestamp", stamp)
	if secret != "" {
		req.Header.Set("webhook-signature", Sign(secret, id, stamp, content))
	}
	resp, err := s.client.Do(req)
	if err != nil {
		var failed *url.Error // it has the whole address, which for chat services is a secret
		if errors.As(err, &failed) {
			err = failed.Err
		}
		if errors.Is(err, netguard.ErrPrivate) {
			return &outbox.Refusal{Reason: fmt.Sprintf("webhook at %s: %v: only public addresses are called", host, netguard.ErrPrivate)}
		}
		return fmt.Errorf("webhook at %s: %w", host, err)
	}
	defer resp.Body.Close()
	io.CopyN(io.Discard, resp.Body, 1<<12)
	return judge(host, resp)
}

// judge says what an answer means for its message.
func judge(host string, resp *http.Response) error {
	failed := fmt.Errorf("webhook at %s answered %d %s", host, resp.StatusCode, http.StatusText(resp.StatusCode))
	switch resp.StatusCode {
	case http.StatusGone:
		return &outbox.Refusal{Reason: failed.Error(), Bounce: true}
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusUnsupportedMediaType:
		return &outbox.Refusal{Reason: failed.Error()}
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		return &outbox.Later{Err: failed, Wait: time.Duration(min(seconds, 86400)) * time.Second}
	}
	return failed
}

// Sign returns the signature of a call in the form of Standard Webhooks: HMAC-SHA-256 over id, timestamp and content. A
// secret that begins with whsec_ is base64 behind that; any other is taken as it is.
func Sign(secret, id, timestamp string, content []byte) string {
	key := []byte(secret)
	if coded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if b, err := base64.StdEncoding.DecodeString(coded); err == nil {
			key = b
		}
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(content)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
