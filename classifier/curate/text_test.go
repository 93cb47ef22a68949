package curate

import "testing"

// TestText wants every kind said in words, with the label of the time of the edit, or else that of now, or else a
// number.
func TestText(t *testing.T) {
	labels := map[int]string{1: "blim", 2: "vorn"}
	for want, e := range map[string]Edit{
		"“blim” (1) is called “zant”":             {Kind: Rename, Topic: 1, Label: "zant"},
		"“old” (1) is merged into “vorn” (2)":     {Kind: Merge, Topic: 1, Was: "old", Into: 2},
		"“old” (7) is merged into topic 8":        {Kind: Merge, Topic: 7, Was: "old", Into: 8},
		"the paper “Zant” is moved to “vorn” (2)": {Kind: Move, Paper: "p", Was: "Zant", Into: 2},
		"topic 9 is split in 3":                   {Kind: Split, Topic: 9, Parts: 3},
		"“vorn” (2) is hidden":                    {Kind: Hide, Topic: 2},
		"“vorn” (2) is pinned":                    {Kind: Pin, Topic: 2},
	} {
		if got := e.Text(func(id int) string { return labels[id] }); got != want {
			t.Errorf("%+v is said as %s, want %s", e, got, want)
		}
	}
}
