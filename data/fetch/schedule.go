package fetch

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Look is the time between two looks at which sources are due.
const Look = 5 * time.Second

// Schedule runs the sources that are due, one at a time a host, until ctx ends. A run that was cut off, by the end of
// this process or another, is due at once. after is called after each run.
func (s *Sources) Schedule(ctx context.Context, after func(Status)) {
	var mu sync.Mutex
	busy := map[string]bool{}
	var running sync.WaitGroup
	defer running.Wait()
	last := ""
	for ctx.Err() == nil {
		due, err := s.due(ctx)
		if err != nil && ctx.Err() == nil && s.Log != nil && err.Error() != last {
			s.Log.Error("sources", "err", err)
		}
		if last = ""; err != nil {
			last = err.Error()
		}
		for h, list := range due {
			mu.Lock()
			free := !busy[h]
			busy[h] = true
			mu.Unlock()
			if !free {
				continue
			}
			running.Go(func() {
				defer func() {
					mu.Lock()
					defer mu.Unlock()
					busy[h] = false
				}()
				s.runAll(ctx, list, after)
			})
		}
		if s.Client.opt.Sleep(ctx, Look) != nil {
			return
		}
	}
}

// runAll runs sources one after the other.
func (s *Sources) runAll(ctx context.Context, list []Config, after func(Status)) {
	for _, c := range list {
		status, err := s.runDue(ctx, c.Name)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy), errors.Is(err, ErrUnknown), errors.Is(err, errNotDue): // another process has it or had it, or it was removed
		case err != nil && status.Name == "" && s.Log != nil:
			s.Log.Error("source", "name", c.Name, "err", err)
		case after != nil:
			after(status)
		}
	}
}
