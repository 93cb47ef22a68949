package text

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestGrammarOfUnspacedScripts(t *testing.T) {
	for in, want := range map[string]string{
		"研究的目的": "研究 目的", // a word that has the particle stays
		"经济的文化": "经济 文化",
		"计算了振动": "计算 振动",
		"分析する":  "分析",
		"橋の振動を": "振動",
		"がん":    "",
		"ゆらぎ":   "ゆら らぎ",
		"データを":  "デー ータ",
	} {
		if got := strings.Join(Analyzer{}.Tokenise(in), " "); got != want {
			t.Errorf("Tokenise(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKoreanParticles(t *testing.T) {
	for in, want := range map[string]string{
		"모델을": "모델", "모델의": "모델", "모델에서": "모델", "학습이": "학습", "유한요소는": "유한요소", "교량으로": "교량", "진동과": "진동",
		"평가": "평가", "효과": "효과", "재평가": "재평가", "민주주의": "민주주의", "재정의": "재정의", "이론": "이론", "실로": "실로",
		// The particle of a word does not fit the syllable before it.
		"모델를": "모델를", "유한요소을": "유한요소을",
	} {
		if got := stem(Fold(in)); got != want {
			t.Errorf("%q is met as %q, want %q", in, got, want)
		}
	}
	for term := range (Analyzer{}).Terms("모델을") {
		if term.Surface != "모델" {
			t.Errorf("모델을 is shown as %q", term.Surface)
		}
	}
}

// TestWordsFromPairs holds that pairs are shown as the words they stand in, whatever stands around these.
func TestWordsFromPairs(t *testing.T) {
	var docs []string
	for i, around := range []string{"计算%s振动", "%s和鸟类", "用%s分析", "桥梁%s方法", "讨论%s", "在%s对网络", "有关%s", "测量%s与其它", "论%s"} {
		docs = append(docs, fmt.Sprintf(around, "有限元")+"。限制", fmt.Sprintf(around, "卷积神经网络")+"。网络", fmt.Sprintf("有限公司%d 鸟类", i))
	}
	c := mustCollect(t, docs...)
	c.AddPairs(2, 1<<20)
	surfaces := c.Surfaces()
	shown := func(term string) string { return surfaces[slices.Index(c.Terms(), term)] }
	for term, want := range map[string]string{
		"限元": "有限元", "积神": "卷积神经网络", "卷积": "卷积神经网络", "经网": "卷积神经网络", "有限 限元": "有限元", "卷积 积神": "卷积神经网络", "鸟类": "鸟类",
	} {
		if got := shown(term); got != want {
			t.Errorf("%q is shown as %q, want %q", term, got, want)
		}
	}
	// A word that also stands elsewhere is shown as it is.
	if got := shown("网络"); got != "网络" {
		t.Errorf("网络, which mostly stands alone, is shown as %q", got)
	}
	p, err := LearnPhrases(context.Background(), c, PhraseOptions{MinDocs: 2, MinNPMI: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(p.Names, "有限元") {
		t.Errorf("phrases %q lack 有限元", p.Names)
	}
	for _, name := range p.Names {
		words := strings.Fields(name)
		for i := range words[1:] {
			if isPairOfCharacters(words[i]) && isPairOfCharacters(words[i+1]) && overlap(words[i], words[i+1]) {
				t.Errorf("the phrase %q has overlapping pairs", name)
			}
		}
	}
}

// TestRepeatedCharactersEnd holds that joining ends where pairs follow each other in a circle.
func TestRepeatedCharactersEnd(t *testing.T) {
	c := mustCollect(t, strings.Repeat("甲乙", 50), strings.Repeat("甲乙", 40), strings.Repeat("丙", 30), strings.Repeat("丙", 20))
	for i, s := range c.Surfaces() {
		if n := len([]rune(s)); n > maxJoined {
			t.Errorf("%q is shown in %d characters", c.Terms()[i], n)
		}
	}
}

func TestJoinWords(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want string
	}{
		{[]string{"graph", "neural"}, "graph neural"},
		{[]string{"有限", "限元"}, "有限元"},
		{[]string{"有限", "限元", "元法"}, "有限元法"},
		{[]string{"深度", "学习"}, "深度 学习"},
		{[]string{"BERT", "模型"}, "BERT 模型"},
		{[]string{"鸟", "鸟类"}, "鸟 鸟类"},
	} {
		if got := joinWords(c.in); got != c.want {
			t.Errorf("%q are written %q, want %q", c.in, got, c.want)
		}
	}
}
