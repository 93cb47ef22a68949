package classifier

import "kindred/classifier/text"

// Unknown returns the share of the words of s that the model does not know, neither from its papers nor from the base
// model, in [0,1]. It is 0 for a text without words.
func (m *Model) Unknown(s string) float32 {
	words, unknown := 0, 0
	for t := range (text.Analyzer{}).Terms(s) {
		if t.Part {
			continue
		}
		words++
		if _, ok := m.vectorizer.Vocabulary.Lookup(t.Text); !ok {
			unknown++
		}
	}
	if words == 0 {
		return 0
	}
	return float32(unknown) / float32(words)
}
