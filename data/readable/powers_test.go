package readable_test

import (
	"testing"

	"kindred/data/readable"
)

func TestPowers(t *testing.T) {
	for text, want := range map[string]string{
		"Video-Ma^2mba": "Video-Ma²mba", "V^3: viewing": "V³: viewing", "(SL^2A-INR) in O(n^10)": "(SL²A-INR) in O(n¹⁰)", "10^3 or 2^k": "10³ or 2^k",
		"x^0.5": "x^0.5", "10^100": "10^100", "^2 alone": "^2 alone", "no power": "no power", "O(T^(3/4))": "O(T^(3/4))",
	} {
		if got := readable.Powers(text); got != want {
			t.Errorf("Powers(%q) is %q, want %q", text, got, want)
		}
	}
}
