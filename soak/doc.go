// Package soak runs the program for a long time under everything at once, kills it over and over, and then counts:
// papers, a curator's edits, letters, answers, memory, files. Its tests drive the binary as a process, over HTTP, SMTP
// and the command line alone; what they need of the data folder they read when nothing else has it open.
//
//	make soak                  half an hour
//	KINDRED_SOAK=3m go test ./soak -run Soak -v
//
// KINDRED_SOAK_SEED repeats the choices of a run; what the machine makes of them differs. The papers are real ones where
// they lie beside the checkout, invented ones otherwise.
package soak
