package web

import (
	"fmt"
	"html"

	"kindred/api/link"
)

// What a site owner may choose for the widget, the defaults first.
var (
	WidgetLayouts = []string{"list", "cards", "compact"}
	WidgetThemes  = []string{"auto", "light", "dark"}
	widgetLimits  = []int{3, 5, 8, 10}
)

// EmbedLimit is how many papers the widget and its frame show by default, MaxEmbedLimit the most.
const (
	EmbedLimit    = 5
	MaxEmbedLimit = 20
)

// Widget is what a site owner chose.
type Widget struct {
	Paper, Layout, Theme string
	Limit                int
	Title                string // of the chosen paper
	Missing              string // what was asked for and is not there
}

// widgetView is what the page for site owners shows.
type widgetView struct {
	Widget
	Layouts, Themes []string
	Limits          []int
	Script          string // address of the widget
	Snippet, Plain  string // what to copy
	Frame, Badge    string
}

// Widget returns the page where a site owner sets options, sees the widget and copies the snippet. Its form works
// without scripts.
func (p *Pages) Widget(v View, in Widget) ([]byte, error) {
	view := widgetView{
		Widget: in, Layouts: WidgetLayouts, Themes: WidgetThemes, Limits: widgetLimits,
		Script: v.Base + "/widget.v1.js",
	}
	attrs := fmt.Sprintf(`paper="%s" limit="%d"`, html.EscapeString(in.Paper), in.Limit)
	data := fmt.Sprintf(`data-paper="%s" data-limit="%d"`, html.EscapeString(in.Paper), in.Limit)
	for _, o := range []struct{ name, value string }{{"layout", in.Layout}, {"theme", in.Theme}} {
		if o.value != WidgetLayouts[0] && o.value != WidgetThemes[0] {
			attrs += fmt.Sprintf(` %s="%s"`, o.name, o.value)
			data += fmt.Sprintf(` data-%s="%s"`, o.name, o.value)
		}
	}
	script := fmt.Sprintf(`<script src="%s" async></script>`, html.EscapeString(view.Script))
	view.Snippet = script + "\n<similar-papers " + attrs + "></similar-papers>"
	view.Plain = script + "\n<div data-similar-papers " + data + "></div>"
	theme := in.Theme
	if theme == WidgetThemes[0] {
		theme = "light" // a frame does not see the colours of the page around it
	}
	const frame = `<iframe src="%s?limit=%d&amp;theme=%s" title="Related papers" width="100%%" height="420" loading="lazy"></iframe>`
	view.Frame = fmt.Sprintf(frame, html.EscapeString(v.Base+link.Embed(in.Paper)), in.Limit, theme)
	view.Badge = fmt.Sprintf("[![related papers](%s/badge/%s.svg)](%s)", v.Base, link.Escape(in.Paper),
		html.EscapeString(v.Base+link.Paper(in.Paper)))
	f := p.frame(v, "Widget", "Related papers on your own site, with two lines of HTML.")
	f.Widget, f.Script, f.Data = true, "widget-page.js", view
	return p.render("widget", f)
}
