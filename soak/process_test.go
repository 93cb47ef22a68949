package soak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// build builds the program as it is released.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kindred")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-tags", "nomsgpack", "-o", path, "kindred/cmd/kindred")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// freeAddress returns an address of the loopback interface that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Phases of the server.
const (
	down     = iota // no process, or one that is about to be killed
	starting        // a process that is not ready
	ready
)

// moment is a phase of one process.
type moment struct {
	life  int // number of the process
	phase int
}

// server is kindred serve as a process that is killed and started again.
type server struct {
	t       *testing.T
	program string
	args    []string
	env     []string
	url     string
	log     string // path
	now     atomic.Pointer[moment]
	cmd     *exec.Cmd
	ended   chan error // of cmd
	killing sync.Mutex

	mu      sync.Mutex
	waits   []time.Duration // from start to ready
	strayed []string        // ends that nobody asked for
}

// start runs a process.
func (s *server) start() {
	s.t.Helper()
	life := 1
	if m := s.now.Load(); m != nil {
		life = m.life + 1
	}
	out, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	fmt.Fprintf(out, "=== life %d\n", life)
	cmd := exec.Command(s.program, s.args...)
	cmd.Stdout, cmd.Stderr, cmd.Env = out, out, s.env
	ended := make(chan error, 1)
	s.killing.Lock()
	s.now.Store(&moment{life, starting})
	if err := cmd.Start(); err != nil {
		s.killing.Unlock()
		s.t.Fatal(err)
	}
	s.cmd, s.ended = cmd, ended
	s.killing.Unlock()
	go func() {
		err := cmd.Wait()
		if m := s.now.Load(); m.life == life && m.phase != down {
			s.mu.Lock()
			s.strayed = append(s.strayed, fmt.Sprintf("life %d ended by itself: %v", life, err))
			s.mu.Unlock()
			s.now.Store(&moment{life, down})
		}
		ended <- err
		close(ended)
	}()
}

// kill ends the process with SIGKILL, and returns when it is gone. It reports false where there is none.
func (s *server) kill() bool {
	s.killing.Lock()
	defer s.killing.Unlock()
	m := s.now.Load()
	if m == nil || m.phase == down {
		return false
	}
	s.now.Store(&moment{m.life, down})
	_ = s.cmd.Process.Kill()
	<-s.ended
	return true
}

// stop ends the process as a service manager does, and returns how it ended.
func (s *server) stop(wait time.Duration) error {
	s.killing.Lock()
	defer s.killing.Unlock()
	s.now.Store(&moment{s.now.Load().life, down})
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(wait):
		_ = s.cmd.Process.Signal(syscall.SIGQUIT) // its log then says where it hangs
		return errors.New("it did not end")
	}
}

// untilReady waits for the process to be ready, and reports false where it did not come to that.
func (s *server) untilReady(ctx context.Context, limit time.Duration) bool {
	begun := time.Now()
	for time.Since(begun) < limit && ctx.Err() == nil {
		m := s.now.Load()
		if m.phase == down {
			return false
		}
		if resp, err := http.Get(s.url + "/readyz"); err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK && s.now.CompareAndSwap(m, &moment{m.life, ready}) {
				s.mu.Lock()
				s.waits = append(s.waits, time.Since(begun))
				s.mu.Unlock()
				return true
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// excused reports whether a failure between two moments is one of a process that was not there the whole time.
func excused(before, after *moment) bool { return before.phase != ready || *before != *after }

// trigger ends the process at a step that something comes to.
type trigger struct {
	mu    sync.Mutex
	armed string
	fire  func()
	done  chan struct{}
}

// arm has the next hit of a step call fire. The channel is closed after that.
func (g *trigger) arm(step string, fire func()) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.armed, g.fire, g.done = step, fire, make(chan struct{})
	return g.done
}

// disarm reports false where the trigger was hit before.
func (g *trigger) disarm() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := g.armed
	g.armed = ""
	return was != ""
}

// hit reports that a step was reached, and whether the trigger was armed for it.
func (g *trigger) hit(step string) bool {
	g.mu.Lock()
	if g.armed != step {
		g.mu.Unlock()
		return false
	}
	g.armed = ""
	fire, done := g.fire, g.done
	g.mu.Unlock()
	fire()
	close(done)
	return true
}

// command runs a command of the program to its end, or kills it after a while where that is not zero.
func (w *world) command(killAfter time.Duration, args ...string) (out string, killed bool, err error) {
	return w.commandOn(w.data, killAfter, args...)
}

// commandOn is command on another data folder.
func (w *world) commandOn(folder string, killAfter time.Duration, args ...string) (out string, killed bool, err error) {
	cmd := exec.CommandContext(w.t.Context(), w.program, append(args, "--data", folder)...)
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &text, &text, w.server.env
	if err := cmd.Start(); err != nil {
		return "", false, err
	}
	var shot atomic.Bool
	if killAfter > 0 {
		timer := time.AfterFunc(killAfter, func() { shot.Store(cmd.Process.Kill() == nil) })
		defer timer.Stop()
	}
	err = cmd.Wait()
	killed = err != nil && shot.Load()
	return strings.TrimSpace(text.String()), killed, err
}

// must runs a command that may not fail.
func (w *world) must(args ...string) string {
	w.t.Helper()
	out, _, err := w.command(0, args...)
	if err != nil {
		w.t.Fatalf("kindred %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}
