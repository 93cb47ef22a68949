package sample

import (
	"bufio"
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// paper is what these tests look at. The files must be readable without the rest of the module.
type paper struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Abstract    string   `json:"abstract"`
	Authors     []string `json:"authors"`
	AuthorCount int      `json:"author_count"`
	Published   string   `json:"published"`
	Venue       string   `json:"venue"`
	Categories  []string `json:"categories"`
	URL         string   `json:"url"`
	DOI         string   `json:"doi"`
	Upvotes     int      `json:"upvotes"`
	Comments    int      `json:"comments"`
}

func load(t *testing.T) []paper {
	t.Helper()
	dec := json.NewDecoder(Papers())
	dec.DisallowUnknownFields()
	var all []paper
	for {
		var p paper
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatalf("paper %d: %v", len(all)+1, err)
		}
		all = append(all, p)
	}
}

var (
	idForm   = regexp.MustCompile(`^(arxiv:\d{4}\.\d{5}|doi:10\.\d{4}/[^A-Z\s]+|acl:([A-Z]\d{2}-\d{4}|\d{4}\.[a-z]+-[a-z0-9]+\.\d+))$`)
	dateForm = regexp.MustCompile(`^(19|20)\d{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)
	sentence = regexp.MustCompile(`[.?!](\s|$)`)
	notWord  = regexp.MustCompile(`[^a-z0-9]+`)
)

func TestPapers(t *testing.T) {
	all := load(t)
	if len(all) < 250 {
		t.Errorf("%d papers, want at least 250", len(all))
	}
	titles, ids := map[string]bool{}, map[string]bool{}
	for _, p := range all {
		title := strings.Trim(notWord.ReplaceAllString(strings.ToLower(p.Title), " "), " ")
		if title == "" || titles[title] {
			t.Errorf("title empty or twice: %q", p.Title)
		}
		titles[title] = true
		if p.ID != "" && (ids[p.ID] || !idForm.MatchString(p.ID)) {
			t.Errorf("%s: id %q is not canonical or twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		if n := len(p.Abstract); n < 150 || n > 900 {
			t.Errorf("%s: abstract of %d bytes, want 150 to 900", p.Title, n)
		}
		if n := len(sentence.FindAllString(p.Abstract, -1)); n < 2 || n > 5 {
			t.Errorf("%s: abstract of %d sentences, want 2 to 5", p.Title, n)
		}
		if strings.ContainsAny(p.Abstract, "\\$<>") {
			t.Errorf("%s: markup in the abstract", p.Title)
		}
		if !dateForm.MatchString(p.Published) {
			t.Errorf("%s: date %q", p.Title, p.Published)
		}
		if len(p.Authors) > 0 && p.AuthorCount > 0 {
			t.Errorf("%s: authors both named and counted", p.Title)
		}
		if p.DOI != "" && p.ID != "doi:"+p.DOI {
			t.Errorf("%s: doi %q beside id %q", p.Title, p.DOI, p.ID)
		}
	}
}

// seed is the Daily Papers page the project began with: its titles, author counts, dates and comment counts.
var seed = []struct {
	title     string
	authors   int
	published string
	comments  int
}{
	{"Weakly Supervised Face Naming with Symmetry-Enhanced Contrastive Loss", 3, "2022-10-17", 0},
	{"BOOT: Data-free Distillation of Denoising Diffusion Models with Bootstrapping", 5, "2023-06-08", 1},
	{"Revisiting Discriminative vs. Generative Classifiers: Theory and Implications", 6, "2023-02-05", 0},
	{"From Logistic Regression to the Perceptron Algorithm: Exploring Gradient Descent with Large Step Sizes", 1, "2024-12-11", 0},
	{"Learning in Imperfect Environment: Multi-Label Classification with Long-Tailed Distribution and Partial Labels", 6, "2023-04-20", 0},
	{"EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification", 1, "2024-09-01", 0},
	{"Incorporating Surrogate Gradient Norm to Improve Offline Optimization Techniques", 4, "2025-03-06", 0},
	{"Pre-training under infinite compute", 4, "2025-09-18", 0},
	{"Efficient Dataset Distillation through Alignment with Smooth and High-Quality Expert Trajectories", 3, "2023-10-16", 0},
	{"The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family", 2, "2016-04-29", 0},
	{"Model Evaluation, Model Selection, and Algorithm Selection in Machine Learning", 1, "2018-11-13", 0},
	{"Learning from Aggregate responses: Instance Level versus Bag Level Loss Functions", 5, "2024-01-19", 0},
	{"Dynamic Loss-Based Sample Reweighting for Improved Large Language Model Pretraining", 6, "2025-02-10", 0},
	{"Cross-Entropy Loss Functions: Theoretical Analysis and Applications", 3, "2023-04-14", 0},
	{"Grokking as the Transition from Lazy to Rich Training Dynamics", 4, "2023-10-09", 0},
	{"Dual-Head Knowledge Distillation: Enhancing Logits Utilization with an Auxiliary Head", 5, "2024-11-13", 0},
	{"Towards Exact Computation of Inductive Bias", 5, "2024-06-22", 0},
	{"Reasoning to Learn from Latent Thoughts", 4, "2025-03-24", 1},
	{"Unraveling the Mystery of Scaling Laws: Part I", 4, "2024-03-11", 0},
	{"Sequential Training of Neural Networks with Gradient Boosting", 2, "2019-09-26", 0},
	{"Contextual Bandits with Online Neural Regression", 5, "2023-12-12", 0},
	{"FRUGAL: Memory-Efficient Optimization by Reducing State Overhead for Scalable Training", 4, "2024-11-12", 0},
	{"Towards Provably Unlearnable Examples via Bayes Error Optimisation", 4, "2025-11-11", 0},
	{"It Takes Two to Tango: Mixup for Deep Metric Learning", 6, "2021-06-09", 0},
	{"Bootstrapping SparseFormers from Vision Foundation Models", 5, "2023-12-04", 0},
	{"More is Better in Modern Machine Learning: when Infinite Overparameterization is Optimal and Overfitting is Obligatory", 4, "2023-11-24", 0},
}

func TestSeed(t *testing.T) {
	byTitle := map[string]paper{}
	for _, p := range load(t) {
		byTitle[p.Title] = p
	}
	for _, want := range seed {
		p, ok := byTitle[want.title]
		if !ok {
			t.Errorf("missing: %s", want.title)
			continue
		}
		if n := len(p.Authors) + p.AuthorCount; n != want.authors || p.Published != want.published || p.Comments != want.comments {
			t.Errorf("%s: %d authors, %s, %d comments; want %d, %s, %d",
				want.title, n, p.Published, p.Comments, want.authors, want.published, want.comments)
		}
	}
	if id := byTitle[seed[1].title].ID; id != "arxiv:2306.05544" {
		t.Errorf("BOOT has id %q, want arxiv:2306.05544", id)
	}
}

func TestJudgments(t *testing.T) {
	ids := map[string]bool{}
	for _, p := range load(t) {
		ids[p.ID] = true
	}
	delete(ids, "")
	texts := map[string]bool{}
	for _, f := range fields(t, Queries(), 2) {
		if texts[f[0]] || strings.TrimSpace(f[1]) == "" {
			t.Errorf("text query %q twice or empty", f[0])
		}
		texts[f[0]] = true
	}
	for _, c := range []struct {
		name               string
		r                  io.Reader
		queries            map[string]bool
		want, fewest, most int // number of queries; fewest and most relevant papers of one
	}{
		{"judgments.tsv", Judgments(), ids, 30, 5, 15},
		{"queries.judgments.tsv", QueryJudgments(), texts, 15, 4, 15},
	} {
		relevant, near, seen := map[string]int{}, map[string]int{}, map[string]bool{}
		for _, f := range fields(t, c.r, 3) {
			grade, err := strconv.Atoi(f[2])
			pair := f[0] + "\t" + f[1]
			switch {
			case !c.queries[f[0]]:
				t.Errorf("%s: no query %q", c.name, f[0])
			case !ids[f[1]]:
				t.Errorf("%s: no paper %q", c.name, f[1])
			case f[0] == f[1], seen[pair]:
				t.Errorf("%s: %q judged against itself or twice", c.name, pair)
			case err != nil, grade < 0, grade > 3:
				t.Errorf("%s: %q has grade %q", c.name, pair, f[2])
			case grade == 0:
				near[f[0]]++
			default:
				relevant[f[0]]++
			}
			seen[pair] = true
		}
		if len(relevant) != c.want {
			t.Errorf("%s: %d queries, want %d", c.name, len(relevant), c.want)
		}
		for q, n := range relevant {
			if n < c.fewest || n > c.most || near[q] == 0 {
				t.Errorf("%s: %s has %d relevant papers, want %d to %d, and %d near misses, want some", c.name, q, n, c.fewest, c.most, near[q])
			}
		}
	}
}

// fields returns the tab-separated fields of every line, and fails the test on a line with another number of them.
func fields(t *testing.T, r io.Reader, want int) [][]string {
	t.Helper()
	var all [][]string
	for sc := bufio.NewScanner(r); sc.Scan(); {
		f := strings.Split(sc.Text(), "\t")
		if len(f) != want {
			t.Fatalf("line %d has %d fields, want %d", len(all)+1, len(f), want)
		}
		all = append(all, f)
	}
	return all
}
