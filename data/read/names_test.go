package read

import (
	"strings"
	"testing"
)

func TestPersonNames(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"Alder, Ida", "Ida Alder"}, {"Ida Alder", "Ida Alder"}, {"Alder A", "Alder A"}, {"Alder,A.", "A. Alder"},
		{"Alder, A.; Beech, B.", "A. Alder|B. Beech"}, {"Alder, Ida and Beech, Bob", "Ida Alder|Bob Beech"}, {"Food and Fields Office", "Food and Fields Office"},
		{"Alder A, Beech BC, et al.", "Alder A|Beech BC"}, {"Ida Alder 0001", "Ida Alder"}, {"[Anonymous]", ""}, {"NA", ""}, {"others", ""},
		{"Alder, Ida et al.", "Ida Alder"}, {"World Barley Office,", "World Barley Office"}, {"Town University,, Department of Barley", "Town University, Department of Barley"},
		{"García López, José", "José García López"}, {"King, Martin, Jr.", "Martin King Jr."}, {"Ida Alder, Bob Beech, Cy Cedar", "Ida Alder|Bob Beech|Cy Cedar"},
		{"张三;李四；", "张三|李四"},
		{"Lee, Bob 0001", "Bob Lee"}, {"M&uuml;ller, J&ouml;rg", "Jörg Müller"}, {"Ash, A. & Beech, B.", "A. Ash|B. Beech"}, {"Ash & Beech Ltd", "Ash & Beech Ltd"}, {"Ash, A., Beech, B. C., Cole, D.", "A. Ash|B. C. Beech|D. Cole"}, {"Ash, A.,", "A. Ash"}, {"Ash, Ann, Beech, Bob", "Ash, Ann, Beech, Bob"}, {"A. Alder, B. C. Beech", "A. Alder|B. C. Beech"}, {"de la Cruz, A.", "A. de la Cruz"},
	} {
		if got := strings.Join(personNames(c.in), "|"); got != c.want {
			t.Errorf("personNames(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
