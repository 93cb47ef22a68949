package web

import (
	"strings"

	"kindred/api/link"
	"kindred/data"
	"kindred/recommend/library"
)

// Reader is the list that a reader collects, View.List. All of it is in the address, so that it can be kept and sent,
// and the server knows nothing of who has it.
type Reader struct {
	Positive, Negative []Seed         // those of the list that are here
	Typed              string         // what the reader looks for
	Found              []library.Item // candidates for Typed
	File               *ReadFile      // a file that the reader sent, nil for none
	List               List           // papers like the seeds
}

// Seed is a paper of a reader's list under the id that the list has for it, which may be one of its aliases.
type Seed struct {
	ID    string
	Paper *data.Paper
}

// ReadFile is what came of a file of references.
type ReadFile struct {
	Name    string
	Found   []*data.Paper // papers of the library, each once
	Missing []string      // titles, or ids, of the references that are not here
	Wrong   string        // why the file cannot be read, "" where it was
	TooMany bool          // the list would hold more than it may with them
}

// readerView is what the page of a reader's list shows.
type readerView struct {
	Name               string
	Positive, Negative []seedCard
	Text               string // its first words
	NoText             string // address of the list without its text
	Share              string // address of this list
	Own, Exports       []Link // files of the list, and of what is recommended by it
	Feeds              []Link
	List               listView
	Hidden             []hidden // the list, for the forms that add to it
	Found              []card
	Typed              string
	File               *fileView
}

// fileView is a ReadFile on the page.
type fileView struct {
	*ReadFile
	Cards []card
	Add   string // address of the list with the papers found
}

// seedCard is a paper of the list, and the address of the list without it or with its sign turned.
type seedCard struct {
	card
	Remove, Turn string
}

// Reader returns the page of a reader's list.
func (p *Pages) Reader(v View, in Reader) ([]byte, error) {
	title := v.List.Name
	if title == "" {
		title = "Your list"
	}
	f := p.frame(v, title, "Papers you like and dislike, and what to read next.")
	f.NoIndex = v.List.Len() > 0 || in.Typed != "" || in.File != nil
	out := readerView{
		Name: title, Share: v.List.Path(), Typed: in.Typed, List: v.list(in.List), Hidden: hiddenList(v.List),
	}
	out.List.Form.Hidden = out.Hidden
	seeds := func(side []Seed, turn func(link.Seeds, string) link.Seeds) (out []seedCard) {
		for _, s := range side {
			rest := v.List.Without(s.ID)
			out = append(out, seedCard{v.plainCard(s.Paper), rest.Path(), turn(rest, s.ID).Path()})
		}
		return out
	}
	out.Positive = seeds(in.Positive, link.Seeds.Dislike)
	out.Negative = seeds(in.Negative, link.Seeds.Like)
	if v.List.Text != "" {
		rest := v.List
		rest.Text = ""
		out.Text, out.NoText = opening(v.List.Text), rest.Path()
	}
	for _, c := range v.cards(in.Found) {
		c.Ranked = false
		out.Found = append(out.Found, c)
	}
	if in.File != nil {
		out.File = v.file(in.File)
	}
	if len(v.List.Positive)+len(v.List.Negative) > 0 {
		out.Own = files(v.List, "papers")
	}
	if len(v.List.Positive) > 0 || v.List.Text != "" {
		out.Exports = files(v.List, "recommendations")
		for _, kind := range FeedKinds {
			out.Feeds = append(out.Feeds, Link{title, feedTypes[kind], v.List.ListFile("feed." + kind)})
		}
		f.Feeds = out.Feeds
	}
	f.Data = out
	return p.render("list", f)
}

func (v View) file(in *ReadFile) *fileView {
	out := &fileView{ReadFile: in}
	list := v.List
	for _, p := range in.Found {
		out.Cards = append(out.Cards, v.plainCard(p))
		list = list.Without(p.ID).Like(p.ID)
	}
	if len(in.Found) > 0 {
		out.Add = list.Path()
	}
	return out
}

// files lists the reference files of a part of a list: its papers, or what is recommended by it.
func files(list link.Seeds, part string) []Link {
	return []Link{
		{"BibTeX", "", list.ListFile(part + ".bib")}, {"RIS", "", list.ListFile(part + ".ris")},
		{"CSL-JSON", "", list.ListFile(part + ".csl")},
	}
}

// FileName returns the name of a file of a list, without its ending: the words of the list's name, and the part that it
// holds unless that is the papers.
func FileName(list link.Seeds, part string) string {
	words := strings.FieldsFunc(strings.ToLower(list.Name), func(r rune) bool {
		return r < '0' || r > '9' && r < 'a' || r > 'z'
	})
	name := strings.Join(words, "-")
	switch {
	case name == "" && part == "papers":
		return "list"
	case name == "":
		return part
	case part == "papers":
		return name
	}
	return name + "-" + part
}
