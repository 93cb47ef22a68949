package hook

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/digest"
)

// Shape is the form of a call's body.
type Shape string

// The shapes. The fragment of a webhook's address chooses one, as in https://chat.example.org/hooks/x#mattermost;
// without it the host does, and JSON is for all others.
const (
	JSON       Shape = "json"
	Slack      Shape = "slack"
	Discord    Shape = "discord"
	Mattermost Shape = "mattermost"
	Teams      Shape = "teams"
	Matrix     Shape = "matrix" // text, as bridges of Matrix take it
	Ntfy       Shape = "ntfy"   // a notification; the last part of the address's path is its topic
)

// shapes write an issue in each shape.
var shapes = map[Shape]func(*digest.Issue) any{
	JSON: jsonBody, Slack: slackBody, Discord: discordBody, Mattermost: mattermostBody, Teams: teamsBody, Matrix: matrixBody, Ntfy: ntfyBody,
}

// ShapeOf returns the shape for a webhook's address. The error wraps [data.ErrInvalid] for a fragment that names none.
func ShapeOf(u *url.URL) (Shape, error) {
	host := strings.ToLower(u.Hostname())
	within := func(domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }
	switch {
	case u.Fragment != "":
		if shapes[Shape(u.Fragment)] == nil {
			return "", fmt.Errorf("webhook: %w: #%s names no form: want #json, #slack, #discord, #mattermost, #teams, #ntfy or #matrix", data.ErrInvalid, readable.Clip(u.Fragment, 40))
		}
		return Shape(u.Fragment), nil
	case host == "hooks.slack.com":
		return Slack, nil
	case within("discord.com") || within("discordapp.com"):
		return Discord, nil
	case within("webhook.office.com") || within("logic.azure.com") || within("powerplatform.com"):
		return Teams, nil
	case host == "ntfy.sh":
		return Ntfy, nil
	}
	return JSON, nil
}

// body returns the bytes of a call of a webhook for an issue.
func body(issue *digest.Issue, shape Shape, u *url.URL) ([]byte, error) {
	content := shapes[shape](issue)
	if n, ok := content.(notification); ok {
		n.Topic = path.Base(u.Path)
		content = n
	}
	return json.Marshal(content)
}

// endpoint returns the address that is called: without the fragment, which chose the shape, and for ntfy without the topic,
// which stands in the body.
func endpoint(u *url.URL, shape Shape) string {
	at := *u
	at.Fragment, at.RawFragment = "", ""
	if shape == Ntfy {
		at.Path, at.RawPath = strings.TrimSuffix(path.Dir(u.Path), "/")+"/", ""
	}
	return at.String()
}

// event is the JSON of an issue.
type event struct {
	Type      string    `json:"type"` // digest.issue
	Timestamp time.Time `json:"timestamp"`
	Data      issueJSON `json:"data"`
}

type issueJSON struct {
	Subscription string      `json:"subscription"`
	Number       int         `json:"number"`
	Name         string      `json:"name"`
	Considered   int         `json:"considered"`
	Quiet        string      `json:"quiet,omitempty"`
	Groups       []groupJSON `json:"groups"`
}

type groupJSON struct {
	Label  string      `json:"label"`
	Papers []paperJSON `json:"papers"`
}

type paperJSON struct {
	ID         string     `json:"id"`
	Title      string     `json:"title"`
	Authors    []string   `json:"authors"`
	Published  string     `json:"published,omitempty"`
	Score      float64    `json:"score,omitempty"`
	Summary    string     `json:"summary,omitempty"`
	Words      []string   `json:"words,omitempty"`
	Near       []nearJSON `json:"near,omitempty"`
	Favourite  string     `json:"favourite_author,omitempty"`
	Topic      string     `json:"topic,omitempty"`
	Links      []linkJSON `json:"links"`
	MoreOfThis string     `json:"more_like_this,omitempty"`
	LessOfThis string     `json:"less_like_this,omitempty"`
}

type nearJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type linkJSON struct {
	Text string `json:"text"`
	URL  string `json:"url"`
}

