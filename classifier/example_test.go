package classifier_test

import (
	"context"
	"fmt"
	"log"

	"github.com/james-bowman/nlp"

	"kindred/classifier"
)

var texts = []string{
	"Graph attention\nAttention over the nodes of a graph by message passing.",
	"Message passing on graphs\nNode classification with graph networks and attention.",
	"Protein folding\nThe structure of proteins from amino acid sequences.",
	"Amino acid language\nSequences of proteins as language, and their structure.",
}

func documents(yield func(classifier.Document, error) bool) {
	for i, t := range texts {
		if !yield(classifier.Document{ID: fmt.Sprint("paper:", i), Text: t}, nil) {
			return
		}
	}
}

// What Fit runs is a pipeline of github.com/james-bowman/nlp.
func ExampleModel_Pipeline() {
	m, err := classifier.Fit(context.Background(), documents, classifier.Options{NoBase: true})
	if err != nil {
		log.Fatal(err)
	}
	latent, err := m.Pipeline().Transform("graph attention networks", "folding of a protein")
	if err != nil {
		log.Fatal(err)
	}
	dims, docs := latent.Dims()
	fmt.Println(docs, "documents in", dims, "dimensions, as Embed gives:", dims == m.Dims())
	// Output: 2 documents in 3 dimensions, as Embed gives: true
}

// The stages are nlp's interfaces, so nlp's own can stand in their place: here its weighting and its topic model behind the
// terms of this package.
func ExampleModel_Pipeline_otherStages() {
	m, err := classifier.Fit(context.Background(), documents, classifier.Options{NoBase: true})
	if err != nil {
		log.Fatal(err)
	}
	lda := nlp.NewLatentDirichletAllocation(2)
	lda.Processes = 1
	p := m.Pipeline()
	p.Transformers = []nlp.Transformer{nlp.NewTfidfTransformer(), lda}
	topics, err := p.FitTransform(texts...)
	if err != nil {
		log.Fatal(err)
	}
	k, docs := topics.Dims()
	fmt.Println(docs, "documents over", k, "topics")
	// Output: 4 documents over 2 topics
}
