package library

// Stats describes what a snapshot holds.
type Stats struct {
	Papers int       `json:"papers"`
	Topics int       `json:"topics"` // of the finest level
	Lag    int       `json:"lag"`    // papers stored after the model was learned, and folded into it
	Model  ModelInfo `json:"model"`
	First  string    `json:"first_published,omitempty"`
	Last   string    `json:"last_published,omitempty"`
	Trend  Trend     `json:"trend"`
	Fit    FitInfo   `json:"fit"`
	Drift  Drift     `json:"drift"`
}

// Stats returns the numbers of papers and topics, and the span of dates.
func (s *Snapshot) Stats() Stats {
	out := Stats{
		Papers: s.Catalog.Len(), Topics: len(s.SortedTopics(0, "size", "")), Lag: s.Lag, Model: s.Model,
		Trend: s.Catalog.Trend(AllTopics), Fit: s.Fit, Drift: s.Drift,
	}
	recent := s.Catalog.Recent()
	if len(recent) > 0 {
		out.Last = s.Catalog.Published(int(recent[0])).String()
	}
	for i := len(recent) - 1; i >= 0 && out.First == ""; i-- {
		out.First = s.Catalog.Published(int(recent[i])).String()
	}
	return out
}
