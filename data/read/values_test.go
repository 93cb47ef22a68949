package read

import (
	"slices"
	"strings"
	"testing"
)

func TestWrittenDate(t *testing.T) {
	for _, c := range []struct {
		in   string
		year int
		want string
	}{
		{"", 0, ""}, {"", 2019, "2019"}, {"soon", 0, ""}, {"in press", 2020, "2020"},
		{"2019", 0, "2019"}, {"2019.0", 0, "2019"}, {"2019a", 0, "2019"}, {"c2019", 0, "2019"}, {"(2019)", 0, "2019"}, {"12019", 0, ""}, {"43539", 0, ""},
		{"2019/3", 0, "2019-03"}, {"2019-3-5", 0, "2019-03-05"}, {"2019.03.15", 0, "2019-03-15"}, {"2019-03-15 12:30", 0, "2019-03-15"},
		{"2019-05-01/2019-05-03", 0, "2019-05-01"}, {"2019-05/06", 0, "2019-05"}, {"2019-13-45", 0, "2019"}, {"2019-03-00", 0, "2019-03"},
		{"2019-00-00", 0, "2019"}, {"2018-2019", 0, "2018"}, {"2018/19", 0, "2018"}, {"20190315", 0, "2019-03-15"}, {"201903", 0, "2019-03"},
		{"20193315", 0, ""}, {"2019年3月15日", 0, "2019-03-15"}, {"2019年3月", 0, "2019-03"},
		{"3/25/2019", 0, "2019-03-25"}, {"25/03/2019", 0, "2019-03-25"}, {"25-03-2019", 0, "2019-03-25"}, {"03/04/2019", 0, "2019"}, {"04/04/2019", 0, "2019-04-04"},
		{"03.04.2019", 0, "2019-04-03"}, {"15. 3. 2019", 0, "2019-03-15"}, {"3/25/2019 12:00:00 AM", 0, "2019-03-25"}, {"3/2019", 0, "2019-03"}, {"03-2019", 0, "2019-03"},
		{"3/25/19", 0, "2019-03-25"}, {"25.03.98", 0, "1998-03-25"}, {"03/04/19", 0, "2019"}, {"31/02/2019", 0, "2019-02"}, {"45/46/2019", 0, "2019"},
		{"15-Mar-19", 0, "2019-03-15"}, {"15-Mar-2019", 0, "2019-03-15"}, {"Mar-19", 0, "2019-03"}, {"Mar '98", 0, "1998-03"}, {"Mar-45", 0, "1945-03"}, {"Q1 2019", 0, "2019"}, {"15/Mar/2019", 0, "2019-03-15"}, {"2019-W12", 0, "2019"}, {"0000-00-00", 0, ""}, {"20-03-15", 0, ""}, {"Mar-2019", 0, "2019-03"},
		{"15 Mar 19", 0, "2019-03-15"}, {"Mar 19", 0, ""}, {"MAR 19", 2021, "2021-03-19"}, {"MAR-APR", 2021, "2021-03"}, {"19-Mar", 2021, "2021-03-19"},
		{"SPR", 2021, "2021"}, {"2019 Mar-Apr", 0, "2019-03"}, {"Mar/Apr 2019", 0, "2019-03"}, {"2019 Mar 15", 0, "2019-03-15"}, {"2019 Mar;15(2):1-9", 0, "2019-03"},
		{"15-17 March 2019", 0, "2019-03-15"}, {"March 15-17, 2019", 0, "2019-03-15"}, {"30 April-2 May 2019", 0, "2019-04-30"}, {"December 2018-January 2019", 0, "2018-12"},
		{"2019 Dec 31-2020 Jan 2", 0, "2019-12-31"}, {"March 3rd, 2019", 0, "2019-03-03"}, {"3rd of March 2019", 0, "2019-03-03"}, {"Winter 2019", 0, "2019"}, {"2019 Summer", 0, "2019"},
		{"15. März 2019", 0, "2019-03-15"}, {"1er août 2019", 0, "2019-08-01"}, {"15 de marzo de 2019", 0, "2019-03-15"}, {"Dezember 2019", 0, "2019-12"}, {"Févr. 2019", 0, "2019-02"},
		{"Friday, March 15, 2019 10:20", 0, "2019-03-15"}, {"31 Feb 2019", 0, "2019-02"}, {"Published online: 15 March 2019", 0, "2019-03-15"},
	} {
		if got := writtenDate(c.in, c.year).String(); got != c.want {
			t.Errorf("writtenDate(%q, %d) = %q, want %q", c.in, c.year, got, c.want)
		}
	}
}

