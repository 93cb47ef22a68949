package text

// Stop reports that a folded word is a stop word: a function word of English. Those of another language are stop words
// in texts of that language, see textLanguage.
func Stop(word string) bool { return functionWord(word)&english != 0 }
