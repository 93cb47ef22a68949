package library_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/library"
)

// TestDatesTooFarAhead holds that a paper dated later than next year is listed and counted as one without a date is: it
// makes no period, no trend and no news.
func TestDatesTooFarAhead(t *testing.T) {
	year := time.Now().UTC().Year()
	topics := []topic.Topic{{ID: 1, Label: "drums", Level: topic.Main}, {ID: 2, Label: "bees", Level: topic.Main}}
	row := func(id string, in, published int) library.Row {
		return library.Row{
			Column: store.Column{ID: id, Published: data.Date{Year: published}}, Topic: curate.Assignment{Topic: in, Confidence: 0.9},
		}
	}
	var rows []library.Row
	for i := range 60 {
		rows = append(rows, row(fmt.Sprintf("d%02d", i), 1, year-i%6), row(fmt.Sprintf("b%02d", i), 2, year-3-i%3))
	}
	rows = append(rows, row("press", 1, year+1))
	odd := func(published int) *library.Snapshot {
		all := append(slices.Clone(rows), row("odd", 1, published))
		return &library.Snapshot{Topics: topics, Catalog: library.NewCatalog(all, topics)}
	}
	want := odd(0)
	for _, published := range []int{year + 2, year + 5, 2099, 9999} {
		got := odd(published)
		if a, b := got.Trends("year", topic.Main), want.Trends("year", topic.Main); !reflect.DeepEqual(a, b) {
			t.Errorf("with a paper of %d the trends are %+v, without a date %+v", published, a, b)
		}
		if a, b := got.Trends("", topic.Main).Period, want.Trends("", topic.Main).Period; a != b {
			t.Errorf("with a paper of %d trends are told by %s, else by %s", published, a, b)
		}
		if a, b := got.Catalog.Trend(1), want.Catalog.Trend(1); !reflect.DeepEqual(a, b) {
			t.Errorf("with a paper of %d the curve is %+v, else %+v", published, a, b)
		}
		for name, list := range map[string][]int32{"all": got.Catalog.Recent(), "topic": got.Catalog.Members(1)} {
			if first, last := got.Catalog.Row(int(list[0])).ID, got.Catalog.Row(int(list[len(list)-1])).ID; first != "press" || last != "odd" {
				t.Errorf("%s, with a paper of %d: the newest is %s, the last %s", name, published, first, last)
			}
		}
		if d := got.Catalog.Row(len(rows)).Published; d.Year != published {
			t.Errorf("the date %d is kept as %v", published, d)
		}
	}
}
