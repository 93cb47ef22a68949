package read

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/htmlindex"
)

// TestEncodings reads a bibliography in the encodings that programs of many countries write, with and without a hint.
func TestEncodings(t *testing.T) {
	for _, c := range []struct{ encoding, title, author string }{
		{"gb18030", "大豆在干旱条件下的生长与产量", "王小明"},
		{"gb18030", "大豆在干旱条件下的生长与产量", "联通"}, // valid UTF-8 by chance
		{"big5", "大豆在乾旱條件下的生長與產量研究", "陳大文"},
		{"shift_jis", "乾燥地における大豆の生育と収量", "山田太郎"},
		{"euc-jp", "乾燥地における大豆の生育と収量", "山田太郎"},
		{"euc-kr", "가뭄 조건에서 콩의 생장과 수확량에 관한 연구", "김철수"},
		{"windows-1251", "Исследование роста и урожайности сои в условиях засухи", "Иванов Пётр"},
		{"koi8-r", "Исследование роста и урожайности сои в условиях засухи", "Иванов Пётр"},
		{"windows-1250", "Růst a výnos sóji v podmínkách sucha měřené na žlutých polích", "Jiří Dvořák"},
		{"iso-8859-2", "Wzrost i plon soi: źródła wody są ważne również w suszę", "Łukasz Wójcik"},
		{"windows-1252", "Größe und Ertrag der Sojabohne bei Dürre", "Jörg Möller"},
		{"windows-1252", "Étude de la sécheresse et du maïs", "Hélène Lefèvre"},
		{"windows-1253", "Μελέτη της απόδοσης της σόγιας σε συνθήκες ξηρασίας", "Γιώργος Παππάς"},
		{"windows-1254", "Kuraklık koşullarında soyanın büyümesi ve verimi", "Ayşe Yıldız"},
		{"windows-1256", "دراسة نمو فول الصويا في ظروف الجفاف", "أحمد حسن"},
		{"utf-16le", "Barley growth under clouds", "Ann Alder"},
		{"utf-16be", "Barley growth under clouds", "Ann Alder"},
	} {
		plain := fmt.Sprintf("@article{key,\n  title = {%s},\n  author = {%s},\n  abstract = {%s}\n}\n", c.title, c.author, strings.Repeat(c.title+". ", 3))
		enc, err := htmlindex.Get(c.encoding)
		if err != nil {
			t.Fatal(err)
		}
		text, err := enc.NewEncoder().String(plain)
		if err != nil {
			t.Fatal(err)
		}
		for _, hint := range []string{"", c.encoding} {
			s, err := NewSource("test", iotest.OneByteReader(strings.NewReader(text)), Options{Encoding: hint})
			if err != nil {
				t.Errorf("%s, hint %q: %v", c.encoding, hint, err)
				continue
			}
			for p, err := range s.Papers() {
				if err != nil || p.Title != c.title || len(p.Authors) != 1 || p.Authors[0] != c.author {
					t.Errorf("%s, hint %q: %v, %v; want %q by %q", c.encoding, hint, p, err, c.title, c.author)
				}
			}
			told := len(s.Notes()) == 1 && strings.Contains(s.Notes()[0].Text, "--encoding")
			if want := hint == "" && !strings.HasPrefix(c.encoding, "utf-"); told != want {
				t.Errorf("%s, hint %q: notes %v", c.encoding, hint, s.Notes())
			}
			s.Close()
		}
	}
	if _, err := NewSource("test", strings.NewReader("x"), Options{Encoding: "klingon"}); err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("an unknown encoding: %v", err)
	}
}

// TestMixedEncodings wants the lines of UTF-8 to stay, whatever others are, in a text longer than the buffer.
func TestMixedEncodings(t *testing.T) {
	var b strings.Builder
	var want []string
	for i := range 30_000 {
		title := fmt.Sprintf("Größe %d and what it is good for in a field", i)
		want = append(want, title)
		if i%10 == 9 { // the tenth line is in Windows-1252
			title = strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(title)
		}
		fmt.Fprintf(&b, `{"id":"x:%d","title":"%s"}`+"\n", i, title)
	}
	s, err := NewSource("test", strings.NewReader(b.String()), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := 0
	for p, err := range s.Papers() {
		if err != nil || p.Title != want[n] {
			t.Fatalf("paper %d: %v, %v; want %q", n, p, err, want[n])
		}
		n++
	}
	if n != len(want) {
		t.Errorf("%d papers, want %d", n, len(want))
	}
}