func TestSplitNamesOfTables(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Alder, Ida; Beech, Bob;", "Alder, Ida|Beech, Bob"}, {"Alder A, Beech B, Cedar DE.", "Alder A|Beech B|Cedar DE"}, {"Alder A.", "Alder A."}, {"Cedar DE.", "Cedar DE"},
		{"Alder A., Beech B.", "Alder A.|Beech B."}, {"Alder, A., Beech, B.", "A. Alder|B. Beech"}, {"van der Aspen, A., Beech, B.-C.", "A. van der Aspen|B.-C. Beech"},
		{"Alder, A., Beech, B., & Cedar, D. E.", "A. Alder|B. Beech|D. E. Cedar"}, {"Ida Alder|Bob Beech", "Ida Alder|Bob Beech"}, {"Ida Alder||Bob Beech", "Ida Alder|Bob Beech"},
		{"['Ida Alder', 'Bob Beech']", "Ida Alder|Bob Beech"}, {`["Ida O'Alder", 'Bob "Bo" Beech']`, `Ida O'Alder|Bob "Bo" Beech`}, {`['Ida O\'Alder']`, "Ida O'Alder"},
		{"['Alder, Ida', 'Beech, Bob']", "Alder, Ida|Beech, Bob"}, {`[{"name": "Ida Alder", "id": "1"}, {"name": "Bob Beech"}]`, "Ida Alder|Bob Beech"}, {"[]", ""},
		{`c("Ida Alder", "Bob Beech")`, "Ida Alder|Bob Beech"}, {"[Ida Alder, Bob Beech]", "Ida Alder|Bob Beech"},
		{"Alder, A., Beech, B., et al.", "A. Alder|B. Beech"}, {"Ida Alder et al", "Ida Alder"}, {"Alder A; Beech B; et al.", "Alder A|Beech B"}, {"A Alder, B Beech...", "A Alder|B Beech"},
		{"Ida Alder and others", "Ida Alder"}, {"Ida Alder 0001; Bob Beech 0002", "Ida Alder|Bob Beech"}, {"Alder, Ida (57190000001); Beech, Bob (57190000002)", "Alder, Ida|Beech, Bob"},
		{"Alder, Ida [0000-0001-2345-678X]", "Ida Alder"}, {"Ida Alder\nBob Beech\n", "Ida Alder|Bob Beech"}, {"Ida Alder und Bob Beech", "Ida Alder|Bob Beech"},
		{"王伟, 李娜", "王伟|李娜"}, {"王伟；李娜", "王伟|李娜"}, {"张三、李四", "张三|李四"}, {"Alder A and Beech B", "Alder A|Beech B"}, {"Plato", "Plato"}, {"Ida Alder*; Bob Beech†¹", "Ida Alder|Bob Beech"},
		{"et al.", ""}, {"...", ""},
	} {
		if got := strings.Join(splitNames(c.in), "|"); got != c.want {
			t.Errorf("splitNames(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSplitList(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"barley; yield;", "barley|yield"}, {"barley, yield", "barley|yield"}, {"['barley', 'farmers\\' yield']", "barley|farmers' yield"}, {`["barley, sweet", "yield"]`, "barley, sweet|yield"},
		{"barley | yield, dry", "barley|yield, dry"}, {"", ""},
	} {
		if got := splitList(c.in); !slices.Equal(got, trimAll(strings.Split(c.want, "|"))) {
			t.Errorf("splitList(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
