package read

import (
	"iter"

	"kindred/data"
)

// service is a source of JSON whose records are read by the names of their keys (see decodeLoose), and which
// has something of its own that those names do not say.
type service struct {
	name     string
	match    func(k map[string]byte) bool // whether a record with these keys (see jsonNode.flat) comes from it
	complete func(r jsonRecord, p *data.Paper) error
}

// serviceRecord reports whether a record has the keys of a format that need not have a title.
func serviceRecord(k map[string]byte) bool {
	h := &head{json: jsonHead{shape: jsonLines, keys: k}}
	return matchDailyAPI(h) || matchOpenAlex(h) || matchSemanticScholar(h) || matchArxivSnapshot(h)
}

// read reads papers of the service.
func (s *service) read(in *input) iter.Seq2[*data.Paper, error] {
	return in.jsonPapers(func(b []byte) (*data.Paper, error) { return decodeLoose(in, b, s) })
}

// matches reports whether a file begins like one of the service.
func (s *service) matches(h *head) bool {
	return h.json.shape != notJSON && len(h.json.keys) > 0 && s.match(h.json.keys)
}
