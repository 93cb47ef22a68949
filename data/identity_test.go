package data

import (
	"strings"
	"testing"
)

const hash40 = "0025b963134b1c0b64c1389af19610d038ab7072"

func TestCanonicalID(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"   ", ""},
		{"2306.05544", "arxiv:2306.05544"}, {" 2306.05544v3 ", "arxiv:2306.05544"}, {"0704.0001", "arxiv:0704.0001"},
		{"arXiv:2306.05544v1", "arxiv:2306.05544"}, {"ARXIV:2306.05544", "arxiv:2306.05544"}, {"arxiv: 2306.05544", "arxiv:2306.05544"},
		{"quant-ph/0210005", "arxiv:quant-ph/0210005"}, {"quant-ph/0210005v1", "arxiv:quant-ph/0210005"},
		{"math.GT/0309136", "arxiv:math/0309136"}, {"arXiv:cs.LG/0001001v2", "arxiv:cs/0001001"},
		{"http://arxiv.org/abs/quant-ph/0210005v1", "arxiv:quant-ph/0210005"}, {"https://arxiv.org/abs/2306.05544v2", "arxiv:2306.05544"},
		{"https://arxiv.org/pdf/2306.05544v2.pdf", "arxiv:2306.05544"}, {"https://export.arxiv.org/pdf/2306.05544", "arxiv:2306.05544"},
		{"arxiv.org/abs/2306.05544", "arxiv:2306.05544"}, {"https://huggingface.co/papers/2306.05544", "arxiv:2306.05544"},
		{"URL:https://arxiv.org/abs/2306.05544", "arxiv:2306.05544"}, {"oai:arXiv.org:1304.4214", "arxiv:1304.4214"},
		{"10.48550/arXiv.2306.05544", "arxiv:2306.05544"}, {"https://doi.org/10.48550/arxiv.2306.05544", "arxiv:2306.05544"},
		{"10.1000/XYZ.12", "doi:10.1000/xyz.12"}, {"DOI:10.1000/XYZ", "doi:10.1000/xyz"}, {"doi: 10.1000/XYZ.", "doi:10.1000/xyz"},
		{"https://doi.org/10.1037/0097-7403.9.3.248", "doi:10.1037/0097-7403.9.3.248"}, {"http://dx.doi.org/10.1000/A%3CB", "doi:10.1000/a<b"},
		{"doi:https://doi.org/10.1000/X", "doi:10.1000/x"}, {"info:doi/10.1000/X", "doi:10.1000/x"}, {"doi.org/10.1000/X", "doi:10.1000/x"},
		{"W1979978981", "openalex:W1979978981"}, {"https://openalex.org/W1979978981", "openalex:W1979978981"},
		{"openalex:w1979978981", "openalex:W1979978981"}, {"https://api.openalex.org/works/W1979978981", "openalex:W1979978981"},
		{hash40, "s2:" + hash40}, {"S2:" + strings.ToUpper(hash40), "s2:" + hash40}, {"CorpusID:215416146", "s2:CorpusId:215416146"},
		{"s2:corpusid:215416146", "s2:CorpusId:215416146"}, {"https://www.semanticscholar.org/paper/Some-Title/" + hash40, "s2:" + hash40},
		{"https://api.semanticscholar.org/CorpusID:215416146", "s2:CorpusId:215416146"},
		{"ACL:P18-1001", "acl:P18-1001"}, {"2020.acl-main.1", "acl:2020.acl-main.1"}, {"https://aclanthology.org/2020.acl-main.1/", "acl:2020.acl-main.1"},
		{"https://www.aclweb.org/anthology/p18-1001.pdf", "acl:P18-1001"}, {"acl:W19-1301", "acl:W19-1301"},
		{"PMID:6886630", "pmid:6886630"}, {"https://pubmed.ncbi.nlm.nih.gov/6886630/", "pmid:6886630"}, {"PMCID:PMC1234", "pmc:PMC1234"},
		{"https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234/", "pmc:PMC1234"}, {"MAG:1979978981", "mag:1979978981"},
		// kept as given
		{"cacm:12", "cacm:12"}, {"cora:0", "cora:0"}, {"oa:W2125158795", "oa:W2125158795"}, {"aaai2021:06384", "aaai2021:06384"},
		{"cf:1", "cf:1"}, {"1234", "1234"}, {"P18-1001", "P18-1001"}, {"2313.05544", "2313.05544"}, {"foo/1234567", "foo/1234567"},
		{"https://example.org/papers/7", "https://example.org/papers/7"}, {"My-Key 7", "My-Key 7"}, {"doi:", "doi:"}, {"doi:nonsense", "doi:nonsense"},
		{"arxiv:nonsense", "arxiv:nonsense"}, {"W12", "W12"}, {"title:0123456789abcdef", "title:0123456789abcdef"}, {"http://[::1", "http://[::1"},
	} {
		if got := CanonicalID(c.in); got != c.want {
			t.Errorf("CanonicalID(%q) = %q, want %q", c.in, got, c.want)
		} else if again := CanonicalID(got); again != got {
			t.Errorf("CanonicalID(%q) = %q, and of that %q", c.in, got, again)
		}
	}
}

