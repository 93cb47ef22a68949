// Package curate holds a curator's decisions about topics: what an edit is, whether it can be made, and what the topics
// of a model become when edits are applied. Its functions are pure. They know neither HTTP nor the store that keeps the
// edits, and they never change the model.
//
// An edit outlives the model it was made on. It therefore names its topic by number and by evidence: the topic's label
// and some of its papers at that time. [Base.Apply] looks the topic up by that evidence, so that a model that numbers
// its topics anew never gets a name that was meant for another topic. An edit whose topic is not found is reported as
// inapplicable; it waits, and applies again when a later model has the topic.
package curate
