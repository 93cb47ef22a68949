package daily_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/mail/daily"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// TestQuietSays runs the daily mail on a Friday with papers and on a Saturday without, and wants the quiet sentence to hold
// what the service that was asked says of that day.
func TestQuietSays(t *testing.T) {
	now := time.Date(2026, 3, 13, 7, 0, 0, 0, time.UTC) // a Friday
	papers := 40
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>https://rss.arxiv.org/atom/cs.RO</id>`)
		for n := range papers {
			fmt.Fprintf(w, `<entry><id>oai:arXiv.org:2603.%05dv1</id><title>Robot hands grasp cup %d</title><updated>2026-03-13T00:00:00Z</updated>`+
				`<link href="https://arxiv.org/abs/2603.%05d"/><summary>A robot hand with soft fingers grasps cup number %d.</summary></entry>`, n, n, n, n)
		}
		fmt.Fprint(w, "</feed>")
	}))
	defer server.Close()
	l, err := library.Open(t.Context(), library.Folder(filepath.Join(t.TempDir(), "data")), library.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	opt := daily.Options{
		Subscription: digest.Subscription{Name: "mornings"},
		Own:          []*data.Paper{{ID: "x:1", Title: "A soft robot hand grasps cups", Abstract: "Fingers of a robot hand grasp a cup."}},
		Sources:      []string{"arxiv-feed:cs.RO"},
		Client: fetch.NewClient(fetch.Options{
			Contact: "tides@example.org", AllowPrivate: true, Now: func() time.Time { return now }, Base: map[string]string{"arxiv-feed": server.URL},
		}),
		Now: func() time.Time { return now },
	}
	if r, err := daily.Run(t.Context(), l, opt); err != nil || r.Issue.Quiet != "" || len(r.Issue.IDs()) == 0 {
		t.Fatalf("Friday: %+v, %v", r, err)
	}
	now, papers = now.Add(24*time.Hour), 0
	r, err := daily.Run(t.Context(), l, opt)
	if err != nil || !strings.Contains(r.Issue.Quiet, "arXiv announces nothing on Saturdays and Sundays") {
		t.Fatalf("Saturday: %+v, %v", r, err)
	}
}
