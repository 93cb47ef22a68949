package library

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"kindred/data/store"
)

// archived returns a tar archive of files, by pairs of name and content, and a manifest that fits them.
func archived(tb testing.TB, files ...string) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	b := Backup{Format: backupFormat}
	for i := 0; i < len(files); i += 2 {
		sum := sha256.Sum256([]byte(files[i+1]))
		b.Files = append(b.Files, BackupFile{Name: files[i], Size: int64(len(files[i+1])), SHA256: hex.EncodeToString(sum[:])})
		if err := writeTar(w, files[i], int64(len(files[i+1])), strings.NewReader(files[i+1]), b.Created); err != nil {
			tb.Fatal(err)
		}
	}
	manifest, err := json.Marshal(b)
	if err == nil {
		err = writeTar(w, manifestFile, int64(len(manifest)), bytes.NewReader(manifest), b.Created)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// holed returns an archive with a file of so many bytes, all of them a hole: the archive itself has two kilobytes.
func holed(tb testing.TB, size string) []byte {
	tb.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	err := w.WriteHeader(&tar.Header{
		Name: papersFile, Mode: 0o644, Size: 512, Format: tar.FormatPAX,
		PAXRecords: map[string]string{"XXX.sparse.major": "1", "XXX.sparse.minor": "0", "XXX.sparse.name": papersFile, "XXX.sparse.realsize": size},
	})
	if err == nil {
		_, err = w.Write(append([]byte("0\n"), make([]byte, 510)...))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.ReplaceAll(out.Bytes(), []byte("XXX.sparse"), []byte("GNU.sparse"))
}

// FuzzUnpack restores arbitrary archives: a folder of the files that the manifest names and nothing outside it, or an
// error. What is written is bounded by what is read.
func FuzzUnpack(f *testing.F) {
	f.Add(archived(f, papersFile, "wembel", currentFile, "models/0.model\n"), true)
	f.Add(archived(f, "../escape", "x"), true)
	f.Add(archived(f, "models/../../escape.model", "x"), true)
	f.Add(archived(f), true)
	f.Add(holed(f, "4000000"), true)
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00}, false)
	f.Add([]byte("wembel"), false)
	f.Fuzz(func(t *testing.T, b []byte, pack bool) {
		if len(b) > 1<<20 {
			return
		}
		packed := b
		if pack {
			z, err := zstd.NewWriter(nil)
			if err != nil {
				t.Fatal(err)
			}
			packed = z.EncodeAll(b, nil)
		}
		parent := t.TempDir()
		dir := filepath.Join(parent, "in")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		got, err := unpack(t.Context(), bytes.NewReader(packed), dir)
		var written int64
		if err := filepath.WalkDir(parent, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			info, err := d.Info()
			written += info.Size()
			if rel, _ := filepath.Rel(dir, path); !backupName.MatchString(filepath.ToSlash(rel)) {
				t.Errorf("%s was written", path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if pack && written > int64(len(b)) {
			t.Errorf("%d bytes were written of an archive of %d", written, len(b))
		}
		if err == nil && (got == nil || len(got.Files) == 0) {
			t.Errorf("restored %+v", got)
		}
	})
}

// TestRestoreOfHoles holds that an archive of two kilobytes does not fill the disk.
func TestRestoreOfHoles(t *testing.T) {
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, err = unpack(t.Context(), bytes.NewReader(z.EncodeAll(holed(t, "4000000"), nil)), dir)
	info, missing := os.Stat(filepath.Join(dir, papersFile))
	if err == nil || missing == nil && info.Size() > 4096 {
		t.Errorf("unpacked a hole: %v, %v", info, err)
	}
}

// zeros are as many zero bytes as are asked for.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestRestoreOfBombs holds that an archive of a few kilobytes, whose header says gigabytes and which has them, is refused
// before they are written, and that one of the free size is not.
func TestRestoreOfBombs(t *testing.T) {
	unpacked := func(size int64) (written int64, err error) {
		t.Helper()
		reader, writer := io.Pipe()
		go func() {
			z, err := zstd.NewWriter(writer)
			if err == nil {
				w := tar.NewWriter(z)
				err = writeTar(w, papersFile, size, io.LimitReader(zeros{}, size), time.Time{})
				err = errors.Join(err, w.Close(), z.Close())
			}
			_ = writer.CloseWithError(err)
		}()
		dir := t.TempDir()
		_, err = unpack(t.Context(), reader, dir)
		_ = reader.CloseWithError(io.ErrClosedPipe)
		info, missing := os.Stat(filepath.Join(dir, papersFile))
		if missing != nil {
			t.Fatal(missing)
		}
		return info.Size(), err
	}
	if n, err := unpacked(8 << 30); !errors.Is(err, errBackup) || !strings.Contains(err.Error(), "unpack to more") || n > 2*freeExpansion {
		t.Errorf("%d bytes were written: %v", n, err)
	}
	if n, err := unpacked(freeExpansion / 2); n != freeExpansion/2 || err == nil || !strings.Contains(err.Error(), "no manifest") {
		t.Errorf("%d bytes were written: %v", n, err)
	}
}

// FuzzOrigin reads arbitrary origins of models: one that can be written again and is the same, or an error that names the
// file.
func FuzzOrigin(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"database":"x","papers":3,"seq":9,"fitted":"2026-01-02T03:04:05Z"}`, `{"settings":{}}`, `{"papers":1e99}`, `[`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		model := filepath.Join(t.TempDir(), "0.model")
		if err := os.WriteFile(originFile(model), b, 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := readOrigin(model)
		if err != nil {
			if !strings.Contains(err.Error(), originSuffix) {
				t.Errorf("%v names no file", err)
			}
			return
		}
		if err := o.write(model); err != nil {
			return // a time that JSON has no words for
		}
		again, err := readOrigin(model)
		if err != nil || again.Database != o.Database || again.Papers != o.Papers || again.Seq != o.Seq || !again.Fitted.Equal(o.Fitted) {
			t.Errorf("%+v became %+v: %v", o, again, err)
		}
	})
}

// FuzzEdits reads arbitrary edits of topics from the log of the store: edits, or an error.
func FuzzEdits(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"kind":"rename","topic":1,"label":"tides"}`, `{"kind":"merge","topics":[1,2]}`, `{"kind":7}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		edits, err := decodeEdits([]store.LogEntry{{Value: b}})
		if err == nil && len(edits) != 1 {
			t.Errorf("%d edits", len(edits))
		}
	})
}
