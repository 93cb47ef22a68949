package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kindred/recommend/library"
)

// listedJSON is the JSON form of a listing.
type listedJSON struct {
	Data []struct {
		Paper struct {
			ID        string
			Published string
			Upvotes   int
		}
		Score *float64
		Topic struct{ Label string }
	}
	Meta struct {
		Total, Limit int
		Listing      library.Ordered
	}
}

// listedText is the line of a paper and the line below it in the text form of a listing.
var listedText = regexp.MustCompile(`(?m)^ *([\d.]*)  (\d{4}\S*) +\S.*\n +(\S+)(?:  ·  ([^·\n]*?))?(?:  ·  \d+ comments)?$`)

// TestListingsAlikeInBothForms asks each listing twice, and wants the same papers with the same numbers in both forms.
func TestListingsAlikeInBothForms(t *testing.T) {
	dir := sampleFolder(t)
	for _, args := range [][]string{
		{"papers"}, {"papers", "-n", "60"}, {"papers", "day"}, {"papers", "month", "--linked"}, {"papers", "2024-05"}, {"papers", "1999-W01"},
		{"papers", "--source", "arxiv", "--after", "2024", "-n", "3"}, {"papers", "--like", "arxiv:2306.05544", "--not", "arxiv:2405.17399"},
		{"trending"}, {"trending", "all", "-n", "30"}, {"trending", "month", "--category", "none"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			text := ok(t, dir, args...)
			form := answeredJSON[listedJSON](t, dir, args...)
			var fromText, fromJSON []string
			for _, m := range listedText.FindAllStringSubmatch(text, -1) {
				fromText = append(fromText, strings.Join(m[1:], "|"))
			}
			for _, h := range form.Data {
				number := ""
				switch {
				case h.Score != nil:
					number = fmt.Sprintf("%.2f", *h.Score)
				case h.Paper.Upvotes > 0:
					number = fmt.Sprint(h.Paper.Upvotes)
				}
				fromJSON = append(fromJSON, strings.Join([]string{number, h.Paper.Published, h.Paper.ID, h.Topic.Label}, "|"))
			}
			if !slices.Equal(fromText, fromJSON) {
				t.Errorf("text:\n%s\nJSON:\n%s", strings.Join(fromText, "\n"), strings.Join(fromJSON, "\n"))
			}
			if first, _, _ := strings.Cut(text, "\n"); !strings.Contains(first, fmt.Sprint(form.Meta.Total, " paper")) {
				t.Errorf("%q, want %d papers", first, form.Meta.Total)
			}
			if p := form.Meta.Listing.Period; p != nil && !strings.Contains(text, p.Name) {
				t.Errorf("the text does not name %s:\n%s", p.Name, text)
			}
		})
	}
}

// TestListsOfFlagsStayAsGiven wants the settings of a command printed without a change to those that are lists: a filter
// of one class would ask for the class in quotes.
func TestListsOfFlagsStayAsGiven(t *testing.T) {
	dir := sampleFolder(t)
	all := answeredJSON[listedJSON](t, dir, "papers", "-n", "1000")
	some := answeredJSON[listedJSON](t, dir, "papers", "-n", "1000", "--source", "arxiv")
	want := 0
	for _, h := range all.Data {
		if strings.HasPrefix(h.Paper.ID, "arxiv:") {
			want++
		}
	}
	if some.Meta.Total != want || want == 0 {
		t.Errorf("%d papers of the source, want %d", some.Meta.Total, want)
	}
	if r := kindred(t, dir, nil, "similar", "arxiv:2306.05544", "--not", all.Data[0].Paper.ID+","+all.Data[1].Paper.ID); r.status != exitOK || r.stderr != "" {
		t.Errorf("status %d, %s", r.status, r.stderr)
	}
}

// TestNeighbourhoodInBothForms wants the edges of the JSON form said in the text.
func TestNeighbourhoodInBothForms(t *testing.T) {
	dir := sampleFolder(t)
	form := answeredJSON[struct {
		Data struct {
			Paper  struct{ Paper struct{ ID string } }
			Papers []struct {
				Paper struct{ ID string }
				Score float64
				Rank  int
			}
			Edges []struct{ A, B int }
		}
	}](t, dir, "neighbourhood", "arxiv:2306.05544", "-n", "12")
	if form.Data.Paper.Paper.ID != "arxiv:2306.05544" || len(form.Data.Papers) != 12 || len(form.Data.Edges) == 0 {
		t.Fatalf("%+v", form.Data)
	}
	text := ok(t, dir, "neighborhood", "2306.05544", "-n", "12")
	for i, p := range form.Data.Papers {
		if want := fmt.Sprintf("%3d  %.2f  ", i+1, p.Score); p.Rank != i+1 || !strings.Contains(text, want) || !strings.Contains(text, " "+p.Paper.ID+"  ·") {
			t.Errorf("no %s of %s in\n%s", want, p.Paper.ID, text)
		}
	}
	near := regexp.MustCompile(`(?m)near (.*)$`).FindAllStringSubmatch(text, -1)
	ends := 0
	for _, m := range near {
		ends += len(strings.Split(m[1], ", "))
	}
	if ends != 2*len(form.Data.Edges) {
		t.Errorf("%d ends of %d edges in\n%s", ends, len(form.Data.Edges), text)
	}
}

// TestListingRefusals wants every wrong part of a command line named.
func TestListingRefusals(t *testing.T) {
	dir := sampleFolder(t)
	for args, says := range map[string]string{
		"papers 2024-W99": "2024-W99", "papers yesterday": "yesterday", "papers --after soon": "--after", "papers -n 0": "--limit",
		"papers --not x": "--like", "trending 2024-13": "2024-13", "neighbourhood arxiv:2306.05544 -n 51": "--limit", "neighbourhood": "arg",
	} {
		if r := kindred(t, dir, nil, strings.Fields(args)...); r.status != exitUsage || !strings.Contains(r.stderr, says) {
			t.Errorf("%s: status %d, %s", args, r.status, r.stderr)
		}
	}
	for args, says := range map[string]string{
		"papers --like arxiv:0000.00000": "arxiv:0000.00000", "neighbourhood arxiv:0000.00000": "arxiv:0000.00000",
	} {
		if r := kindred(t, dir, nil, strings.Fields(args)...); r.status != exitFailed || !strings.Contains(r.stderr, says) {
			t.Errorf("%s: status %d, %s", args, r.status, r.stderr)
		}
	}
}
