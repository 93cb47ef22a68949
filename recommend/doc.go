// Package recommend ranks papers by their similarity to other papers, to a text or to the words of a search. It
// holds the index of both views of every paper, the ranking function with relevance feedback, filters, removal
// of duplicates, diversification, calibration of scores, and explanations that sum to the score.
//
// It knows papers and vectors. How vectors and topics are learned belongs to package classifier, which reaches
// it as a [Model] and as the parts of a [Base]. Storage, requests and the form of answers belong to its
// callers. Start reading at [Engine.Recommend].
package recommend
