// Package topic groups latent vectors into topics and names them.
package topic

// Topic is one group of papers.
type Topic struct {
	ID          int      `json:"id"`    // stable: a refit keeps it where the members overlap
	Label       string   `json:"label"` // readable, unique among the topics of a model
	Terms       []Term   `json:"terms"` // what the topic is about, most telling first
	Size        int      `json:"size"`  // papers assigned
	Papers      []string `json:"representative_papers"`
	Description string   `json:"description,omitempty"`
	Level       int      `json:"level"`              // 0 is the finest level
	Parent      int      `json:"parent,omitempty"`   // id of the topic one level up, 0 for none: ids start at 1
	Children    []int    `json:"children,omitempty"` // ids one level down
}

// Term is one telling term of a topic, in its surface form.
type Term struct {
	Text   string  `json:"term"`
	Weight float32 `json:"weight"`
}

// Score is a topic's weight for one text, in [0,1].
type Score struct {
	Topic  int     `json:"topic"`
	Weight float32 `json:"weight"`
}
