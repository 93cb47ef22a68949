package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/time/rate"

	"kindred/data"
	"kindred/mail/outbox"
)

// Secret is a password, which no output shows.
type Secret string

func (Secret) String() string               { return "(hidden)" }
func (Secret) GoString() string             { return "(hidden)" }
func (Secret) MarshalText() ([]byte, error) { return []byte("(hidden)"), nil }

// Ways to encrypt the connection to an SMTP server.
const (
	StartTLS = "starttls" // a plain connection that is encrypted before anything else is said, or given up
	TLS      = "tls"      // encrypted from the first byte, as on port 465
	NoTLS    = "none"     // nothing is encrypted: for a server on this machine
)

// Settings say which SMTP server takes letters. The zero value of a field but Host and From is a default.
type Settings struct {
	Host      string
	Port      int    // 0 is 465 with TLS, 25 with NoTLS and 587 otherwise
	TLS       string // one of StartTLS, TLS and NoTLS; empty is TLS on port 465 and StartTLS otherwise
	User      string
	Password  Secret
	From      string        // mail address, with a name or without
	PerMinute int           // letters a minute at most; 0 is 20
	Timeout   time.Duration // of connecting, and of sending; 0 is a minute

	config *tls.Config // of tests
}

// ParseServer reads the address of a server: host, host:port, or smtp://user@host:port, smtps:// for TLS from the first
// byte. A password in it is refused, because command lines are seen by others.
func ParseServer(s string) (Settings, error) {
	wrong := func(format string, args ...any) (Settings, error) {
		return Settings{}, fmt.Errorf("SMTP server: %w: %s; want host:port, smtp://user@host:587 or smtps://user@host:465",
			data.ErrInvalid, fmt.Sprintf(format, args...))
	}
	if !strings.Contains(s, "://") {
		s = "smtp://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return wrong("the address cannot be read") // its words could hold a password
	}
	set := Settings{Host: u.Hostname(), User: u.User.Username()}
	if _, has := u.User.Password(); has {
		return wrong("it holds a password: give that in KINDRED_SMTP_PASSWORD or a file")
	}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		set.TLS = TLS
	default:
		return wrong("%q is no scheme of mail", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if set.Port, err = strconv.Atoi(p); err != nil || set.Port < 1 || set.Port > 65535 {
			return wrong("port %s", p)
		}
	}
	if set.Host == "" || strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment != "" {
		return wrong("no host, or more than a host")
	}
	return set, nil
}

// Validate reports what is wrong with the settings in an error that wraps [data.ErrInvalid], and fills in defaults.
func (s *Settings) Validate() error {
	if s.TLS == "" {
		s.TLS = StartTLS
		if s.Port == 465 {
			s.TLS = TLS
		}
	}
	if s.Port == 0 {
		s.Port = map[string]int{StartTLS: 587, TLS: 465, NoTLS: 25}[s.TLS]
	}
	s.From = cmp.Or(s.From, s.User)
	_, from := ParseAddress(s.From)
	switch {
	case s.Host == "":
		return fmt.Errorf("SMTP: %w: no server", data.ErrInvalid)
	case s.TLS != StartTLS && s.TLS != TLS && s.TLS != NoTLS:
		return fmt.Errorf("SMTP: %w: encryption %q: want %s, %s or %s", data.ErrInvalid, s.TLS, StartTLS, TLS, NoTLS)
	case s.User != "" && s.Password == "":
		return fmt.Errorf("SMTP: %w: no password for the user %s: give it in KINDRED_SMTP_PASSWORD or a file", data.ErrInvalid, s.User)
	case s.TLS == NoTLS && s.Password != "" && !isLoopback(s.Host):
		return fmt.Errorf("SMTP: %w: a password would be sent unencrypted to %s: use %s or %s", data.ErrInvalid, s.Host, StartTLS, TLS)
	case from != nil:
		return fmt.Errorf("SMTP: sender: %w", from)
	case s.PerMinute < 0 || s.Timeout < 0:
		return fmt.Errorf("SMTP: %w: letters a minute and the time limit must not be negative", data.ErrInvalid)
	}
	s.PerMinute, s.Timeout = cmp.Or(s.PerMinute, 20), cmp.Or(s.Timeout, time.Minute)
	return nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// SMTP sends letters by one SMTP server.
type SMTP struct {
	settings Settings
	limit    *rate.Limiter
	closing  sync.WaitGroup // connections that say goodbye
}

// NewSMTP returns a sender. The error wraps [data.ErrInvalid] where the settings cannot be meant.
func NewSMTP(s Settings) (*SMTP, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return &SMTP{settings: s, limit: rate.NewLimiter(rate.Limit(s.PerMinute)/60, s.PerMinute)}, nil
}

// Close returns when all connections are closed.
func (s *SMTP) Close() { s.closing.Wait() }

// From returns the address that letters come from.
func (s *SMTP) From() string { return s.settings.From }

// Deliver hands a letter to the server. Its errors are those of [outbox.Sender].
func (s *SMTP) Deliver(ctx context.Context, l *Letter) error {
	msg, err := l.encode()
	if err != nil {
		return &outbox.Refusal{Reason: err.Error()}
	}
	if err := s.limit.Wait(ctx); err != nil {
		return err
	}
	line := &connection{settings: &s.settings}
	client, err := gomail.NewClient(s.settings.Host, s.options(line)...)
	if err != nil {
		return &outbox.Outage{Err: s.explain(err)}
	}
	if err := client.DialWithContext(ctx); err != nil {
		line.close()
		return &outbox.Outage{Err: s.explain(err)}
	}
	stop := context.AfterFunc(ctx, line.close)
	defer stop()
	err = client.Send(msg)
	s.closing.Go(func() { // whether the server says goodbye does not matter, and must not delay the record of a success
		line.deadline(5 * time.Second)
		client.Close()
		line.close()
	})
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return s.judge(err)
}

func (s *SMTP) options(line *connection) []gomail.Option {
	opts := []gomail.Option{
		gomail.WithPort(s.settings.Port), gomail.WithTimeout(s.settings.Timeout), gomail.WithDialContextFunc(line.dial),
		gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithTLSPolicy(gomail.NoTLS),
	}
	if s.settings.TLS == StartTLS {
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithTLSConfig(s.settings.tlsConfig()))
	}
	if s.settings.User != "" {
		opts = append(opts, gomail.WithUsername(s.settings.User), gomail.WithPassword(string(s.settings.Password)),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin, gomail.SMTPAuthCramMD5))
	}
	return opts
}

