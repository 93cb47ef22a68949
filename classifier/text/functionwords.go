package text

// The function words of each language, see functionWords. Contractions of English stand as Fold leaves them; words of
// the other languages are written as they are spelt, without elisions and single letters, which are never terms.
const (
	englishWords = `
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

	catalanWords = `
abans així això aixó al algun alguna algunes alguns allò als altra altre altres amb ambdós aquell aquella aquelles
aquells aquest aquesta aquestes aquests baix bé cada cal com contra da dalt de del dels des després dins doncs el
elles ells els em en encara entre era eren es estan està ets fa fins ha han havia hem hi ja jo la les li llavors lo
malgrat mateix mateixa mateixes mateixos mentre mes meu mitjançant molt molta moltes molts més ni no nostra nostre
nostres on pel pels per perquè però poc poden pot qual quals quan quant que quelcom qui què sa segons sense ser serà
ses seu seus seva seves si sobre sota sovint són també tan tant te tenen tot tota totes tots té un una unes uns va van
és
`

	danishWords = `
ad af alle alt andre at blev blive bliver både da de dem den denne der deres det dette dig din disse dog du efter
eller en end endvidere er et findes flere for fra før gennem ham han har havde have hende hendes her hos hun hvad hver
hvilke hvilken hvis hvor hvordan ifølge ikke imellem ind ingen jeg kan kunne man med meget mellem men mere mod må
nogen nogle nu når og også om op os over på samme samt selv sig sin sine skal skulle som står så sådan således til
trods ud uden under var ved vi vil ville være været
`

	dutchWords = `
aan al alle alleen als alsmede andere anders bij binnen boven buiten daar daarbij daarna daarom dan dat de deze die
dit doch door dus echter een elk elke en enige enkele er gedurende geen gegeven geweest haar had hadden heb hebben
heeft hem het hier hierbij hij hoe hoewel hun iets ik in indien is ja je kan kon kunnen maar mag meer men met middels
mijn moet moeten na naar naast niet niets nog nu of om omdat ondanks onder ons onze ook op over per sinds slechts
sommige te tegen ten tenzij ter terwijl toch toen tot tussen uit van vanaf vanuit veel via volgens voor vooral voordat
waar waarbij waardoor waarin waarom wanneer waren was wat we weer wel welke wie wij word worden wordt zal ze zeer zelf
zich zij zijn zo zoals zonder zou zouden zowel
`

	frenchWords = `
abord afin ai ainsi ait alors après au aucun aucune aujourd'hui auquel aura aussi autant autour autre autres aux
auxquelles auxquels avaient avait avant avec avoir ayant beaucoup bien car ce ceci cela celle celles celui cependant
certain certaine certaines certains ces cet cette ceux chacun chacune chaque chez ci comme comment contre dans
davantage de dedans dehors depuis dernier derrière des dessous dessus deux devant devrait doit doivent donc dont du
duquel durant dès déjà désormais elle elles en encore enfin ensuite entre envers es est et eu eux faire fait faut fut
grâce hors ici il ils jamais je jusqu jusque la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui
là ma mais malgré me mes mieux moi moins mon même mêmes ne ni non nos notamment notre nous néanmoins on ont or ou
outre où par parce parfois parmi pas pendant permet permettent peu peut peuvent plus plusieurs plutôt pour pourquoi
pourrait pourtant presque près puis puisque qu quand quant que quel quelle quelles quelque quelques quels qui quoi sa
sans sauf se selon sera seront ses seulement si sien soi soient soit sommes son sont sous souvent suis sur surtout ta
tandis tant te tel telle telles tels tes ton toujours tous tout toute toutefois toutes trop très tu un une vers voici
voilà vos votre vous étaient était étant été être
`

	germanWords = `
ab aber alle allein allem allen aller alles als also am an andere anderem anderen anderer anderes anhand ans auch auf
aufgrund aus außer außerdem bei beide beiden beim bereits bis bzw da dabei dadurch dafür dagegen daher damit danach
daneben dann daran darauf daraus darf darin darüber das dass davon dazu daß dem den denen denn dennoch der deren des
deshalb dessen die dies diese dieselbe diesem diesen dieser dieses doch dort durch dürfen eher ein eine einem einen
einer eines einige einigen einiger einschließlich entweder er es etwa etwas euch für ganz gar gegen gegenüber gibt
habe haben hat hatte hatten hier hin hinter hätte ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem
infolge innerhalb ins insbesondere ist ja je jede jedem jeden jeder jedes jedoch jene jenen jener jetzt kann kein
keine keinem keinen keiner können könnte man manche mehr mehrere mein meine meist mit mittels muss muß müssen nach
nachdem neben nicht nichts noch nun nur ob obwohl oder ohne pro schon sehr sein seine seinem seinen seiner seit selbst
sich sie sind so sobald sodass sofern sogar solche solchen solcher soll sollen sollte sollten somit sondern sonst
soweit sowie sowohl statt trotz um und uns unser unsere unserer unter viel viele vielen vom von vor wann war waren
warum was wegen weil weiter weitere weiteren weiterer welche welchem welchen welcher welches wenn wer werden wie
wieder wir wird wo wobei wodurch wollen worden wurde wurden während würde würden zu zudem zum zur zwar zwischen über
`

	italianWords = `
ad agli ai al alcune alcuni alla alle allo allora altra altre altri altro anche ancora anzi appena attraverso avere
aveva avevano che chi ci ciascun ciascuna ciascuno cioè circa ciò coi col come con contro così cui da dagli dai dal
dalla dalle dallo degli dei del della delle dello dentro di dopo dove dovrebbe due dunque durante ecco ed era erano
essa esse essendo essere essi esso fa fino fra già gli ha hanno ho il in infatti infine inoltre invece io la le lei li
lo loro lui ma mediante meno mentre mi mia mie miei mio molta molte molti molto ne negli nei nel nella nelle nello
nessun nessuna nessuno noi non nonché nostra nostre nostri nostro né od ogni ognuno oltre oppure ora ossia per perché
però piuttosto più poi poiché possono presso prima pur può qual qualche quale quali quando quanto quasi quella quelle
quelli quello questa queste questi questo qui quindi saranno sarà se secondo sempre senza si sia siamo siano sono
sopra sotto sta stata state stati stato su sua sue sugli sui sul sulla sulle sullo suo suoi sé tale tali tanto tra
tramite tutta tutte tutti tutto un una uno vengono verso vi viene voi vostro
`

	norwegianWords = `
alle alt andre at av bare ble blei bli blir blitt både da de dei dem den denne der dere deres dersom det dette disse
du eg ei ein eit eitt eller en enn enten er et etter finnes flere for fra før gjennom ha hadde han har hun hva hvem
hver hvilke hvilken hvis hvor hvordan hvorfor ifølge ikke ikkje ingen inn jeg kan kunne man med meg meget mellom men
mens mer mot mye må noe noen nå når og også om opp oss over på samme samt seg selv sin sine sitt skal skulle slik som
så til tross under ut uten var ved vi vil ville være vært
`

	portugueseWords = `
ainda algo algum alguma algumas alguns além ambas ambos ante antes ao aos apenas após aquela aquelas aquele aqueles
aqui as assim através até bem cada com como contra contudo cuja cujas cujo cujos da das de dela delas dele deles
dentro depois desde dessa dessas desse desses desta destas deste destes deve devem disso disto do dois dos duas
durante ela elas ele eles em embora enquanto entre então era eram essa essas esse esses esta estas este estes está
estão eu foi for foram fosse há isso isto já lhe lhes logo mais mas me mediante meio menos mesma mesmas mesmo mesmos
meu minha muita muitas muito muitos na nas nem nenhum nenhuma no nos nossa nossas nosso nossos num numa não nós onde
os ou outra outras outro outros para pela pelas pelo pelos per perante pode podem pois por porque portanto porém pouco
quais qual qualquer quando quanto que quem se seja sejam sem sempre sendo ser será serão seu seus sido sob sobre sua
suas são tais tal também tanto te tem teve toda todas todavia todo todos tudo têm um uma umas uns você às
`

	spanishWords = `
acerca además al algo alguna algunas alguno algunos algún allí ambas ambos ante antes aquel aquella aquellas aquellos
aquí así aun aunque aún bajo bien cabe cada casi como con contra cual cuales cualquier cuando cuanto cuya cuyas cuyo
cuyos cuál cómo da de debe deben del demás dentro desde después dicha dichas dicho dichos donde dos durante dónde el
ella ellas ello ellos embargo en entre era eran es esa esas ese eso esos esta estaba estas este esto estos está están
fin fue fueron ha había hacia han hasta hay he incluso la las le les lo los luego me mediante menos mi mientras mis
misma mismas mismo mismos mucha muchas mucho muchos muy más nada ni ninguna ninguno ningún no nos nosotros nuestra
nuestras nuestro nuestros os otra otras otro otros para partir pero poco por porque puede pueden pues que quien
quienes quién qué se sea sean según ser será serán si sido siempre siendo sin sino sobre sola solamente solo son su
sus sí sólo tal tales también tampoco tan tanto te tener tiene tienen toda todas todavía todo todos tras tu un una
unas uno unos usted ya yo él
`

	swedishWords = `
alla allt andra att av bara blev bli blir både de dem den denna dess dessa dessutom det detta dock där därför då efter
eller en enligt er ett finns flera från för före genom gör ha hade han har hon hos hur här icke in inga ingen inom
inte jag kan kunde kunna man med medan mellan men mer mot mycket ni nu när något några och också om oss på samma samt
sedan sig sin sina sitt ska skall skulle som så sådan sådana såväl till tills trots under upp ur utan utifrån vad var
vara varit varje vars vem vi vid vilka vilken vilket är över
`
)
