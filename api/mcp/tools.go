package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// Limits of what an assistant gets at once. Its context is dearer than a list is long; more follows by offset.
const (
	maxHits       = 100 // papers of an answer
	maxFilter     = 100 // topics or categories of a filter
	maxTopics     = 500 // topics of an answer
	defaultTopics = 40
	defaultTrends = 10 // each with papers
	maxClasses    = 20 // topics of a text
	defaultClass  = 5
	maxID         = 2000 // characters of an id, which may be an address
	maxWords      = 200  // characters of a category, or of words in the name of a topic
	maxDate       = 40   // characters of a date, which may have a time
)

// answer makes the structured content and the text of a tool's answer from a snapshot.
type answer[In, Out any] func(ctx context.Context, s *library.Snapshot, in In) (*Out, string, error)

// hits limits how many papers a tool answers with.
var hits = limits{"n": span(1, maxHits, recommend.DefaultLimit)}

// addTools adds every tool.
func (s *Server) addTools() {
	add(s, "similar", "Papers like these", `Ranks the papers of this library by likeness to papers, to a text, or to both.
Give ids of one paper, of several, or of a whole list that a reader likes; dislikes move the ranking away. To find
papers for a draft or an idea, give its title and abstract as text. Answers with rank, score, title, authors, date,
topic and id.`, hits, s.similar)
	add(s, "for_library", "Papers for a reader's library", `Finds papers of this library for a reader by the papers that the
reader has: ids, or the text of a BibTeX, RIS or similar file. The reader's interests are found and take turns; none of
the reader's own papers is among the answers. Use similar to find papers like one or a few.`, hits, s.forLibrary)
	add(s, "search", "Papers about words", `Searches this library by words, as typed: what they are about, best first.
"A quoted phrase" must occur, title:word and author:name search one field, -word excludes. For a text longer than a
few sentences use similar.`, hits, s.search)
	add(s, "paper", "One paper", `Shows a paper of this library with its abstract, identifiers and topics.`, nil, s.paper)
	add(s, "topics", "Topics", `Lists the topics that this library's papers fall into, the largest first, with their
numbers, sizes and terms. Level tree shows all levels, indented.`, limits{
		"n": span(1, maxTopics, defaultTopics), "level": choice("topics", "fields", "topics", "subtopics", treeLevel),
	}, s.topics)
	add(s, "topic", "One topic", `Shows a topic by its number: its terms, the topics above and below it, whether it
rises, its typical papers, and its papers, newest first.`, limits{
		"n": span(1, maxHits, recommend.DefaultLimit), "id": span(1, math.MaxInt32, nil),
	}, s.topic)
	add(s, "trends", "Rising and falling topics", `Lists the topics whose share of the papers rises or falls over time by
more than chance explains.`, limits{"n": span(1, maxTopics, defaultTrends)}, s.trends)
	add(s, "classify", "Topics of a text", `Finds the topics that a text belongs to, heaviest first.`, limits{
		"n": span(1, maxClasses, defaultClass),
	}, s.classify)
	add(s, "about", "This library", `Says what this library holds now and what it does not: number of papers, dates,
fields, topics.`, nil, s.about)
}

// limits are the limits of arguments, by their names.
type limits map[string]func(*jsonschema.Schema)

// bounds are the limits of arguments in all tools.
var bounds = limits{
	"ids":              items(recommend.MaxSeeds, maxID),
	"bibliography":     length(maxBibliography),
	"half_life":        span(0, 36_500, nil),
	"dislikes":         items(recommend.MaxSeeds, maxID),
	"library":          items(recommend.MaxLibrary, maxID),
	"exclude":          items(recommend.MaxExclude, maxID),
	"id":               length(maxID),
	"text":             length(recommend.MaxText),
	"query":            length(recommend.MaxQuery),
	"words":            length(maxWords),
	"category":         items(maxFilter, maxWords),
	"topic":            numbers,
	"exclude_topic":    numbers,
	"published_after":  length(maxDate),
	"published_before": length(maxDate),
	"min_score":        span(0, 1, nil),
	"diversity":        span(0, 1, nil),
	"offset":           span(0, recommend.MaxLimit-1, nil),
	"level":            choice("topics", "fields", "topics", "subtopics"),
	"period":           choice("", "month", "quarter", "year"),
	"direction":        choice("", "rising", "falling"),
}

// maxBibliography is the most characters of a bibliography, the bound of a request's body.
const maxBibliography = 8 << 20

func items(most, long int) func(*jsonschema.Schema) {
	return func(p *jsonschema.Schema) {
		p.MaxItems = &most
		length(long)(p.Items)
	}
}

