package mail

import (
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
)

//go:embed templates/letter.html
var letterHTML string

// letterTemplate parses the templates once. They use tables and styles of the elements themselves, since mail programs
// drop much else, and no images, scripts or fonts from elsewhere. Every text of a paper has dir=auto.
var letterTemplate = sync.OnceValues(func() (*template.Template, error) {
	constant := func(s string) func() template.HTML { return func() template.HTML { return template.HTML(s) } }
	return template.New("letter").Funcs(template.FuncMap{
		// Outlook knows no max-width. html/template would drop a comment that stood in the template.
		"boxBegin": constant(`<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`),
		"boxEnd":   constant(`<!--[if mso]></td></tr></table><![endif]-->`),
		// Keeps what follows out of the preview beside the subject.
		"padding": constant(strings.Repeat("&#847;&zwnj;&nbsp;", 40)),
	}).Parse(letterHTML)
})

// renderHTML returns the HTML of a kind of letter: "issue" of an issueView or "note" of a noteView.
func renderHTML(kind string, view any) (string, error) {
	t, err := letterTemplate()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, kind, view); err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	return b.String(), nil
}
