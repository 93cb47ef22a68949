package data

import (
	"fmt"
	"net/url"
	"strings"
)

// SourceURL returns the web address at which the paper itself can be read: the one its source gives, otherwise
// one made from an id; "" where neither is known. Only http and https addresses are passed on, because an
// imported javascript: address must not become a link.
func (p *Paper) SourceURL() string {
	if u, err := url.Parse(p.URL); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		u.RawQuery = escapeQuery(u.RawQuery)
		return u.String()
	}
	kind, rest, _ := strings.Cut(p.ID, ":")
	switch {
	case p.ArXiv != "":
		return "https://arxiv.org/abs/" + p.ArXiv
	case kind == "arxiv":
		return "https://arxiv.org/abs/" + rest
	case p.DOI != "":
		return "https://doi.org/" + escapePath(p.DOI)
	case kind == "doi":
		return "https://doi.org/" + escapePath(rest)
	case kind == "acl":
		return "https://aclanthology.org/" + escapePath(rest)
	case kind == "openalex":
		return "https://openalex.org/" + escapePath(rest)
	}
	return ""
}

// escapeQuery escapes the bytes that a query must not hold. Package url leaves RawQuery as it is.
func escapeQuery(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// escapePath escapes an id for a path. Slashes stay for people to read, unless cleaning the path could drop one.
func escapePath(id string) string {
	whole := url.PathEscape(id)
	if strings.Contains(id, "//") || strings.HasSuffix(id, "/") || strings.HasPrefix(id, "/") || strings.Contains(id, "./") {
		return whole
	}
	return strings.ReplaceAll(whole, "%2F", "/")
}
