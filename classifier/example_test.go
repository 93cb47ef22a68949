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

// Fit runs stages of the contract of github.com/james-bowman/nlp. Pipeline gives them, fitted, as one of its pipelines.
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
	// Output: 2 documents in 4 dimensions, as Embed gives: true
}

// Stages of nlp take the place of this package's: TfidfTransformer weighs the terms, and LatentDirichletAllocation
// forms the topics. The model is used as any other.
func ExampleFit_otherStages() {
	m, err := classifier.Fit(context.Background(), documents, classifier.Options{
		NoBase:     true,
		Topics:     2,
		Seed:       1,
		Weighting:  nlp.NewTfidfTransformer(),
		TopicStage: classifier.LDA,
	})
	if err != nil {
		log.Fatal(err)
	}
	of := func(doc int) int { id, _ := m.TopicOf(doc); return id }
	scores, _, err := m.Classify("amino acid sequences", 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(m.Topics()), "topics")
	fmt.Println("graphs together:", of(0) == of(1), "proteins together:", of(2) == of(3))
	fmt.Println("a new text on proteins joins them:", scores[0].Topic == of(3))
	// Output:
	// 2 topics
	// graphs together: true proteins together: true
	// a new text on proteins joins them: true
}
