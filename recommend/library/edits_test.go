package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
)

// editsPerChild is how many edits each process makes.
const editsPerChild = 8

func editChild(ctx context.Context, l *Library) error {
	if err := l.Load(ctx); err != nil {
		return err
	}
	for i := range editsPerChild {
		id := l.Current().SortedTopics(topic.Main, "size", "")[i%3].ID
		e, err := l.Edit(ctx, curate.Edit{Kind: curate.Rename, Topic: id, Label: fmt.Sprintf("name %d of process %d", i, os.Getpid())})
		if err != nil {
			return err
		}
		fmt.Println("done", e.ID)
	}
	return nil
}

// TestEditsOfManyProcesses edits one data folder from six processes at once, one of which is killed, and wants every
// acknowledged edit kept under a number of its own, and a library that is open to show them.
func TestEditsOfManyProcesses(t *testing.T) {
	l := fitted(t, 120, 6)
	var all []*child
	for range 6 {
		all = append(all, startChild(t, "edit", l.Folder()))
	}
	acknowledged := map[string]bool{}
	note := func(id string) {
		if acknowledged[id] {
			t.Errorf("number %s was given twice", id)
		}
		acknowledged[id] = true
	}
	note(all[0].line())
	if err := all[0].cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for id := c.line(); id != ""; id = c.line() {
			note(id)
		}
		if err := c.cmd.Wait(); err != nil && c != all[0] {
			t.Errorf("a process failed: %v", err)
		}
	}
	if len(acknowledged) < 5*editsPerChild+1 {
		t.Errorf("%d edits were acknowledged", len(acknowledged))
	}
	edits, err := l.Edits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		delete(acknowledged, e.ID) // the killed process may have made one that it could not acknowledge
	}
	if len(acknowledged) > 0 {
		t.Errorf("acknowledged edits are lost: %v", acknowledged)
	}
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := edits[len(edits)-1]
	if got := l.Current().Label(last.Topic); got != last.Label {
		t.Errorf("topic %d is called %q here, and %q was decided elsewhere", last.Topic, got, last.Label)
	}
}

// TestEditErrors makes edits that cannot be made, and wants nothing kept.
func TestEditErrors(t *testing.T) {
	l := fitted(t, 80, 4)
	first := l.Current().Topics[0]
	for _, e := range []curate.Edit{
		{Kind: curate.Rename, Topic: 999, Label: "x"},
		{Kind: curate.Rename, Topic: first.ID, Label: " "},
		{Kind: curate.Rename, Topic: first.ID, Label: l.Current().Topics[1].Label},
		{Kind: curate.Merge, Topic: first.ID, Into: first.ID},
		{Kind: curate.Split, Topic: first.ID, Parts: 99},
		{Kind: "scatter", Topic: first.ID},
	} {
		_, err := l.Edit(t.Context(), e)
		var wrong *EditError
		if !errors.As(err, &wrong) || !errors.Is(err, data.ErrInvalid) || len(wrong.Faults) == 0 {
			t.Errorf("%+v: %v", e, err)
		}
	}
	if edits, err := l.Edits(t.Context()); err != nil || len(edits) != 0 {
		t.Errorf("%v, %v", edits, err)
	}
}

// TestEditsHoldToTheirTopics loses the model in every way there is. The fit after it numbers topics anew, and the name
// must stay with the papers that it was given to, or wait.
func TestEditsHoldToTheirTopics(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, l *Library, model string){
		"damaged": func(t *testing.T, _ *Library, model string) {
			damage(t, model)
		},
		"missing": func(t *testing.T, _ *Library, model string) {
			if err := os.Remove(model); err != nil {
				t.Fatal(err)
			}
		},
		"unnamed": func(t *testing.T, l *Library, _ string) {
			if err := os.Remove(l.Folder().Path(currentFile)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := fitted(t, 200, 8)
			s := l.Current()
			target := s.SortedTopics(topic.Main, "size", "")[5]
			papers := s.witnesses(target)
			if _, err := l.Edit(t.Context(), curate.Edit{Kind: curate.Rename, Topic: target.ID, Label: "my own name"}); err != nil {
				t.Fatal(err)
			}
			path, err := l.Folder().Current()
			if err != nil {
				t.Fatal(err)
			}
			lose(t, l, path)
			later := opened(t, l.Folder())
			fit(t, later, classifier.Options{Topics: 8, Seed: 7, NoMap: true})
			now := later.Current()
			named := slices.IndexFunc(now.Topics, func(tp topic.Topic) bool { return tp.Label == "my own name" })
			if named < 0 {
				if len(now.Inapplicable) != 1 {
					t.Fatal("the name is on no topic, and nothing says why")
				}
				return
			}
			kept := 0
			for _, id := range papers {
				if row, ok := now.Catalog.Find(id); ok && now.Catalog.Assignment(row).Topic == now.Topics[named].ID {
					kept++
				}
			}
			if 2*kept < len(papers) {
				t.Errorf("%d of %d papers of the topic are in the one that has its name now", kept, len(papers))
			}
		})
	}
}

// damage flips a byte in the middle of a file.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 0xff
	// A new file, since the old one may be mapped.
	if err := errors.Join(os.Remove(path), os.WriteFile(path, b, 0o644)); err != nil {
		t.Fatal(err)
	}
}

// TestEditsAfterMerge merges all other topics into the smallest, most of whose papers are then theirs, and renames it: the
// name shows, also in a library that is opened later.
func TestEditsAfterMerge(t *testing.T) {
	l := fitted(t, 160, 6)
	topics := l.Current().SortedTopics(topic.Main, "size", "")
	into := topics[len(topics)-1].ID
	var edits []curate.Edit
	for _, other := range topics[:len(topics)-1] {
		edits = append(edits, curate.Edit{Kind: curate.Merge, Topic: other.ID, Into: into})
	}
	for _, e := range append(edits, curate.Edit{Kind: curate.Rename, Topic: into, Label: "all shelves"}) {
		if _, err := l.Edit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for name, s := range map[string]*Snapshot{"at once": l.Current(), "later": loaded(t, another(t, l))} {
		if got, ok := s.Topic(into); !ok || got.Label != "all shelves" {
			t.Errorf("%s: topic %d is called %q (%v); %v", name, into, got.Label, ok, s.Inapplicable)
		}
	}
}

func loaded(t *testing.T, l *Library) *Snapshot {
	t.Helper()
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l.Current()
}
