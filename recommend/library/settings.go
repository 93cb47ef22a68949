package library

import (
	"fmt"
	"strings"

	"kindred/classifier"
)

// Settings are the choices of a fit that later fits of the folder go on with. The zero value is the default. They are
// kept beside the model, so that they outlive a model that can no longer be read.
type Settings struct {
	Topics    int    `json:"topics,omitempty"`    // number of topics; 0 chooses it from the papers
	Dims      int    `json:"dims,omitempty"`      // latent dimensions learned from the papers; 0 is the default
	Seed      uint64 `json:"seed,omitempty"`      // of the random numbers
	NoBase    bool   `json:"no_base,omitempty"`   // without the base model
	NoMap     bool   `json:"no_map,omitempty"`    // without a map
	Weighting string `json:"weighting,omitempty"` // "", or "nlp-tfidf"
	TopicsBy  string `json:"topics_by,omitempty"` // "", or "lda"
}

// custom is the name of a stage that an embedding program passed in [classifier.Options]. A later fit of another
// process cannot go on with it.
const custom = "custom"

// Validate reports a setting that no fit can have.
func (s Settings) Validate() error {
	switch {
	case s.Topics < 0:
		return fmt.Errorf("topics %d: want 1 or more, or 0 to have the number chosen", s.Topics)
	case s.Dims < 0:
		return fmt.Errorf("dims %d: want 1 or more, or 0 for the default", s.Dims)
	case s.Weighting != "" && s.Weighting != "nlp-tfidf":
		return fmt.Errorf("weighting %q: want kindred or nlp-tfidf", s.Weighting)
	case s.TopicsBy != "" && s.TopicsBy != "lda":
		return fmt.Errorf("topics by %q: want kindred or lda", s.TopicsBy)
	}
	return nil
}

// String returns the settings that are not the default ones, as the flags of kindred fit; "" if there are none.
func (s Settings) String() string {
	var out []string
	flag := func(given bool, format string, value ...any) {
		if given {
			out = append(out, fmt.Sprintf(format, value...))
		}
	}
	flag(s.Topics != 0, "--topics %d", s.Topics)
	flag(s.Dims != 0, "--dims %d", s.Dims)
	flag(s.Seed != 0, "--seed %d", s.Seed)
	flag(s.NoBase, "--base none")
	flag(s.NoMap, "--no-map")
	flag(s.Weighting != "", "--weighting %s", s.Weighting)
	flag(s.TopicsBy != "", "--topics-by %s", s.TopicsBy)
	return strings.Join(out, " ")
}

// apply sets the options that the settings speak of.
func (s Settings) apply(opt *classifier.Options) {
	opt.Topics, opt.Dims, opt.Seed, opt.NoBase, opt.NoMap = s.Topics, s.Dims, s.Seed, s.NoBase, s.NoMap
	opt.Weighting, opt.TopicStage = nil, nil
	if s.Weighting != "" {
		opt.Weighting = classifier.PlainTFIDF()
	}
	if s.TopicsBy != "" {
		opt.TopicStage = classifier.LDA
	}
}

// settingsOf returns the settings that options amount to.
func settingsOf(opt *classifier.Options) Settings {
	s := Settings{Topics: opt.Topics, Dims: opt.Dims, Seed: opt.Seed, NoBase: opt.NoBase, NoMap: opt.NoMap}
	if opt.Weighting != nil {
		s.Weighting = custom
	}
	if opt.TopicStage != nil {
		s.TopicsBy = custom
	}
	return s
}

// settings returns those of the fit before, the default where none are on file. A stage that only the program knew
// that made the model is replaced by the default one, with a warning.
func (l *Library) settings() (Settings, error) {
	path, err := l.folder.named()
	if err != nil {
		return Settings{}, nil //nolint:nilerr // there is no fit to go on with
	}
	o, err := readOrigin(path)
	if err != nil || o == nil || o.Settings == nil {
		return Settings{}, err
	}
	s := *o.Settings
	for _, stage := range []*string{&s.Weighting, &s.TopicsBy} {
		if *stage == custom {
			l.log.Warn("the model was fitted with a stage of another program; the default one takes its place")
			*stage = ""
		}
	}
	if err := s.Validate(); err != nil {
		return Settings{}, fmt.Errorf("%s: %w: remove it", originFile(path), err)
	}
	return s, nil
}
