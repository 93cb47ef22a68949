package api

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gin-gonic/gin"
)

// The contract of the API.
//
//go:embed openapi.yaml
var openAPI []byte

// spec is the contract in the forms it is served in.
type spec struct {
	doc        *openapi3.T
	yaml, json fixed
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
	keep := policy(time.Hour)
	return &spec{
		doc:  doc,
		yaml: newFixed(&reply{typ: "application/yaml", body: openAPI}, etagOf(string(openAPI)), keep),
		json: newFixed(&reply{typ: typeJSON, body: body}, etagOf(string(body)), keep),
	}, nil
}

func (s *spec) serveJSON(c *gin.Context, _ string) { s.json.write(c) }
func (s *spec) serveYAML(c *gin.Context, _ string) { s.yaml.write(c) }

// validate checks the contract itself against the rules of OpenAPI.
func (s *spec) validate(ctx context.Context) error { return s.doc.Validate(ctx) }
