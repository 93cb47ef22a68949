package api

import (
	"kindred/api/wire"
	"kindred/recommend/library"
)

// topicTrends answers with topics over time.
func (a *server) topicTrends(r *request) (*reply, error) {
	period := r.One("period")
	if _, ok := library.PeriodMonths[period]; !ok && !r.Absent("period", period) {
		r.Fail("period", "period is %q; it must be one of month, quarter, year.", clip(period, 40))
		period = ""
	}
	level := r.Level()
	if err := r.Done(); err != nil {
		return nil, err
	}
	env := wire.Trends(r.s, period, level)
	return r.reply(env, &env.Links)
}

// topicChanges answers with how the topics differ from those of the model before.
func (a *server) topicChanges(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	env := wire.Changes(r.s)
	return r.reply(env, &env.Links)
}
