package digest_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"kindred/classifier"
	"kindred/data/store"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// FuzzStored reads a subscription, the papers of its reader and its issues as they lie in a store: an issue is chosen and
// kept, or there is an error that says whose it is.
func FuzzStored(f *testing.F) {
	l, err := library.Open(f.Context(), library.Folder(f.TempDir()), library.Options{Create: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = l.Close() })
	for s := range subjects {
		if _, err := l.Put(f.Context(), papers(s, 0, 15)); err != nil {
			f.Fatal(err)
		}
	}
	m, err := l.Fit(f.Context(), library.FitOptions{Options: classifier.Options{}})
	if err == nil {
		err = errors.Join(m.Close(), l.Load(f.Context()))
	}
	if err != nil {
		f.Fatal(err)
	}
	subs := digest.NewSubscriptions(l.Store())
	own, err := json.Marshal(papers(0, 20, 24))
	if err != nil {
		f.Fatal(err)
	}
	for _, sub := range []string{
		`{"id":"zorb","name":"Zorb","kind":"library","state":"confirmed","filter":{"limit":3},"schedule":{"every":"daily","at":"07:00","zone":"UTC"}}`,
		`{"id":"zorb","kind":"search","search":"graph -\"","filter":{"limit":-1,"least_score":-7},"schedule":{"every":"weekly","day":"x","at":"99:99","zone":"/etc"}}`,
		`{"id":"zorb","kind":"topics","topics":[-1,99999],"state":"confirmed","schedule":{"every":"count","papers":-3}}`,
		`{"id":"zorb","kind":"trending","state":"confirmed","last":"9999-12-31T23:59:59Z"}`, `{"kind":"authors","authors":["",null]}`, `{"zotero":{}}`, `null`, `[`,
	} {
		f.Add([]byte(sub), own, []byte(`{"number":1,"papers":["t0:1"]}`))
	}
	f.Add([]byte(`{"id":"zorb","kind":"library","state":"confirmed"}`), []byte(`[null,{},{"id":"x:1"}]`), []byte(`null`))
	f.Fuzz(func(t *testing.T, sub, own, record []byte) {
		ctx := t.Context()
		if err := l.Store().Change(ctx, func(tx *store.Tx) error {
			_, sent := tx.Append("sent:zorb", record)
			_, issue := tx.Append("issues:zorb", record)
			return errors.Join(sent, issue, tx.SetSetting("subscriptions", "zorb", sub), tx.SetSetting("subscription-papers", "zorb", own))
		}); err != nil {
			t.Skip(err) // the store takes no empty values
		}
		defer func() {
			if err := l.Store().Change(t.Context(), func(tx *store.Tx) error {
				return errors.Join(tx.Clear("sent:zorb"), tx.Clear("issues:zorb"), tx.SetSetting("subscriptions", "zorb", nil), tx.SetSetting("subscription-papers", "zorb", nil))
			}); err != nil {
				t.Error(err)
			}
		}()
		s, err := subs.Get(ctx, "zorb")
		if err != nil {
			if !strings.Contains(err.Error(), "zorb") {
				t.Errorf("%v does not say whose it is", err)
			}
			return
		}
		_ = digest.Due([]*digest.Subscription{s}, now)
		_, _ = s.Schedule.Before(now), s.Schedule.After(now)
		if _, err := subs.Issues(ctx, "zorb"); err != nil && !strings.Contains(err.Error(), "zorb") {
			t.Error(err)
		}
		maker := &digest.Maker{Subscriptions: subs, Snapshot: l.Current}
		choice, err := maker.Preview(ctx, s, now)
		if err != nil {
			return
		}
		if choice.Issue.Quiet == "" && len(choice.Issue.IDs()) == 0 {
			t.Error("an issue of nothing")
		}
	})
}