func length(most int) func(*jsonschema.Schema) {
	return func(p *jsonschema.Schema) { p.MaxLength = &most }
}

func numbers(p *jsonschema.Schema) {
	most, least := maxFilter, 1.0
	p.MaxItems, p.Items.Minimum = &most, &least
}

func span(low, high float64, byDefault any) func(*jsonschema.Schema) {
	return func(p *jsonschema.Schema) {
		p.Minimum, p.Maximum = &low, &high
		if byDefault != nil {
			p.Default = fmt.Appendf(nil, "%v", byDefault)
		}
	}
}

func choice(byDefault string, words ...string) func(*jsonschema.Schema) {
	return func(p *jsonschema.Schema) {
		for _, w := range words {
			p.Enum = append(p.Enum, w)
		}
		if byDefault != "" {
			p.Default = fmt.Appendf(nil, "%q", byDefault)
		}
	}
}

// add adds a tool. Its own limits apply to the arguments that they name, instead of those in bounds. A wrong type of In
// or Out is a panic here, when the server is made.
func add[In, Out any](s *Server, name, title, description string, own limits, answer answer[In, Out]) {
	input := argumentsOf[In](own)
	resolved, err := input.Resolve(&jsonschema.ResolveOptions{ValidateDefaults: true})
	if err != nil {
		panic(fmt.Sprintf("mcp: arguments of %s: %v", name, err))
	}
	no := false
	tool := &sdk.Tool{
		Name: name, Description: unwrapped(description), InputSchema: input, OutputSchema: schemaOf[Out](),
		Annotations: &sdk.ToolAnnotations{
			Title: title, ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no,
		},
	}
	s.protocol.AddTool(tool, func(ctx context.Context, req *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
		res := &sdk.CallToolResult{}
		var in In
		if err := readArguments(req.Params.Arguments, resolved, &in); err != nil {
			res.SetError(fmt.Errorf("%s: %w; its arguments are %s", name, err, usageOf(input)))
			return res, nil
		}
		err := s.with(func(snap *library.Snapshot) error {
			out, text, err := answer(ctx, snap, in)
			if err != nil {
				return s.explained(name, snap, err)
			}
			res.StructuredContent, res.Content = out, []sdk.Content{&sdk.TextContent{Text: text}}
			return nil
		})
		if err != nil {
			res.SetError(err)
		}
		return res, nil
	})
}

// argumentsOf returns the schema of arguments with their limits.
func argumentsOf[In any](own limits) *jsonschema.Schema {
	input := schemaOf[In]()
	for arg, p := range input.Properties {
		limit := own[arg]
		if limit == nil {
			limit = bounds[arg]
		}
		if limit != nil {
			limit(p)
		}
	}
	return input
}

// schemaOf returns the schema of a type. A list that may be absent is a list: not all models take a union of types.
func schemaOf[T any]() *jsonschema.Schema {
	schema, err := jsonschema.For[T](nil)
	if err != nil {
		panic(fmt.Sprintf("mcp: %v", err))
	}
	plain(schema)
	return schema
}

func plain(s *jsonschema.Schema) {
	if s == nil {
		return
	}
	if i := slices.Index(s.Types, "null"); i >= 0 && len(s.Types) == 2 {
		s.Types, s.Type = nil, s.Types[1-i]
	}
	plain(s.Items)
	for _, p := range s.Properties {
		plain(p)
	}
}

// readArguments reads the arguments of a call into in, and fills in defaults. The error names what the schema forbids.
func readArguments(raw json.RawMessage, schema *jsonschema.Resolved, in any) error {
	args := map[string]any{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &args); err != nil {
			return errors.New("the arguments are no JSON object")
		}
	}
	if args == nil { // null
		args = map[string]any{}
	}
	if err := schema.ApplyDefaults(&args); err != nil {
		return err
	}
	if err := schema.Validate(&args); err != nil {
		said := strings.NewReplacer("validating root: ", "", "validating /properties/", "").Replace(err.Error())
		return errors.New(readable.ClipWords(said, 300))
	}
	whole, err := json.Marshal(args)
	if err != nil {
		return err
	}
	return json.Unmarshal(whole, in)
}

// usageOf lists the arguments of a tool with their bounds.
func usageOf(input *jsonschema.Schema) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(input.Properties)) {
		switch p := input.Properties[name]; {
		case p.Minimum != nil && p.Maximum != nil:
			name += fmt.Sprintf(" (%g to %g)", *p.Minimum, *p.Maximum)
		case p.Enum != nil:
			name += fmt.Sprintf(" (%s)", strings.Trim(fmt.Sprint(p.Enum), "[]"))
		case p.Type == "array":
			name += " (a list)"
		}
		out = append(out, name)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
