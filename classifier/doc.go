// Package classifier learns from papers what they are about: [Fit] takes their texts to a [Model], which gives every text
// its vectors and its topics.
package classifier
