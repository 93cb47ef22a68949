package library

import "testing"

func TestDensest(t *testing.T) {
	// Five papers together and eight strays around the other side: the label goes to the five, not to the middle of
	// all.
	x := []int32{5000, 5010, 4990, 5000, 5000, -9000, -6000, -3000, -9000, -6000, -10000, -3000, 10000}
	y := []int32{5000, 5000, 5000, 5020, 4980, -9000, -6000, -9000, -3000, -1000, 10000, 3000, -10000}
	rows := make([]int, len(x))
	for i := range rows {
		rows[i] = i
	}
	if gx, gy := densest(x, y, rows); gx != 5000 || gy != 5000 {
		t.Errorf("label at %d, %d, want 5000, 5000", gx, gy)
	}
	if gx, gy := densest(x, y, []int{12}); gx != 10000 || gy != -10000 {
		t.Errorf("label of one paper at %d, %d, want where it is", gx, gy)
	}
}
