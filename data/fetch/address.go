package fetch

import (
	"cmp"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"kindred/data"
)

// Service is one of the services that papers are fetched from.
type Service struct {
	Name  string        // before the colon of an address
	Title string        // for people
	Form  string        // of its addresses
	Env   string        // the environment variable that holds its key, "" where there is none
	Every time.Duration // between two runs, unless the source says otherwise

	base string        // where it is asked, without a slash at the end
	gap  time.Duration // that it wants between two requests
	open func(c *Client, s *Service, rest string) (Source, error)
}

// services are all services. The gaps are those that each service states, or a second where it states none.
var services = []*Service{
	{
		Name: "dailypapers", Title: "Hugging Face Daily Papers", Form: "dailypapers", Every: 2 * time.Hour,
		base: "https://huggingface.co", gap: time.Second, open: openDaily,
	}, {
		Name: "arxiv", Title: "arXiv (OAI-PMH)", Form: "arxiv:CATEGORY", Every: 6 * time.Hour,
		base: "https://oaipmh.arxiv.org/oai", gap: 3 * time.Second, open: openArXiv,
	}, {
		Name: "arxiv-search", Title: "arXiv (search)", Form: "arxiv-search:QUERY", Every: 12 * time.Hour,
		base: "https://export.arxiv.org/api/query", gap: 3 * time.Second, open: openArXivSearch,
	}, {
		Name: "arxiv-feed", Title: "arXiv (daily feed)", Form: "arxiv-feed:CATEGORY[+CATEGORY]", Every: 6 * time.Hour,
		base: "https://rss.arxiv.org", gap: 3 * time.Second, open: openArXivFeed,
	}, {
		Name: "oai", Title: "OAI-PMH archive", Form: "oai:URL[#set=SET&prefix=PREFIX]", Every: 24 * time.Hour,
		gap: 2 * time.Second, open: openOAI,
	}, {
		Name: "biorxiv", Title: "bioRxiv", Form: "biorxiv[:CATEGORY]", Every: 12 * time.Hour,
		base: "https://api.biorxiv.org", gap: time.Second, open: openBioRxiv,
	}, {
		Name: "medrxiv", Title: "medRxiv", Form: "medrxiv[:CATEGORY]", Every: 12 * time.Hour,
		base: "https://api.biorxiv.org", gap: time.Second, open: openBioRxiv,
	}, {
		Name: "openalex", Title: "OpenAlex", Form: "openalex:FILTER", Env: "KINDRED_OPENALEX_KEY", Every: 24 * time.Hour,
		base: "https://api.openalex.org", gap: 200 * time.Millisecond, open: openOpenAlex,
	}, {
		Name: "semanticscholar", Title: "Semantic Scholar", Form: "semanticscholar:QUERY", Env: "KINDRED_S2_KEY", Every: 24 * time.Hour,
		base: "https://api.semanticscholar.org", gap: 1100 * time.Millisecond, open: openSemanticScholar,
	}, {
		Name: "crossref", Title: "Crossref", Form: "crossref:issn=ISSN or crossref:query=WORDS", Every: 24 * time.Hour,
		base: "https://api.crossref.org", gap: time.Second, open: openCrossref,
	}, {
		Name: "zotero", Title: "Zotero", Form: "zotero:users/ID[/collections/KEY] or zotero:groups/ID[/collections/KEY]",
		Env: "KINDRED_ZOTERO_KEY", Every: time.Hour,
		base: "https://api.zotero.org", gap: time.Second, open: openZotero,
	}, {
		Name: "openreview", Title: "OpenReview", Form: "openreview:VENUE", Every: 24 * time.Hour,
		base: "https://api2.openreview.net", gap: time.Second, open: openOpenReview,
	}, {
		Name: "feed", Title: "Feed (RSS, Atom, JSON Feed)", Form: "feed:URL", Every: time.Hour, gap: time.Second, open: openFeed,
	}, {
		Name: "file", Title: "File, folder or address of a file", Form: "file:PATH or file:URL", Every: time.Hour,
		gap: time.Second, open: openFile,
	},
}

