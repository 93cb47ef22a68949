// Package eval measures: rankings against judgments (measure.go, ranking.go, compare.go, scores.go), the
// gain of the base model on small corpora (base.go), topics against labels and by themselves (topics.go,
// topicreport.go), their stability from fit to fit (stability.go), the map (mapreport.go), and the prediction of labels
// (labels.go). Its ranking measures agree with those of trec_eval where both define them, and a run can
// be written as a TREC run file for other programs to score.
//
// A measurement belongs here if it compares what Kindred answers with what people judged, or with
// another answer of its own. Flags and printing belong to the command, and the measures of a
// map themselves to package classifier.
package eval
