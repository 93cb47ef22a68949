package api

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"

	"kindred/api/cached"
)

// The contract of the API.
//
//go:embed openapi.yaml
var openAPI []byte

// spec is the contract in the forms it is served in.
type spec struct {
	doc        *openapi3.T
	yaml, json cached.Fixed
}

func loadSpec() (*spec, error) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	body, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	keep := cached.Policy(time.Hour)
	return &spec{
		doc:  doc,
		yaml: newFixed(&reply{typ: "application/yaml", body: openAPI}, cached.Tag(string(openAPI)), keep),
		json: newFixed(&reply{typ: typeJSON, body: body}, cached.Tag(string(body)), keep),
	}, nil
}

func (s *spec) serveJSON(c *gin.Context, _ string) { s.json.Write(c.Writer, c.Request) }
func (s *spec) serveYAML(c *gin.Context, _ string) { s.yaml.Write(c.Writer, c.Request) }

// validate checks the contract itself against the rules of OpenAPI.
func (s *spec) validate(ctx context.Context) error { return s.doc.Validate(ctx) }
