package read

import (
	"strings"
	"testing"
)

func TestPersonNames(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"Arbor, Ada", "Ada Arbor"}, {"Ada Arbor", "Ada Arbor"}, {"Arbor A", "Arbor A"}, {"Arbor,A.", "A. Arbor"},
		{"Arbor, A.; Birch, B.", "A. Arbor|B. Birch"}, {"Arbor, Ada and Birch, Ben", "Ada Arbor|Ben Birch"}, {"Food and Fields Office", "Food and Fields Office"},
		{"Arbor A, Birch BC, et al.", "Arbor A|Birch BC"}, {"Ada Arbor 0001", "Ada Arbor"}, {"[Anonymous]", ""}, {"NA", ""}, {"others", ""},
		{"Arbor, Ada et al.", "Ada Arbor"}, {"World Maize Office,", "World Maize Office"}, {"Town University,, Department of Maize", "Town University, Department of Maize"},
		{"García López, José", "José García López"}, {"King, Martin, Jr.", "Martin King Jr."}, {"Ada Arbor, Ben Birch, Cy Cedar", "Ada Arbor|Ben Birch|Cy Cedar"},
		{"张三;李四；", "张三|李四"},
		{"Lee, Bob 0001", "Bob Lee"}, {"Ash, A., Birch, B. C., Cole, D.", "A. Ash|B. C. Birch|D. Cole"}, {"Ash, A.,", "A. Ash"}, {"Ash, Ann, Birch, Bob", "Ash, Ann, Birch, Bob"}, {"A. Arbor, B. C. Birch", "A. Arbor|B. C. Birch"}, {"de la Cruz, A.", "A. de la Cruz"},
	} {
		if got := strings.Join(personNames(c.in), "|"); got != c.want {
			t.Errorf("personNames(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
