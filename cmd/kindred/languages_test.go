package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// invented is a language to make abstracts in: frames of sentences around words of three subjects, all invented.
type invented struct {
	frames   []string    // with %s for words of a subject
	subjects [3][]string // words of each
	never    string      // words that no label, term or reason may be
	label    [3]string   // a name that the topic of each subject may have
	query    string      // a phrase of the first subject
}

var inventedLanguages = map[string]invented{
	"french": {
		frames: []string{
			"Nous étudions l’influence de %s sur le %s dans des %s.", "Cet article décrit une méthode pour l'analyse du %s et de la %s.",
			"Les résultats montrent que le %s est lié à la %s d'une %s.", "On propose d’abord un modèle de %s, puis une évaluation des %s.",
		},
		subjects: [3][]string{
			{"barrage", "crue", "rivière", "sédiment", "débit", "vanne"}, {"lexique", "étiquetage", "corpus", "verbe", "syntaxe", "traduction"},
			{"levure", "fermentation", "enzyme", "sucre", "arôme", "cuve"},
		},
		never: "de des du la le les une un d'une l'analyse sur dans pour que et est nous cet au aux",
		label: [3]string{"rivière barrage crue sédiment débit vanne", "étiquetage lexique corpus verbe syntaxe traduction", "levure fermentation enzyme sucre arôme cuve"},
		query: "l'étiquetage du verbe",
	},
	"german": {
		frames: []string{
			"Wir untersuchen, wie %s und %s von der %s abhängen.", "In dieser Arbeit wird ein Verfahren für die %s vorgestellt, das auch bei %s gilt.",
			"Die Ergebnisse zeigen, dass der Einfluss von %s auf die %s nicht klein ist.", "Es werden %s mit %s verglichen, um die %s zu erklären.",
		},
		subjects: [3][]string{
			{"Brücken", "Ermüdung", "Schwingung", "Spannweite", "Stahlträger", "Belastung"}, {"Hefe", "Gärung", "Enzyme", "Zucker", "Würze", "Braukessel"},
			{"Gletscher", "Moräne", "Schmelze", "Eisrand", "Geröll", "Talboden"},
		},
		never: "der die das und von für in mit zu wir ein auf dass nicht es um bei wird auch",
		label: [3]string{"Brücken Ermüdung Schwingung Spannweite Stahlträger Belastung", "Hefe Gärung Enzyme Zucker Würze Braukessel", "Gletscher Moräne Schmelze Eisrand Geröll Talboden"},
		query: "Schwingung der Brücken",
	},
	"italian": {
		frames: []string{
			"Si studia l'influenza della %s sulla %s nelle %s.", "In questo lavoro si propone un metodo per l’analisi dell'%s e del %s.",
			"I risultati mostrano che la %s è legata alla %s di una %s.", "Il modello della %s è stato confrontato con quello del %s.",
		},
		subjects: [3][]string{
			{"diga", "piena", "alveo", "portata", "paratoia", "argine"}, {"lessico", "opinione", "giornale", "verbo", "sintassi", "traduzione"},
			{"lievito", "enzima", "zucchero", "aroma", "botte", "mosto"},
		},
		never: "della di la il un una in si che per nelle sulla dell'opinione l'analisi del con è",
		label: [3]string{"diga piena alveo portata paratoia argine", "lessico opinione giornale verbo sintassi traduzione", "lievito enzima zucchero aroma botte mosto"},
		query: "l'opinione del giornale",
	},
	"chinese": {
		frames: []string{
			"研究了%s对%s的影响。", "提出一种%s的方法，用于%s与%s的分析。", "结果表明%s的变化与%s有关。", "本文讨论%s和%s的关系。",
		},
		subjects: [3][]string{
			{"有限元", "桥梁结构", "振动", "边界条件", "网格"}, {"鸟类", "鸣声", "城市噪声", "繁殖", "栖息地"}, {"卷积神经网络", "图像分割", "特征提取", "训练样本", "损失函数"},
		},
		never: "的 了 有限 限元 积神 经网 的影 络和 卷积神经网络和 和卷积神经网络",
		label: [3]string{"有限元 桥梁结构 振动 边界条件 网格", "鸟类 鸣声 城市噪声 繁殖 栖息地", "卷积神经网络 图像分割 特征提取 训练样本 损失函数"},
		query: "卷积神经网络",
	},
	"japanese": {
		frames: []string{
			"%sにおける%sの影響を調べた。", "本研究では%sを用いて%sと%sを解析する手法を提案する。", "その結果、%sは%sに依存することがわかった。",
			"%sと%sの関係について述べる。",
		},
		subjects: [3][]string{
			{"有限要素法", "橋梁", "振動", "境界条件", "応力"}, {"鳥類", "鳴き声", "都市騒音", "繁殖", "生息地"}, {"データ", "深層学習", "画像認識", "ネットワーク", "損失関数"},
		},
		never: "の は を が に と 限要 素法 である する ネッ トワ",
		label: [3]string{"有限要素法 橋梁 振動 境界条件 応力", "鳥類 鳴き声 都市騒音 繁殖 生息地", "データ 深層学習 画像認識 ネットワーク 損失関数"},
		query: "深層学習",
	},
	"korean": {
		frames: []string{
			"%s의 %s에 대한 영향을 연구하였다.", "이 논문은 %s에서 %s의 해석 방법을 제안한다.", "결과는 %s의 %s에 대한 관계를 보여준다.", "%s에서 %s의 변화를 측정하였다.",
		},
		subjects: [3][]string{
			{"유한요소", "교량", "진동", "경계조건", "하중"}, {"조류", "울음소리", "도시소음", "번식", "서식지"}, {"심층학습", "영상분할", "신경망", "손실함수", "학습표본"},
		},
		never: "의 을 에서 심층학습에 심층학습의 영상분할의 유한요소의",
		label: [3]string{"유한요소 교량 진동 경계조건 하중", "조류 울음소리 도시소음 번식 서식지", "심층학습 영상분할 신경망 손실함수 학습표본"},
		query: "심층학습",
	},
}

