package web

import (
	"encoding/xml"
	"fmt"
	"html"
	"math"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"kindred/api/link"
	"kindred/api/widget"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Frame is how another site wants its frame.
type Frame struct {
	Theme string // one of WidgetThemes
	Lang  string // one of widget.Languages
	Blank bool   // without papers it stays empty
}

// embedView is what the frame shows.
type embedView struct {
	Frame
	Heading string
	Items   []embedItem
	Message string // in place of papers
	Link    Link
}

type embedItem struct {
	card
	Alike string
}

// Embed returns the frame for sites that allow no scripts: plain HTML, its links opening outside of it.
func (p *Pages) Embed(v View, in Frame, paper *data.Paper, like []library.Item) ([]byte, error) {
	say := func(key string) string { return p.words.Say(in.Lang, key, p.site) }
	view := embedView{Frame: in, Heading: say("heading"), Link: Link{Title: say("from"), Href: link.Paper(paper.ID)}}
	for i, c := range v.cards(like) {
		if in.Lang != widget.Languages[0] {
			c.Date, c.Byline = c.ISO, wordless(like[i].Paper.Authors) // months and "more" are in English
		}
		view.Items = append(view.Items, embedItem{c, strings.ReplaceAll(say("alike"), "{n}", strconv.Itoa(c.Percent))})
	}
	if len(like) == 0 {
		view.Message = say("none")
	}
	return p.embed(p.frame(v, view.Heading, ""), view)
}

// bylineNames is how many authors a byline names.
const bylineNames = 3

// wordless returns a byline without words of any language.
func wordless(authors []string) string {
	line := strings.Join(authors[:min(bylineNames, len(authors))], ", ")
	if len(authors) > bylineNames {
		line += " …"
	}
	return line
}

// EmbedProblem returns the frame that says why there are no papers, for the status of an error of HTTP and the id that
// was asked for. It works while nothing is loaded, so it needs no snapshot.
func (p *Pages) EmbedProblem(in Frame, status int, id string) ([]byte, error) {
	say := func(key string) string { return p.words.Say(in.Lang, key, p.site) }
	view := embedView{Frame: in, Heading: say("heading"), Message: say("later"), Link: Link{Title: say("find"), Href: "/"}}
	switch {
	case status == http.StatusNotFound && id != "":
		view.Message, view.Link.Href = say("unknown"), link.Search(id)
	case status < http.StatusInternalServerError && status != http.StatusTooManyRequests:
		view.Message = say("wrong")
	}
	return p.embed(frame{Site: p.site, Title: view.Heading}, view)
}

func (p *Pages) embed(f frame, view embedView) ([]byte, error) {
	f.Data = view
	return p.render("embed", f)
}

// OEmbed is an oEmbed 1.0 answer of the type rich.
type OEmbed struct {
	XMLName  xml.Name `json:"-" xml:"oembed"`
	Type     string   `json:"type" xml:"type"`
	Version  string   `json:"version" xml:"version"`
	Title    string   `json:"title" xml:"title"`
	Provider string   `json:"provider_name" xml:"provider_name"`
	URL      string   `json:"provider_url" xml:"provider_url"`
	CacheAge int      `json:"cache_age" xml:"cache_age"` // in seconds
	HTML     string   `json:"html" xml:"html"`
	Width    int      `json:"width" xml:"width"` // in pixels
	Height   int      `json:"height" xml:"height"`
}

// NewOEmbed returns the frame with the papers like p, of a size in pixels, on the site that is at base.
func NewOEmbed(p *data.Paper, site, base string, width, height int) *OEmbed {
	const frame = `<iframe src="%s" title="Related papers" width="%d" height="%d" frameborder="0" loading="lazy" ` +
		`referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
	return &OEmbed{
		Type: "rich", Version: "1.0", Title: readable.PlainXML(p.Title), Provider: readable.PlainXML(site),
		URL: base + "/", CacheAge: 3600, Width: width, Height: height,
		HTML: fmt.Sprintf(frame, html.EscapeString(base+link.Embed(p.ID)), width, height),
	}
}

// XML returns the answer as an XML document.
func (o *OEmbed) XML() ([]byte, error) { return encodeXML(o) }

// Badge returns an SVG for a README in a language of the widget. It says whose it is and what it leads to: "see 10
// related papers".
func (p *Pages) Badge(lang string, related int) []byte {
	value := p.words.Say(lang, "badgeNone", p.site)
	if related > 0 {
		value = p.words.Count(lang, "badge", related)
	}
	return []byte(badgeSVG(readable.Clip(readable.PlainXML(p.site), 40), value))
}

// percent returns a share in hundredths.
func percent(share float32) int { return int(math.Round(float64(share) * 100)) }

// badgeSVG draws two texts beside each other. Widths are estimated at 6.6 units a character, and 11 one that is as wide as
// it is high, which the font sizes below keep to on every platform because textLength fixes them.
func badgeSVG(label, value string) string {
	const text = `<text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`
	width := func(s string) int {
		wide := 0.0
		for _, r := range s {
			if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
				wide += 11
			} else {
				wide += 6.6
			}
		}
		return int(wide) + 14
	}
	l, v := width(label), width(value)
	label, value = html.EscapeString(label), html.EscapeString(value)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" `+
		`aria-label="%s: %s"><title>%s: %s</title>`, l+v, label, value, label, value) +
		fmt.Sprintf(`<rect width="%d" height="20" rx="4" fill="#3b3f4a"/>`, l+v) +
		fmt.Sprintf(`<path d="M%d 0h%da4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H%dz" fill="#2f5fd0"/>`, l, v-4, l) +
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">` +
		fmt.Sprintf(text, 7, l-14, label) + fmt.Sprintf(text, l+7, v-14, value) + `</g></svg>`
}
