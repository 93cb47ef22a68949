// Package topic groups papers into topics, has them named, and keeps them in place from one fit to the next.
package topic

import "kindred/classifier/topic/naming"

// Levels of topics. A fit makes the main level, the number of topics asked for; fields join topics, subtopics divide
// them.
const (
	Subtopics = -1
	Main      = 0
	Fields    = 1
)

// Topic is one group of papers.
type Topic struct {
	ID          int      `json:"id"`    // stable: a refit keeps it where the members overlap; unique over all levels
	Label       string   `json:"label"` // readable, unique among the topics of a level
	Terms       []Term   `json:"terms"` // what the topic is about, single words, most telling first; no word twice on a level
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
