package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"kindred/data"
	"kindred/mail/mailtest"
	"kindred/recommend/digest"
)

func testAddresses() Addresses {
	return Addresses{
		From: "Lesezirkel für Flechten <papers@example.org>", To: "reader@example.net", Site: "Lichen papers",
		Unsubscribe: "https://papers.example/s/t0ken/unsubscribe", Manage: "https://papers.example/s/t0ken", Issue: "https://papers.example/s/t0ken/7",
	}
}

func issueLetter(t *testing.T, issue *digest.Issue) *Letter {
	t.Helper()
	l, err := Issue(issue, testAddresses())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// form is what one form of a letter says of a paper: its words without spaces, and its addresses in order.
type form struct {
	words string
	links []string
}

// ofHTML returns what the HTML of a letter says of each paper.
func ofHTML(t *testing.T, s string) (papers []form) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if attr(n, "class") == "k-paper" {
			var f form
			for d := range n.Descendants() {
				if d.Type == html.TextNode {
					f.words += d.Data
				}
				if href := attr(d, "href"); href != "" && !slices.Contains(f.links, href) {
					f.links = append(f.links, href)
				}
			}
			f.words = bareWords(f.words)
			papers = append(papers, f)
		}
	}
	return papers
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// bareWords drops spaces and what only sets parts of one form apart.
func bareWords(s string) string {
	return strings.NewReplacer("·", "", "\u00a0", "").Replace(strings.Join(strings.Fields(s), ""))
}

var (
	numbered = regexp.MustCompile(`(?m)^\d+\. `)
	linkLine = regexp.MustCompile(`(?m)^(.*): (https?://\S+)$`)
)

// ofText returns what the text of a letter says of each paper.
func ofText(s string) (papers []form) {
	s = unflow(s)
	s, _, _ = strings.Cut(s, "\n---\n")
	starts := numbered.FindAllStringIndex(s, -1)
	for i, at := range starts {
		end := len(s)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		block := s[at[1]:end]
		block, _, _ = strings.Cut(block, "\n\n") // a heading of the next group
		var f form
		for _, m := range linkLine.FindAllStringSubmatch(block, -1) {
			f.links = append(f.links, m[2])
		}
		f.words = bareWords(linkLine.ReplaceAllString(block, "$1"))
		papers = append(papers, f)
	}
	return papers
}

// unflow joins the lines of format=flowed as RFC 3676 says.
func unflow(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		l = strings.TrimPrefix(l, " ")
		if before, flows := strings.CutSuffix(l, " \n"); flows {
			b.WriteString(before + " ")
		} else {
			b.WriteString(l)
		}
	}
	return b.String()
}

// TestFormsAgree wants text and HTML to say the same of each paper, with the same addresses in the same order.
func TestFormsAgree(t *testing.T) {
	for name, issue := range map[string]*digest.Issue{"small": mailtest.Issue(), "large": mailtest.LargeIssue(60)} {
		l := issueLetter(t, issue)
		text, page := ofText(l.Text), ofHTML(t, l.HTML)
		want := 0
		for _, g := range issue.Groups {
			want += len(g.Picks)
		}
		if len(page) != want || len(text) != want {
			t.Fatalf("%s: %d papers in HTML and %d in text, want %d", name, len(page), len(text), want)
		}
		for i := range page {
			if len(text[i].links) == 1 && strings.HasSuffix(text[i].words, "Readit") && !strings.HasSuffix(page[i].words, "Readit") {
				text[i].words = strings.TrimSuffix(text[i].words, "Readit") // in HTML the title is the link
			}
			if text[i].words != page[i].words || !slices.Equal(text[i].links, page[i].links) {
				t.Errorf("%s, paper %d: HTML\n%s %q\ntext\n%s %q", name, i+1, page[i].words, page[i].links, text[i].words, text[i].links)
			}
		}
		for _, words := range []string{l.Subject, "Lichen papers", "https://papers.example/s/t0ken/unsubscribe", "https://papers.example/s/t0ken"} {
			if words != l.Subject && !strings.Contains(l.Text, words) {
				t.Errorf("%s: the text lacks %q", name, words)
			}
		}
	}
}

