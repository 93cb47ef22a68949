package library

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"kindred/atomicfile"
	"kindred/data"
	"kindred/data/store"
)

// A backup is a tar archive, compressed with zstd: the store as of one moment, the current model with what belongs to
// it, CURRENT, and at its end the manifest, which has the size and the SHA-256 of each file. An archive without
// manifest is not whole.
const (
	manifestFile  = "manifest.json"
	backupFormat  = 1
	maxManifest   = 1 << 20 // bytes
	restoringMark = ".restoring-"
	backingMark   = ".kindred-backup-"
)

// backupName matches the names of files that a backup may hold. No other is ever written by a restore.
var backupName = regexp.MustCompile(`^(papers\.db|CURRENT|models/[A-Za-z0-9._-]+\.(model|origin\.json|folded))$`)

// Backup describes a backup.
type Backup struct {
	Format  int          `json:"format"`
	Created time.Time    `json:"created"`
	Papers  int          `json:"papers"`
	Seq     int64        `json:"seq"`             // highest sequence number of the store
	Model   string       `json:"model,omitempty"` // version of the model; "" without one
	Files   []BackupFile `json:"files"`
}

// Size returns the size of the files in bytes.
func (b *Backup) Size() (n int64) {
	for _, f := range b.Files {
		n += f.Size
	}
	return n
}

// BackupFile is one file of a backup.
type BackupFile struct {
	Name   string `json:"name"` // within the data folder
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Backup writes the folder to a file at out, which appears when it is complete. It may run beside a server and a fit.
// The store is copied beside out first, so there must be room for it. An existing file is not replaced.
func (f Folder) Backup(ctx context.Context, out string) (_ *Backup, err error) {
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("back up to %s: %w: the file is there already: choose another name", out, data.ErrInvalid)
	}
	st, err := f.OpenStore(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	// The model comes first: a store that is newer than its model only has papers to be folded in.
	model, err := f.openModel()
	if err != nil {
		return nil, err
	}
	defer model.close()
	scratch, err := newScratch(filepath.Dir(out), backingMark)
	if err != nil {
		return nil, fmt.Errorf("back up to %s: %w", out, err)
	}
	defer func() { err = errors.Join(err, scratch.remove()) }()
	copied := filepath.Join(scratch.path, papersFile)
	if err := st.CopyTo(ctx, copied); err != nil {
		return nil, err
	}
	b := &Backup{Format: backupFormat, Created: time.Now().UTC().Truncate(time.Second), Model: model.version}
	if err := b.count(ctx, copied); err != nil {
		return nil, err
	}
	db, err := os.Open(copied)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	aside := filepath.Join(scratch.path, "backup")
	pending, err := atomicfile.Create(aside, 0o600) // it has the hashes of keys
	if err != nil {
		return nil, fmt.Errorf("back up to %s: %w", out, err)
	}
	defer pending.Abandon() // no effect once the file is in place
	z, err := zstd.NewWriter(pending, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(z)
	files := append([]backupSource{{papersFile, db}}, model.files...)
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.add(w, file.name, file.f); err != nil {
			return nil, fmt.Errorf("back up to %s: %w", out, err)
		}
	}
	manifest, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := writeTar(w, manifestFile, int64(len(manifest)), bytes.NewReader(manifest), b.Created); err != nil {
		return nil, fmt.Errorf("back up to %s: %w", out, err)
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		return nil, fmt.Errorf("back up to %s: %w", out, err)
	}
	if err := errors.Join(pending.Commit(), os.Rename(aside, out)); err != nil {
		return nil, fmt.Errorf("back up to %s: %w", out, err)
	}
	return b, atomicfile.SyncDir(filepath.Dir(out))
}

// count notes what the copy of the store holds.
func (b *Backup) count(ctx context.Context, db string) (err error) {
	st, err := store.Open(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	stats, err := st.Stats(ctx)
	b.Papers, b.Seq = stats.Papers, stats.Seq
	return err
}

// backupSource is an open file and its name in the data folder.
type backupSource struct {
	name string
	f    *os.File
}

// modelFiles are the files of the current model, open, so that a fit that removes them meanwhile does no harm.
type modelFiles struct {
	version string
	files   []backupSource
}

func (m *modelFiles) close() {
	for _, s := range m.files {
		s.f.Close() // they were only read from
	}
}

// openModel opens the files of the current model, none where there is no usable model.
func (f Folder) openModel() (*modelFiles, error) {
	for range 10 { // a fit may replace the model between two steps
		current, err := f.Current()
		if errors.Is(err, ErrNoModel) || errors.Is(err, errUnusable) {
			return &modelFiles{}, nil
		}
		if err != nil {
			return nil, err
		}
		m := &modelFiles{version: strings.TrimSuffix(filepath.Base(current), modelSuffix)}
		missing := false
		for _, name := range []string{current, originFile(current), foldFile(current), f.Path(currentFile)} {
			file, err := os.Open(name)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				missing = missing || name == current
			case err != nil:
				m.close()
				return nil, err
			default:
				rel, err := filepath.Rel(string(f), name)
				if err != nil {
					m.close()
					return nil, err
				}
				m.files = append(m.files, backupSource{filepath.ToSlash(rel), file})
			}
		}
		if now, err := f.Current(); err == nil && now == current && !missing {
			return m, nil
		}
		m.close()
	}
	return nil, fmt.Errorf("the model of %s changes again and again: wait for the fits to end", string(f))
}

// add writes a file as it is now: a fold file may grow meanwhile.
func (b *Backup) add(w *tar.Writer, name string, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	sum := sha256.New()
	if err := writeTar(w, name, info.Size(), io.TeeReader(f, sum), info.ModTime()); err != nil {
		return err
	}
	b.Files = append(b.Files, BackupFile{Name: name, Size: info.Size(), SHA256: hex.EncodeToString(sum.Sum(nil))})
	return nil
}

func writeTar(w *tar.Writer, name string, size int64, r io.Reader, modified time.Time) error {
	err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: size, ModTime: modified.Truncate(time.Second), Format: tar.FormatPAX})
	if err == nil {
		_, err = io.CopyN(w, r, size)
	}
	return err
}

