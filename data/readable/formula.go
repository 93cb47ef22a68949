package readable

import "strings"

// Span is a part of a readable text: words, or a formula.
type Span struct {
	Text    string // readable
	TeX     string // the formula as its author wrote it, without its dollar signs; empty for words
	Display bool   // the author set the formula on a line of its own
}

// formulaMark replaces a formula while the words around it are made readable. It is a private-use character,
// which Text treats as part of a word, as most formulas are.
const formulaMark = "\ue000"

// Formulas splits text, a readable title or abstract, at its formulas; original is the same text before its
// markup was undone. The texts of the spans, joined, are text, byte for byte. Text is a single span of words
// if original has no formulas or does not read as text.
func Formulas(text, original string) []Span {
	words := []Span{{Text: text}}
	if !strings.Contains(original, "$") || len(original) > maxMarkup {
		return words
	}
	marked, formulas := markFormulas(strings.ReplaceAll(undoHTML(original), formulaMark, ""))
	between := strings.Split(Text(marked), formulaMark)
	if len(formulas) == 0 || len(between) != len(formulas)+1 {
		return words
	}
	if !strings.HasPrefix(text, between[0]) {
		between[0] = strings.TrimSpace(TrimAbstractHeading(between[0]))
	}
	if last := &between[len(formulas)]; !strings.HasSuffix(text, *last) {
		*last = TrimCopyright(*last)
	}
	var out []Span
	rest := text
	take := func(s Span) bool {
		after, ok := strings.CutPrefix(rest, s.Text)
		if s.Text != "" {
			out = append(out, s)
		}
		rest = after
		return ok
	}
	for i, s := range formulas {
		if !take(Span{Text: between[i]}) || !take(s) {
			return words
		}
	}
	if !take(Span{Text: between[len(formulas)]}) || rest != "" {
		return words
	}
	return out
}

// markFormulas returns s with every formula replaced by formulaMark, and the formulas.
func markFormulas(s string) (string, []Span) {
	var b strings.Builder
	var formulas []Span
	for i := 0; i < len(s); {
		switch s[i] {
		case '\\':
			n := min(2, len(s)-i)
			b.WriteString(s[i : i+n])
			i += n
			continue
		case '$':
			if tex, size, display := formula(s[i:]); size > 0 {
				// Text undoes braces around a whole text. Marks on both sides keep it from doing so here.
				text := strings.TrimSpace(strings.Trim(Text(formulaMark+s[i:i+size]+formulaMark), formulaMark))
				formulas = append(formulas, Span{Text: text, TeX: strings.TrimSpace(tex), Display: display})
				b.WriteString(formulaMark)
				i += size
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String(), formulas
}

// formula reads the mathematics after the dollar sign at the beginning of s. It returns its length in bytes
// with the dollar signs, and whether these are doubled. A size of 0 means that there is none: the sign
// belongs to an amount of money, or is never closed.
func formula(s string) (tex string, size int, display bool) {
	rest := s[1:]
	if strings.HasPrefix(rest, "$") {
		if end := strings.Index(rest[1:], "$$"); end >= 0 {
			return rest[1 : end+1], end + 4, true
		}
	}
	end := strings.IndexByte(rest, '$')
	for end > 0 && rest[end-1] == '\\' { // an escaped dollar within
		n := strings.IndexByte(rest[end+1:], '$')
		if n < 0 {
			return "", 0, false
		}
		end += 1 + n
	}
	if end <= 0 || !looksMath(rest[:end]) || end+1 < len(rest) && isDigit(rest[end+1]) && !strings.Contains(rest[:end], `\`) {
		return "", 0, false
	}
	return rest[:end], end + 2, false
}
