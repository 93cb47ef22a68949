package readable

import (
	"strings"
	"testing"
)

func TestTrimCopyright(t *testing.T) {
	const text = "We measure the flow of grains in a tilted drum."
	for _, notice := range []string{
		"© 2019, ZYLO Union.",
		"© 2019 Great Grain Press Ltd. All rights reserved.",
		"© 2019 Grain B.V. All rights reserved.",
		"© 2019 The Author(s).",
		"© The Authors 2019. Published by Grain & Sons on behalf of the Drum Society.",
		"© 2019. Published by The Company of Drums Ltd.",
		"©2019 Grain Periodicals, Inc. J. Drum Sci. 32: 1–10, 2019",
		"Copyright 2019 by Grain Press.",
		"Copyright © 2019 the authors",
		"Copyright (c) 2019 Grain Society. Licensee GDPI, Basel, Switzerland. This article is an open access article distributed under the terms of the CC BY license (http://creativecommons.org/licenses/by/4.0/).",
		"(C) 2019 Academic Grain",
		"(c)2001 Grain Communications, Inc.",
		"© 2008 Trommel et al, publisher and licensee Grain Press Ltd",
		"© Grain Science+Drum Media, LLC 2010.",
		"(c) 2001 Grain Science Ltd.",
		"Published by Grain Ltd.",
		"All rights reserved.",
		"Crown Copyright © 2019 Published by Grain Ltd. All rights reserved.",
		"(PsycINFO Database Record (c) 2019 DPA, all rights reserved)",
		"© 2019 Körner Verlag GmbH & Co. KG, München",
		"© 2019 Éditions du Tambour. Tous droits réservés.",
		"© 2018 Grain Ltd. © 2019 Drum Union.",
	} {
		if got := TrimCopyright(text + " " + notice); got != text {
			t.Errorf("with %q at the end the text reads %q", notice, got)
		}
		if got := TrimCopyright(notice); got != "" && strings.HasSuffix(notice, ".") {
			t.Errorf("%q alone leaves %q", notice, got)
		}
	}
	for _, notice := range []string{"© 2019 GEEE.", "© 1963-2012 GEEE.", "Copyright © 2019 GEEE. All rights reserved.", "© 2019 Grain B.V. All rights reserved.", "© 2019 by the authors."} {
		if got := TrimCopyright(notice + " " + text); got != text {
			t.Errorf("with %q at the beginning the text reads %q", notice, got)
		}
	}
	if got := TrimCopyright("© 2014 GEEE." + text); got != text {
		t.Errorf("without a space after the notice the text reads %q", got)
	}
}

// TestSentencesWithTheSignStay holds that what is more than a notice stays as it is.
func TestSentencesWithTheSignStay(t *testing.T) {
	for _, s := range []string{
		"We sell grains under the mark DRUM© and ask who buys them.",
		"Copyright law protects drums.",
		"Copyright 2019 reforms changed what libraries may copy.",
		"We compare three drums: (a) small, (b) tilted and (c) 2019 models.",
		"We ask what © 2019 means to readers of a journal.",
		"All rights reserved for kings were abolished in 1848 by decree of the assembly.",
		"Published by amateurs, these maps are older than the press.",
		"The notice © 2019 is shown. We ask why nobody reads it.",
		"Who owns the copyright?",
		"© and ® are signs that readers overlook.",
		"© 2019 was printed on every page, and we ask why.",
	} {
		if got := TrimCopyright(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

func TestTrimAbstract(t *testing.T) {
	for in, want := range map[string]string{
		"Summary. We tilt drums.":                                     "We tilt drums.",
		"SUMMARY: We tilt drums.":                                     "We tilt drums.",
		"Summary statistics of drums.":                                "Summary statistics of drums.",
		"Abstract: © 2019 GEEE. We tilt drums.":                       "We tilt drums.",
		"© 2019 GEEE. Abstract: We tilt drums. © 2019 GEEE":           "We tilt drums.",
		"ABSTRACT: We tilt drums. © 2019 Grain. All rights reserved.": "We tilt drums.",
		"Summary evaluation is hard.":                                 "Summary evaluation is hard.",
	} {
		got := TrimAbstract(in)
		if got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
		if again := TrimAbstract(got); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	}
}

func FuzzTrimAbstract(f *testing.F) {
	f.Add("We tilt drums. © 2019, ZYLO Union. All rights reserved.")
	f.Add("© 2019 GEEE.We tilt (c) 2019 Copyright 2019 Published by X.")
	f.Fuzz(func(t *testing.T, s string) {
		got := TrimAbstract(s)
		if !strings.Contains(s, got) {
			t.Errorf("%q becomes %q, which is no part of it", s, got)
		}
		if again := TrimAbstract(got); again != got {
			t.Errorf("%q becomes %q, then %q", s, got, again)
		}
	})
}