// Restore makes the folder from a backup. The folder must not exist, or be empty. Either it is whole afterwards, or
// there is none.
func (f Folder) Restore(ctx context.Context, backup string) (_ *Backup, err error) {
	if entries, err := os.ReadDir(string(f)); err == nil && len(entries) > 0 {
		return nil, fmt.Errorf("restore to %s: %w: the folder is not empty: move it away, or name another one (--data DIR)", string(f), data.ErrInvalid)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	in, err := os.Open(backup)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	target := filepath.Clean(string(f))
	if err := MakeDir(filepath.Dir(target)); err != nil {
		return nil, err
	}
	scratch, err := newScratch(filepath.Dir(target), "."+filepath.Base(target)+restoringMark)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, scratch.remove()) }() // no effect once it has its name
	b, err := unpack(ctx, in, scratch.path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", backup, err)
	}
	st, err := Folder(scratch.path).OpenStore(ctx)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", backup, err)
	}
	if err := errors.Join(st.Check(ctx), st.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", backup, err)
	}
	if err := errors.Join(os.Chmod(scratch.path, 0o755), scratch.release()); err != nil {
		return nil, err
	}
	if err := os.Remove(target); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder
		return nil, err
	}
	if err := os.Rename(scratch.path, target); err != nil {
		return nil, err
	}
	return b, atomicfile.SyncDir(filepath.Dir(target))
}

// errBackup is a file that is no backup, or not a whole one.
var errBackup = errors.New("is not a whole backup: take another one")

// unpack writes the files of a backup to a folder and compares them with the manifest.
func unpack(ctx context.Context, r io.Reader, dir string) (*Backup, error) {
	packed := &counter{r: r}
	z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBackup, err)
	}
	defer z.Close()
	archive := tar.NewReader(&expansion{from: packed, r: z})
	found := map[string]BackupFile{}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h, err := archive.Next()
		if err == io.EOF {
			return nil, fmt.Errorf("%w: it has no manifest", errBackup)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errBackup, err)
		}
		if h.Name == manifestFile {
			break
		}
		if h.Typeflag != tar.TypeReg || sparse(h) || !backupName.MatchString(h.Name) || found[h.Name].Name != "" {
			return nil, fmt.Errorf("%w: it holds %q", errBackup, h.Name)
		}
		file, err := unpackFile(archive, dir, h.Name)
		if err != nil {
			return nil, err
		}
		found[h.Name] = file
	}
	var b Backup
	text, err := io.ReadAll(io.LimitReader(archive, maxManifest))
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: its manifest cannot be read: %w", errBackup, err)
	}
	if b.Format > backupFormat {
		return nil, fmt.Errorf("%w: backup of format %d, made by a newer release: update kindred", data.ErrInvalid, b.Format)
	}
	for _, want := range b.Files {
		if found[want.Name] != want {
			return nil, fmt.Errorf("%w: %s is not what the manifest says", errBackup, want.Name)
		}
		delete(found, want.Name)
	}
	if len(found) > 0 || len(b.Files) == 0 {
		return nil, fmt.Errorf("%w: files and manifest differ", errBackup)
	}
	return &b, nil
}

// sparse reports whether a file has holes, which a few bytes of an archive can make as large as a disk. A backup has none.
func sparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// unpackFile writes and syncs one file.
func unpackFile(r io.Reader, dir, name string) (_ BackupFile, err error) {
	to := filepath.Join(dir, filepath.FromSlash(name))
	if path.Dir(name) != "." {
		if err := MakeDir(filepath.Dir(to)); err != nil {
			return BackupFile{}, err
		}
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return BackupFile{}, err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), r)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zstd.ErrCRCMismatch) {
		err = fmt.Errorf("%w: %w", errBackup, err)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return BackupFile{}, fmt.Errorf("unpack %s: %w", name, err)
	}
	return BackupFile{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}