func jsonBody(issue *digest.Issue) any {
	out := event{Type: "digest.issue", Timestamp: issue.Time.UTC(), Data: issueJSON{
		Subscription: issue.Subscription, Number: issue.Number, Name: issue.Name, Considered: issue.Considered, Quiet: issue.Quiet, Groups: []groupJSON{},
	}}
	for _, g := range issue.Groups {
		group := groupJSON{Label: g.Label}
		for _, p := range g.Picks {
			paper := paperJSON{
				ID: p.Paper.ID, Title: p.Paper.Title, Authors: p.Paper.Authors, Published: p.Paper.Published.String(), Score: p.Score,
				Summary: p.Summary, Words: p.Words, Favourite: p.Author, Topic: p.Topic, MoreOfThis: p.More, LessOfThis: p.Less, Links: []linkJSON{},
			}
			for _, n := range p.Near {
				paper.Near = append(paper.Near, nearJSON(n))
			}
			for _, l := range p.Links {
				paper.Links = append(paper.Links, linkJSON(l))
			}
			group.Papers = append(group.Papers, paper)
		}
		out.Data.Groups = append(out.Data.Groups, group)
	}
	return out
}

// Bounds of the chat services' messages, with room to spare. Discord takes 10 embeds and 6,000 characters. Slack splits a
// text above 4,000 characters in its midst, and refuses blocks above some 13,000 together or 3,000 each. Mattermost cuts at
// 16,383. Teams refuses above 28 kB, by some reports above 21. ntfy makes a file of a message above 4,096 bytes.
const (
	chatSummary   = 280 // characters of a summary
	chatTitle     = 200
	discordPapers = 10
	chatPapers    = 20
	slackBytes    = 10_000
	teamsBytes    = 19_000
	ntfyBytes     = 3_800
)

// papersOf returns up to most papers of an issue, and how many are left.
func papersOf(issue *digest.Issue, most int) (picks []digest.Pick, left int) {
	for _, g := range issue.Groups {
		picks = append(picks, g.Picks...)
	}
	n := min(len(picks), most)
	return picks[:n], len(picks) - n
}

func headline(issue *digest.Issue) string {
	if n := len(issue.IDs()); n > 0 {
		return fmt.Sprintf("%s: %d of %d new papers", oneLine(issue.Name, 100), n, issue.Considered)
	}
	return fmt.Sprintf("%s: %s", oneLine(issue.Name, 100), oneLine(issue.Quiet, 300))
}

func oneLine(s string, n int) string { return readable.ClipWords(readable.OneLine(s), n) }

// address returns the first web address of a pick, "" for none.
func address(p *digest.Pick) string {
	i := slices.IndexFunc(p.Links, func(l digest.Link) bool {
		u, err := url.Parse(l.URL)
		return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && !strings.ContainsAny(l.URL, " |<>()[]\n")
	})
	if i < 0 {
		return ""
	}
	return p.Links[i].URL
}

func byline(p *digest.Pick) string {
	by := data.Byline(p.Paper.Authors, p.Paper.AuthorCount)
	if when := p.Paper.Published.InWords(); when != "" && by != "" {
		by += " · " + when
	}
	return oneLine(by, 150)
}

// chat writes an issue as lines for chat services. link writes a title with its address, plain a text that must not be
// taken for markup.
func chat(issue *digest.Issue, most int, link func(title, url string) string, plain func(string) string) string {
	var b strings.Builder
	b.WriteString(plain(headline(issue)))
	picks, left := papersOf(issue, most)
	for i := range picks {
		p := &picks[i]
		title := plain(oneLine(p.Paper.Title, chatTitle))
		if u := address(p); u != "" {
			title = link(title, u)
		}
		fmt.Fprintf(&b, "\n\n%s\n%s", title, plain(byline(p)))
		if p.Summary != "" {
			b.WriteString("\n" + plain(oneLine(p.Summary, chatSummary)))
		}
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n\n%d more", left)
	}
	return b.String()
}

// slackText is what Slack asks to be escaped.
var slackText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// slackBody has a block for each paper; its text is what notifications show.
func slackBody(issue *digest.Issue) any {
	head := slackText.Replace(headline(issue))
	section := func(text string) map[string]any {
		return map[string]any{"type": "section", "text": map[string]string{"type": "mrkdwn", "text": text}}
	}
	blocks, size := []any{section(head)}, len(head)
	picks, left := papersOf(issue, chatPapers)
	for i := range picks {
		p := &picks[i]
		text := slackText.Replace(oneLine(p.Paper.Title, chatTitle))
		if u := address(p); u != "" {
			text = "<" + slackText.Replace(u) + "|" + text + ">"
		}
		text += "\n" + slackText.Replace(byline(p))
		if p.Summary != "" {
			text += "\n" + slackText.Replace(oneLine(p.Summary, chatSummary))
		}
		if size += len(text); size > slackBytes {
			left += len(picks) - i
			break
		}
		blocks = append(blocks, section(text))
	}
	if left > 0 {
		blocks = append(blocks, section(fmt.Sprintf("%d more", left)))
	}
	return map[string]any{"text": head, "blocks": blocks, "unfurl_links": false, "unfurl_media": false}
}

