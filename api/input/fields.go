package input

import (
	"strconv"

	"kindred/api/problem"
	"kindred/api/scholar"
	"kindred/api/wire"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/readable"
)

// Fields reads which fields of papers are asked for.
func (p *Params) Fields(def wire.Fields) wire.Fields { return fieldsOf(p.List("fields"), def, p.Fail) }

// BodyFields is [Params.Fields] for a list in a body.
func BodyFields(names []string, def wire.Fields) (wire.Fields, error) {
	var wrong problem.Faults
	set := fieldsOf(names, def, wrong.Fail)
	if wrong != nil {
		return 0, problem.Invalid(wrong...)
	}
	return set, nil
}

// fieldsOf returns the fields that names list, def for no names, and calls fail for a name that is none.
func fieldsOf(names []string, def wire.Fields, fail func(name, detail string, args ...any)) wire.Fields {
	if len(names) == 0 {
		return def
	}
	set, unknown := wire.ParseFields(names)
	if unknown != "" {
		fail("fields", "fields holds %q, which no paper has; valid ones are %s.", readable.Clip(unknown, 40), wire.FieldNames())
	}
	return set
}

// Level reads which level of topics is meant, the main one if none is named.
func (p *Params) Level() int {
	s := p.One("level")
	if p.Absent("level", s) {
		return topic.Main
	}
	for name, level := range wire.Levels {
		if s == name || s == strconv.Itoa(level) {
			return level
		}
	}
	p.Fail("level", "level is %q; it must be fields, topics or subtopics, or their numbers 1, 0, -1.", readable.Clip(s, 40))
	return topic.Main
}

// Topic reads the id of one side of a comparison, 0 where it is none.
func (p *Params) Topic(name string) int {
	s := p.One(name)
	id, err := strconv.Atoi(s)
	if err != nil || id < 1 {
		p.Fail(name, "%s is %q; it must be the id of a topic.", name, readable.Clip(s, 40))
		return 0
	}
	return id
}

// Dates reads a range of dates; see [scholar.Dates].
func (p *Params) Dates(name string) (after, before data.Date) {
	return p.dateRange(name, scholar.Dates, "a date or a range of dates such as 2016-03-05:2020-06, each YYYY, YYYY-MM or YYYY-MM-DD")
}

// Years reads a year or a range of years; see [scholar.Years].
func (p *Params) Years(name string) (after, before data.Date) {
	return p.dateRange(name, scholar.Years, "a year of four digits or a range of years such as 2016-2020")
}

func (p *Params) dateRange(name string, read func(string) (after, before data.Date, ok bool), want string) (after, before data.Date) {
	s := p.One(name)
	after, before, ok := read(s)
	if !ok {
		p.Fail(name, "%s is %q; it must be %s.", name, readable.Clip(s, 40), want)
	}
	return after, before
}
