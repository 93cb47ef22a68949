package text

import (
	"slices"
	"strings"
	"testing"
)

// phenomenon is a piece of text with the terms that a reader would expect of it, in order.
type phenomenon struct{ in, want string }

func checkTerms(t *testing.T, cases []phenomenon) {
	t.Helper()
	for _, c := range cases {
		if got := strings.Join(Analyzer{}.Tokenise(c.in), " "); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

// TestHyphens takes compounds apart, and keeps them whole beside their parts.
func TestHyphens(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"self-supervised pre-training", "self-supervised self supervised pre-training pre training"},
		{"self‐supervised", "self-supervised self supervised"},                      // U+2010
		{"graph-based vs. graph – based", "graph-based graph based vs graph based"}, // a dash with spaces joins nothing
		{"RNA–protein", "rna protein"},                                              // an en dash joins two things
		{"word—phrase", "word phrase"},                                              // so does an em dash
		{"trail- ing pre-", "trail ing pre"},
		{"--flag", "flag"},
		{"mers-cov-2", "mer-cov-2 mer cov"},
		{"t-SNE, t-test and p-values", "t-sne sne t-test test p-value value"},
		{"zero-shots zero-shot", "zero-shot zero shot zero-shot zero shot"},
		{"a-b-c-d-e", ""}, // five parts, each a single letter
		{"one-two-three-four-five", "two three four five"}, // too long to be one term; its parts remain
		{"100-200", "100 200"},                             // a range is two numbers
		{"2-dimensional 2D", "2-dimensional dimensional 2d"},
	})
}

// TestNames keeps the names of models, data sets, languages and genes, whose digits and signs matter.
func TestNames(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"GPT-3.5 gpt-3.5", "gpt-3.5 gpt gpt-3.5 gpt"},
		{"ImageNet-1k, CIFAR-10 and MS-COCO", "imagenet-1k imagenet 1k cifar-10 cifar 10 ms-coco ms coco"},
		{"ResNet50 ResNet-50", "resnet50 resnet-50 resnet 50"},
		{"H2O, CO2 and Fe2O3", "h2o co2 fe2o3"},
		{"p53 and BRCA1", "p53 brca1"},
		{"C, C++ and C#", "c++ c#"},
		{"Notepad++ c++11", "notepad++ 11"},
		{"BERT's BERTs", "bert bert"},
		{"R.E.M.", ""},
		{"AT&T", ""},
		{"node.js", "node js"},
		{"v2.1.3", "v2.1.3"},
	})
}

// TestFormulas leaves of formulas what can be looked for, and no keys or unbroken runs.
func TestFormulas(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"O(n log n) time", "log time"},
		{"f(x) = x^2 + 2x", "2x"},
		{"L2-norm and ℓ1 norm", "l2-norm l2 norm l1 norm"},
		{"x² + y²", "x2 y2"},
		{"10,000 or 1e-5 or 3.14", "1e-5 1e"},
		{"α β γ-rays", "γ-ray ray"},
		{"χ² test", "χ2 test"},
		{"10⁻³", "10"},
		{"Hₙ", "hn"},
		{"½ of", "1⁄2"},
		{strings.Repeat("Q", maxWord+1), ""},
		{strings.Repeat("q", maxWord), strings.Repeat("q", maxWord)},
	})
}

// TestScripts reads words of other alphabets, and pairs of characters where words are not parted.
func TestScripts(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"Нейронные сети", "неиронные сети"}, // й loses its mark, as every letter does
		{"Ёлка елка", "елка елка"},
		{"Θεωρία γραφημάτων", "θεωρια γραφηματων"},
		{"شبكات عصبية", "شبكات عصبية"},
		{"שָׁלוֹם שלום", "שלום שלום"}, // points are marks
		{"深度学习的应用", "深度 度学 学习 应用"},    // 的 is grammar
		{"目的是", "目的"},
		{"強化学習による制御", "強化 化学 学習 制御"},
		{"ニューラル", "ニュ ュー ーラ ラル"},
		{"ภาษาไทย", "ภา าษ ษา าไ ไท ทย"},
		{"모델을 모델이 모델", "모델 모델 모델"},
		{"BERT模型", "bert 模型"},
		{"用BERT训练", "用 bert 训练"},
		{"हिन्दी भाषा", "हिनदी भाषा"},
	})
}

