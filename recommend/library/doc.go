// Package library is an open data folder: papers, a model, and the snapshots that answer from both. It joins data,
// classifier and recommend, and is what another Go program embeds; docs/embedding.md has such a program.
//
// What belongs here is all that makes a folder of files a live library: locking, loading, folding new papers in,
// refitting, the curator's edits, and what a request sees of them (lists, topics, trends, the map). What does not
// belong here: how texts become vectors (classifier), how papers are ranked (recommend), what an edit does to topics
// (classifier/curate), how papers are kept (data/store), and anything of HTTP or of the command line.
//
// A [Library] is changed under one mutex, and each change makes a new [Snapshot], which never changes. Readers take the
// current snapshot by an atomic pointer and hold no lock. docs/architecture.md tells the whole way.
package library
