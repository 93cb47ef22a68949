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
		{"15-Mar-19", 0, "2019-03-15"}, {"15-Mar-2019", 0, "2019-03-15"}, {"Mar-19", 0, "2019-03"}, {"Mar '98", 0, "1998-03"}, {"Mar-2019", 0, "2019-03"},
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
		{"Arbor, Ada; Birch, Ben;", "Arbor, Ada|Birch, Ben"}, {"Arbor A, Birch B, Cedar DE.", "Arbor A|Birch B|Cedar DE"}, {"Arbor A.", "Arbor A"}, {"Cedar DE.", "Cedar DE"},
		{"Arbor A., Birch B.", "Arbor A.|Birch B."}, {"Arbor, A., Birch, B.", "A. Arbor|B. Birch"}, {"van der Aspen, A., Birch, B.-C.", "A. van der Aspen|B.-C. Birch"},
		{"Arbor, A., Birch, B., & Cedar, D. E.", "A. Arbor|B. Birch|D. E. Cedar"}, {"Ada Arbor|Ben Birch", "Ada Arbor|Ben Birch"}, {"Ada Arbor||Ben Birch", "Ada Arbor|Ben Birch"},
		{"['Ada Arbor', 'Ben Birch']", "Ada Arbor|Ben Birch"}, {`["Ada O'Alder", 'Ben "Bo" Birch']`, `Ada O'Alder|Ben "Bo" Birch`}, {`['Ada O\'Alder']`, "Ada O'Alder"},
		{"['Arbor, Ada', 'Birch, Ben']", "Arbor, Ada|Birch, Ben"}, {`[{"name": "Ada Arbor", "id": "1"}, {"name": "Ben Birch"}]`, "Ada Arbor|Ben Birch"}, {"[]", ""},
		{`c("Ada Arbor", "Ben Birch")`, "Ada Arbor|Ben Birch"}, {"[Ada Arbor, Ben Birch]", "Ada Arbor|Ben Birch"},
		{"Arbor, A., Birch, B., et al.", "A. Arbor|B. Birch"}, {"Ada Arbor et al", "Ada Arbor"}, {"Arbor A; Birch B; et al.", "Arbor A|Birch B"}, {"A Arbor, B Birch...", "A Arbor|B Birch"},
		{"Ada Arbor and others", "Ada Arbor"}, {"Ada Arbor 0001; Ben Birch 0002", "Ada Arbor|Ben Birch"}, {"Arbor, Ada (57190000001); Birch, Ben (57190000002)", "Arbor, Ada|Birch, Ben"},
		{"Arbor, Ada [0000-0001-2345-678X]", "Ada Arbor"}, {"Ada Arbor\nBen Birch\n", "Ada Arbor|Ben Birch"}, {"Ada Arbor und Ben Birch", "Ada Arbor|Ben Birch"},
		{"王伟, 李娜", "王伟|李娜"}, {"王伟；李娜", "王伟|李娜"}, {"张三、李四", "张三|李四"}, {"Arbor A and Birch B", "Arbor A|Birch B"}, {"Plato", "Plato"},
		{"et al.", ""}, {"...", ""},
	} {
		if got := strings.Join(splitNames(c.in), "|"); got != c.want {
			t.Errorf("splitNames(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSplitList(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"maize; yield;", "maize|yield"}, {"maize, yield", "maize|yield"}, {"['maize', 'farmers\\' yield']", "maize|farmers' yield"}, {`["maize, sweet", "yield"]`, "maize, sweet|yield"},
		{"maize | yield, dry", "maize|yield, dry"}, {"", ""},
	} {
		if got := splitList(c.in); !slices.Equal(got, trimAll(strings.Split(c.want, "|"))) {
			t.Errorf("splitList(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
