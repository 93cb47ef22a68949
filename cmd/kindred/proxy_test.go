package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// proxyHost is the site of the example configurations.
const proxyHost = "papers.example.org"

// proxied is a proxy before a server.
type proxied struct {
	name    string
	program string
	env     string // the variable that names the program, where it is not in the path
	plain   func(dir, front, back string) []string
	example func(t *testing.T, dir, front, back string, files keyPair) []string
}

// keyPair are the files of a certificate.
type keyPair struct{ cert, key string }

var proxies = []proxied{
	{"nginx", "nginx", "KINDRED_NGINX", nginxPlain, nginxExample},
	{"caddy", "caddy", "KINDRED_CADDY", caddyPlain, caddyExample},
	{"traefik", "traefik", "KINDRED_TRAEFIK", traefikPlain, traefikExample},
}

// TestProxies holds what a server promises behind real proxies, in their plainest form and as the examples in packaging/proxy
// have them. Proxies that are absent are skipped, unless KINDRED_REQUIRE_PROXIES names them.
func TestProxies(t *testing.T) {
	binary := programForProxies(t)
	dir := sampleFolder(t)
	owner := strings.TrimSpace(ok(t, dir, "key", "owner"))
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			program := p.find(t)
			t.Run("plain", func(t *testing.T) {
				s := startBehind(t, binary, dir, "--rate", "20")
				front := freePort(t)
				startProxy(t, program, p.plain(t.TempDir(), front, s.addr))
				site := site{t: t, base: "http://" + front, key: owner, client: &http.Client{Timeout: 30 * time.Second}}
				site.await()
				refusesWrites(t, site, s.addr)
				passesThrough(t, site)
				limitsAll(t, site)
			})
			t.Run("example", func(t *testing.T) {
				s := startBehind(t, binary, dir, "--rate", "20", "--trusted-proxy", "127.0.0.1")
				front := freePort(t)
				files := certificate(t)
				startProxy(t, program, p.example(t, t.TempDir(), front, s.addr, files))
				site := site{t: t, base: "https://" + proxyHost, key: owner, client: clientOf(t, front, files, "127.0.0.1")}
				site.await()
				refusesWrites(t, site, s.addr)
				passesThrough(t, site)
				hasSecureLinks(t, site)
				restarts(t, site, s)
				other := site
				other.client = clientOf(t, front, files, "127.0.0.2")
				limitsEach(t, site, other)
			})
		})
	}
}

// find returns the program of a proxy.
func (p proxied) find(t *testing.T) string {
	t.Helper()
	name := p.program
	if named := os.Getenv(p.env); named != "" {
		name = named
	}
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if strings.Contains(os.Getenv("KINDRED_REQUIRE_PROXIES"), p.name) {
		t.Fatal(err)
	}
	t.Skipf("%s is not there: install it, or name it by %s", p.name, p.env)
	return ""
}

func programForProxies(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "kindred")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "nomsgpack", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// behind is a server on a socket that stays open while it restarts, as under systemd.
type behind struct {
	t      *testing.T
	addr   string
	socket *os.File
	args   []string
	cmd    *exec.Cmd
	log    *bytes.Buffer
}

func startBehind(t *testing.T, binary, dir string, args ...string) *behind {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	s := &behind{t: t, addr: l.Addr().String(), socket: file, args: append([]string{binary, "serve", "--data", dir}, args...)}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	t.Cleanup(func() {
		s.stop()
		_ = file.Close()
	})
	direct := site{t: t, base: "http://" + s.addr, client: &http.Client{Timeout: 5 * time.Second}}
	direct.await() // the socket takes connections even if the server is gone
	return s
}

