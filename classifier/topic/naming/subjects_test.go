package naming

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

// TestInventory reads the list of subjects that the binary holds.
func TestInventory(t *testing.T) {
	inv := subjects()
	seen, seeds := map[string]bool{}, make([]int, len(inv.subjects))
	for _, s := range inv.subjects {
		key := string(rune('0'+s.level)) + strings.ToLower(s.name)
		if seen[key] || s.name != strings.TrimSpace(s.name) || s.level == Parts {
			t.Errorf("%q stands twice on a level, on none, or is not trimmed", s.name)
		}
		seen[key] = true
		for part := range strings.FieldsSeq(s.name) {
			if strings.ContainsAny(part, ",:;!*") {
				t.Errorf("%q has a character of the list's syntax", s.name)
			}
		}
	}
	for _, s := range inv.seeds {
		seeds[s.subject]++
	}
	for i, n := range seeds {
		if n < 3 {
			t.Errorf("%q has %d seeds; a document needs two", inv.subjects[i].name, n)
		}
	}
	for line := range strings.Lines(subjectList) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || line[0] == '#' {
			continue
		}
		var own []string
		for text := range strings.SplitSeq(list, ", ") {
			text = strings.TrimPrefix(text, "!")
			if slices.Contains(own, text) {
				t.Errorf("%q has the seed %q twice", name, text)
			}
			own = append(own, text)
			if plain, prefix := strings.CutSuffix(text, "*"); !prefix && strings.ToLower(text) != text || prefix && len(plain) < 3 {
				t.Errorf("the seed %q of %q is not in lower case, or begins too many words", text, name)
			}
		}
	}
}

func TestParseSubjects(t *testing.T) {
	inv := parseSubjects("# head: no, subject\n\n= topics\nlorim pexo: munast, quibble runtor, !savelk, tolv*\n= fields\nall lorim: munast\n")
	if len(inv.subjects) != 2 || inv.subjects[0] != (subject{"lorim pexo", Topics}) || inv.subjects[1] != (subject{"all lorim", Fields}) {
		t.Fatalf("%+v", inv.subjects)
	}
	weight := func(name string) (sum int) {
		for _, s := range inv.find(name) {
			if inv.seeds[s].subject == 0 {
				sum += int(inv.seeds[s].weight)
			}
		}
		return sum
	}
	for name, want := range map[string]int{
		"munast": 1, "Munasts": 1, "quibble-runtor": 2, "quibble runtors": 2, "savelk": 2, "tolv": 1, "Tolvering": 1,
		"quibble": 0, "tol": 0, "": 0, "lorim pexo": 0,
	} {
		if got := weight(name); got != want {
			t.Errorf("%q weighs %d, want %d", name, got, want)
		}
	}
}

// subjectLibrary is a random library with a random list of subjects over its words and phrases.
func subjectLibrary(seed uint64) (c *Corpus, cell []int32, k int, inv *inventory) {
	rng := rand.New(rand.NewPCG(seed, 2))
	k = 2 + rng.IntN(4)
	c, cell = library(60+rng.IntN(60), k, seed)
	var list strings.Builder
	for _, level := range []string{"fields", "topics"} {
		list.WriteString("= " + level + "\n")
		for s := range 6 {
			list.WriteString(level + string(rune('a'+s)) + ": ")
			for i := range 3 + rng.IntN(4) {
				if i > 0 {
					list.WriteString(", ")
				}
				switch rng.IntN(4) {
				case 0:
					list.WriteString(spelled(c.PhraseNames[rng.IntN(len(c.PhraseNames))]))
				case 1:
					list.WriteString("!" + spelled(c.WordNames[rng.IntN(len(c.WordNames))]))
				case 2:
					list.WriteString(c.WordNames[rng.IntN(len(c.WordNames))][:4] + "*")
				default:
					list.WriteString(spelled(c.WordNames[rng.IntN(len(c.WordNames))]))
				}
			}
			list.WriteString("\n")
		}
	}
	return c, cell, k, parseSubjects(list.String())
}

// TestSubjectsOf compares the subjects of documents with the definition: two seeds, or one that is a phrase or strong.
func TestSubjectsOf(t *testing.T) {
	found := 0
	for seed := range uint64(8) {
		c, _, _, inv := subjectLibrary(seed)
		about := c.subjectsOf(inv)
		for d := range about {
			met := map[uint32]bool{} // seeds
			for _, w := range c.Words.Counts.Row(d).Index {
				for _, s := range inv.find(c.WordNames[w]) {
					met[s] = true
				}
			}
			for _, p := range c.Phrases.Counts.Row(d).Index {
				for _, s := range inv.exact[spelled(c.PhraseNames[p])] {
					met[s] = true
				}
			}
			var want []uint32
			for j := range inv.subjects {
				sum := 0
				for s := range met {
					if int(inv.seeds[s].subject) == j {
						sum += int(inv.seeds[s].weight)
					}
				}
				if sum >= 2 {
					want = append(want, uint32(j))
				}
			}
			found += len(want)
			if !slices.Equal(about[d], want) {
				t.Fatalf("seed %d: document %d is about %v, want %v", seed, d, about[d], want)
			}
		}
	}
	if found == 0 {
		t.Fatal("no document is about anything")
	}
}

