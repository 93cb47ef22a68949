package fetch_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data/fetch"
	"kindred/recommend/library"
)

// The environment of the process that TestKilledFollowers kills.
const (
	crashFolder = "KINDRED_TEST_FETCH_FOLDER"
	crashServer = "KINDRED_TEST_FETCH_SERVER"
)

// TestCrashFollower is a process that follows sources until it is killed.
func TestCrashFollower(t *testing.T) {
	folder := os.Getenv(crashFolder)
	if folder == "" {
		t.Skip("runs as the child of TestKilledFollowers")
	}
	l, err := library.Open(t.Context(), library.Folder(folder), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s := l.Sources(fetch.NewClient(fetch.Options{
		AllowPrivate: true, Base: map[string]string{"arxiv": os.Getenv(crashServer)},
		Sleep: func(ctx context.Context, d time.Duration) error { // a thousand times as fast
			time.Sleep(d / 1000)
			return ctx.Err()
		},
	}))
	fmt.Println("follows")
	s.Schedule(ctx, func(st fetch.Status) { fmt.Println("ran", st.Run.New) })
}

// follower starts such a process. said gets each line that it writes.
func follower(t *testing.T, folder, server string, said func(string)) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashFollower$", "-test.v")
	cmd.Env = append(os.Environ(), crashFolder+"="+folder, crashServer+"="+server)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			said(lines.Text())
		}
	}()
	return cmd
}

// many returns more papers than fit on a few pages.
func many(n int) []item {
	var out []item
	for i := range n {
		it := items()[i%7]
		it.n, it.title = i+1, fmt.Sprintf("%s, part %d of the voyage", it.title, i+1)
		out = append(out, it)
	}
	return out
}

// TestKilledFollowers kills a process that follows a source ten times, each after some answers, and then lets two follow
// it at once: all papers are there, each once, no page that was stored is asked for again, and at no time two requests
// are under way.
func TestKilledFollowers(t *testing.T) {
	s := fakeOf(t, "arxiv")
	list := many(150)
	h := s.handler(list, now)
	var mu sync.Mutex
	asked, under, most, left := 0, 0, 0, 1<<30
	var kill func()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked++
		under++
		most = max(most, under)
		if left--; left == 0 {
			kill()
		}
		mu.Unlock()
		h(w, r)
		mu.Lock()
		under--
		mu.Unlock()
	}))
	defer server.Close()
	w := newWorld(t, s, h, nil)
	w.add("2026-03-01")
	folder := string(w.library.Folder())
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 10 {
		ready := make(chan *exec.Cmd, 1)
		mu.Lock()
		left = 1 + rnd.IntN(5)
		kill = func() { _ = (<-ready).Process.Kill() }
		mu.Unlock()
		cmd := follower(t, folder, server.URL, func(string) {})
		ready <- cmd
		if err := cmd.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
		stored := len(w.titles())
		if total := w.status().Total.New; total != stored {
			t.Errorf("the state counts %d papers, %d are stored", total, stored)
		}
	}
	mu.Lock()
	kills := asked
	left = 1 << 30
	under = 0 // of processes that were killed
	most = 0
	mu.Unlock()
	ran := make(chan string, 100)
	for range 2 {
		cmd := follower(t, folder, server.URL, func(line string) {
			if strings.HasPrefix(line, "ran") {
				ran <- line
			}
		})
		defer func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}()
	}
	select {
	case <-ran:
	case <-time.After(time.Minute):
		t.Fatal("no run ended")
	}
	got := w.titles()
	for _, it := range list {
		if got[it.title] != 1 {
			t.Errorf("%q is there %d times", it.title, got[it.title])
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(got) != len(list) || most != 1 {
		t.Errorf("%d papers, want %d; %d requests at once", len(got), len(list), most)
	}
	if pages := len(list) / perPage; asked > pages+10 {
		t.Errorf("asked %d times for %d pages, with 10 kills", asked, pages)
	}
	t.Logf("%d requests for %d pages, %d of them before the last of 10 kills", asked, len(list)/perPage, kills)
}