// TestEuropeanFunctionWords drops the grammar of the language that a text is written in, and no words of English.
func TestEuropeanFunctionWords(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"die casting", "die casting"},
		{"Los Angeles", "los angele"},
		{"de novo", "novo"},
		{"Die Analyse der Daten und die Auswertung von Bildern mit dem Modell", "analyse daten auswertung bildern modell"},
		{"L'étude de la structure des réseaux dans les villes", "etude structure reseaux ville"},
		{"El análisis de los datos en la ciudad y en el campo", "analisis dato ciudad campo"},
		{"L'analisi delle reti nella città per il controllo", "analisi reti citta controllo"},
		{"De analyse van het model voor de stad en het land", "analyse model stad land"},
		{"Analysen av det svenska språket och den nordiska historien", "analysen svenska spraket nordiska historien"},
		{"d'Alembert's principle", "dalembert principle"},
		{"M'Bala and N'Djamena", "mbala ndjamena"},
		{"rock 'n' roll", "rock roll"},
	})
}

// TestBrokenText yields what it can of text that is cut, doubled or not text at all.
func TestBrokenText(t *testing.T) {
	checkTerms(t, []phenomenon{
		{"caf\xe9 model", "caf model"}, // Latin-1 read as UTF-8
		{"model\x00s nul", "model nul"},
		{"\ufeffmodel", "model"},
		{"mo\u200bdel", "mo del"}, // a zero width space is a place to break
		{"mo\u00addel", "model"},  // a soft hyphen is none that is written
		{"MODEL\tmodel\r\nmodel", "model model model"},
		{"e\u0301tude étude", "etude etude"}, // a mark of its own, and composed
		{"ｆｕｌｌｗｉｄｔｈ　ＧＰＴ", "fullwidth gpt"},
		{"𝐌𝐚𝐭𝐡 𝑏𝑜𝑙𝑑", "math bold"},
		{"<b>bold</b> &amp; text", "bold amp text"},
		{"🙂 smile🙂face", "smile face"},
		{"...!?", ""},
	})
}

// TestPluralsMeetTheirSingulars holds the stems of words that a reader takes for one, and of words that stay apart: the
// rule for corpus and bus keeps GPUs from GPU.
func TestPluralsMeetTheirSingulars(t *testing.T) {
	for _, pair := range []string{
		"network networks", "class classes", "query queries", "box boxes", "branch branches", "wish wishes", "city cities", "LLM LLMs", "loss losses",
		"bias bias", "corpus corpus", "basis basis", "process processes", "index indexes", "quiz quizes", "tie ties", "dataset datasets",
	} {
		one, many, _ := strings.Cut(pair, " ")
		a, b := Analyzer{}.Tokenise(one), Analyzer{}.Tokenise(many)
		if !slices.Equal(a, b) || len(a) != 1 {
			t.Errorf("%s is %q, %s is %q", one, a, many, b)
		}
	}
	for _, apart := range []string{"gpu gpus", "menu menus", "physic physics2", "princes princess", "as ass", "mode model"} {
		one, other, _ := strings.Cut(apart, " ")
		if a, b := (Analyzer{}).Tokenise(one), (Analyzer{}).Tokenise(other); slices.Equal(a, b) {
			t.Errorf("%s and %s are both %q", one, other, a)
		}
	}
}

// TestApart parts what no phrase may span.
func TestApart(t *testing.T) {
	for in, want := range map[string]string{
		"deep neural network":   "|deep neural network",
		"deep, neural network":  "|deep |neural network",
		"deep and neural":       "|deep |neural",
		"deep. Neural":          "|deep |neural",
		"deep\nneural":          "|deep |neural", // the title ends
		"title\ndeep\nneural":   "|title |deep neural",
		"title\ndeep\n\nneural": "|title |deep |neural",
		"deep (neural) network": "|deep |neural |network",
		"deep's network":        "|deep |network",
		"deep 12345 network":    "|deep |network",
		"self-made network":     "|self-made self made network",
		"深度学习 模型":               "|深度 度学 学习 模型",
	} {
		var got []string
		for term := range (Analyzer{}).Terms(in) {
			if term.Apart {
				term.Text = "|" + term.Text
			}
			got = append(got, term.Text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q\n got %q\nwant %q", in, strings.Join(got, " "), want)
		}
	}
}
