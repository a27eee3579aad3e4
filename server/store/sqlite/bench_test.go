package sqlite

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// letters is about the shape of an event: a random id, a time, 200 bytes.
const letters = `CREATE TABLE letters (n INTEGER PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX letters_id ON letters (id);
CREATE INDEX letters_at ON letters (at);`

// BenchmarkGroupCommit compares one row a commit with what many writers get who
// share commits; "times" is the ratio, both sides measured in this run.
func BenchmarkGroupCommit(b *testing.B) {
	alone := 0.0
	for _, writers := range []int{1, 2, 8, 64, 256} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			s, err := open(b.Context(), filepath.Join(b.TempDir(), "store.db"), []string{letters})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			b.ResetTimer()
			fill(b, s, writers)
			rate := float64(b.N) / b.Elapsed().Seconds()
			if writers == 1 {
				alone = rate
			}
			b.ReportMetric(rate, "rows/s")
			b.ReportMetric(rate/alone, "times")
		})
	}
}

// fill writes b.N rows by so many writers at once.
func fill(b *testing.B, s *Store, writers int) {
	body := strings.Repeat("x", 200)
	var n atomic.Int64
	var g sync.WaitGroup
	for range writers {
		g.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				if err := s.write(b.Context(), "INSERT INTO letters VALUES (?, ?, ?, ?)", i, rand.Text(), i, body); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	g.Wait()
}
