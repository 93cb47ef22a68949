// Package readable turns text as sources write it into text as a person reads it: LaTeX, HTML, JATS and MathML
// are undone, wrong encodings are repaired, and formulas are found. It works on strings and imports no other
// package of the module; what a paper is belongs in package data, and how a file is divided into records in
// data/read.
package readable
