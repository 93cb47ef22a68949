package classifier

import (
	"fmt"
	"slices"
	"strings"

	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Guide scores every document against topics that a user named, see topic.Steer. A seed that is the id of a document
// stands for the text of the document. The error wraps ErrNoTerms for a topic of which no word is known.
func (m *Model) Guide(list []topic.Guide) (*topic.Steered, error) {
	row := make(map[string]int, len(m.ids))
	for i, id := range m.ids {
		row[id] = i
	}
	queries := make([]vec.Views, len(list))
	for i, g := range list {
		texts := []string{g.Name}
		var papers []int
		for _, seed := range g.Seeds {
			if d, ok := row[seed]; ok {
				papers = append(papers, d)
				continue
			}
			texts = append(texts, seed)
		}
		q, err := m.Embed(strings.Join(texts, ". "))
		if err != nil && len(papers) == 0 {
			return nil, fmt.Errorf("topic %q: %w", g.Name, err)
		}
		if err != nil {
			q = vec.Views{Latent: make([]float32, m.Dims())}
		}
		queries[i] = m.joined(q, papers)
	}
	return topic.Steer(m.latent, m.lexical, queries), nil
}

// joined returns the direction of the sum of q and the views of documents.
func (m *Model) joined(q vec.Views, docs []int) vec.Views {
	if len(docs) == 0 {
		return q
	}
	latent, index, value := slices.Clone(q.Latent), slices.Clone(q.Lexical.Index), slices.Clone(q.Lexical.Value)
	for _, d := range docs {
		vec.Axpy(1, m.latent.Row(d), latent)
		x := m.lexical.Row(d)
		index, value = append(index, x.Index...), append(value, x.Value...)
	}
	vec.Normalize(latent)
	lexical := vec.NewSparse(index, value)
	lexical.Normalize()
	return vec.Views{Latent: latent, Lexical: lexical}
}