// TestNothingRuns wants no script, image, style sheet or frame in HTML, no address but those of the web, and each text
// of a paper with its own direction.
func TestNothingRuns(t *testing.T) {
	l := issueLetter(t, mailtest.Issue())
	root, err := html.Parse(strings.NewReader(l.HTML))
	if err != nil {
		t.Fatal(err)
	}
	hrefs := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "form", "input", "button", "svg", "i", "b"}, n.Data) {
			t.Errorf("the letter has a %s element", n.Data)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "background" {
				t.Errorf("%s has %s=%q", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" {
				hrefs++
				if !isWeb(a.Val) {
					t.Errorf("a link to %q", a.Val)
				}
			}
		}
		if slices.Contains([]string{"h1", "h2", "h3"}, n.Data) && attr(n, "dir") != "auto" {
			t.Errorf("a heading without a direction of its own")
		}
	}
	if hrefs < 20 || strings.Contains(l.HTML, "url(") || strings.Contains(l.HTML, "@import") || strings.Contains(l.Text, "javascript:") {
		t.Errorf("%d links", hrefs)
	}
	for _, dark := range []string{`name="color-scheme" content="light dark"`, "prefers-color-scheme: dark", `max-width:600px`, "<!--[if mso]>"} {
		if !strings.Contains(l.HTML, dark) {
			t.Errorf("the letter lacks %s", dark)
		}
	}
}

// TestSize wants every letter below what Gmail shows, and the papers that found no room counted.
func TestSize(t *testing.T) {
	for _, n := range []int{1, 20, 100, 400} {
		issue := mailtest.LargeIssue(n)
		for i := range issue.Groups[0].Picks {
			issue.Groups[0].Picks[i].Links[0].URL = "https://papers.example/" + strings.Repeat("x", 800)
		}
		l := issueLetter(t, issue)
		shown := len(ofHTML(t, l.HTML))
		if len(l.HTML) > MaxHTML || shown == 0 {
			t.Errorf("%d papers: %d bytes, %d shown", n, len(l.HTML), shown)
		}
		left := fmt.Sprintf("%d more found no room", n-shown)
		if shown < n && (!strings.Contains(l.HTML, left) || !strings.Contains(unflow(l.Text), left)) {
			t.Errorf("%d of %d papers are shown, and the others not counted", shown, n)
		}
		if n <= 20 && shown != n {
			t.Errorf("%d of %d papers are shown", shown, n)
		}
	}
}

