// Package link knows the addresses of the site: the paths of papers and topics, on pages and in the API, and the
// address of a reader's list. It is a leaf, so that the API and its pages write the same address for the same thing.
//
// What belongs here is how a value becomes an address. What does not belong here: routes and their patterns, the
// reading of parameters and cursors (package api), and what stands at an address (packages api and api/web).
package link

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Paper returns the path of a paper's page.
func Paper(id string) string { return "/papers/" + Escape(id) }

// PaperAPI returns the path of a paper in the API.
func PaperAPI(id string) string { return "/v1/papers/" + Escape(id) }

// Neighbourhood returns the path of the neighbourhood of a paper in the API.
func Neighbourhood(id string) string { return PaperAPI(id) + "/neighbourhood" }

// Papers returns the path of the page of the papers of a day, week or month, by its name, or of all papers for a unit
// of "".
func Papers(unit, name string) string {
	if unit == "" {
		return "/papers"
	}
	return "/" + unit + "s/" + name
}

// Embed returns the path of the frame that shows the papers like one on other sites.
func Embed(id string) string { return "/embed/similar/" + Escape(id) }

// Author returns the path of the page of an author.
func Author(name string) string { return "/authors/" + url.PathEscape(name) }

// Topic returns the path of a topic's page.
func Topic(id int) string { return "/topics/" + strconv.Itoa(id) }

// TopicAPI returns the path of a topic in the API.
func TopicAPI(id int) string { return "/v1/topics/" + strconv.Itoa(id) }

// Compare returns the path of the page that compares two topics.
func Compare(a, b int) string {
	return "/topics/compare?a=" + strconv.Itoa(a) + "&b=" + strconv.Itoa(b)
}

// CompareAPI returns the path of the comparison of two topics in the API.
func CompareAPI(a, b int) string { return "/v1" + Compare(a, b) }

// Search returns the path of the page that shows what words find.
func Search(words string) string { return "/search?" + url.Values{"q": {words}}.Encode() }

// Escape escapes an id for a path (RFC 3986, section 3.3), its slashes and colons left as they are for people to read.
// An id that a slash at its end or two in a row could be lost from is escaped whole.
func Escape(id string) string {
	whole := url.PathEscape(id)
	if strings.Contains(id, "//") || strings.HasSuffix(id, "/") || strings.HasPrefix(id, "/") ||
		strings.Contains(id, "./") || hasActionSuffix(id) {
		return whole
	}
	return strings.ReplaceAll(whole, "%2F", "/")
}

// hasActionSuffix reports whether an id ends in what a route could take for a part of its pattern.
func hasActionSuffix(id string) bool {
	_, last, ok := strings.Cut(id, "/")
	for ok {
		if strings.HasPrefix(last, "similar") || last == "neighbourhood" || strings.HasPrefix(last, "export.") {
			return true
		}
		_, last, ok = strings.Cut(last, "/")
	}
	return false
}

// Seeds is a reader's list: ids of papers that are liked and disliked, a text, and what its reader calls it. The zero
// Seeds is an empty list.
type Seeds struct {
	Positive, Negative []string
	Text               string
	Name               string
}

// Len returns the number of papers of the list, its text counted as one.
func (s Seeds) Len() int {
	n := len(s.Positive) + len(s.Negative)
	if s.Text != "" {
		n++
	}
	return n
}

// Has reports whether a paper is on the list.
func (s Seeds) Has(id string) bool {
	return slices.Contains(s.Positive, id) || slices.Contains(s.Negative, id)
}

// Query returns the list as parameters of a page, escaped, "" for an empty list.
func (s Seeds) Query() string {
	if s.Len() == 0 {
		return ""
	}
	v := s.Values()
	if s.Name != "" {
		v.Set("name", s.Name)
	}
	return v.Encode()
}

// Values returns the list as parameters of an address of the API, which knows no names of lists.
func (s Seeds) Values() url.Values {
	v := url.Values{}
	if len(s.Positive) > 0 {
		v["positive"] = s.Positive
	}
	if len(s.Negative) > 0 {
		v["negative"] = s.Negative
	}
	if s.Text != "" {
		v.Set("text", s.Text)
	}
	return v
}

// Path returns the path of the page that shows the list.
func (s Seeds) Path() string {
	if q := s.Query(); q != "" {
		return "/list?" + q
	}
	return "/list"
}

// ListFile returns the path of a file of the list, such as papers.bib.
func (s Seeds) ListFile(name string) string { return "/list/" + name + "?" + s.Query() }

// Like returns the list with a paper among those that are liked. Its other sign, if it has that, stays.
func (s Seeds) Like(id string) Seeds {
	s.Positive = with(s.Positive, id)
	return s
}

// Dislike returns the list with a paper among those that are disliked. Its other sign, if it has that, stays.
func (s Seeds) Dislike(id string) Seeds {
	s.Negative = with(s.Negative, id)
	return s
}

// Without returns the list without a paper.
func (s Seeds) Without(id string) Seeds {
	s.Positive, s.Negative = without(s.Positive, id), without(s.Negative, id)
	return s
}

func with(ids []string, id string) []string {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(slices.Clone(ids), id)
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(s string) bool { return s == id })
}
