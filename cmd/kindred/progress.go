package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is the time that a step may take before a progress bar appears.
const patience = time.Second

// progress shows the progress of a step, if the standard error stream is a terminal and the step takes
// longer than patience. It is for one goroutine.
type progress struct {
	app   *app
	begun time.Time
	bytes bool
	stage string
	total int64
	bar   *progressbar.ProgressBar // nil until it is shown, and always where there is no terminal
}

// progress returns the progress of a step that begins now. With bytes, amounts are shown as sizes.
func (a *app) progress(bytes bool) *progress {
	return &progress{app: a, bytes: bytes, begun: time.Now()}
}

// set shows that done of total is done. A total below 1 is unknown.
func (p *progress) set(stage string, done, total int64) {
	if time.Since(p.begun) < patience || !terminal(p.app.stderr) {
		return
	}
	if p.bar == nil || stage != p.stage || total != p.total {
		p.end()
		p.stage, p.total = stage, total
		if total < 1 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.app.stderr),
			progressbar.OptionSetDescription(stage),
			progressbar.OptionShowBytes(p.bytes),
			progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30),
		)
	}
	// A failure to draw does no harm.
	_ = p.bar.Set64(done)
}

// stages is set, as the progress function of a fit.
func (p *progress) stages(stage string, done, total int) { p.set(stage, int64(done), int64(total)) }

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
