package readable

import "strings"

// latexSymbols are the commands that stand for a character.
var latexSymbols = pairs(`alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ iota ι kappa κ
varkappa κ lambda λ mu μ nu ν xi ξ pi π varpi π rho ρ varrho ρ sigma σ varsigma ς tau τ upsilon υ phi φ varphi φ chi χ psi ψ
omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω
times × div ÷ pm ± mp ∓ cdot · cdots ... ldots ... dots ... dotsc ... dotsb ... vdots ⋮ ddots ⋱ textellipsis ... ast * star *
leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ ll ≪ gg ≫ lesssim ≲ gtrsim ≳ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡
propto ∝ prec ≺ succ ≻ preceq ≼ succeq ≽ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ cup ∪ cap ∩ bigcup ⋃
bigcap ⋂ setminus ∖ backslash ∖ textbackslash ∖ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ land ∧ wedge ∧
lor ∨ vee ∨ oplus ⊕ otimes ⊗ odot ⊙ circ ∘ bullet • top ⊤ bot ⊥ perp ⊥ parallel ∥ mid | vert | lvert | rvert | Vert ‖ lVert ‖
rVert ‖ infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫ oint ∮ iint ∬ ell ℓ hbar ℏ Re ℜ Im ℑ aleph ℵ wp ℘ prime ′ angle ∠
triangle △ square □ Box □ diamond ⋄ blacksquare ■ checkmark ✓ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
to → rightarrow → longrightarrow → leftarrow ← gets ← longleftarrow ← leftrightarrow ↔ longleftrightarrow ↔ Rightarrow ⇒
Longrightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ implies ⇒ iff ⇔ mapsto ↦ uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘
rightleftharpoons ⇌ hookrightarrow ↪ xrightarrow → models ⊨ vdash ⊢ dagger † ddagger ‡ S § P ¶ copyright © pounds £ euro €
textdegree ° degree ° textmu µ textendash – textemdash — textquoteright ’ textquoteleft ‘ textquotedblleft “ textquotedblright ”
textbullet • textregistered ® texttrademark ™ textasciitilde ∼ textless < textgreater > textunderscore _ lbrace { rbrace }
textbraceleft { textbraceright } textasciicircum ^ textquotesingle ' textquotedbl " guillemotleft « guillemotright » guillemetleft «
guillemetright » guilsinglleft ‹ guilsinglright › flqq « frqq » glqq „ grqq “ quotedblbase „ quotesinglbase ‚ textexclamdown ¡
textquestiondown ¿ textordmasculine º textordfeminine ª textonehalf ½ textonequarter ¼ textthreequarters ¾ textdollar $ textcent ¢
textyen ¥ texteuro € textsterling £ textsection § textparagraph ¶ textdagger † textdaggerdbl ‡ textcopyright © textperiodcentered ·
texttimes × textdiv ÷ textpm ± textminus − textrightarrow → textleftarrow ← textohm Ω textperthousand ‰ textnumero № textcelsius °C
textasteriskcentered * textasciiacute ´ textlangle ⟨ textrangle ⟩ textlnot ¬ textonesuperior ¹ texttwosuperior ²
textthreesuperior ³ degreeCelsius °C celsius °C micro µ ohm Ω
lbrack [ rbrack ] textbar | slash / LaTeX LaTeX TeX TeX lt < gt > colon : bmod mod surd √`)

// latexLetters are the letters that LaTeX writes as commands of text; a space after such a command belongs to it.
var latexLetters = pairs(`SS SS IJ IJ I I J J ij ij L Ł l ł O Ø o ø AE Æ ae æ OE Œ oe œ AA Å aa å ss ß i i j j DH Ð dh ð TH Þ th þ DJ Đ dj đ NG Ŋ ng ŋ`)

// latexAccents are the combining characters of accent commands, of text and of mathematics.
var latexAccents = map[string]rune{
	"'": 0x301, "`": 0x300, "^": 0x302, `"`: 0x308, "~": 0x303, "=": 0x304, ".": 0x307, "u": 0x306, "v": 0x30c, "H": 0x30b,
	"c": 0x327, "k": 0x328, "r": 0x30a, "b": 0x331, "d": 0x323, "hat": 0x302, "widehat": 0x302, "tilde": 0x303,
	"widetilde": 0x303, "bar": 0x304, "acute": 0x301, "grave": 0x300, "check": 0x30c, "breve": 0x306, "dot": 0x307, "ddot": 0x308,
	"textcommabelow": 0x326, "textogonekcentered": 0x328,
}

// latexDropped are commands that go with their argument; latexIgnored go alone; latexSpaces leave a space.
var (
	latexDropped = setOf(`cite citep citet citealp citealt citeauthor citeyear parencite textcite autocite nocite ref eqref label
cref Cref autoref pageref begin end vspace hspace includegraphics thanks index color textcolor href footnotemark hypersetup
bibliographystyle documentclass usepackage phantom vphantom hphantom fontencoding fontfamily fontsize fontseries foreignlanguage`)
	latexIgnored = setOf(`left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr middle displaystyle textstyle
scriptstyle limits nolimits noindent centering bf it em tt sc rm sf sl cal bfseries itshape ttfamily scshape rmfamily sffamily mdseries
upshape slshape tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge protect boldmath xspace hfill maketitle
nobreak allowbreak relax ensuremath mathstrut strut null unboldmath sloppy`)
	latexSpaces = setOf(`par newline linebreak item quad qquad enspace thinspace medspace thickspace space nobreakspace hskip
break smallskip medskip bigskip newpage clearpage`)
	// latexWrappers are commands whose argument is the text.
	latexWrappers = setOf(`emph textbf textit texttt textsc textrm textsf textsl textup textmd textnormal text mathrm mathbf mathit mathcal
mathbb mathfrak mathsf mathscr mathtt mathnormal boldsymbol bm pmb operatorname mbox hbox makebox fbox underline uline
underbrace overbrace vec overrightarrow url path textsubscript footnote enquote mathds Mathbb bold pmod`)
)

// latexOperators are the functions that LaTeX writes as commands of their own name.
var latexOperators = setOf(`arccos arcsin arctan arg argmax argmin cos cosh cot coth csc deg det diag dim div exp gcd grad hom inf ker
lg lim liminf limsup ln log max min Pr rank rot sec sgn sign sin sinh span sup tan tanh tr Tr`)

// latexResidue are commands that are recognised, before a brace, without their backslash, which some sites lose.
var latexResidue = setOf(`mathcal mathbb mathbf mathrm mathsf mathfrak mathscr mathit mathtt textbf textit texttt textsc textrm
textsf emph boldsymbol operatorname cite citep citet frac sqrt tilde widetilde hat widehat overline text href url`)

// residueSymbols are names of symbols that are no words of any language.
var residueSymbols = pairs(`rightarrow → leftarrow ← leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ longrightarrow →
infty ∞ leq ≤ geq ≥ neq ≠ uparrow ↑ downarrow ↓`)

// pairs reads a list of names, each followed by what it stands for.
func pairs(list string) map[string]string {
	words := strings.Fields(list)
	m := make(map[string]string, len(words)/2)
	for i := 0; i+1 < len(words); i += 2 {
		m[words[i]] = words[i+1]
	}
	return m
}
