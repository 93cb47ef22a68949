package library

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// Resolution is what a typed text names.
type Resolution struct {
	Paper *data.Paper // nil where it names no paper of the library
	// ID is the canonical id of a text that has the form of one, or an address as it was typed; it is empty for a title
	// and for mere words.
	ID string
	// Words is the number of words of a text that is the title of Paper, 0 for an id.
	Words int
}

// minTitle is the number of words from which a title is no mere search.
const minTitle = 3

// Certain reports whether a reader who typed this into a search box means the paper: an id, or a title of so many words
// that it is not what one searches for.
func (r *Resolution) Certain() bool { return r.Paper != nil && (r.Words == 0 || r.Words >= minTitle) }

// idSchemes begin the canonical ids that [data.CanonicalID] makes from the forms of one kind of source.
var idSchemes = []string{"arxiv:", "doi:", "openalex:", "s2:", "acl:", "pmid:", "pmc:", "mag:"}

// Resolve returns the paper that typed names: an id in any form that [data.CanonicalID] knows, an address that holds a
// DOI or is that of a page of this program, or a title. A title must agree with that of one paper alone after
// [data.NormalizeTitle]: of several, none is meant more than the others.
func (s *Snapshot) Resolve(ctx context.Context, typed string) (Resolution, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return Resolution{}, nil
	}
	forms := idForms(typed)
	for _, id := range forms {
		p, err := s.Papers.Paper(ctx, id)
		if err == nil {
			return Resolution{Paper: p, ID: id}, nil
		}
		if !errors.Is(err, data.ErrNotFound) {
			return Resolution{}, fmt.Errorf("paper %s: %w", id, err)
		}
	}
	if id := forms[len(forms)-1]; hasScheme(id) || isAddress(id) {
		return Resolution{ID: id}, nil
	}
	rows := s.Catalog.Titled(typed)
	if len(rows) != 1 {
		return Resolution{}, nil
	}
	p, err := s.Papers.Paper(ctx, s.Catalog.Row(int(rows[0])).ID)
	if errors.Is(err, data.ErrNotFound) { // removed since the snapshot
		return Resolution{}, nil
	}
	if err != nil {
		return Resolution{}, fmt.Errorf("paper titled %q: %w", typed, err)
	}
	return Resolution{Paper: p, Words: len(strings.Fields(data.NormalizeTitle(typed)))}, nil
}

func hasScheme(id string) bool {
	return slices.ContainsFunc(idSchemes, func(scheme string) bool { return strings.HasPrefix(id, scheme) })
}

func isAddress(s string) bool {
	head := strings.ToLower(s[:min(len(s), len("https://"))])
	return (strings.HasPrefix(head, "http://") || head == "https://") && !strings.ContainsAny(s, " \t\n")
}

// doiInPath is a DOI (ISO 26324) in the path of a publisher's address.
var doiInPath = regexp.MustCompile(`10\.\d{4,9}(?:\.\d+)*/[^?#]+`)

// idForms returns the ids that typed may stand for, the likeliest first. There is always one.
func idForms(typed string) []string {
	out := []string{data.CanonicalID(typed)}
	if hasScheme(out[0]) || !isAddress(typed) {
		return out
	}
	u, err := url.Parse(typed)
	if err != nil {
		return out
	}
	if _, own, ok := strings.Cut(u.Path, "/papers/"); ok && own != "" {
		out = append(out, data.CanonicalID(own))
	}
	doi := strings.TrimSuffix(strings.TrimRight(doiInPath.FindString(u.Path), "/"), ".pdf")
	// Publishers put words such as /full and /abstract behind the DOI.
	for strings.Count(doi, "/") > 0 {
		if id := data.CanonicalID("doi:" + doi); hasScheme(id) {
			out = append(out, id)
		}
		doi = doi[:strings.LastIndexByte(doi, '/')]
	}
	if len(out) > 1 {
		out = out[1:]
	}
	return out
}

// ResolveIDs returns the ids of the papers that args name by id, address or title. An id that no paper has stays as
// it is, to be told of beside the answer; a title that none has, or that several have, is an error: a [*TitleError] where
// no paper has a title like it.
func (s *Snapshot) ResolveIDs(ctx context.Context, args []string) ([]string, error) {
	ids := make([]string, len(args))
	for i, arg := range args {
		meant, err := s.Resolve(ctx, arg)
		switch {
		case err != nil:
			return nil, err
		case meant.Paper != nil:
			ids[i] = meant.Paper.ID
		case meant.ID != "" || !strings.Contains(strings.TrimSpace(arg), " "):
			ids[i] = data.CanonicalID(arg)
		default:
			return nil, s.noTitle(arg)
		}
	}
	return ids, nil
}

// likelyTitle is the share of words in common, in [0,1], from which a title is offered for one that no paper has.
const likelyTitle = 0.4

// noTitle says that a title names no single paper, and which may be meant.
func (s *Snapshot) noTitle(title string) error {
	c := s.Catalog
	if same := c.Titled(title); len(same) > 1 {
		ids := make([]string, len(same))
		for i, row := range same {
			ids[i] = c.Row(int(row)).ID
		}
		return fmt.Errorf("%d papers have the title %q; name one by its id: %s", len(same), readable.ClipWords(title, 120), strings.Join(ids, ", "))
	}
	if row, likeness := c.Nearest(title, c.Recent()); likeness >= likelyTitle {
		near := c.Row(row)
		return fmt.Errorf("no paper has the title %q; the nearest is %q (%s)", readable.ClipWords(title, 120), readable.ClipWords(near.Title, 120), near.ID)
	}
	return &TitleError{title}
}

// TitleError is a title that no paper has, nor one like it.
type TitleError struct{ Title string }

func (e *TitleError) Error() string {
	return fmt.Sprintf("no paper has the title %q", readable.ClipWords(e.Title, 120))
}