// notification is a message of ntfy.
type notification struct {
	Topic   string `json:"topic"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Click   string `json:"click,omitempty"` // opened by a tap: the first paper
}

func ntfyBody(issue *digest.Issue) any {
	if len(issue.IDs()) == 0 {
		return notification{Title: oneLine(issue.Name, 100), Message: oneLine(issue.Quiet, 1000)}
	}
	n := notification{Title: headline(issue)}
	var b strings.Builder
	picks, left := papersOf(issue, chatPapers)
	for i := range picks {
		p := &picks[i]
		text := strings.Join(strings.Fields(oneLine(p.Paper.Title, chatTitle)+" ("+byline(p)+")"), " ") + "\n"
		if u := address(p); u != "" {
			text += u + "\n"
			if n.Click == "" {
				n.Click = u
			}
		}
		if b.Len()+len(text) > ntfyBytes {
			left += len(picks) - i
			break
		}
		b.WriteString(text + "\n")
	}
	if left > 0 {
		fmt.Fprintf(&b, "%d more", left)
	}
	n.Message = strings.TrimSpace(b.String())
	return n
}

// markdown escapes what would be markup, and mentions of everybody.
var markdown = strings.NewReplacer(
	`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "~", `\~`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "@", "@\u200b",
)

func markdownLink(title, u string) string { return "[" + title + "](" + u + ")" }

func mattermostBody(issue *digest.Issue) any {
	return map[string]any{"text": chat(issue, chatPapers, markdownLink, markdown.Replace)}
}

func discordBody(issue *digest.Issue) any {
	picks, left := papersOf(issue, discordPapers)
	content := markdown.Replace(headline(issue))
	if left > 0 {
		content += fmt.Sprintf("\n%d more", left)
	}
	embeds := []map[string]string{}
	for i := range picks {
		p := &picks[i]
		e := map[string]string{"title": oneLine(p.Paper.Title, chatTitle), "description": markdown.Replace(byline(p) + "\n" + oneLine(p.Summary, 200))}
		if u := address(p); u != "" {
			e["url"] = u
		}
		embeds = append(embeds, e)
	}
	return map[string]any{"content": content, "embeds": embeds, "allowed_mentions": map[string]any{"parse": []string{}}}
}

func teamsBody(issue *digest.Issue) any {
	type block map[string]any
	text := func(s string, more block) block {
		b := block{"type": "TextBlock", "text": s, "wrap": true}
		for k, v := range more {
			b[k] = v
		}
		return b
	}
	blocks, size := []block{text(markdown.Replace(headline(issue)), block{"weight": "bolder"})}, 0
	picks, left := papersOf(issue, chatPapers)
	for i := range picks {
		p := &picks[i]
		title := markdown.Replace(oneLine(p.Paper.Title, chatTitle))
		if u := address(p); u != "" {
			title = markdownLink(title, u)
		}
		add := []block{text(title, block{"separator": true}), text(markdown.Replace(byline(p)), block{"isSubtle": true, "spacing": "none"})}
		if p.Summary != "" {
			add = append(add, text(markdown.Replace(oneLine(p.Summary, chatSummary)), nil))
		}
		if size += jsonSize(add); size > teamsBytes {
			left += len(picks) - i
			break
		}
		blocks = append(blocks, add...)
	}
	if left > 0 {
		blocks = append(blocks, text(fmt.Sprintf("%d more", left), nil))
	}
	return map[string]any{"type": "message", "attachments": []any{map[string]any{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content":     map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks},
	}}}
}

// jsonSize returns the bytes of a value as JSON.
func jsonSize(v any) int {
	b, err := json.Marshal(v)
	if err != nil { // it consists of texts
		return 0
	}
	return len(b)
}

func matrixBody(issue *digest.Issue) any {
	same := func(s string) string { return s }
	return map[string]any{"text": chat(issue, chatPapers, func(title, u string) string { return title + "\n" + u }, same)}
}
