package mail

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// textWidth is the length in characters at which lines of text are broken. A longer word, such as an address, stays
// whole.
const textWidth = 72

// textBody writes the text of a letter as format=flowed (RFC 3676): a line that ends with a space goes on in the next
// one, so that a mail program can break lines for its own width.
type textBody struct{ strings.Builder }

// paragraph writes words as lines that flow, behind a first part that is not broken.
func (b *textBody) paragraph(words string) {
	if words == "" {
		return
	}
	width := 0
	for i, w := range strings.Fields(words) {
		n := utf8.RuneCountInString(w)
		switch {
		case i == 0:
			b.stuff(w)
		case width+1+n > textWidth:
			b.WriteString(" \n")
			width = 0
			b.stuff(w)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(w)
		width += n
	}
	b.WriteByte('\n')
}

// stuff puts a space before a line that would be taken for a quotation or the begin of another mail. Mail programs take
// it off.
func (b *textBody) stuff(first string) {
	if strings.HasPrefix(first, ">") || first == "From" {
		b.WriteByte(' ')
	}
}

func (b *textBody) blank() { b.WriteByte('\n') }

// link writes an address on a line of its own behind its words, so that no mail program breaks it.
func (b *textBody) link(text, url string) {
	b.WriteString(strings.Join(strings.Fields(text), " "))
	b.WriteString(": ")
	b.WriteString(url)
	b.WriteByte('\n')
}

// issueText returns the text of an issue. It says what the HTML says, in the same order.
func issueText(v *issueView) string {
	b := &textBody{}
	b.paragraph(v.Site)
	b.paragraph(v.Heading)
	b.paragraph(v.Lead)
	if v.Quiet != "" {
		b.blank()
		b.paragraph(v.Quiet)
	}
	for _, g := range v.Groups {
		if g.Label != "" {
			b.blank()
			b.paragraph("== " + g.Label + " ==")
		}
		for i := range g.Papers {
			b.blank()
			b.paper(&g.Papers[i])
		}
	}
	if v.Left != "" {
		b.blank()
		b.paragraph(v.Left)
	}
	b.foot(v.Foot)
	return b.String()
}

func (b *textBody) paper(p *paperView) {
	b.paragraph(strconv.Itoa(p.Number) + ". " + p.Title)
	if p.Favourite != "" {
		b.paragraph("★ " + p.Favourite)
	}
	b.paragraph(p.Byline)
	b.paragraph(p.Summary)
	if p.Shared != "" {
		b.paragraph("Shared words: " + p.Shared)
	}
	if p.Near != "" {
		b.paragraph("Near to your " + p.Near)
	}
	if len(p.Links) == 0 && p.URL != "" {
		b.link("Read it", p.URL)
	}
	for _, l := range p.Links {
		b.link(l.Text, l.URL)
	}
}

func (b *textBody) foot(lines []footLine) {
	b.blank()
	b.paragraph("---")
	for _, l := range lines {
		if l.URL == "" {
			b.paragraph(l.Text)
		} else {
			b.link(l.Text, l.URL)
		}
	}
}
