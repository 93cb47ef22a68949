package web

// Problem is what the page of an error tells a reader.
type Problem struct {
	Path    string // that was asked for
	Status  int    // of HTTP
	Title   string
	Detail  string
	Errors  []string // what is wrong with each field, where several are
	Empty   bool     // there is nothing to search yet
	Request string   // id of the request, as in the log
}

// Error returns the page of an error. It works while nothing is loaded, so it needs no snapshot.
func (p *Pages) Error(in Problem) ([]byte, error) {
	f := frame{Site: p.site, Title: in.Title, Here: in.Path, NoIndex: true, Theme: "auto", Data: in}
	return p.render("error", f)
}