// TestChosenSubjects holds the subjects of topics against what is so for all: of their level, none twice, and in enough
// of the topic's documents, more than elsewhere.
func TestChosenSubjects(t *testing.T) {
	chosen := 0
	for seed := range uint64(30) {
		c, cell, k, inv := subjectLibrary(seed)
		docs := consecutive(len(cell))
		s := newScope(c, docs, cell, k)
		about := c.subjectsOf(inv)
		for _, level := range []Level{Topics, Fields} {
			names := s.subjects(inv, about, level)
			used := map[string]bool{}
			for topic, name := range names {
				if name == "" {
					continue
				}
				chosen++
				if used[name] {
					t.Errorf("seed %d: %q names two topics", seed, name)
				}
				used[name] = true
				j := slices.Index(inv.subjects, subject{name, level})
				if j < 0 {
					t.Fatalf("seed %d: %q is no subject of the level", seed, name)
				}
				var in, out, size float64
				for d := range docs {
					has := slices.Contains(about[d], uint32(j))
					switch {
					case int(cell[d]) == topic:
						size++
						if has {
							in++
						}
					case has:
						out++
					}
				}
				rest := float64(len(docs)) - size
				if in/size < fieldCoverage || level == Topics && in/size < subjectCoverage || in/size < subjectLift*out/rest {
					t.Errorf("seed %d: %q is in %v of %v documents of topic %d and in %v of %v others", seed, name, in, size, topic, out, rest)
				}
			}
		}
		if names := s.subjects(inv, about, Parts); slices.ContainsFunc(names, func(n string) bool { return n != "" }) {
			t.Errorf("seed %d: parts of a topic are named %q", seed, names)
		}
	}
	if chosen < 30 {
		t.Errorf("only %d subjects were chosen", chosen)
	}
}

// TestSubjectInLabel gives the subject the first word, unless it is taken.
func TestSubjectInLabel(t *testing.T) {
	names := []string{"munast", "quibble"}
	if got := New(&Corpus{}).label("lorim pexo", names, 4); got != "lorim pexo" {
		t.Errorf("%q", got)
	}
	if got := New(&Corpus{}, "Lorim Pexo").label("lorim pexo", names, 4); got != "munast, quibble" {
		t.Errorf("a taken subject: %q", got)
	}
}

// TestSpread compares the documents that a name covers with the definition.
func TestSpread(t *testing.T) {
	covered := 0
	for seed := range uint64(6) {
		const n, k = 120, 3
		c, cell := library(n, k, seed)
		s := newScope(c, consecutive(n), cell, k)
		best := s.best(func(_ *candidate, _ int, ratio float64) float64 { return ratio })
		inside, outside := s.spread(best)
		for topic, list := range best {
			for i, o := range list {
				name := &s.list[o.at]
				telling := s.telling(name, topic)
				var in, out int32
				for d := range n {
					has := false
					for _, p := range c.Phrases.Counts.Row(d).Index {
						has = has || s.phrase[p] == o.at
					}
					for _, w := range c.Words.Counts.Row(d).Index {
						has = has || s.word[w] == o.at || slices.Contains(telling, w)
					}
					switch {
					case has && int(cell[d]) == topic:
						in++
					case has:
						out++
					}
				}
				if inside[topic][i] != in || outside[topic][i] != out {
					t.Fatalf("seed %d: %q covers %d and %d documents, want %d and %d", seed, name.text, inside[topic][i], outside[topic][i], in, out)
				}
				covered += int(in)
				for _, w := range telling {
					word := s.list[s.word[w]]
					a, b := float64(word.inTopic[topic]), float64(word.df)-float64(word.inTopic[topic])
					if !word.plain || !slices.Contains(name.parts, w) || a/float64(s.sizes[topic]) < tellingLift*b/float64(n-s.sizes[topic])-1e-9 {
						t.Errorf("seed %d: %q does not tell topic %d", seed, word.text, topic)
					}
				}
			}
		}
	}
	if covered == 0 {
		t.Fatal("no name covers anything")
	}
}

// TestCoverageDecides has a phrase in few documents of its topic and one in most. The first has no documents elsewhere.
func TestCoverageDecides(t *testing.T) {
	c := &Corpus{
		WordNames: []string{"lorim", "munast", "pexo", "quibble"}, PhraseNames: []string{"lorim munast", "pexo quibble"},
		PhraseWords: [][]uint32{{0, 1}, {2, 3}},
	}
	c.Words.Counts, c.Phrases.Counts = &vec.CSR{Ptr: []int64{0}, Cols: 4}, &vec.CSR{Ptr: []int64{0}, Cols: 2}
	const n = 400
	cell := make([]int32, n)
	add := func(o *Occurrences, columns ...uint32) {
		o.Counts.Append(vec.Sparse{Index: columns, Value: slices.Repeat([]float32{1}, len(columns))})
		o.InTitle = append(o.InTitle, make([]bool, len(columns))...)
	}
	for d := range n {
		cell[d] = int32(d % 2)
		rare, wide := d%2 == 0 && d%20 == 0, d%2 == 0 && d%5 != 0 || d%50 == 1
		switch {
		case rare && wide:
			add(&c.Words, 0, 1, 2, 3)
			add(&c.Phrases, 0, 1)
		case rare:
			add(&c.Words, 0, 1)
			add(&c.Phrases, 0)
		case wide:
			add(&c.Words, 2, 3)
			add(&c.Phrases, 1)
		default:
			add(&c.Words)
			add(&c.Phrases)
		}
	}
	namer := New(c)
	if got := namer.Name(namer.Propose(consecutive(n), cell, 2, Parts), []int{1, 2}, nil)[0].Label; got != "pexo quibble" {
		t.Errorf("the topic is called %q", got)
	}
}

func TestIsCode(t *testing.T) {
	for word, want := range map[string]bool{
		"a1": true, "r1": true, "7b": true, "4o": true, "70b": true, "3d": false, "5g": false, "30d": true, "bert": false, "gpt4": false,
	} {
		if isCode(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}
