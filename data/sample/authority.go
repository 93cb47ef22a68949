package sample

import (
	"sync"

	"kindred/data"
	"kindred/data/read"
)

// Authority returns the authority file of the sample papers, which is read once. A sample that cannot be read,
// which a test rules out, gives an empty one.
var Authority = sync.OnceValue(func() *data.Authority {
	src, err := read.NewSource("sample", Papers(), read.Options{})
	if err != nil {
		return data.NewAuthority(nil)
	}
	defer src.Close()
	var papers []*data.Paper
	for p, err := range src.Papers() {
		if err == nil {
			papers = append(papers, p)
		}
	}
	return data.NewAuthority(papers)
})
