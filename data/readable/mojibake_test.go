package readable_test

import (
	"testing"

	"kindred/data/readable"
)

func TestMojibake(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Die HÃ¶he der BÃ¤ume", "Die Höhe der Bäume"},
		{"Hereâ€™s a list of treesâ€”tall and youngâ€”at 30 Â°C.", "Here’s a list of trees—tall and young—at 30 °C."},
		{"ÃƒÂ¼ber GrÃƒÂ¶ÃƒÂŸe", "über Größe"},                                  // twice over
		{"A proper — dash, and itâ€™s read", "A proper — dash, and it’s read"}, // in part
		{"Ð¡Ð²Ð¾Ð¹Ñ\u0081Ñ‚Ð²Ð° Ð¿Ð¾Ñ‡Ð²", "Свойства почв"},
		{"РЎРІРѕР№СЃС‚РІР° РїРѕС‡РІ", "Свойства почв"},
		{"å¤§è±†çš„ç”Ÿé•¿", "大豆的生长"},
		{"the (cid:173) sign and sepa(cid:173) rate words (cid:3)", "the sign and separate words"},
		{"20Â Â°C and Ã  la carte, dÃ©jÃ  vu", "20 °C and à la carte, déjà vu"}, // no-break spaces became plain ones
		// What is right stays.
		{"IÂ and Ã alone", "IÂ and Ã alone"},
		{"São Paulo, Île-de-France, NÃO, «CAFÉ», Ångström, Çelik", "São Paulo, Île-de-France, NÃO, «CAFÉ», Ångström, Çelik"},
		{"Русский текст: Россия и С++", "Русский текст: Россия и С++"},
		{"Größe und Maß – für 20 °C", "Größe und Maß – für 20 °C"},
		{"大豆的生长", "大豆的生长"},
		{"naïve café", "naïve café"},
	} {
		got := readable.Text(c.in)
		if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
		if again := readable.Text(got); again != got {
			t.Errorf("%q becomes %q when it is read again", got, again)
		}
	}
}
