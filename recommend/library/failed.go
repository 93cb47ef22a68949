package library

import (
	"context"
	"fmt"

	"kindred/classifier"
	"kindred/fault"
)

// ModelFailed is called when the model that answers cannot be read any more, because its file was cut short or its disk
// fails. In the background the model is opened anew where its file is whole again, and else set aside: papers and
// searches are answered from the store while a model is fitted.
func (l *Library) ModelFailed(cause error) {
	if l.closed.Load() || l.failing.Swap(true) {
		return
	}
	l.refreshes.group.Go(func() {
		defer l.failing.Store(false)
		l.log.Error("the model cannot be read any more", "err", cause)
		ctx := context.Background()
		if err := fault.Guard(func() error { return l.replace(ctx) }); err != nil {
			l.log.Error("no other model could take its place", "err", err)
		}
	})
}

// replace goes over to the model on disk, or to none.
func (l *Library) replace(ctx context.Context) error {
	path, err := l.folder.Current()
	if err == nil {
		var m *classifier.Model
		if m, err = classifier.Open(path); err == nil {
			err = m.Close()
		}
	}
	l.changing.Lock()
	old := l.state
	if err == nil {
		err = l.load(ctx, path)
		l.changing.Unlock()
		return err
	}
	l.changing.Unlock()
	if !replaceable(err) {
		return err
	}
	if err := l.startBare(ctx, err); err != nil {
		return fmt.Errorf("answer without a model: %w", err)
	}
	if l.serving {
		l.RefitInBackground(ctx, "the model file was damaged", nil)
	}
	if old == nil {
		return nil
	}
	return old.close() // requests that still use its model hold that themselves
}
