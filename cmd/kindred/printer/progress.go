package printer

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// patience is the time that a step may take before a progress bar appears.
const patience = time.Second

// Progress shows the progress of a step on a stream, if that is a terminal and the step takes longer than patience. It is
// for one goroutine.
type Progress struct {
	w     io.Writer
	begun time.Time
	bytes bool
	stage string
	total int64
	bar   *progressbar.ProgressBar // nil until it is shown, and always where there is no terminal
}

// NewProgress returns the progress of a step that begins now. With bytes, amounts are shown as sizes.
func NewProgress(w io.Writer, bytes bool) *Progress {
	return &Progress{w: w, bytes: bytes, begun: time.Now()}
}

// Terminal reports whether w is a terminal.
func Terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Set shows that done of total is done. A total below 1 is unknown.
func (p *Progress) Set(stage string, done, total int64) {
	if time.Since(p.begun) < patience || !Terminal(p.w) {
		return
	}
	if p.bar == nil || stage != p.stage || total != p.total {
		p.End()
		p.stage, p.total = stage, total
		if total < 1 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.w),
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

// Stages is Set, as the progress function of a fit.
func (p *Progress) Stages(stage string, done, total int) { p.Set(stage, int64(done), int64(total)) }

// End removes the bar.
func (p *Progress) End() {
	if p.bar != nil {
		_ = p.bar.Clear()
		p.bar = nil
	}
}
