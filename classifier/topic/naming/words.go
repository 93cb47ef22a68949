package naming

import "strings"

// generic are words that papers on any subject use, so that they characterise none, and leftovers of markup and
// addresses. They are in the singular.
var generic = wordSet(`
ability able accuracy achieve achieved achieving across addition additional address adopt advance advantage aim
allow amount analysis analyze application applied apply approach approache area art article aspect assume author
available based basic benefit better beyond bring broad called capability capable case certain challenge challenging
change cid class code com common compare compared comparison complete complex component comprehensive compute
computer concept conclusion condition conduct consider considered conference consist contain content context contribution
corresponding crucial current data dataset datum demand demonstrate demonstrated denote depend derived describe
described despite detail detailed determine develop developed developing development difference different difficult
direct directly discuss display diverse due early easily effect effective effectively effectiveness efficiency
efficient efficiently eg eight element empirical employ empty enable enabling end end-to-end enhance ensure entire
especially essential establish et etc evaluate evaluated evaluation evidence example excellent exhibit exist
existing expensive experiment experimental explain explore explored exploring extend extended extensive extensively
extra facilitate factor family fast feature field fig figure final finally find finding first five fix fixed
flexible focus following form formulate formulated formulation found four framework free front full fully function
fundamental future gain general generally get give given goal good great greater group growing handle hard high
higher highly hold http https hundred idea identify ii iii impact implement implementation implemented implication
importance important improve improved improvement improving include included including increase increased increasing
increasingly indicate indicated individual influence information initial input insight inspired instance integrate international
interest interesting introduce introduced introduction investigate investigated involve io issue item key kind know
knowing known lack large large-scale larger lead leading learn learned learning leave level leverage leveraging like
likely limit limitation limited line list literature little long low lower main maintain major make making manner
massive material maximum mean meaning mechanism method methodology million mine minimal minimum model modern module
move multi multiple name natural nature necessary need new non nonetheless normal note notion novel number numerical
objective observation observe observed obtain obtained one open open-source operation optimal order original outcome
outperform outperforming output overall overcome overview page paper parameter part particular particularly partner
people perform performance performed performing period place play point popular portion possible potential
potentially powerful practical practice precise precisely present presented previous previously primary principle
prior problem procedure process produce produced project project-page promising property proposal propose proposed
provide provided providing public purpose put quality quantity question rapid rapidly rarely rate reach real
real-world reason recent recently reduce reduced reducing reduction refer related relation relative release relevant
reliable rely remain remaining report reported represent representation require required requirement requiring
research researcher resource respect respectively rest result resulting reveal review rich right robust role run
running sample say scale scenario scheme science second section see seen select serve set setting seven shed short
show shown side significant significantly similar simple simply simultaneously single situation six size small
smaller solution solve solved solving source space special specific specifically standard start state state-of-art
state-of-the-art state-of-the-arts step still stop straightforward strategy strong structure studied study sub
subject subsequent substantial substantially success successful successfully suggest suggested suitable summary
superior support survey system take taken talk target task technique tell ten term terms test tested text textbf
textit theory thing third thousand three time today top topic total traditional train trained training treat
treatment true try turn two type typical typically ubiquitous understand understanding understood unified unit
university unknown use used useful user using usual usually utilize utilized valid validate value variant variety
various vary varying version view want way website week well-known whole wide widely within word work working world
write year yes yield workshop proceeding tutorial symposium zero
`)

// structural are words that describe the design and the report of medical and social studies. They are as generic in
// these fields as the words above.
var structural = wordSet(`
background baseline blinded ci cinahl cis cochrane cohort confidence criteria criterion cross-sectional crossover
database double-blind eligibility eligible embase exclusion follow-up followup hazard hr hrs inclusion interval
longitudinal median medline meta meta-analyses meta-analysis odd open-label or ors p-value participant placebo
placebo-controlled pooled prospective psycinfo publication published pubmed questionnaire randomisation randomised
randomization randomized ratio rct rcts respondent retrospective rr rrs scopus sd sds search-strategy searched
single-blind statistically systematic systematically trial
`)

// fragments are endings of words that were divided at the end of a line, and parts of compounds that say little alone.
var fragments = wordSet(`
able ably al ally ance ances ble bly ence ences ical ing ings ities ity ment ments ness ous sion sions tion tions
tive tives ture tures
anti aware based bi co cross driven fine free guided hoc inter intra lingual mono multi non post pre quasi re semi
shot sub super trans tuned tuning ultra uni
`)

// function are the function words of French, German, Spanish, Portuguese and Italian that are not English words.
// Without this list they would name the topic of the papers in another language, in a library where most are in
// English.
var function = wordSet(`
à au aux avec ce ces cet cette comme dans de des du elle elles en entre est et être eux il ils je la le les leur
leurs lui mais ne nos notre nous on ont ou où par pas plus pour qu que qui sa se ses son sont sous sur un une vos
votre vous y
aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er es für
hat ich ihr im ist kann mit nach nicht noch nur oder ohne sein sich sie sind so über um und uns unter vom von vor
wenn werden wie wir wird wurde zu zum zur zwischen
al algo como con cual del desde donde el ella ellos esta este esto ha hay las lo los más muy ni o para pero por
porque sin sobre su sus también tiene todo una uno ya
ao aos as com da das do dos e ela ele em entre essa esse foi isso já mai mais mas na nas não nem no nos num numa os
ou para pela pelo pelos quando sem ser seu seus sua suas também uma
agli alla alle anche che chi ci come cui dal dalla degli dei del della delle dello di è era fra gli ha i il io la
lei loro lui ma nel nella nelle non per più questa questo sono sul sulla tra un una uno
`)

// leading are words that begin no label, and trailing are words that end none.
var (
	leading = wordSet(`
new novel proposed propose proposes existing recent various different several effective efficient large-scale high
higher better best important good significant general given current previous first second third key common wide many
extensive comprehensive simple popular recently widely present underlying respective overall other two three four
non-trivial well-known based using used use towards et al show shows demonstrate achieve achieves improve improves
improved improving state-of-the-art outperforms outperform introduce introduces consider learn learning-based
challenging real-world world leverage leverages leveraging enable enables provide provides including et fig cid
`)
	trailing = wordSet(`
method methods approach approaches framework frameworks paper papers result results performance problem problems
technique techniques based using setting settings experiment experiments work works study studies al et show shows
demonstrate demonstrates achieve achieves significantly respectively effectively compared called etc cid accuracy
baselines baseline outperform outperforms improve improves remains remain require requires state-of-the-art code
codebase publicly available consist consists provide provides play plays lead leads e.g i.e
`)
)

// nouns are nouns and verbs in -ly, which end like adverbs.
var nouns = wordSet("anomaly assembly monopoly supply family butterfly multiply")

func wordSet(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// isGeneric reports that a word in lower case characterises no topic: it is in one of the lists, or a form of a word in
// them, or an adverb.
func isGeneric(word string) bool {
	adverb := len(word) > 5 && strings.HasSuffix(word, "ly") && !nouns[word]
	if adverb || fragments[word] || function[word] {
		return true
	}
	single := singular(word)
	if generic[word] || structural[word] || generic[single] || structural[single] {
		return true
	}
	for _, ending := range []string{"ing", "ed", "d", "es", "ly"} {
		if stem, ok := strings.CutSuffix(word, ending); ok && (generic[stem] || ending != "d" && generic[stem+"e"]) {
			return true
		}
	}
	return false
}
