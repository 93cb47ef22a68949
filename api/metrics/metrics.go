// Package metrics counts what a server answers, and shows that and the state of its library to Prometheus. It knows no
// request: a server says what it answered, and in which time.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kindred/data/fetch"
	"kindred/recommend/library"
)

// Metrics are those of one server. Each server has its own registry. They are safe for concurrent use.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	cache    *prometheus.CounterVec
	hits     prometheus.Counter
	misses   prometheus.Counter
	handler  http.Handler

	mu     sync.RWMutex
	series map[seriesKey]*series // looking labels up by name costs more than an answer from the cache
}

type seriesKey struct {
	method, pattern string
	status          int
}

type series struct {
	count   prometheus.Counter
	seconds prometheus.Observer
}

// Sources say how each source of papers is.
type Sources interface {
	List(ctx context.Context) ([]fetch.Status, error)
}

// New returns the metrics of a server. current returns its snapshot, nil for none, and kept the number and the bytes of the
// answers in its cache. sources may be nil.
func New(current func() *library.Snapshot, kept func() (answers int, bytes int64), sources Sources) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kindred_http_requests_total", Help: "Requests by method, route and status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kindred_http_request_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		series: make(map[seriesKey]*series),
		cache:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kindred_cache_lookups_total", Help: "Look-ups of encoded answers, by result."}, []string{"result"}),
	}
	m.hits, m.misses = m.cache.WithLabelValues("hit"), m.cache.WithLabelValues("miss")
	gauge := func(name, help string, value func(s *library.Snapshot) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			if s := current(); s != nil {
				return value(s)
			}
			return 0
		})
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(m.requests, m.seconds, m.cache, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		gauge("kindred_ready", "1 when papers and a model are loaded.", func(*library.Snapshot) float64 { return 1 }),
		gauge("kindred_index_papers", "Papers that can be recommended.", func(s *library.Snapshot) float64 { return float64(s.Catalog.Len()) }),
		gauge("kindred_topics", "Topics of the finest level.", func(s *library.Snapshot) float64 { return float64(len(s.SortedTopics(0, "size", ""))) }),
		gauge("kindred_fold_in_lag_papers", "Papers stored after the model was learned.", func(s *library.Snapshot) float64 { return float64(s.Lag) }),
		gauge("kindred_drift_unknown_words", "Mean share of unknown words in papers that came after the fit.", func(s *library.Snapshot) float64 { return float64(s.Drift.Unknown) }),
		gauge("kindred_drift_far_papers", "Share of papers after the fit that are far from their topic.", func(s *library.Snapshot) float64 { return float64(s.Drift.Far) }),
		gauge("kindred_drift_outside_papers", "Share of papers after the fit that are in no topic.", func(s *library.Snapshot) float64 { return float64(s.Drift.Outside) }),
		gauge("kindred_refit_due", "1 when papers drifted so far from the model that a fit is due.", func(s *library.Snapshot) float64 {
			if s.Drift.Due != "" {
				return 1
			}
			return 0
		}),
		gauge("kindred_model_fitted_seconds", "When the model was learned, as a Unix time.", func(s *library.Snapshot) float64 { return float64(s.Model.FittedAt.Unix()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kindred_cache_bytes", Help: "Bytes of encoded answers kept."}, func() float64 {
			_, bytes := kept()
			return float64(bytes)
		}),
		modelInfo{current},
	)
	if sources != nil {
		reg.MustRegister(sourceMetrics{sources})
	}
	m.handler = promhttp.HandlerFor(reg, promhttp.HandlerOpts{})
	return m
}

// ServeHTTP answers with the metrics in the format of Prometheus.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Hit counts an answer that was kept, and Miss one that was not.
func (m *Metrics) Hit() { m.hits.Inc() }

// Miss is the opposite of Hit.
func (m *Metrics) Miss() { m.misses.Inc() }

// Observe counts one answered request. Requests of no route share one series, so that scanners cannot make many.
func (m *Metrics) Observe(method, pattern string, status int, took time.Duration) {
	key := seriesKey{method, pattern, status}
	if pattern == "" {
		key.pattern, key.method = "none", "any"
	}
	m.mu.RLock()
	s, ok := m.series[key]
	m.mu.RUnlock()
	if !ok {
		s = &series{m.requests.WithLabelValues(key.method, key.pattern, strconv.Itoa(status)), m.seconds.WithLabelValues(key.pattern)}
		m.mu.Lock()
		m.series[key] = s // two that come at once put the same counters
		m.mu.Unlock()
	}
	s.count.Inc()
	s.seconds.Observe(took.Seconds())
}

// modelInfo is a constant 1 whose label names the model that is served now; the label's value changes with it.
type modelInfo struct{ current func() *library.Snapshot }

// modelInfoDesc describes the one metric of modelInfo.
var modelInfoDesc = prometheus.NewDesc("kindred_model_info", "The model that is served, and why a server fitted it by itself.", []string{"version", "reason"}, nil)

// Describe implements prometheus.Collector.
func (m modelInfo) Describe(ch chan<- *prometheus.Desc) { ch <- modelInfoDesc }

// Collect implements prometheus.Collector.
func (m modelInfo) Collect(ch chan<- prometheus.Metric) {
	if s := m.current(); s != nil {
		ch <- prometheus.MustNewConstMetric(modelInfoDesc, prometheus.GaugeValue, 1, s.Model.Version, s.Fit.Reason)
	}
}

// sourceMetrics say how the sources are.
type sourceMetrics struct{ sources Sources }

// The metrics of sources.
var (
	sourceRecords = sourceDesc("records_total", "Records by what became of them: new, updated, unchanged, deleted or skipped.", "result")
	sourceLast    = sourceDesc("last_run_seconds", "When the last run began, as a Unix time; 0 before the first.")
	sourceNext    = sourceDesc("next_run_seconds", "When the next run is due, as a Unix time; 0 for a paused source.")
	sourceArrived = sourceDesc("last_new_seconds", "When something new came last, as a Unix time; 0 if nothing did.")
	sourceFails   = sourceDesc("failures", "Runs in a row that failed.")
	sourceSilent  = sourceDesc("silent", "1 when nothing new has come for longer than usual.")
)

func sourceDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("kindred_source_"+name, help, append([]string{"source"}, labels...), nil)
}

// Describe implements prometheus.Collector.
func (m sourceMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{sourceRecords, sourceLast, sourceNext, sourceArrived, sourceFails, sourceSilent} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m sourceMetrics) Collect(ch chan<- prometheus.Metric) {
	list, err := m.sources.List(context.Background())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(sourceRecords, err)
		return
	}
	unix := func(t time.Time) float64 {
		if t.IsZero() {
			return 0
		}
		return float64(t.Unix())
	}
	for i := range list {
		s := &list[i]
		gauge := func(d *prometheus.Desc, v float64) {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, s.Name)
		}
		for result, n := range map[string]int{
			"new": s.Total.New, "updated": s.Total.Updated, "unchanged": s.Total.Unchanged, "deleted": s.Total.Deleted, "skipped": s.Total.Skipped,
		} {
			ch <- prometheus.MustNewConstMetric(sourceRecords, prometheus.CounterValue, float64(n), s.Name, result)
		}
		gauge(sourceLast, unix(s.Last))
		gauge(sourceNext, unix(s.Next))
		gauge(sourceArrived, unix(s.Arrived))
		gauge(sourceFails, float64(s.Fails))
		silent := 0.0
		if s.Silent {
			silent = 1
		}
		gauge(sourceSilent, silent)
	}
}
