package web

import (
	"time"

	"kindred/data/fetch"
)

// sourceLine is a source on the page of sources.
type sourceLine struct {
	Name, Service, Address string
	Says                   string
	Next                   string // when it runs next, "" for a paused source
	State                  string // well, silent, failing or paused
	New                    int    // papers that it brought in all
	Reasons                []sourceReason
}

type sourceReason struct {
	Text  string
	Count int
}

// Sources returns the page that says where papers come from and how each source is. It works while nothing is loaded.
func (p *Pages) Sources(v View, list []fetch.Status) ([]byte, error) {
	f := frame{Site: p.site, Title: "Sources", Here: v.URL.Path}
	if v.Snapshot != nil {
		f = p.frame(v, "Sources", "Where the papers come from.")
	}
	lines := make([]sourceLine, 0, len(list))
	for i := range list {
		s := &list[i]
		line := sourceLine{Name: s.Name, Service: s.Service, Address: s.Address, Says: s.Says, New: s.Total.New, State: "well"}
		switch {
		case s.Paused:
			line.State = "paused"
		case s.Error != "" && !s.Running:
			line.State = "failing"
		case s.Silent:
			line.State = "silent"
		}
		if !s.Next.IsZero() && !s.Running {
			line.Next = s.Next.UTC().Format("2 January 2006, 15:04") + " UTC"
			if s.Next.Before(time.Now()) {
				line.Next = "now"
			}
		}
		for _, r := range s.Run.Reasons {
			line.Reasons = append(line.Reasons, sourceReason{r.Text, r.Count})
		}
		lines = append(lines, line)
	}
	f.NoIndex = true
	f.Data = struct{ Lines []sourceLine }{lines}
	return p.render("sources", f)
}
