package data

import "testing"

func TestGivenFirst(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "Jane Doe": "Jane Doe", " Doe,  Jane": "Jane Doe", "Doe,": "Doe", "van der Berg, Anna": "Anna van der Berg",
		"King, Jr., Martin": "Martin King Jr.", "King, Martin, Jr.": "Martin King Jr.", "King, Martin Jr": "Martin King Jr",
		"King Jr., Martin": "Martin King Jr.", "Martin King, Jr.": "Martin King Jr.", "Cargo, III, G. S.": "G. S. Cargo III",
		"von Hicks, III, Michael": "Michael von Hicks III", "Ivanov, II": "II Ivanov", "Petrov, Ivan II": "Ivan Petrov II",
		"Institute of Fields, Department of Barley, Town": "Institute of Fields, Department of Barley, Town", "a, b, c, d": "a, b, c, d", "王, 小明": "王小明",
	} {
		if got := GivenFirst(name); got != want {
			t.Errorf("GivenFirst(%q) = %q, want %q", name, got, want)
		}
	}
}
