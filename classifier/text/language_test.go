package text

import (
	"slices"
	"strings"
	"testing"
)

// abstracts are a title and a sentence of each language, invented.
var abstracts = map[languages]string{
	french:     "Étiquetage des mots dans les corpus oraux\nNous décrivons une méthode pour l’étiquetage et son évaluation sur des blogs.",
	german:     "Zur Ermüdung der Brücken\nDie Ermüdung von Brücken wird mit einem Modell beschrieben, das auch für kurze Spannweiten gilt.",
	italian:    "Analisi dell'opinione nei giornali\nSi propone un metodo per l'analisi delle opinioni che sono presenti nei giornali.",
	spanish:    "La erosión de los suelos\nSe estudia la erosión del suelo en las laderas y su relación con el uso de la tierra.",
	portuguese: "A erosão dos solos\nEste trabalho estuda a erosão do solo nas encostas e as suas relações com o uso da terra.",
	catalan:    "L'erosió dels sòls\nAquest treball estudia l'erosió del sòl en els vessants amb un model que és també senzill.",
	dutch:      "De erosie van hellingen\nWij onderzoeken de erosie van de bodem op hellingen met een model dat ook voor zand geldt.",
	swedish:    "Erosion av sluttningar\nVi undersöker hur erosionen av sluttningar är beroende av regn och vilka jordar som är utsatta.",
	0:          "Erosion of hills\nWe study the erosion of hills with a model that is simple and holds for sand.",
}

func TestTextLanguage(t *testing.T) {
	for want, s := range abstracts {
		if got := textLanguage(s); got != want {
			t.Errorf("%q is taken for %b, want %b", s, got, want)
		}
	}
	// Names and terms that English took from elsewhere make no foreign text.
	for _, s := range []string{
		"Die casting", "De novo design of proteins", "Los Angeles smog", "The van der Waals equation", "Las Vegas", "Par value",
		"MIT and DES", "Coup d'état in the 1990s", "Don Quixote and la Mancha", "x", "", "BERT", "A priori bounds", "Per capita income",
		"État de l'art (state of the art) of the field",
		"A Note on Approximating e^x", "Comment on A Paper on Parallel Processing", "a a a e e o o y y",
		// English whose function words were taken out, as some collections have it.
		"statin survival men cohort study finland recent studies suggested statins men established drugs under treatment risk men age",
	} {
		if got := textLanguage(s); got != 0 {
			t.Errorf("%q is taken for %b", s, got)
		}
	}
}

// TestFunctionWordsOfTheTextsLanguage holds that a text gives no function word of its own language, keeps those of
// others, and that a corpus reads it as a query does.
func TestFunctionWordsOfTheTextsLanguage(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{abstracts[french], "etiquetage mot corpus oraux decrivon methode etiquetage evaluation blog"},
		{"Nous étudions d’une part l’opinion et d'autre part les blogs", "etudion part opinion part blog"},
		{abstracts[italian], "analisi opinione giornali propone metodo analisi opinioni presenti giornali"},
		{"Die casting of steel dies\nThe dies of a press for casting.", "die casting steel die die press casting"},
		{"Über Ermüdung\nDie Ermüdung der Straßen und Brücken", "ermudung ermudung strassen brucken"},
	} {
		if got := strings.Join(Analyzer{}.Tokenise(c.in), " "); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
	var docs []string
	for _, s := range abstracts {
		docs = append(docs, s)
	}
	c := mustCollect(t, append(docs, abstracts[french]+" Die casting.")...)
	got := map[string]int{}
	for _, k := range c.chunks {
		for _, token := range k.tokens {
			got[c.terms[c.expand[c.words[token&tokenWord].from]]]++
		}
	}
	want := map[string]int{}
	for _, s := range append(docs, abstracts[french]+" Die casting.") {
		for _, term := range (Analyzer{}).Tokenise(s) {
			want[term]++
		}
	}
	if len(got) != len(want) {
		t.Errorf("the corpus has %d terms, its texts %d", len(got), len(want))
	}
	for term, n := range want {
		if got[term] != n {
			t.Errorf("%q stands %d times in the corpus, %d times in its texts", term, got[term], n)
		}
	}
}

func TestElisions(t *testing.T) {
	for in, want := range map[string]string{
		"l’étiquetage l'étiquetage L'ÉTIQUETAGE L’Étiquetage":   "etiquetage etiquetage etiquetage etiquetage",
		"qu'Anna jusqu'ici lorsqu’Anna":                         "anna ici anna",
		"dell'opinione nell’opera un'analisi sull'acqua":        "opinione opera analisi acqua",
		"d'Alembert and D’Alembert":                             "dalembert dalembert",
		"La théorie de d'Alembert dans les écrits d’une époque": "theorie alembert ecrit epoque",
		"the l'Hospital rule of d'Alembert's":                   "hospital rule dalembert",
		"j'écris s'ouvrir n’existe t'écrire m'apprend":          "ecris ouvrir existe ecrire apprend",
		// English and names keep their apostrophes.
		"O'Brien O’Brien's don't can't the networks' rock'n'roll": "obrien obrien network rocknroll",
		"M'Bala N’Djamena M’Intosh":                               "mbala ndjamena mintosh",
		"aujourd'hui presqu'île":                                  "aujourdhui presquile",
		"the author's l's":                                        "author",
	} {
		if got := strings.Join(Analyzer{}.Tokenise(in), " "); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"Vers l’étiquetage d'O'Brien": "Vers  étiquetage  O'Brien", "don't": "don't", "plain": "plain", "dell'opera 'quoted'": " opera 'quoted'",
	} {
		if got := PartElisions(in); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
			t.Errorf("PartElisions(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestAnElisionEndsAPhrase holds that no phrase spans an elision: it is a word of its own.
func TestAnElisionEndsAPhrase(t *testing.T) {
	var apart []bool
	for term := range (Analyzer{}).Terms("fouille d'opinion") {
		apart = append(apart, term.Apart)
	}
	if !slices.Equal(apart, []bool{true, true}) {
		t.Errorf("apart: %v", apart)
	}
}
