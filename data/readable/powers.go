package readable

import (
	"regexp"
	"strings"
)

var power = regexp.MustCompile(`[\pL\d)\]}]\^\d+(\.\d+)?`)

// superscripts are the digits as exponents.
var superscripts = strings.NewReplacer(
	"0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹",
)

// Powers writes powers as print does: sources that drop the dollar signs of V$^2$ leave V^2.
func Powers(text string) string {
	if !strings.Contains(text, "^") {
		return text
	}
	return power.ReplaceAllStringFunc(text, func(s string) string {
		base, exponent, _ := strings.Cut(s, "^")
		if len(exponent) > 2 { // not what people write as a power
			return s
		}
		return base + superscripts.Replace(exponent)
	})
}
