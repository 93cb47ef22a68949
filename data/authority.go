package data

// Authority is an authority file: papers whose identifiers are certain, found by normalised title. A record
// that names no identifier of its own, as on a pasted page, gets the one known here. It is safe for concurrent
// use.
type Authority struct {
	byTitle map[string]*Paper // by NormalizeTitle
}

// NewAuthority returns an authority file of papers. It leaves out those that are known by their title alone. Of
// several papers with one title the last counts. The papers must not be changed afterwards.
func NewAuthority(papers []*Paper) *Authority {
	a := &Authority{byTitle: make(map[string]*Paper, len(papers))}
	for _, p := range papers {
		if !TitleOnly(p.ID) {
			a.byTitle[NormalizeTitle(p.Title)] = p
		}
	}
	return a
}

// Identify gives each paper that is known by its title alone the identifiers of the known paper with the same
// title and a date that can be the same. The id made from the title becomes an alias. A paper without a date
// stays as it is.
//
// Every entrance must call it between [Paper.Normalize] and the store, so that a record gets one id whichever
// way it comes.
func (a *Authority) Identify(papers []*Paper) {
	for _, p := range papers {
		if !TitleOnly(p.ID) {
			continue
		}
		known := a.byTitle[NormalizeTitle(p.Title)]
		if known == nil || !p.Published.Overlaps(known.Published) {
			continue
		}
		fromTitle := p.ID
		p.ID = known.ID
		p.AddAliases(fromTitle)
		if p.ArXiv == "" {
			p.ArXiv = known.ArXiv
		}
		if p.DOI == "" {
			p.DOI = known.DOI
		}
	}
}