func (s *behind) start() {
	s.t.Helper()
	s.log = &bytes.Buffer{}
	s.cmd = exec.Command("sh", append([]string{"-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"`, "sh"}, s.args...)...)
	s.cmd.Stderr, s.cmd.ExtraFiles = s.log, []*os.File{s.socket}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *behind) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Error(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the server ends with %v\n%s", err, s.log)
	}
}

// startProxy starts a proxy in the foreground; the end of the test ends it.
func startProxy(t *testing.T, program string, args []string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", program, log.String())
		}
	})
}

// freePort returns an address of this machine that nobody listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// certificate writes a certificate for proxyHost, signed by itself.
func certificate(t *testing.T) keyPair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: proxyHost}, DNSNames: []string{proxyHost},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return keyPair{
		write(t, "site.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))),
		write(t, "site.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))),
	}
}

// clientOf returns a client that reaches proxyHost at the proxy, from an address of this machine.
func clientOf(t *testing.T, front string, files keyPair, from string) *http.Client {
	t.Helper()
	cert, err := os.ReadFile(files.cert)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	return &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: proxyHost},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, front)
		},
	}}
}

// written writes a file of a configuration and returns its path.
func written(dir, name, text string) string {
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	return path
}

// exampleFile returns an example configuration with other words in the place of some, each of which it must have.
func exampleFile(t *testing.T, name string, replaced ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../packaging/proxy", name))
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for i := 0; i < len(replaced); i += 2 {
		if !strings.Contains(text, replaced[i]) {
			t.Fatalf("%s has no %q", name, replaced[i])
		}
		text = strings.ReplaceAll(text, replaced[i], replaced[i+1])
	}
	return text
}

func nginxAround(dir, server string) []string {
	temp := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temp += fmt.Sprintf("%s_temp_path %s;\n", kind, filepath.Join(dir, kind))
	}
	text := fmt.Sprintf("pid %s;\nerror_log stderr warn;\ndaemon off;\nuser root;\nevents {}\nhttp {\naccess_log off;\n%s%s\n}\n", filepath.Join(dir, "pid"), temp, server)
	if os.Geteuid() != 0 {
		text = strings.Replace(text, "user root;\n", "", 1)
	}
	return []string{"-c", written(dir, "nginx.conf", text), "-p", dir}
}

func nginxPlain(dir, front, back string) []string {
	return nginxAround(dir, fmt.Sprintf("server { listen %s; location / { proxy_pass http://%s; } }", front, back))
}

func nginxExample(t *testing.T, dir, front, back string, files keyPair) []string {
	return nginxAround(dir, exampleFile(t, "nginx.conf", "listen 443", "listen "+front, "127.0.0.1:8080", back,
		"/etc/ssl/papers.example.org.pem", files.cert, "/etc/ssl/papers.example.org.key", files.key))
}

const caddyGlobal = "{\n\tadmin off\n\tauto_https off\n}\n"

func caddyPlain(dir, front, back string) []string {
	return []string{"run", "--adapter", "caddyfile", "--config", written(dir, "Caddyfile", fmt.Sprintf("%shttp://%s {\n\treverse_proxy %s\n}\n", caddyGlobal, front, back))}
}

func caddyExample(t *testing.T, dir, front, back string, files keyPair) []string {
	_, port, _ := net.SplitHostPort(front)
	text := exampleFile(t, "Caddyfile", "papers.example.org {", fmt.Sprintf("https://papers.example.org:%s {\n\ttls %s %s", port, files.cert, files.key), "127.0.0.1:8080", back)
	return []string{"run", "--adapter", "caddyfile", "--config", written(dir, "Caddyfile", caddyGlobal+text)}
}

func traefikAround(dir, entry, front, dynamic string) []string {
	file := written(dir, "dynamic.yml", dynamic)
	return []string{
		"--entrypoints." + entry + ".address=" + front, "--providers.file.filename=" + file, "--log.level=WARN",
		"--global.checknewversion=false", "--global.sendanonymoususage=false",
	}
}

func traefikPlain(dir, front, back string) []string {
	return traefikAround(dir, "web", front, fmt.Sprintf(`http:
  routers: {kindred: {rule: "PathPrefix(`+"`/`"+`)", service: kindred}}
  services: {kindred: {loadBalancer: {servers: [{url: "http://%s"}]}}}
`, back))
}

func traefikExample(t *testing.T, dir, front, back string, files keyPair) []string {
	return traefikAround(dir, "websecure", front, exampleFile(t, "traefik.yml", "127.0.0.1:8080", back,
		"/etc/ssl/papers.example.org.pem", files.cert, "/etc/ssl/papers.example.org.key", files.key))
}

// site is a site as a client reaches it.
type site struct {
	t      *testing.T
	base   string
	key    string
	client *http.Client
}

// ask sends a request and returns the answer with its body, unpacked by nobody. Headers are pairs.
func (s site) ask(method, path, body string, headers ...string) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept-Encoding", "identity") // so that the client unpacks nothing
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header[headers[i]] = []string{headers[i+1]}
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res, b, err
}

// must is ask with a status that has to come. While the limit holds it waits.
func (s site) must(status int, method, path, body string, headers ...string) (http.Header, []byte) {
	s.t.Helper()
	for range 60 {
		res, b, err := s.ask(method, path, body, headers...)
		if err != nil {
			s.t.Fatalf("%s %s: %v", method, path, err)
		}
		if res.StatusCode == http.StatusTooManyRequests {
			wait, _ := strconv.Atoi(res.Header.Get("Retry-After"))
			time.Sleep(time.Duration(max(1, wait)) * time.Second)
			continue
		}
		if res.StatusCode != status {
			s.t.Fatalf("%s %s %q: %s, want %d\n%.300s", method, path, headers, res.Status, status, b)
		}
		return res.Header, b
	}
	s.t.Fatalf("%s %s: limited for a minute", method, path)
	return nil, nil
}

func (s site) await() {
	s.t.Helper()
	for range 100 {
		if res, _, err := s.ask("GET", "/readyz", ""); err == nil && res.StatusCode == http.StatusOK {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Fatalf("nothing answers at %s", s.base)
}

// claims are what a client may say to look like the owner of the machine.
var claims = [][]string{
	{}, {"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-For", "::1"}, {"X-Forwarded-For", "unknown, 127.0.0.1"}, {"X-Real-Ip", "127.0.0.1"},
	{"X_forwarded_for", "127.0.0.1"}, {"X_Real_Ip", "127.0.0.1"}, {"X_api_key", "owner"}, {"Forwarded", "for=127.0.0.1;host=localhost;proto=https"},
	{"X-Forwarded-Host", "localhost"}, {"X-Forwarded-Proto", "https"}, {"X-Original-Url", "/v1/search"}, {"X-Rewrite-Url", "/v1/search"},
	{"X-Http-Method-Override", "GET"}, {"True-Client-Ip", "127.0.0.1"}, {"Cf-Connecting-Ip", "127.0.0.1"}, {"Via", "1.1 localhost"},
	{"Origin", "http://localhost:8080", "Sec-Fetch-Site", "same-origin"}, {"Authorization", "Bearer "}, {"X-Api-Key", ""},
	{"Cookie", "kindred_key="}, {"Connection", "X-Forwarded-For"}, {"X-Remote-User", "root"},
}

// refusesWrites asks for every change without a key, through the proxy and beside it, and by requests that hide in others.
func refusesWrites(t *testing.T, s site, back string) {
	t.Helper()
	papers := func() string {
		_, b := s.must(200, "GET", "/readyz", "")
		return string(b)
	}
	before := papers()
	direct := s
	direct.base, direct.client = "http://"+back, &http.Client{Timeout: 30 * time.Second}
	changes := [][3]string{
		{"POST", "/v1/papers", `[{"id":"x:1","title":"Wembel"}]`}, {"DELETE", "/v1/papers/arxiv:2306.05544", ""}, {"POST", "/v1/refit", ""},
		{"POST", "/v1/topics/edits", `{"kind":"hide","topic":1}`}, {"POST", "/v1/sources", `{"address":"arxiv:cs"}`},
	}
	for _, from := range []site{s, direct} {
		for i, claim := range claims {
			change := changes[i%len(changes)]
			from.must(401, change[0], change[1], change[2], claim...)
			from.must(401, "POST", "/v1/papers", changes[0][2], claim...)
		}
	}
	for _, change := range changes {
		s.must(401, change[0], change[1], change[2])
		direct.must(401, change[0], change[1], change[2], "Host", "localhost")
	}
	hidden := "POST /v1/papers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n[{\"id\":\"x:1\",\"title\":\"Wembel\"}]"
	for _, framing := range []string{
		fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked", len(hidden)+5), "Transfer-Encoding : chunked", "Transfer-Encoding: xchunked", "Content-Length: 0\r\nContent-Length: 5",
	} {
		raw(t, s, back, "POST /v1/search HTTP/1.1\r\nHost: localhost\r\n"+framing+"\r\n\r\n0\r\n\r\n"+hidden)
	}
	if after := papers(); after != before {
		t.Errorf("the papers changed from\n%s to\n%s", before, after)
	}
}

// raw sends bytes to the proxy, where it speaks without TLS, and to the server, and reads what comes.
func raw(t *testing.T, s site, back, request string) {
	t.Helper()
	addrs := []string{back}
	if front, found := strings.CutPrefix(s.base, "http://"); found {
		addrs = append(addrs, front)
	}
	for _, addr := range addrs {
		c, err := net.DialTimeout("tcp", addr, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(3 * time.Second))
		_, _ = io.WriteString(c, request)
		for lines := bufio.NewScanner(c); lines.Scan(); {
			if status := lines.Text(); strings.HasPrefix(status, "HTTP/1.1 20") && strings.Contains(request, "Transfer-Encoding : ") {
				t.Errorf("%s answers %q to a malformed request", addr, status)
			}
		}
		_ = c.Close()
	}
}

// passesThrough holds that the proxy leaves answers and bodies as they are.
func passesThrough(t *testing.T, s site) {
	t.Helper()
	h, b := s.must(200, "GET", "/v1/papers/arxiv:2306.05544/similar", "")
	if h.Get("ETag") == "" {
		t.Errorf("no ETag: %v", h)
	}
	s.must(304, "GET", "/v1/papers/arxiv:2306.05544/similar", "", "If-None-Match", h.Get("ETag"))
	packed, z := s.must(200, "GET", "/v1/papers/arxiv:2306.05544/similar", "", "Accept-Encoding", "gzip")
	r, err := gzip.NewReader(bytes.NewReader(z))
	if err != nil {
		t.Fatalf("not packed: %v, %v", packed, err)
	}
	if plain, err := io.ReadAll(r); err != nil || !bytes.Equal(plain, b) || len(z) >= len(b) {
		t.Errorf("packed %d bytes are other than %d plain ones: %v", len(z), len(b), err)
	}
	_, all := s.must(200, "GET", "/v1/papers?limit=1000", "")
	var list struct{ Data []any }
	if err := json.Unmarshal(all, &list); err != nil || len(list.Data) < 343 {
		t.Errorf("%d papers in %d bytes: %v", len(list.Data), len(all), err)
	}
	// A large body: nginx takes 1 MB unless it is told otherwise, and the server 8 MiB.
	size := 900 << 10
	if strings.HasPrefix(s.base, "https:") {
		size = 5 << 20
	}
	text := strings.Repeat("wembel tisk ", size/12)
	body, err := json.Marshal([]map[string]string{{"id": "x:big", "title": "Wembel", "abstract": text[:90_000]}, {"id": "x:bad", "title": text}})
	if err != nil {
		t.Fatal(err)
	}
	s.must(401, "POST", "/v1/papers", string(body))
	if _, b := s.must(200, "POST", "/v1/papers", `[{"id":"x:1","title":"Wembel"}]`, "X-Api-Key", s.key); !bytes.Contains(b, []byte("x:1")) {
		t.Errorf("a change with a key: %s", b)
	}
	s.must(200, "DELETE", "/v1/papers/x:1", "", "X-Api-Key", s.key)
}

// hasSecureLinks holds that links are those of the site behind TLS, whatever a client says of its host.
func hasSecureLinks(t *testing.T, s site) {
	t.Helper()
	for _, claim := range claims {
		_, b := s.must(200, "GET", "/v1/papers.atom?limit=1", "", claim...)
		if !bytes.Contains(b, []byte("https://"+proxyHost)) || bytes.Contains(b, []byte("http://"+proxyHost)) || bytes.Contains(b, []byte("localhost")) {
			t.Fatalf("with %q the links of the feed are\n%.600s", claim, b)
		}
	}
}

// restarts holds that no request fails while the server restarts on its socket. It may say that it is not ready.
func restarts(t *testing.T, s site, server *behind) {
	t.Helper()
	stop, counts := make(chan struct{}), make(chan map[string]int)
	go func() {
		got := map[string]int{}
		for {
			select {
			case <-stop:
				counts <- got
				return
			default:
			}
			res, _, err := s.ask("GET", "/v1/stats", "", "X-Api-Key", s.key)
			if err != nil {
				got[err.Error()]++
				continue
			}
			got[strconv.Itoa(res.StatusCode)]++
		}
	}()
	for range 3 {
		server.stop()
		server.start()
		s.await()
	}
	close(stop)
	got := <-counts
	t.Logf("answers while the server restarted three times: %v", got)
	for status, n := range got {
		if status != "200" && status != "503" && status != "429" {
			t.Errorf("%d times %s", n, status)
		}
	}
	if got["200"] == 0 {
		t.Error("no request was answered")
	}
}

// limited counts the 429 among requests that each say to come from somewhere else.
func limited(s site, n int) int {
	got := 0
	for i := range n {
		res, _, err := s.ask("GET", "/healthz", "", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i%250), "X-Real-Ip", fmt.Sprintf("198.51.100.%d", i%250))
		if err == nil && res.StatusCode == http.StatusTooManyRequests {
			got++
		}
	}
	return got
}

// limitsAll holds that a proxy that nobody told of cannot be used to ask without limit, whatever the clients say.
func limitsAll(t *testing.T, s site) {
	t.Helper()
	if n := limited(s, 4000); n == 0 {
		t.Error("4,000 requests at 20 a second were all answered")
	}
}

// limitsEach holds that a client has its own limit behind a trusted proxy, and no header gives it another one.
func limitsEach(t *testing.T, s, other site) {
	t.Helper()
	if n := limited(s, 2000); n == 0 {
		t.Error("2,000 requests at 20 a second were all answered")
	}
	if res, _, err := other.ask("GET", "/healthz", ""); err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("another client: %v %v", res, err)
	}
}
