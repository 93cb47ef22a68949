// Package classifier learns vectors and topics from the texts of papers. [Fit] returns a [Model], which is immutable
// and is kept in one file that is mapped into memory. A Model gives every text its two vectors and its topics. How
// vectors become rankings belongs in package recommend; where papers come from belongs in package data.
//
// # From a text to its vectors
//
// Package text splits a text into terms. A first line that is followed by more text is the title. A term is a word
// folded for matching: in lower case, without accents, singular. Its surface form is kept for display. A compound such
// as k-means gives the whole and its parts. Two terms that follow each other, with nothing but space between, also form
// one term, a pair, if they do so in more than one paper.
//
// Package tfidf computes the lexical vector x of a text, of unit length:
//
//	x_t ∝ (1 + ln c_t) · idf_t · b_t
//	c_t = 2·(occurrences in the title) + (occurrences in the body)
//	idf_t = (1 − r_t)·[ln((1 + N + n₀) / (1 + df_t + n₀·p_t)) + 1] + r_t·[ln((1 + N) / (1 + df_t)) + 1]
//	r_t = df_t / (df_t + 10)
//
// with N papers, of which df_t have the term, and b_t = ½ for pairs and 1 for single words; r_t = 0 for pairs. The base
// model counts for n₀ = 1000 papers, of which the share p_t has the term. So even in a corpus of thirty papers
// "network" weighs less than "distillation". The more papers of the corpus have a word, the more its idf in the corpus
// counts. So the name of an illness weighs little in thirty papers about that illness. When a paper is ranked, its
// lexical products are scaled by its pivoted length (Singhal, Buckley, Mitra, "Pivoted document length normalization",
// SIGIR 1996), because plain cosine favours short texts; see [kindred/classifier/vec.Views] and [Model.LexicalScale].
//
// Package lsa computes the latent space of the corpus: the truncated singular value decomposition X ≈ U·Σ·Vᵀ of the
// matrix X, papers × single words (Deerwester, Dumais, Furnas, Landauer, Harshman, "Indexing by latent semantic
// analysis", JASIS 41(6), 1990), by randomised subspace iteration (Halko, Martinsson, Tropp, "Finding structure with
// randomness", SIAM Review 53(2), 2011). The vector of a term is its row of V·Σ^½ divided by the square root of its own
// length, so that common terms do not dominate. The vector of a text is the weighted sum of the vectors of its terms:
//
//	z_own = Σ_t x_t · v_t / ‖v_t‖^½,   v_t = V_t·Σ^½
//
// Package base holds a second latent space, which was learned from a large corpus and is built into the program. It
// gives every text a vector z_base: the sum of the vectors of its words, weighted by their idf in that corpus,
// interpolated with their idf in this one by the same r_t.
//
// The latent vector joins both,
//
//	z = [ √(1−w)·z_own/‖z_own‖ , √w·z_base/‖z_base‖ ]
//
// so that the inner product of two latent vectors is the weighted sum of the cosines in both spaces. The weight w
// depends on the share of the papers' term mass that lies in the vocabulary of the base model: it is 0 up to 68 %, two
// thirds from 80 % on, and linear between. So the base model, which was learned mostly from papers on computing, does
// not judge a corpus of medicine. A corpus of 200,000 papers or more has no base model.
//
// [Model.LatentShares] decomposes a latent product exactly into the contributions of terms.
//
// Package topic forms topics of the papers, and package topic/naming names them.
//
// # Reproducibility
//
// The same papers, in the same order, and the same options give the same model file, byte for byte, on any number of
// cores. Work is cut into pieces that do not depend on the number of cores, floating-point sums run in a fixed order,
// nothing depends on the order of a map, and random numbers come from seeded streams. [Model.Version] is a hash of the
// content.
//
// # Parallelism
//
// Products of sparse and dense matrices take most of the time, and run on all cores; see package vec.
//
// # With github.com/james-bowman/nlp
//
// Fit runs stages that implement interfaces of nlp. [kindred/classifier/tfidf.Counter] is the nlp.Vectoriser, from
// documents to counts, a matrix terms × documents. [kindred/classifier/tfidf.Weighter] is an nlp.Transformer from
// counts to lexical vectors, and [kindred/classifier/lsa.Stage] one from these to latent vectors. The matrices between
// them are views of the rows of documents ([kindred/classifier/vec.Columns]) and copy nothing. The interfaces have no
// context, and Fit has no error there; the stages here have further methods with both.
//
// Two stages can be exchanged. Options.Weighting takes a stage that multiplies each count by a weight of its term, such
// as nlp.TfidfTransformer; the model keeps these weights, so that it can fold in papers after a restart.
// Options.TopicStage takes a stage that finds the shares of topics in the documents, such as [LDA]; names, terms and
// ids of the topics are made as by default. The vectoriser cannot be exchanged, because explanations name its terms.
// LSA cannot, because explanations decompose its vectors.
//
// [Model.Pipeline] returns the stages of a fitted model as an nlp.Pipeline, for other pipelines to build on.
package classifier
