package recommend

// RowTopic names the topic of a paper and its subtopic by their stable ids; 0 means none.
type RowTopic struct{ Topic, Sub int32 }

// maxTopicLevels bounds the walk from a topic to its root. A cycle of parents therefore ends.
const maxTopicLevels = 8

// topicColumn holds the topics of the rows. Topics are numbered in the order of ids, so that a filter costs one
// look into a table per row. Number 0 means no topic.
type topicColumn struct {
	ids    []int32    // stable id by number; ids[0] is 0
	parent []int32    // number of the topic one level up, by number; 0 for a root
	rows   []RowTopic // numbers, by row; rows beyond the end are in no topic
}

// WithTopics returns an index whose rows are in the given topics. The topic of row i is rows[i]; rows beyond
// the end of the slice are in none, among them those that With adds later. parents maps the id of a topic to
// that of the topic one level up. The cost is O(len(rows)); the arguments are not kept.
func (ix *Index) WithTopics(rows []RowTopic, parents map[int]int) *Index {
	next := *ix
	c := topicColumn{ids: []int32{0}, parent: []int32{0}, rows: make([]RowTopic, len(rows))}
	number := map[int32]int32{0: 0}
	numberOf := func(id int32) int32 {
		n, ok := number[id]
		if !ok {
			n = int32(len(c.ids))
			number[id] = n
			c.ids, c.parent = append(c.ids, id), append(c.parent, 0)
		}
		return n
	}
	for child, parent := range parents {
		n, up := numberOf(int32(child)), numberOf(int32(parent))
		c.parent[n] = up
	}
	for i, t := range rows {
		c.rows[i] = RowTopic{numberOf(t.Topic), numberOf(t.Sub)}
	}
	next.topics = c
	return &next
}

// Topic returns the topics of a row.
func (ix *Index) Topic(row int) RowTopic {
	if row >= len(ix.topics.rows) {
		return RowTopic{}
	}
	t := ix.topics.rows[row]
	return RowTopic{ix.topics.ids[t.Topic], ix.topics.ids[t.Sub]}
}

// subtree marks, by number, the topics whose id is among roots and those below one of them.
func (c *topicColumn) subtree(roots []int) []bool {
	marked := make([]bool, max(1, len(c.ids)))
	for n := range c.ids {
		for up, level := int32(n), 0; up != 0 && level < maxTopicLevels; up, level = c.parent[up], level+1 {
			for _, id := range roots {
				marked[n] = marked[n] || int(c.ids[up]) == id
			}
		}
	}
	return marked
}

// in reports whether the topic or the subtopic of a row is marked.
func (c *topicColumn) in(marked []bool, row int) bool {
	if row >= len(c.rows) {
		return false
	}
	t := c.rows[row]
	return marked[t.Topic] || marked[t.Sub]
}
