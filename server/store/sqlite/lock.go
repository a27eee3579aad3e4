package sqlite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"
)

// Lock reserves the store at path for one serve until it is closed or the process
// ends, however it ends. A second one gets an error, fs.ErrExist, that names the
// first. Commands work beside serve and do not lock.
func Lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the store: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, served(fmt.Sprintf("the store %s is served by %s", path, holder(f)))
		}
		return nil, fmt.Errorf("locking the store %s: %w", path, err)
	}
	if err := sign(f); err != nil {
		return nil, errors.Join(fmt.Errorf("locking the store %s: %w", path, err), f.Close())
	}
	return f, nil
}

// served is fs.ErrExist in words for the operator.
type served string

func (s served) Error() string        { return string(s) }
func (s served) Is(target error) bool { return target == fs.ErrExist }

// sign leaves the process's number in the lock file for the next to read; the
// file's own time then tells since when.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(f, os.Getpid())
	return err
}

// holder says who signed. The signature may be missing for an instant after the
// lock was taken.
func holder(f *os.File) string {
	pid, err := io.ReadAll(io.LimitReader(f, 20))
	info, failed := f.Stat()
	if err != nil || failed != nil || len(pid) == 0 {
		return "another process"
	}
	return fmt.Sprintf("process %s since %s", strings.TrimSpace(string(pid)), info.ModTime().Format(time.DateTime))
}
