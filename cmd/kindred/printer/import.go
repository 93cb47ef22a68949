package printer

import "kindred/recommend/library"

// Imported prints what the import of a file did; the notes on it are those of [Printer.ImportNotes].
func (p *Printer) Imported(f *library.ImportedFile) error {
	p.printf("%s (%s)\n%-12s %v\n", f.Name, f.Format, "", f.ImportCounts)
	return p.err
}

// ImportNotes prints what its user should know of the import of a file.
func (p *Printer) ImportNotes(f *library.ImportedFile) error {
	for _, n := range f.Notes {
		p.printf("%s: %s (%d)\n", f.Name, n.Text, n.Count)
	}
	if f.Rejected > 0 {
		p.printf("%d records of %s could not be used; the reasons are in %s\n", f.Rejected, f.Name, f.Rejects)
	}
	if f.Empty {
		p.printf("%s holds no records: nothing to import\n", f.Name)
	}
	return p.err
}

// named is how many papers a note names; --json has more.
const named = 5

// Unexpected prints which papers an import changed or named in a way that its user may not expect.
func (p *Printer) Unexpected(r *library.ImportResult) error {
	if n := len(r.Retitled); n > 0 {
		p.printf("Papers that now have quite another title (%d):\n", n)
		for _, paper := range r.Retitled[:min(n, named)] {
			p.printf("  %s: %q is now %q\n", paper.ID, paper.Old, paper.New)
		}
	}
	if n := len(r.Apart); n > 0 {
		p.printf("Kept apart from a paper that shares nothing but an id with them (%d):\n", n)
		for _, paper := range r.Apart[:min(n, named)] {
			p.printf("  %s is %q; %q is kept as %s\n", paper.ID, paper.Other, paper.Title, paper.Stored)
		}
	}
	return p.err
}
