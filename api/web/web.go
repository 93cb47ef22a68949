// Package web shows a snapshot of papers to people and to the programs that read for them: pages, feeds, sitemaps, and
// what other sites embed. Its functions take values of the library and return bytes.
//
// What belongs here is how a value looks: view models, templates, style sheet, scripts, and the formats of feeds. What
// does not belong here: routes, parameters and their errors, status codes, headers, caching and keys, which package api
// keeps, and what a snapshot knows, which is recommend/library's.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"iter"
	"maps"
	"path"
	"strconv"
	"strings"

	"kindred/api/widget"
	"kindred/data/readable"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets/*
var assets embed.FS

// Asset is an embedded file that pages refer to.
type Asset struct {
	Type string
	Hash string // of the content, for addresses that may be kept for ever
	Body []byte
}

// Pages renders the pages.
type Pages struct {
	site   string // what it calls itself
	set    map[string]*template.Template
	assets map[string]*Asset
	words  widget.Messages
	maths  []byte // what the head of a page with formulas ends with
}

// layout is the template that all others fill.
const layout = "layout.html"

// bare lists the pages that stand without the site's header and footer.
var bare = map[string]bool{"embed": true}

// Load parses the embedded templates, for a site of a name.
func Load(site string) (*Pages, error) {
	p := &Pages{site: site, set: make(map[string]*template.Template), assets: make(map[string]*Asset)}
	var err error
	if p.words, err = widget.Load(); err != nil {
		return nil, err
	}
	files, err := fs.ReadDir(assets, "assets")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		body, err := assets.ReadFile("assets/" + f.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(body)
		p.assets[f.Name()] = &Asset{Type: mediaType(f.Name()), Hash: hex.EncodeToString(sum[:8]), Body: body}
	}
	funcs := template.FuncMap{"asset": p.address, "dict": dict, "count": count, "heading": readable.Heading}
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		page := strings.TrimSuffix(path.Base(name), ".html")
		if page == "layout" || page == "parts" {
			continue
		}
		t, err := template.New(page).Funcs(funcs).ParseFS(templates, "templates/"+layout, "templates/parts.html", name)
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", page, err)
		}
		p.set[page] = t
	}
	for _, name := range []string{"temml.min.js", "maths.js"} {
		src, err := p.address(name)
		if err != nil {
			return nil, err
		}
		p.maths = append(p.maths, `<script src="`+src+`" defer></script>`+"\n"...)
	}
	p.maths = append(p.maths, "</head>"...)
	return p, nil
}

// render returns a page as HTML, filled with v.
func (p *Pages) render(page string, v frame) ([]byte, error) {
	t, ok := p.set[page]
	if !ok {
		return nil, fmt.Errorf("no page %q", page)
	}
	start := layout
	if bare[page] {
		start = page + ".html"
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, start, v); err != nil {
		return nil, fmt.Errorf("page %s: %w", page, err)
	}
	out := buf.Bytes()
	if carried := v.List.Query(); carried != "" {
		out = carry(out, carried, v.List)
	}
	// Only pages with formulas load what sets them. Text of papers cannot hold the mark: its quotes are escaped.
	if bytes.Contains(out, []byte(` data-tex="`)) {
		out = bytes.Replace(out, []byte("</head>"), p.maths, 1)
	}
	return out, nil
}

// Assets yields the embedded files by their names.
func (p *Pages) Assets() iter.Seq2[string, *Asset] { return maps.All(p.assets) }

// address returns where an asset is served, with its hash.
func (p *Pages) address(name string) (string, error) {
	a, ok := p.assets[name]
	if !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + name + "?v=" + a.Hash, nil
}

// mediaType returns the type of the files we embed; the system's own table of types is not asked, as it differs.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".png":
		return "image/png"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// dict makes a map of names and values, for templates that take more than one.
func dict(pairs ...any) (map[string]any, error) {
	m := make(map[string]any, len(pairs)/2)
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d arguments, want pairs", len(pairs))
	}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: name %v is not a string", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// count writes a number that is not negative with its thousands apart.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