func TestArXivID(t *testing.T) {
	if id, ok := ArXivID("https://arxiv.org/abs/2306.05544v2"); id != "2306.05544" || !ok {
		t.Errorf("got %q, %v", id, ok)
	}
	if id, ok := ArXivID("cacm:12"); ok {
		t.Errorf("cacm:12 has the arXiv id %q", id)
	}
}

func TestTitleID(t *testing.T) {
	want := TitleID("Drop-out: a Simple Way")
	for _, same := range []string{"Dropout: A simple way", "drop out — a simple way.", `{D}rop-out: a \emph{Simple} Way`} {
		if got := TitleID(same); got != want {
			t.Errorf("TitleID(%q) = %q, want %q", same, got, want)
		}
	}
	if len(want) != len("title:")+16 {
		t.Errorf("TitleID = %q, want 16 digits", want)
	}
	if TitleID("Dropout: a simple way II") == want {
		t.Error("different titles have one id")
	}
	if got := TitleID(" ?! "); got != "" {
		t.Errorf("TitleID of no letters = %q", got)
	}
}

func TestNormalizeTitle(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"BERT: Pre-training of Deep  Bidirectional Transformers.", "bert pre training of deep bidirectional transformers"},
		{`{BERT}: Pre-training of $\alpha$-Nets`, "bert pre training of alpha nets"},
		{"α-Nets", "alpha nets"}, {"Erdős–Rényi & Łojasiewicz's Straße", "erdos renyi lojasiewiczs strasse"},
		{"Eﬃcient <i>Nets</i>", "efficient nets"}, {"当“商业模式”嫁接", "当 商业模式 嫁接"}, {"L₂ and ℓ²", "l2 and l2"}, {"", ""}, {"—", ""},
	} {
		if got := NormalizeTitle(c.in); got != c.want {
			t.Errorf("NormalizeTitle(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzCanonicalID(f *testing.F) {
	for _, s := range []string{"2306.05544v1", "doi:10.1/x", "URL: https://doi.org/10.1000/x", "s2:CorpusId: 12", "acl:https://aclanthology.org/P18-1001",
		"oai:arXiv.org:1304.4214", "W1979978981", "openalex:https://openalex.org/W1979978981", hash40, "http://[::1", "arxiv.org/abs/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id := CanonicalID(s)
		if again := CanonicalID(id); again != id {
			t.Fatalf("CanonicalID(%q) = %q, and of that %q", s, id, again)
		}
		if strings.TrimSpace(id) != id {
			t.Fatalf("CanonicalID(%q) = %q is not trimmed", s, id)
		}
		if n := NormalizeTitle(s); n != strings.TrimSpace(n) || strings.Contains(n, "  ") {
			t.Fatalf("NormalizeTitle(%q) = %q", s, n)
		}
	})
}