// Services returns all services, in the order in which they are documented.
func Services() []*Service { return services }

// serviceOf returns the service of an address and what stands after its colon.
func serviceOf(address string) (*Service, string, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(address), ":")
	for _, s := range services {
		if s.Name == strings.ToLower(name) {
			return s, strings.TrimSpace(rest), nil
		}
	}
	var forms []string
	for _, s := range services {
		forms = append(forms, s.Form)
	}
	hint := ""
	if strings.Contains(address, "://") {
		hint = fmt.Sprintf(" (is it feed:%[1]s, oai:%[1]s or file:%[1]s?)", Redact(address))
	}
	return nil, "", fmt.Errorf("source %q: %w: no such service%s; addresses are %s", Redact(address), data.ErrInvalid, hint, strings.Join(forms, ", "))
}

// open returns the source of an address. The error wraps [data.ErrInvalid] where the address is none.
func (c *Client) open(address string) (Source, error) {
	s, rest, err := serviceOf(address)
	if err != nil {
		return nil, err
	}
	src, err := s.open(c, s, rest)
	if err != nil {
		return nil, fmt.Errorf("source %q: %w: %w; its form is %s", Redact(address), data.ErrInvalid, err, s.Form)
	}
	return src, nil
}

// Check reports what is wrong with an address, without asking anybody.
func Check(address string) error {
	_, err := NewClient(Options{}).open(address)
	return err
}

// host returns what requests of an address count for: sources of one host are fetched one after the other.
func host(address string) string {
	s, rest, err := serviceOf(address)
	if err != nil {
		return ""
	}
	if u, err := url.Parse(rest); s.base == "" && err == nil && u.Host != "" {
		return polite(u.Host)
	}
	if u, err := url.Parse(s.base); s.base != "" && err == nil {
		return polite(u.Host)
	}
	return "this machine"
}

// at returns where a service is asked: what Options.Base says, else its own address.
func (c *Client) at(s *Service) string {
	return strings.TrimSuffix(cmp.Or(c.opt.Base[s.Name], s.base), "/")
}

// secretParameter are the names of query parameters whose values are keys.
var secretParameter = regexp.MustCompile(`(?i)(key|token|secret|passw|auth|sig|session|access|credential|^pw$|^pass$)`)

// Redact returns an address without the keys and passwords in it: for people, logs and answers.
func Redact(address string) string {
	prefix, rest := "", address
	if s, after, err := cutService(address); err == nil {
		prefix, rest = s+":", after
	}
	u, err := url.Parse(rest)
	if err != nil || u.Host == "" {
		return address
	}
	if u.User != nil {
		u.User = url.User("…")
	}
	var parts []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		if name, _, ok := strings.Cut(part, "="); ok && secretParameter.MatchString(name) {
			part = name + "=…"
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	u.RawQuery = strings.Join(parts, "&")
	return prefix + strings.ReplaceAll(u.String(), "%E2%80%A6", "…")
}

// cutService cuts the name of a service off an address.
func cutService(address string) (name, rest string, err error) {
	name, rest, ok := strings.Cut(address, ":")
	for _, s := range services {
		if ok && s.Name == name {
			return name, rest, nil
		}
	}
	return "", "", data.ErrInvalid
}

// public returns an address for those who may only read: a file by its name alone.
func publicAddress(address string) string {
	if s, rest, err := serviceOf(address); err == nil && s.Name == "file" && !strings.Contains(rest, "://") {
		return "file:" + filepath.Base(rest)
	}
	return Redact(address)
}

// none reports something after the colon of a service that takes nothing.
func none(rest string) error {
	if rest != "" {
		return fmt.Errorf("nothing is expected after the name, found %q", rest)
	}
	return nil
}

// one reports a service without what it needs.
func one(rest, what string) error {
	if rest == "" {
		return fmt.Errorf("%s is missing", what)
	}
	return nil
}
