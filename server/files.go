package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// now is the clock of the process; tests and the demo pass another.
func now() time.Time { return time.Now().Add(clockOffset()) }

// openFile opens a file named on the command line; "-" is standard input.
func openFile(name string, in io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(in), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	return f, nil
}

// readBounded reads all, or refuses more than limit bytes.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return b, err
}
