// Package widget holds the script that shows related papers on any page. Only what runs on pages of other sites belongs
// here; the scripts and styles of our own pages are in api/web, and package api serves both.
package widget

import _ "embed"

// Script is the widget. It defines <similar-papers>, fills <div data-similar-papers>, and needs nothing else.
//
//go:embed widget.v1.js
var Script []byte
