package web

import (
	"encoding/xml"
	"fmt"
	"html"
	"math"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// embedView is what the frame shows.
type embedView struct {
	Paper  card
	Items  []card
	Reason string
}

// Embed returns the frame for sites that allow no scripts: plain HTML, its links opening outside of it.
func (p *Pages) Embed(v View, theme string, paper *data.Paper, like *library.List) ([]byte, error) {
	f := p.frame(v, "Related papers", "")
	f.Theme = theme
	f.Data = embedView{v.plainCard(paper), v.cards(like.Items), emptyReason(List{List: like})}
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
	const frame = `<iframe src="%s" title="Related papers" width="%d" height="%d" loading="lazy" ` +
		`referrerpolicy="no-referrer" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`
	return &OEmbed{
		Type: "rich", Version: "1.0", Title: readable.PlainXML(p.Title), Provider: readable.PlainXML(site),
		URL: base + "/", CacheAge: 3600, Width: width, Height: height,
		HTML: fmt.Sprintf(frame, html.EscapeString(base+link.Embed(p.ID)), width, height),
	}
}

// XML returns the answer as an XML document.
func (o *OEmbed) XML() ([]byte, error) { return encodeXML(o) }

// Badge returns an SVG for a README that says how many papers are like one, and how much the first is:
// "related papers | 10 · best 71%".
func Badge(like []library.Item) []byte {
	value := "none yet"
	if n := len(like); n > 0 {
		value = fmt.Sprintf("%d · best %d%%", n, percent(like[0].Score))
	}
	return []byte(badgeSVG("related papers", value))
}

// percent returns a share in hundredths.
func percent(share float32) int { return int(math.Round(float64(share) * 100)) }

// badgeSVG draws two words beside each other. Widths are estimated at 6.6 units a character, which the font sizes below
// keep to on every platform because textLength fixes them.
func badgeSVG(label, value string) string {
	const text = `<text x="%d" y="14" textLength="%d" lengthAdjust="spacingAndGlyphs">%s</text>`
	width := func(s string) int { return int(6.6*float64(len([]rune(s)))) + 14 }
	l, v := width(label), width(value)
	label, value = html.EscapeString(label), html.EscapeString(value)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" `+
		`aria-label="%s: %s"><title>%s: %s</title>`, l+v, label, value, label, value) +
		fmt.Sprintf(`<rect width="%d" height="20" rx="4" fill="#3b3f4a"/>`, l+v) +
		fmt.Sprintf(`<path d="M%d 0h%da4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H%dz" fill="#2f5fd0"/>`, l, v-4, l) +
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">` +
		fmt.Sprintf(text, 7, l-14, label) + fmt.Sprintf(text, l+7, v-14, value) + `</g></svg>`
}
