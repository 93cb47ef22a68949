package readable

import "strings"

// Clip shortens s to at most n bytes, at the edge of a rune, and marks the cut with an ellipsis. A shorter s stays.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	cut := 0
	for i := range s {
		if i > n {
			break
		}
		cut = i
	}
	return s[:cut] + "…"
}

// ClipWords shortens s to at most n characters, at a space if there is one in the second half, and marks the cut with an
// ellipsis. A shorter s stays.
func ClipWords(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
