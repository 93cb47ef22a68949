package readable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a copyright notice. Longer ones are text that has the sign.
const (
	maxNotice      = 400 // bytes
	maxNoticeWords = 40
)

// TrimCopyright drops the copyright notices at the end of s, and those at its beginning, as publishers add them to
// abstracts: "© 2019, NAME. All rights reserved.", "Copyright 2019 NAME", "(C) 2019 NAME", "Published by NAME." A
// notice has no word of prose: every word of it is a name, a number or one of noticeWords. A sentence with the sign in
// it is no notice. s is readable text, see [Text]; what remains of a text that is nothing but notices is empty.
func TrimCopyright(s string) string {
	for mayHaveNotice(s) {
		t := trimNotices(s)
		if t == s {
			break
		}
		s = t
	}
	return s
}

func trimNotices(s string) string {
	from := max(0, len(s)-4*maxNotice)
	for i := from; i < len(s); i++ {
		if (i == 0 || s[i-1] == ' ') && beginsNotice(s[i:], endsSentence(s[:i])) && isNotice(s[i:]) {
			s = strings.TrimRight(s[:i], " ")
			break
		}
	}
	for beginsNotice(s, true) {
		n := noticeSentence(s)
		if n == 0 || !isNotice(s[:n]) {
			break
		}
		s = strings.TrimLeft(s[n:], " ")
	}
	return s
}

// mayHaveNotice reports whether s has a sign of a notice. It may be wrong only by reporting true.
func mayHaveNotice(s string) bool {
	for _, sign := range []string{"©", "opyright", "OPYRIGHT", "(c)", "(C)", "Published by", "ights reserved"} {
		if strings.Contains(s, sign) {
			return true
		}
	}
	return false
}

// endsSentence reports whether a sentence is over at the end of s, which is followed by other text.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, " )]”\"’'")
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?;:")
}

// beginsNotice reports whether s begins as a notice does. The sign © with a year after it does so within a sentence
// too: some sources leave out the full stop before it.
func beginsNotice(s string, afterSentence bool) bool {
	if rest, ok := strings.CutPrefix(s, "©"); ok {
		return beginsWithYear(rest) || afterSentence && (beginsWithHolder(rest) || endsWithYear(rest))
	}
	if !afterSentence {
		return false
	}
	for _, word := range []string{"Crown ", "(PsycINFO Database Record ", "(PsycInfo Database Record "} {
		s = strings.TrimPrefix(s, word)
	}
	rest, marked := s, false
	for _, word := range []string{"Copyright", "COPYRIGHT", "copyright", "©", "(c)", "(C)"} {
		if after, ok := strings.CutPrefix(rest, word); ok {
			rest, marked = strings.TrimLeft(after, " ,:"), true
		}
	}
	switch {
	case marked:
		return beginsWithYear(rest) || beginsWithHolder(rest)
	case strings.HasPrefix(s, "Published by "):
		r, _ := utf8.DecodeRuneInString(s[len("Published by "):])
		return unicode.IsUpper(r)
	}
	return strings.HasPrefix(s, "All rights reserved") || strings.HasPrefix(s, "All Rights Reserved")
}

// beginsWithYear reports whether s begins with a year from 1900 on, or with a span of years.
func beginsWithYear(s string) bool {
	s = strings.TrimLeft(s, " ")
	if len(s) < 4 || s[:2] != "19" && s[:2] != "20" || !isDigit(s[2]) || !isDigit(s[3]) {
		return false
	}
	return len(s) == 4 || !isDigit(s[4]) && !isLetter(s[4])
}

// endsWithYear reports whether the last word of s is a year.
func endsWithYear(s string) bool {
	s = strings.TrimRight(s, " .")
	return beginsWithYear(s[strings.LastIndexByte(s, ' ')+1:])
}

// beginsWithHolder reports whether s begins with who holds the rights, in words that stand for no holder in particular
// or with "by NAME".
func beginsWithHolder(s string) bool {
	s = strings.TrimLeft(s, " ")
	lower := strings.ToLower(s[:min(len(s), len("the author"))])
	if strings.HasPrefix(lower, "the author") || strings.HasPrefix(lower, "author") {
		return true
	}
	if rest, ok := strings.CutPrefix(s, "by "); ok {
		r, _ := utf8.DecodeRuneInString(rest)
		return unicode.IsUpper(r)
	}
	return false
}

// noticeWords are the words without capitals that stand in notices, in the languages they are met in.
var noticeWords = setOf("a al all alle an and are article articles author author(s) authors available be behalf by c cc content copyright da " +
	"de del dei della der des di distributed diritti derechos die do du e een el en et exclusive for from für have holder if in inc is i " +
	"its journal la le les license licence licensed licensee los ltd ltda material may must not of on open access or its part permission " +
	"permissions permitted publisher published reproduced reserved reservados réservés riservati rights droits rechte " +
	"society terms the this to todos tous tutti und under unported use used van via von vorbehalten wholly with without within y zu")

// isNotice reports whether s, which begins as a notice, is one to its end.
func isNotice(s string) bool {
	if len(s) > maxNotice {
		return false
	}
	words := strings.Fields(s)
	if len(words) > maxNoticeWords {
		return false
	}
	for _, w := range words {
		if strings.Contains(w, "://") || strings.HasPrefix(w, "www.") || strings.HasPrefix(w, "doi:") {
			continue
		}
		for _, sign := range []string{"©", "(c)", "(C)"} {
			w = strings.TrimPrefix(w, sign)
		}
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		r, _ := utf8.DecodeRuneInString(w)
		if w != "" && !unicode.IsUpper(r) && !unicode.IsDigit(r) && !noticeWords[strings.ToLower(w)] {
			return false
		}
	}
	return true
}

// noticeSentence returns the length of the first sentence of s, 0 if it has no end before the text's. A full stop after
// one letter, as in B.V. and J. Smith, ends none unless what follows it does not go on as a name.
func noticeSentence(s string) int {
	for i := 1; i < len(s)-1; i++ {
		if s[i] != '.' {
			continue
		}
		word := strings.TrimLeft(s[strings.LastIndexByte(s[:i], ' ')+1:i], "©(")
		next, _ := utf8.DecodeRuneInString(s[i+1:])
		switch {
		case len(word) < 2, next != ' ' && !unicode.IsUpper(next):
		case strings.IndexByte(word, '.') == len(word)-2 && isAbbreviated(s[i+1:]): // B.V.
		default:
			return i + 1
		}
	}
	return 0
}

// isAbbreviated reports whether the text after an abbreviation begins with a small letter or a comma, so that the
// sentence goes on.
func isAbbreviated(after string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " "))
	return unicode.IsLower(r) || r == ','
}
