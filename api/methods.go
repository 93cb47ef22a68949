package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
	"kindred/api/problem"
	"kindred/api/scholar"
)

// matches reports whether a path, still escaped, is one of the pattern's: a name in braces stands for one segment,
// {paper} for any number of them.
func (r *route) matches(path string) bool {
	prefix, suffix, ok := strings.Cut(r.pattern, paperName)
	if ok {
		return len(path) > len(prefix)+len(suffix) && strings.HasPrefix(path, prefix) && strings.HasSuffix(path, suffix)
	}
	have, want := strings.Split(path, "/"), strings.Split(r.pattern, "/")
	if len(have) != len(want) {
		return false
	}
	for i, w := range want {
		named := strings.HasPrefix(w, "{")
		if named && have[i] == "" || !named && have[i] != w {
			return false
		}
	}
	return true
}

// literal returns the number of bytes of a pattern outside names. Of two patterns that match a path, the one with more
// of them is meant.
func literal(pattern string) int {
	n, name := 0, false
	for i := range len(pattern) {
		switch pattern[i] {
		case '{':
			name = true
		case '}':
			name = false
		default:
			if !name {
				n++
			}
		}
	}
	return n
}

// refusals returns routes for what one method answers at an address, and another would take for an address with a name
// in it: GET of /v1/papers/batch is no question for a paper called batch.
func (a *server) refusals(routes []route) []route {
	served := make(map[[2]string]bool, len(routes))
	for _, r := range routes {
		served[[2]string{r.method, r.pattern}] = true
	}
	var out []route
	for _, r := range routes {
		sample := strings.ReplaceAll(r.pattern, paperName, "x/x")
		for _, other := range routes {
			refused := [2]string{other.method, r.pattern}
			if other.method != r.method && !served[refused] && literal(other.pattern) < literal(r.pattern) && other.matches(sample) {
				served[refused] = true
				out = append(out, route{other.method, r.pattern, func(c *gin.Context, _ string) { a.methodNotAllowed(c) }})
			}
		}
	}
	return out
}

// allow returns the methods that a path takes, for the header Allow; "" where there is nothing.
func (a *server) allow(path string) string {
	best := ""
	for i := range a.routes {
		r := &a.routes[i]
		if literal(r.pattern) > literal(best) && r.matches(path) {
			best = r.pattern
		}
	}
	if best == "" {
		return ""
	}
	var methods []string
	for i := range a.routes {
		if r := &a.routes[i]; r.pattern == best {
			methods = append(methods, r.method)
			if r.method == http.MethodGet {
				methods = append(methods, http.MethodHead)
			}
		}
	}
	slices.Sort(methods)
	return strings.Join(append(slices.Compact(methods), http.MethodOptions), ", ")
}

// wantsHTML reports whether a client asks for a page, as browsers do: the header Accept names text/html, with a weight
// above 0 (RFC 9110, section 12.5.1). Wildcards do not count, because programs send them.
func wantsHTML(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		name, param, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "text/html") {
			continue
		}
		q, ok := cached.Weight(param)
		return ok && q > 0
	}
	return false
}

// refuse answers for an address or a method that there is not: a page to a browser, a problem to everything else.
func (a *server) refuse(c *gin.Context, p *problem.Problem) {
	c.Writer.Header().Add("Vary", "Accept")
	if !scholar.Serves(c.Request.URL.Path) && wantsHTML(c.Request) {
		a.errorPage(c, p)
		return
	}
	if scholar.Serves(c.Request.URL.Path) {
		p = scholar.Problem(p)
	}
	writeProblem(c, p)
}
