// Package read reads papers from files and streams. It recognises compression and format by content, divides
// the file into records, and turns each record into a normalised [data.Paper] or a [RecordError] that says why
// it was rejected.
//
// Each format has one file, which holds the function that recognises it and the one that reads it; open.go has
// the table of formats. What makes a paper well-formed is decided in package data, and what undoes markup
// belongs in data/readable.
package read
