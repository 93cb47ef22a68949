package web

import "net/http"

// Problem is what the page of an error tells a reader.
type Problem struct {
	Path    string // that was asked for
	Status  int    // of HTTP
	Detail  string
	Errors  []string // what is wrong with each field, where several are
	Empty   bool     // there is nothing to search yet
	Request string   // id of the request, as in the log
	Known   *View    // what is loaded, nil for nothing
}

// Error returns the page of an error. It works while nothing is loaded, so it needs no snapshot.
func (p *Pages) Error(in Problem) ([]byte, error) {
	f := frame{}
	if in.Known != nil {
		f = p.frame(*in.Known, "", "")
		f.Canonical, f.Learning = "", false
	}
	f.Site, f.Title, f.Here, f.NoIndex, f.Data = p.site, errorTitle(&in), in.Path, true, in
	return p.render("error", f)
}

// errorTitle says in a few words what went wrong.
func errorTitle(in *Problem) string {
	switch {
	case in.Empty:
		return "No papers yet"
	case in.Status == http.StatusNotFound:
		return "Page not found"
	case in.Status == http.StatusServiceUnavailable:
		return "Just a moment"
	case in.Status < http.StatusInternalServerError:
		return "That did not work"
	}
	return "Something went wrong here"
}