// TestHeaders reads a letter with the standard library, and holds what mail programs need.
func TestHeaders(t *testing.T) {
	l := issueLetter(t, mailtest.Issue())
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	raw := b.String()
	for lines := bufio.NewScanner(strings.NewReader(raw)); lines.Scan(); {
		if s := lines.Text(); len(s) > 998 || !isASCII(s) {
			t.Errorf("a line of %d bytes: %.80s", len(s), s)
		}
	}
	msg, err := netmail.ReadMessage(&b)
	if err != nil {
		t.Fatal(err)
	}
	decode := func(name string) string {
		s, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get(name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return s
	}
	for name, want := range map[string]string{
		"Subject": l.Subject, "List-Unsubscribe": "<https://papers.example/s/t0ken/unsubscribe>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Auto-Submitted": "auto-generated", "Precedence": "bulk", "Message-Id": "<" + l.MessageID + ">",
		"List-Id": `"Lichens, mosses & walls" <` + l.ListID + ">", "Mime-Version": "1.0",
	} {
		if got := decode(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	from, err := msg.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != "Lesezirkel für Flechten" || from[0].Address != "papers@example.org" {
		t.Errorf("From: %v, %v", from, err)
	}
	if date, err := msg.Header.Date(); err != nil || !date.Equal(mailtest.Issue().Time) {
		t.Errorf("Date: %v, %v", date, err)
	}
	kind, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %s, %v", kind, err)
	}
	parts := multipart.NewReader(msg.Body, params["boundary"])
	for _, want := range []struct{ kind, body string }{{"text/plain", l.Text}, {"text/html", l.HTML}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || kind != want.kind || !strings.EqualFold(params["charset"], "utf-8") || (kind == "text/plain") != (params["format"] == "flowed") {
			t.Errorf("a part is %s %v, %v", kind, params, err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if got := strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n"); err != nil || got != strings.TrimRight(want.body, "\n") {
			t.Errorf("the %s part is not what was written (%d and %d bytes), %v", kind, len(got), len(want.body), err)
		}
	}
}

// TestNames wants a name of other letters in the list's header as well.
func TestNames(t *testing.T) {
	issue := mailtest.Issue()
	issue.Name = "Flechten auf Mäuerchen\r\nBcc: all@example.org – 地衣"
	l := issueLetter(t, issue)
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	msg, err := netmail.ReadMessage(&b)
	if err != nil || msg.Header.Get("Bcc") != "" {
		t.Fatalf("%v, %v", msg.Header, err)
	}
	name, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("List-Id"))
	if err != nil || !strings.HasPrefix(name, "Flechten auf Mäuerchen Bcc:") || !strings.HasSuffix(name, "<"+l.ListID+">") {
		t.Errorf("List-Id %q, %v", name, err)
	}
}

func TestMessageID(t *testing.T) {
	issue := mailtest.Issue()
	a, again := issueLetter(t, issue), issueLetter(t, issue)
	issue.Number++
	next := issueLetter(t, issue)
	issue.Subscription = "s2"
	other := issueLetter(t, issue)
	if a.MessageID != again.MessageID || a.MessageID == next.MessageID || next.MessageID == other.MessageID {
		t.Errorf("%s, %s, %s, %s", a.MessageID, again.MessageID, next.MessageID, other.MessageID)
	}
	if a.ListID != next.ListID || next.ListID == other.ListID || strings.Contains(a.MessageID+a.ListID, "s1") {
		t.Errorf("lists %s, %s, %s", a.ListID, next.ListID, other.ListID)
	}
}

func TestSubject(t *testing.T) {
	issue := mailtest.Issue()
	if got := subject(issue); !strings.HasPrefix(got, "Lichen spread on basalt walls") || !strings.HasSuffix(got, "; and 4 more") || utf8.RuneCountInString(got) > 170 {
		t.Errorf("subject %q", got)
	}
	issue.Groups, issue.Quiet = nil, "arXiv announces nothing on Saturdays."
	l := issueLetter(t, issue)
	if !strings.HasPrefix(l.Subject, "Quiet: ") || !strings.Contains(l.Text, issue.Quiet) || !strings.Contains(l.HTML, issue.Quiet) {
		t.Errorf("a quiet issue: %q\n%s", l.Subject, l.Text)
	}
}

// TestLetterRefused wants errors that say what is wrong with an address.
func TestLetterRefused(t *testing.T) {
	for name, change := range map[string]func(*Addresses){
		"reader":      func(a *Addresses) { a.To = "nobody" },
		"sender":      func(a *Addresses) { a.From = "x@y\r\nBcc: z@example.org" },
		"unsubscribe": func(a *Addresses) { a.Unsubscribe = "javascript:alert(1)" },
		"manage":      func(a *Addresses) { a.Manage = "/s/1" },
	} {
		a := testAddresses()
		change(&a)
		if _, err := Issue(mailtest.Issue(), a); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Confirmation("s1", "x", testAddresses(), mailtest.Issue().Time); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a confirmation without an address to confirm at: %v", err)
	}
}

func TestConfirmation(t *testing.T) {
	a := testAddresses()
	a.Confirm, a.Unsubscribe, a.Manage, a.Issue = "https://papers.example/s/t0ken/confirm", "", "", ""
	l, err := Confirmation("s1", "Lichens <b>", a, mailtest.Issue().Time)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{l.HTML, l.Text} {
		if !strings.Contains(body, a.Confirm) || !strings.Contains(body, "do nothing") || strings.Contains(body, "k-paper") {
			t.Errorf("a confirmation says\n%s", body)
		}
	}
	if strings.Contains(l.HTML, "<b>") || l.ListID != "" || !strings.Contains(l.Subject, "confirm") {
		t.Errorf("%+v", l)
	}
}

// TestWriteSamples writes the letters to the folder that KINDRED_TEST_LETTERS names, to be looked at.
func TestWriteSamples(t *testing.T) {
	dir := os.Getenv("KINDRED_TEST_LETTERS")
	if dir == "" {
		t.Skip("KINDRED_TEST_LETTERS names no folder")
	}
	quiet := mailtest.Issue()
	quiet.Groups, quiet.Quiet = nil, "arXiv announces nothing on Saturdays, and the other sources had nothing like your papers."
	a := testAddresses()
	a.Confirm = "https://papers.example/s/t0ken/confirm"
	note, err := Confirmation("s1", "Lichens, mosses & walls", a, quiet.Time)
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*Letter{
		"issue": issueLetter(t, mailtest.Issue()), "quiet": issueLetter(t, quiet), "large": issueLetter(t, mailtest.LargeIssue(60)), "confirm": note,
	} {
		for end, body := range map[string]string{".html": l.HTML, ".txt": l.Text} {
			if err := os.WriteFile(dir+"/"+name+end, []byte(body), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
