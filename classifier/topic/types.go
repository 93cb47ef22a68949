// Package topic forms topics of papers, has them named, and keeps them stable from one fit to the next.
package topic

import "kindred/classifier/topic/naming"

// Levels of topics. A fit forms the main level. Fields join its topics, and subtopics divide them.
const (
	Subtopics = -1
	Main      = 0
	Fields    = 1
)

// Topic is one group of papers.
type Topic struct {
	ID          int      `json:"id"`    // unique over all levels; a refit keeps it where most papers stay
	Label       string   `json:"label"` // readable, unique among the topics of a level
	Terms       []Term   `json:"terms"` // single words, most characteristic first; no word twice on a level
	Size        int      `json:"size"`  // papers assigned
	Papers      []string `json:"representative_papers"`
	Description string   `json:"description,omitempty"`
	Level       int      `json:"level"`              // Fields, Main or Subtopics
	Parent      int      `json:"parent,omitempty"`   // id of the topic one level up, 0 for none: ids start at 1
	Children    []int    `json:"children,omitempty"` // ids one level down
}

// Term is one characteristic word of a topic.
type Term = naming.Term

// Score is a topic's weight for one text, in [0,1].
type Score struct {
	Topic  int     `json:"topic"`
	Weight float32 `json:"weight"`
}
