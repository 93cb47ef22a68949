package mcp

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/data/readable"
	"kindred/recommend/library"
)

// Addresses of resources. An id may hold colons and slashes, as they are or escaped.
const (
	paperAddress = "kindred://papers/"
	topicAddress = "kindred://topics/"
	aboutAddress = "kindred://about"
)

const textType = "text/plain"

func (s *Server) addResources() {
	s.protocol.AddResourceTemplate(&sdk.ResourceTemplate{
		Name: "paper", Title: "A paper", URITemplate: paperAddress + "{+id}", MIMEType: textType,
		Description: "A paper of the library by its id: title, authors, date, abstract, identifiers and topics.",
	}, s.resource(func(ctx context.Context, snap *library.Snapshot, id string) (string, error) {
		_, text, err := s.paper(ctx, snap, PaperArgs{ID: id})
		return text, err
	}, paperAddress))
	s.protocol.AddResourceTemplate(&sdk.ResourceTemplate{
		Name: "topic", Title: "A topic", URITemplate: topicAddress + "{id}", MIMEType: textType,
		Description: "A topic by its number: terms, typical papers and newest papers.",
	}, s.resource(func(ctx context.Context, snap *library.Snapshot, id string) (string, error) {
		n, err := strconv.Atoi(id)
		if err != nil {
			return "", tell(fmt.Errorf("a topic is named by its number, not by %q: topics lists the numbers", readable.ClipWords(id, 40)))
		}
		_, text, err := s.topic(ctx, snap, TopicArgs{ID: n})
		return text, err
	}, topicAddress))
	s.protocol.AddResource(&sdk.Resource{
		Name: "about", Title: "This library", URI: aboutAddress, MIMEType: textType,
		Description: "What the library holds now and what it does not.",
	}, s.resource(func(_ context.Context, snap *library.Snapshot, _ string) (string, error) {
		return describe(snap), nil
	}, aboutAddress))
}

// reader writes what an id names as a text.
type reader func(ctx context.Context, s *library.Snapshot, id string) (string, error)

// resource reads a text by what follows prefix in its address.
func (s *Server) resource(read reader, prefix string) sdk.ResourceHandler {
	return func(ctx context.Context, req *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
		id := strings.TrimPrefix(req.Params.URI, prefix)
		if plain, err := url.PathUnescape(id); err == nil {
			id = plain
		}
		var text string
		err := s.with(func(snap *library.Snapshot) (err error) {
			if text, err = read(ctx, snap, id); err != nil {
				return s.explained("the resource", snap, err)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		content := &sdk.ResourceContents{URI: req.Params.URI, MIMEType: textType, Text: text}
		return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{content}}, nil
	}
}
