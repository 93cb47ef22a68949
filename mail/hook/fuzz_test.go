package hook

import (
	"encoding/json"
	"net/url"
	"testing"

	"kindred/mail/mailtest"
	"kindred/recommend/digest"
)

// FuzzBody makes the content of webhooks of arbitrary issues and addresses: JSON, or an error.
func FuzzBody(f *testing.F) {
	seed, err := json.Marshal(mailtest.Issue())
	if err != nil {
		f.Fatal(err)
	}
	for _, address := range []string{"https://hooks.example.org/x", "https://x.example/#slack", "https://x.example/#teams", "https://x.example/#matrix", "https://x.example/#discord", "https://x.example/#mattermost", "https://x.example/topic#ntfy", "https://x.example/#wembel"} {
		f.Add(address, seed)
	}
	f.Add("https://x.example/#teams", []byte(`{"groups":[{"papers":[{}]}]}`))
	f.Fuzz(func(t *testing.T, address string, b []byte) {
		u, err := url.Parse(address)
		var issue digest.Issue
		if err != nil || len(b) > 64<<10 || json.Unmarshal(b, &issue) != nil {
			return
		}
		shape, err := ShapeOf(u)
		if err != nil {
			return
		}
		content, err := body(&issue, shape, u)
		if err == nil && !json.Valid(content) {
			t.Errorf("not JSON: %s", content)
		}
	})
}