// papers returns n papers of each subject as JSON lines, their ids by subject.
func (l *invented) papers(n int) string {
	rng := rand.New(rand.NewPCG(11, 12))
	var out strings.Builder
	for subject, words := range l.subjects {
		sentence := func() string {
			f := l.frames[rng.IntN(len(l.frames))]
			args := make([]any, strings.Count(f, "%s"))
			for i, w := range rng.Perm(len(words))[:len(args)] {
				args[i] = words[w]
			}
			return fmt.Sprintf(f, args...)
		}
		for i := range n {
			line, _ := json.Marshal(map[string]string{
				"id": fmt.Sprintf("%d-%d", subject, i), "title": strings.TrimRight(sentence(), ".。"), "abstract": sentence() + " " + sentence() + " " + sentence(),
			})
			out.Write(line)
			out.WriteByte('\n')
		}
	}
	return out.String()
}

// TestOtherLanguages holds that topics and reasons in other languages are words that say something: no articles, no
// particles, no pairs of characters that are halves of words.
func TestOtherLanguages(t *testing.T) {
	if testing.Short() {
		t.Skip("fits six models")
	}
	for name, l := range inventedLanguages {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ok(t, dir, "import", write(t, "papers.jsonl", l.papers(20)))
			ok(t, dir, "fit", "--topics", "3")
			never := strings.Fields(strings.ToLower(l.never))
			var topics struct {
				Data []struct {
					Label string
					Terms []struct{ Term string }
				}
			}
			if err := json.Unmarshal([]byte(ok(t, dir, "topics", "--json")), &topics); err != nil {
				t.Fatal(err)
			}
			t.Log(ok(t, dir, "topics"))
			for _, topic := range topics.Data {
				for _, part := range strings.Split(topic.Label, ", ") {
					if slices.Contains(never, strings.ToLower(part)) {
						t.Errorf("a topic is called %q", topic.Label)
					}
				}
				if !slices.ContainsFunc(l.label[:], func(names string) bool {
					return slices.ContainsFunc(strings.Fields(names), func(n string) bool { return strings.Contains(topic.Label, n) })
				}) {
					t.Errorf("the topic %q is called by no word of a subject", topic.Label)
				}
				for _, term := range topic.Terms {
					if slices.Contains(never, strings.ToLower(term.Term)) {
						t.Errorf("%q is a term of the topic %q", term.Term, topic.Label)
					}
				}
			}
			var hits struct {
				Data []struct {
					Paper   struct{ ID string }
					Reasons []struct{ Term string }
				}
			}
			for _, args := range [][]string{{"similar", "2-0"}, {"search", l.query}, {"search", `"` + strings.Fields(l.query)[0] + `"`}} {
				if err := json.Unmarshal([]byte(ok(t, dir, append(args, "--json", "--explain")...)), &hits); err != nil {
					t.Fatal(err)
				}
				t.Log(ok(t, dir, append(args, "--explain", "-n", "3")...))
				if len(hits.Data) == 0 {
					t.Errorf("%q has no answer", args)
				}
				for _, h := range hits.Data {
					for _, r := range h.Reasons {
						if slices.Contains(never, strings.ToLower(r.Term)) {
							t.Errorf("%q finds %s because of %q", args, h.Paper.ID, r.Term)
						}
					}
				}
			}
		})
	}
}
