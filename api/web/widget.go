package web

import (
	"fmt"
	"html"
	"strings"

	"kindred/api/link"
	"kindred/api/widget"
)

// EmptyNothing has the widget and the frame show nothing where they have no papers.
const EmptyNothing = "nothing"

// What a site owner may choose for the widget, the defaults first.
var (
	WidgetLayouts = []string{"list", "cards", "compact"}
	WidgetThemes  = []string{"auto", "light", "dark"}
	WidgetEmpty   = []string{"link", EmptyNothing}
	WidgetLangs   = append([]string{"page"}, widget.Languages...)
	widgetLimits  = []int{3, 5, 8, 10}
)

// EmbedLimit is how many papers the widget and its frame show by default, MaxEmbedLimit the most.
const (
	EmbedLimit    = 5
	MaxEmbedLimit = 20
)

// Widget is what a site owner chose.
type Widget struct {
	Paper                      string // its id, "" where there is none
	Layout, Theme, Lang, Empty string // of the lists of what may be chosen
	Limit                      int
	Title                      string // of the chosen paper
	Missing                    string // what was asked for and is not there
}

// widgetView is what the page for site owners shows.
type widgetView struct {
	Widget
	Layouts, Themes []string
	Langs, Empties  []option
	Limits          []int
	Lang            string // as an attribute, "" for the page's
	Element, Pages  string // what to copy: for one paper, and for every page that names its own
	Div             string
	Frame, Badge    string
	Reserve         string // style that holds the place of what will come
	Heading         string
}

var languageNames = map[string]string{
	"page": "of the page", "en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "zh": "中文",
}

var emptyNames = map[string]string{"link": "a link", EmptyNothing: "nothing"}

func options(values []string, names map[string]string) []option {
	out := make([]option, len(values))
	for i, v := range values {
		out[i] = option{Value: v, Label: names[v]}
	}
	return out
}

// Widget returns the page where a site owner sets options, sees the widget and copies the snippet. Its form works
// without scripts.
func (p *Pages) Widget(v View, in Widget) ([]byte, error) {
	view := widgetView{
		Widget: in, Layouts: WidgetLayouts, Themes: WidgetThemes, Limits: widgetLimits, Reserve: widgetRoom(in),
		Langs: options(WidgetLangs, languageNames), Empties: options(WidgetEmpty, emptyNames),
	}
	if in.Lang != WidgetLangs[0] {
		view.Lang = in.Lang
	}
	view.Heading = p.words.Say(widget.Language(view.Lang), "heading", p.site)
	script := fmt.Sprintf(`<script src="%s/widget.v1.js" async></script>`, html.EscapeString(v.Base)) + "\n"
	fallback := func(path string) string {
		return fmt.Sprintf("\n  <a href=\"%s\">%s</a>\n", html.EscapeString(v.Base+path), html.EscapeString(view.Heading))
	}
	view.Pages = script + "<similar-papers" + view.attributes("", false) + ">" + fallback("/") + "</similar-papers>"
	if in.Paper != "" {
		inner := fallback(link.Paper(in.Paper))
		view.Element = script + "<similar-papers" + view.attributes("", true) + ">" + inner + "</similar-papers>"
		view.Div = script + "<div data-similar-papers" + view.attributes("data-", true) + ">" + inner + "</div>"
		view.Frame = view.frame(v.Base)
		badge := v.Base + "/badge/" + link.Escape(in.Paper) + ".svg"
		if view.Lang != "" {
			badge += "?lang=" + view.Lang
		}
		view.Badge = fmt.Sprintf("[![%s](%s)](%s)", view.Heading, badge, v.Base+link.Paper(in.Paper))
	}
	f := p.frame(v, "Widget", "Related papers on your own site, with three lines of HTML.")
	f.Widget, f.Script, f.Data = true, "widget-page.js", view
	return p.render("widget", f)
}

// attributes writes the choices that are not the default as attributes whose names begin with prefix.
func (w *widgetView) attributes(prefix string, paper bool) string {
	pairs := [][2]string{{"limit", fmt.Sprint(w.Limit)}}
	if paper {
		pairs = [][2]string{{"paper", w.Paper}, pairs[0]}
	}
	for _, o := range []struct{ name, value, def string }{
		{"layout", w.Layout, WidgetLayouts[0]}, {"theme", w.Theme, WidgetThemes[0]}, {"lang", w.Lang, ""}, {"empty", w.Empty, WidgetEmpty[0]},
	} {
		if o.value != o.def {
			pairs = append(pairs, [2]string{o.name, o.value})
		}
	}
	var b strings.Builder
	for _, o := range pairs {
		fmt.Fprintf(&b, ` %s%s="%s"`, prefix, o[0], html.EscapeString(o[1]))
	}
	fmt.Fprintf(&b, ` style="%s"`, w.Reserve)
	return b.String()
}

// frame returns the frame as HTML. It does not see the colours of the page around it, so it is light where the widget
// would follow them.
func (w *widgetView) frame(base string) string {
	theme := w.Theme
	if theme == WidgetThemes[0] {
		theme = "light"
	}
	query := fmt.Sprintf("?limit=%d&amp;theme=%s", w.Limit, theme)
	if w.Lang != "" {
		query += "&amp;lang=" + w.Lang
	}
	if w.Empty != WidgetEmpty[0] {
		query += "&amp;empty=" + w.Empty
	}
	const frame = `<iframe src="%s" title="%s" width="100%%" height="%d" frameborder="0" loading="lazy"></iframe>`
	return fmt.Sprintf(frame, html.EscapeString(base+link.Embed(w.Paper))+query, html.EscapeString(w.Heading), 110+w.Limit*90)
}

// widgetRoom returns the style that holds the place of the widget, in em of the page's letters: as high as usual papers
// are in a column of text, and higher on narrow screens, where titles break into more lines.
func widgetRoom(in Widget) string {
	type room struct{ wide, narrow float64 } // of one paper
	per := map[string]room{"list": {6.1, 7.7}, "cards": {4.4, 9.8}, "compact": {2, 3.5}}[in.Layout]
	const around, phone, column = 4.2, 24.4, 44.0 // em of heading and foot, across a phone, across a column of text
	n := float64(in.Limit)
	wide, narrow := around+n*per.wide, around+n*per.narrow
	slope := (narrow - wide) / (column - phone)
	return fmt.Sprintf("display:block;min-height:max(%.1fem,%.1fem - %.0fvw)", wide, narrow+slope*phone, 100*slope)
}
