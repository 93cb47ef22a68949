package mail

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"kindred/data"
	"kindred/mail/mailtest"
	"kindred/recommend/digest"
)

// FuzzServer reads addresses of SMTP servers: settings that hold, or an error that wraps data.ErrInvalid and shows no
// password.
func FuzzServer(f *testing.F) {
	for _, s := range []string{"mail.example.org:25", "smtps://me%40x@mail.example.org:465", "smtp://[::1]:587", "smtp://u:s3cr3t@h", "smtps://", "://", "h:99999", "\x00", "smtp://h/?x#y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseServer(s)
		switch {
		case err != nil && !errors.Is(err, data.ErrInvalid):
			t.Errorf("ParseServer(%q): %v", s, err)
		case err == nil && (got.Host == "" || strings.ContainsAny(got.Host, " \r\n/")):
			t.Errorf("ParseServer(%q) = %+v", s, got)
		}
	})
}

// FuzzAddress reads addresses of mail: what is accepted can stand in a header.
func FuzzAddress(f *testing.F) {
	for _, s := range []string{"me@example.org", "Me <me@example.org>", "a@b\r\nBcc: c@d", `"x y"@z`, "", "@", "é@example.org", "<me@example.org>, <you@example.org>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err == nil && (strings.ContainsAny(a.String(), "\r\n\x00") || !strings.Contains(a.Address, "@")) {
			t.Errorf("ParseAddress(%q) = %q", s, a)
		}
	})
}

// FuzzIssue writes letters of arbitrary issues as they lie in the queue: text and HTML that are UTF-8 and of bounded
// size, or an error.
func FuzzIssue(f *testing.F) {
	seed, err := json.Marshal(mailtest.Issue())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	for _, s := range []string{`{}`, `null`, `{"groups":[null]}`, `{"groups":[{"papers":[null,{}]}]}`, `{"groups":[{"label":"<script>","papers":[{"title":"\u0000<b>","sentences":"\ud800"}]}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var issue digest.Issue
		if len(b) > 64<<10 || json.Unmarshal(b, &issue) != nil {
			return
		}
		html, text, err := Bodies(&issue, Addresses{Site: "Tides"})
		if err != nil {
			return
		}
		if !utf8.ValidString(html) || !utf8.ValidString(text) {
			t.Error("not UTF-8")
		}
		if strings.Contains(html, "<script") {
			t.Errorf("a script: %s", html)
		}
	})
}
