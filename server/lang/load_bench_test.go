package lang

import (
	"testing"

	"github.com/entendu/entendu/static"
)

// Every language is read before the first request is answered.
func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(static.Lang()); err != nil {
			b.Fatal(err)
		}
	}
}
