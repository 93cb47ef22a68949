package atomicfile

// SyncDir does nothing: NTFS keeps a journal of its directories, and Windows refuses to flush one.
func SyncDir(string) error { return nil }
