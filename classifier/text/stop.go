package text

import "strings"

// stopWords are the function words of English: they carry grammar, not content. Contractions stand as Fold leaves them.
var stopWords = func() map[string]struct{} {
	m := make(map[string]struct{})
	for _, w := range strings.Fields(functionWords) {
		m[w] = struct{}{}
	}
	return m
}()

const functionWords = `
a about above across after afterwards again against ain all almost alone along already also although always am amid among
amongst an and another any anybody anyhow anyone anything anyway anywhere are aren arent around as aside at away
be became because become becomes becoming been before beforehand being below beneath beside besides between beyond both but
by can cannot cant could couldnt de despite did didnt do does doesnt doing done dont down due during
each eg either else elsewhere enough etc even ever every everybody everyone everything everywhere except
few for former formerly from further furthermore had hadnt has hasnt have havent having he hence her here hereafter hereby
herein hers herself him himself his how however i ie if in indeed inside instead into is isnt it itd its itself
just last latter least less lest let lets many may maybe me meanwhile might mine more moreover most mostly much must my myself
namely near neither never nevertheless next no nobody none nonetheless nor not nothing notwithstanding now nowhere
of off often on once one only onto or other others otherwise ought our ours ourselves out outside over own
per perhaps quite rather re really same seem seemed seeming seems several shall she should shouldnt since so some somebody
somehow someone something sometime sometimes somewhere still such than that thats the their theirs them themselves then
thence there thereafter thereby therefore therein thereof thereupon these they theyre this those though through throughout
thru thus till to together too toward towards under unless unlike until up upon us very via was wasnt we well were werent
what whatever when whence whenever where whereafter whereas whereby wherein whereupon wherever whether which whichever while
whither who whoever whole whom whose why will with within without wont would wouldnt yet you your yours yourself yourselves
`

// Stop reports that a folded word is a stop word.
func Stop(word string) bool {
	_, ok := stopWords[word]
	return ok
}
