// Package classifier learns from papers what they are about. [Fit] takes their texts to a [Model]: immutable, complete, and
// kept in one file that is mapped into memory. A Model gives every text its two vectors and its topics.
//
// # The way from a text to its vectors, bottom up
//
// Package text takes a text apart into terms. A first line that is followed by more text is the title. A term is a word
// folded for matching (lower case, no accents, singular) with its surface form kept for people; compounds such as k-means
// give the whole and their parts. Terms that follow each other, with nothing but space between, are a term together, a pair,
// where they do so in more than one paper.
//
// Package tfidf weighs the terms of a text into its lexical vector x, of unit length:
//
//	x_t ∝ (1 + ln c_t) · idf_t · b_t
//	c_t = 2·(occurrences in the title) + (occurrences in the body)
//	idf_t = (1 − r_t)·[ln((1 + N + n₀) / (1 + df_t + n₀·p_t)) + 1] + r_t·[ln((1 + N) / (1 + df_t)) + 1]
//	r_t = df_t / (df_t + 10)
//
// with N papers of which df_t have the term, and b_t = ½ for pairs and 1 for single words; r_t = 0 for pairs. The base model
// counts for n₀ = 1000 papers, of which the share p_t has the term: that is how a page of thirty papers knows that "network"
// says less than "distillation". But the more papers have a word, the more the corpus is believed about it: that is how
// thirty papers about one illness know that its name tells nothing. Where a paper is ranked, its lexical products are scaled by its pivoted length (Singhal, Buckley, Mitra,
// "Pivoted document length normalization", SIGIR 1996), because plain cosine favours short texts; see [kindred/classifier/vec.Views] and
// [Model.LexicalScale].
//
// Package lsa finds the latent space of the corpus: the singular value decomposition X ≈ U·Σ·Vᵀ of the matrix of all papers
// over single words (Deerwester, Dumais, Furnas, Landauer, Harshman, "Indexing by latent semantic analysis", JASIS 41(6),
// 1990), by randomised subspace iteration (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2),
// 2011). A term's vector is its row of V·Σ^½ divided by the root of its own length, so that common terms do not drown the
// telling ones, and a text's vector is the sum of its terms' vectors, each times its weight:
//
//	z_own = Σ_t x_t · v_t / ‖v_t‖^½,   v_t = V_t·Σ^½
//
// Package base holds a second latent space, learned once from a large corpus and built into the program. In it every text
// has a vector z_base, from the first paper on: the sum of its words, weighed by how rare they are there, moved towards how rare
// they are in the corpus by the same r_t.
//
// The latent vector puts both together,
//
//	z = [ √(1−w)·z_own/‖z_own‖ , √w·z_base/‖z_base‖ ]
//
// so that the inner product of two of them is the weighted sum of the cosines in both spaces. The weight w is two thirds
// times how well the base model knows the language of the corpus: the share of the papers' term mass that lies in its
// vocabulary, 0 up to 68 % and 1 from 80 % on. So a corpus of medicine is not judged by the language of computing. A
// corpus of 100,000 papers or more does without the base model.
//
// [Model.LatentShares] takes a latent product apart again into the terms it comes from, exactly.
//
// Package topic groups the papers into topics and names them.
//
// # Reproducible
//
// The same papers, in the same order, and the same options give the same model file, byte for byte, on any number of cores:
// work is cut into pieces that do not depend on how many there are, floating-point sums run in a fixed order, nothing depends
// on the order of a map, and random numbers come from seeded streams. [Model.Version] is a hash of the content.
//
// # Parallel and mergeable
//
// The statistics of a fit are values that add up: [kindred/classifier/tfidf.Statistics] has a Merge. Products of sparse and dense matrices, which
// are nearly all of the work, run on all cores; see package vec.
//
// # With github.com/james-bowman/nlp
//
// The stages implement nlp's interfaces: [kindred/classifier/text.Analyzer] is an nlp.Tokeniser, [kindred/classifier/tfidf.Counter] an nlp.Vectoriser, and
// [kindred/classifier/tfidf.Weighter] and [kindred/classifier/lsa.Stage] are nlp.Transformers. [Model.Pipeline] gives what Fit ran as an nlp.Pipeline.
package classifier
