// Package classifier learns vectors and topics from the texts of papers. [Fit] returns a [Model], which is immutable
// and is kept in one file that is mapped into memory. A Model gives every text its two vectors and its topics. How
// vectors become rankings belongs in package recommend; where papers come from belongs in package data.
//
// # The way from a text to its vectors, bottom up
//
// Package text takes a text apart into terms. A first line that is followed by more text is the title. A term is a word
// folded for matching (lower case, no accents, singular) with its surface form kept for people; compounds such as
// k-means give the whole and their parts. Terms that follow each other, with nothing but space between, are a term
// together, a pair, where they do so in more than one paper.
//
// Package tfidf weighs the terms of a text into its lexical vector x, of unit length:
//
//	x_t ∝ (1 + ln c_t) · idf_t · b_t
//	c_t = 2·(occurrences in the title) + (occurrences in the body)
//	idf_t = (1 − r_t)·[ln((1 + N + n₀) / (1 + df_t + n₀·p_t)) + 1] + r_t·[ln((1 + N) / (1 + df_t)) + 1]
//	r_t = df_t / (df_t + 10)
//
// with N papers of which df_t have the term, and b_t = ½ for pairs and 1 for single words; r_t = 0 for pairs. The base
// model counts for n₀ = 1000 papers, of which the share p_t has the term. So even in a page of thirty papers "network"
// weighs less than "distillation". The more papers of the corpus have a word, the more its own idf counts. So the name
// of an illness weighs little in thirty papers about that illness. When a paper is ranked, its lexical products are
// scaled by its pivoted length (Singhal, Buckley, Mitra, "Pivoted document length normalization", SIGIR 1996), because
// plain cosine favours short texts; see [kindred/classifier/vec.Views] and [Model.LexicalScale].
//
// Package lsa finds the latent space of the corpus: the singular value decomposition X ≈ U·Σ·Vᵀ of the matrix of all
// papers over single words (Deerwester, Dumais, Furnas, Landauer, Harshman, "Indexing by latent semantic analysis",
// JASIS 41(6), 1990), by randomised subspace iteration (Halko, Martinsson, Tropp, "Finding structure with randomness",
// SIAM Review 53(2), 2011). A term's vector is its row of V·Σ^½ divided by the root of its own length, so that common
// terms do not drown rare ones, and a text's vector is the sum of its terms' vectors, each times its weight:
//
//	z_own = Σ_t x_t · v_t / ‖v_t‖^½,   v_t = V_t·Σ^½
//
// Package base holds a second latent space, learned once from a large corpus and built into the program. In it every
// text has a vector z_base, from the first paper on: the sum of its words, weighed by how rare they are there, moved
// towards how rare they are in the corpus by the same r_t.
//
// The latent vector puts both together,
//
//	z = [ √(1−w)·z_own/‖z_own‖ , √w·z_base/‖z_base‖ ]
//
// so that the inner product of two of them is the weighted sum of the cosines in both spaces. The weight w is two
// thirds times how well the base model knows the language of the corpus: the share of the papers' term mass that lies
// in its vocabulary, 0 up to 68 % and 1 from 80 % on. So a corpus of medicine is not judged by the language of
// computing. A corpus of 200,000 papers or more does without the base model.
//
// [Model.LatentShares] takes a latent product apart again into the terms it comes from, exactly.
//
// Package topic groups the papers into topics, and package topic/naming names these.
//
// # Reproducible
//
// The same papers, in the same order, and the same options give the same model file, byte for byte, on any number of
// cores: work is cut into pieces that do not depend on how many there are, floating-point sums run in a fixed order,
// nothing depends on the order of a map, and random numbers come from seeded streams. [Model.Version] is a hash of the
// content.
//
// # Parallel
//
// Products of sparse and dense matrices, which are nearly all of the work, run on all cores; see package vec.
//
// # With github.com/james-bowman/nlp
//
// Fit runs stages of nlp's contract. [kindred/classifier/tfidf.Counter] is the nlp.Vectoriser: it takes documents to
// counts, a matrix terms × documents. [kindred/classifier/tfidf.Weighter] is an nlp.Transformer from counts to lexical
// vectors, and [kindred/classifier/lsa.Stage] one from these to the latent space. The matrices between them are views
// of the rows of documents ([kindred/classifier/vec.Columns]) and copy nothing. The contract takes no context, and its
// Fit has no place for an error; the stages here have methods for both beside it.
//
// Two stages can be exchanged for others that keep the contract. Options.Weighting takes a stage that multiplies each
// count by a weight of its term, such as nlp.TfidfTransformer; the model keeps these weights, so that a paper can be
// folded in after a restart. Options.TopicStage takes one that finds the topics' shares in the documents, such as
// [LDA]; names, terms and ids of the topics come about as by default. The vectoriser cannot be exchanged, because
// explanations name its terms, nor can LSA, because they take its vectors apart.
//
// [Model.Pipeline] returns the stages of a fitted model as an nlp.Pipeline, for other pipelines to build on.
package classifier
