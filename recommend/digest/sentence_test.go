package digest_test

import (
	"testing"

	"kindred/recommend/digest"
)

// TestSentences splits texts whose periods mean different things.
func TestSentences(t *testing.T) {
	for _, test := range []struct{ text, first string }{
		{"Zorbs hum. They glow.", "Zorbs hum."},
		{"Zorbs hum at 3.5 Hz. They glow.", "Zorbs hum at 3.5 Hz."},
		{"Zorbs, e.g. Blue ones, hum. They glow.", "Zorbs, e.g. Blue ones, hum."},
		{"As Blim et al. Showed, zorbs hum. They glow.", "As Blim et al. Showed, zorbs hum."},
		{"As Blim et al. (2031) say, zorbs hum. They glow.", "As Blim et al. (2031) say, zorbs hum."},
		{"The zorb of J. K. Blim hums. It glows.", "The zorb of J. K. Blim hums."},
		{"Zorbs need vitamin C. We feed them.", "Zorbs need vitamin C."},
		{"Zorbs of the U.S. Fleet hum. They glow.", "Zorbs of the U.S. Fleet hum."},
		{"Zorbs come from the U.S. The others do not.", "Zorbs come from the U.S."},
		{"See Fig. 3 for humming zorbs. They glow.", "See Fig. 3 for humming zorbs."},
		{"Zorb No. 7 hums. It glows.", "Zorb No. 7 hums."},
		{"Do zorbs hum, yes or no. Nobody knows.", "Do zorbs hum, yes or no."},
		{"Do zorbs hum? They do!", "Do zorbs hum?"},
		{"Zorbs hum... They glow.", "Zorbs hum..."},
		{"A blim said \"zorbs hum.\" They glow.", "A blim said \"zorbs hum.\""},
		{"Zorbs hum (as they should.) They glow.", "Zorbs hum (as they should.)"},
		{"Zorb.js hums in v2.0. It glows.", "Zorb.js hums in v2.0."},
		{"Zorbs hum. iZorb is another. They glow.", "Zorbs hum. iZorb is another."},
		{"Zorbs\n  hum.\nThey glow.", "Zorbs hum."},
		{"佐布在嗡嗡。它们发光。", "佐布在嗡嗡。"},
		{"Zorbs hum", "Zorbs hum"},
		{"", ""},
		{"Зорбы гудят. Они светятся.", "Зорбы гудят."},
		{"Zorbs hum. 40 of them glow.", "Zorbs hum."},
	} {
		if got := digest.Sentences(test.text, 1); got != test.first {
			t.Errorf("%q begins with %q, want %q", test.text, got, test.first)
		}
	}
	if got := digest.Sentences("Zorbs hum. They glow. They roll.", 2); got != "Zorbs hum. They glow." {
		t.Errorf("two sentences: %q", got)
	}
}

// FuzzSentences wants the beginning of the text, and no more sentences in it than were asked for.
func FuzzSentences(f *testing.F) {
	f.Add("Zorbs hum. They glow.", 1)
	f.Add("。. .’ A.B. C", 2)
	f.Add("Zorbs \xff hum\xfe.", 1) // bytes that are no UTF-8
	f.Fuzz(func(t *testing.T, text string, n int) {
		n = max(1, min(n, 5))
		one, all := digest.Sentences(text, n), digest.Sentences(text, 1<<30)
		if len(one) > len(all) || all[:len(one)] != one {
			t.Fatalf("%q is not the beginning of %q", one, all)
		}
		if again := digest.Sentences(one, n); again != one {
			t.Fatalf("%q has more than %d sentences: %q", one, n, again)
		}
	})
}
