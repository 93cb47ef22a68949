package guard

import (
	"net/http/httptest"
	"testing"
)

func TestOwnHost(t *testing.T) {
	const base = "https://papers.example.org"
	for _, test := range []struct {
		host, base string
		want       bool
	}{
		{"localhost:8080", "", true}, {"127.0.0.1", "", true}, {"[::1]:8080", base, true},
		{"papers.example.org", base, true}, {"PAPERS.example.org:443", base, true},
		{"papers.example.org", "", false}, {"papers.example.org.evil.example", base, false}, {"localhost.evil.example", base, false}, {"", "", false},
	} {
		if got := OwnHost(test.host, test.base); got != test.want {
			t.Errorf("%q of %q: %v", test.host, test.base, got)
		}
	}
}

func TestOrigins(t *testing.T) {
	check, err := Origins([]string{"https://ours.example"}, "https://papers.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for origin, ok := range map[string]bool{
		"": true, "https://ours.example": true, "https://papers.example.org": true, "http://ours.example": false, "https://ours.example:444": false, "null": false,
	} {
		r := httptest.NewRequest("POST", "/mcp", nil)
		r.Host = "inside:8080"
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		if err := check.Check(r); (err == nil) != ok {
			t.Errorf("%q: %v", origin, err)
		}
	}
	if _, err := Origins([]string{"*"}, ""); err == nil {
		t.Error("* is taken for an origin")
	}
}
