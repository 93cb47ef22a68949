// Package mailtest has what tests of letters share: an SMTP server that fails as it is told to, keeps what it took and
// sends nothing on, and issues of invented papers.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a Script may answer besides a line of SMTP.
const (
	OK        = ""           // as a server does that takes letters
	Cut       = "cut"        // the connection breaks
	AcceptCut = "accept-cut" // at DOT: the letter is taken, and the connection breaks before the answer
	Hang      = "hang"       // no answer until the client goes away
)

// Script answers a step of a session: CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, BODY (within the letter), DOT (at
// its end) and QUIT, with what follows the verb. It may be called from several sessions at once.
type Script func(verb, rest string) string

// Options of a server. The zero value takes every letter.
type Options struct {
	Script     Script
	NoStartTLS bool
	TLS        bool   // from the first byte
	User       string // with Password asked for before any letter, where not empty
	Password   string
}

// Mail is a letter that a server took.
type Mail struct {
	From, To string
	Data     string // with CRLF, dots undone
	TLS      bool
	User     string
}

// Server is a running SMTP server on the loopback interface.
type Server struct {
	Host string
	Port int
	opt  Options
	cert tls.Certificate
	pool *x509.CertPool

	mu       sync.Mutex
	mails    []Mail
	sessions int
	arrived  chan struct{}
}

// Start runs a server until the test ends.
func Start(t testing.TB, opt Options) *Server {
	t.Helper()
	if opt.Script == nil {
		opt.Script = func(string, string) string { return OK }
	}
	s := &Server{opt: opt, arrived: make(chan struct{}, 1000)}
	if err := s.certify(); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if opt.TLS {
		l = tls.NewListener(l, s.config())
	}
	s.Host, s.Port = "127.0.0.1", l.Addr().(*net.TCPAddr).Port
	var sessions sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	sessions.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			sessions.Go(func() {
				defer conn.Close()
				(&session{server: s, conn: conn, secure: opt.TLS}).run()
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for conn := range open {
			conn.Close()
		}
		mu.Unlock()
		sessions.Wait()
	})
	return s
}

// Mails returns the letters that were taken so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Sessions returns how many connections there were.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Arrived gets a value for each letter that was taken.
func (s *Server) Arrived() <-chan struct{} { return s.arrived }

// Trust returns a TLS configuration of a client that knows the server.
func (s *Server) Trust() *tls.Config { return &tls.Config{RootCAs: s.pool, ServerName: s.Host} }

func (s *Server) config() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{s.cert}} }

// certify makes the server's certificate.
func (s *Server) certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	s.cert, s.pool = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, x509.NewCertPool()
	s.pool.AddCert(cert)
	return nil
}

// session is one connection.
type session struct {
	server *Server
	conn   net.Conn
	in     *bufio.Reader
	secure bool
	user   string
	mail   Mail
}

// answer writes what the script answers to a step, or the usual line. It reports false where the session is over.
func (s *session) answer(verb, rest, usual string) (took, alive bool) {
	return s.say(s.server.opt.Script(verb, rest), usual)
}

// say writes what a script answered, or the usual line.
func (s *session) say(line, usual string) (took, alive bool) {
	switch line {
	case OK:
		line = usual
		took = true
	case Cut, AcceptCut:
		return line == AcceptCut, false
	case Hang:
		s.in.ReadByte() // until the client goes away, or says something out of turn
		return false, false
	}
	_, err := fmt.Fprintf(s.conn, "%s\r\n", strings.ReplaceAll(line, "\n", "\r\n"))
	return took, err == nil && !strings.HasPrefix(line, "421")
}

func (s *session) run() {
	s.server.mu.Lock()
	s.server.sessions++
	s.server.mu.Unlock()
	s.in = bufio.NewReader(s.conn)
	if _, alive := s.answer("CONNECT", "", "220 mail.test ESMTP"); !alive {
		return
	}
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if !s.command(strings.ToUpper(verb), rest) {
			return
		}
	}
}

func (s *session) command(verb, rest string) (alive bool) {
	took := false
	switch verb {
	case "EHLO", "HELO":
		offers := "250-mail.test\n250-8BITMIME\n250-ENHANCEDSTATUSCODES\n250-SMTPUTF8\n"
		if !s.server.opt.NoStartTLS && !s.secure {
			offers += "250-STARTTLS\n"
		}
		if s.server.opt.User != "" {
			offers += "250-AUTH PLAIN LOGIN\n"
		}
		_, alive = s.answer("EHLO", rest, offers+"250 SIZE 10000000")
	case "STARTTLS":
		if took, alive = s.answer(verb, rest, "220 go ahead"); took && alive {
			conn := tls.Server(s.conn, s.server.config())
			if conn.Handshake() != nil {
				return false
			}
			s.conn, s.in, s.secure = conn, bufio.NewReader(conn), true
		}
	case "AUTH":
		usual := "535 5.7.8 wrong user or password"
		mechanism, given, _ := strings.Cut(rest, " ")
		if b, err := base64.StdEncoding.DecodeString(given); err == nil && mechanism == "PLAIN" {
			if string(b) == "\x00"+s.server.opt.User+"\x00"+s.server.opt.Password {
				usual, s.user = "235 2.7.0 welcome", s.server.opt.User
			}
		}
		_, alive = s.answer(verb, mechanism, usual)
	case "MAIL":
		s.mail = Mail{From: within(rest), TLS: s.secure, User: s.user}
		usual := "250 2.1.0 fine"
		if s.server.opt.User != "" && s.user == "" {
			usual = "530 5.7.0 who are you"
		}
		_, alive = s.answer(verb, rest, usual)
	case "RCPT":
		s.mail.To = within(rest)
		_, alive = s.answer(verb, rest, "250 2.1.5 fine")
	case "DATA":
		if took, alive = s.answer(verb, rest, "354 go on"); took && alive {
			return s.data()
		}
	case "QUIT":
		s.answer(verb, rest, "221 2.0.0 bye")
		return false
	case "RSET", "NOOP":
		_, alive = s.answer(verb, rest, "250 2.0.0 fine")
	default:
		_, alive = s.answer(verb, rest, "502 5.5.2 what")
	}
	return alive
}

// data reads a letter to its final dot.
func (s *session) data() (alive bool) {
	var b strings.Builder
	for begun := false; ; begun = true {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return false
		}
		if !begun {
			switch s.server.opt.Script("BODY", "") {
			case Cut:
				return false
			case Hang:
				io.Copy(io.Discard, s.in)
				return false
			}
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	s.mail.Data = b.String()
	line := s.server.opt.Script("DOT", s.mail.To)
	if line == OK || line == AcceptCut || strings.HasPrefix(line, "2") {
		s.server.mu.Lock()
		s.server.mails = append(s.server.mails, s.mail)
		s.server.mu.Unlock()
		s.server.arrived <- struct{}{}
	}
	_, alive = s.say(line, "250 2.0.0 taken")
	return alive
}

// within returns what stands in angle brackets.
func within(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
