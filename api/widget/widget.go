// Package widget holds the script that shows related papers on any page.
package widget

import _ "embed"

// Script is the widget. It defines <similar-papers>, fills <div data-similar-papers>, and needs nothing else.
//
//go:embed widget.v1.js
var Script []byte
