package outbox

import (
	"context"
	"time"

	"kindred/data/store"
)

// Message says how a message is on its way.
type Message struct {
	Key          string              `json:"key"`
	Kind         string              `json:"kind"`
	Subscription string              `json:"subscription,omitempty"`
	State        store.DeliveryState `json:"state"`
	Attempts     int                 `json:"attempts"`
	Due          time.Time           `json:"due,omitzero"` // of one that waits
	Changed      time.Time           `json:"changed"`
	Error        string              `json:"error,omitempty"`
}

// List returns the newest messages of all states, newest first, limit at most.
func List(ctx context.Context, o store.Outbox, limit int) ([]Message, error) {
	all, err := o.Deliveries(ctx, limit, store.Queued, store.Sending, store.Failed, store.Sent)
	if err != nil {
		return nil, err
	}
	out := make([]Message, len(all))
	for i, d := range all {
		out[i] = Message{d.Key, d.Kind, d.Owner, d.State, d.Attempts, d.Due, d.Changed, d.Error}
		if d.State != store.Queued {
			out[i].Due = time.Time{}
		}
	}
	return out, nil
}
