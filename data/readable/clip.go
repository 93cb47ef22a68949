package readable

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