func (s *Settings) tlsConfig() *tls.Config {
	if s.config != nil {
		return s.config
	}
	return &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
}

// connection is the connection of one letter. The client of package gomail leaves one open whose server greets wrongly.
type connection struct {
	settings *Settings
	mu       sync.Mutex
	conn     net.Conn
}

func (c *connection) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	if c.settings.TLS == TLS {
		conn, err = (&tls.Dialer{Config: c.settings.tlsConfig()}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	return conn, err
}

func (c *connection) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}

func (c *connection) deadline(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.SetDeadline(time.Now().Add(d))
	}
}

// judge says what an error of a transaction means for its letter and for the others.
func (s *SMTP) judge(err error) error {
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return &outbox.Outage{Err: s.explain(err)}
	}
	permanent := e.ErrorCode() >= 500
	switch e.Reason {
	case gomail.ErrSMTPRcptTo:
		if permanent {
			// A refusal by policy (5.7, or 530 for want of a password) is about this server, not about the reader's
			// address. Such an error must not stop every subscription.
			policy := strings.HasPrefix(e.EnhancedStatusCode(), "5.7.") || e.ErrorCode() == 530 || e.ErrorCode() == 503
			return &outbox.Refusal{Reason: s.explain(err).Error(), Bounce: !policy}
		}
	case gomail.ErrSMTPData, gomail.ErrSMTPDataClose, gomail.ErrWriteContent:
		if permanent {
			return &outbox.Refusal{Reason: s.explain(err).Error()}
		}
	case gomail.ErrGetSender, gomail.ErrGetRcpts, gomail.ErrNoUnencoded:
		return &outbox.Refusal{Reason: s.explain(err).Error()}
	default: // the sender is refused, or the connection broke before the letter was begun
		return &outbox.Outage{Err: s.explain(err)}
	}
	return s.explain(err)
}

// explain names the server, and the remedy where there is one. Errors of the client hold what the server said, and no
// password.
func (s *SMTP) explain(err error) error {
	server := net.JoinHostPort(s.settings.Host, strconv.Itoa(s.settings.Port))
	text := strings.Join(strings.Fields(err.Error()), " ")
	var unknown *tls.CertificateVerificationError
	switch {
	case strings.Contains(text, "does not support STARTTLS"):
		return fmt.Errorf("SMTP server %s offers no encryption, and the letter was not sent: use its port for TLS, or --smtp-tls none for a server on this machine", server)
	case errors.As(err, &unknown):
		return fmt.Errorf("SMTP server %s: its certificate is not trusted: %s", server, text)
	case strings.Contains(text, "SMTP AUTH"), strings.HasPrefix(text, "535"), strings.HasPrefix(text, "534"):
		return fmt.Errorf("SMTP server %s does not take the user %s and its password: %s: many providers want an app password, see docs/mail.md", server, s.settings.User, text)
	}
	return fmt.Errorf("SMTP server %s: %w", server, err)
}
