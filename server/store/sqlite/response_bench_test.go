package sqlite

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

// BenchmarkAnswer is what one customer's answer costs the store: a look at the
// invitation, a look for an earlier response, and keeping the new one.
func BenchmarkAnswer(b *testing.B) {
	for _, customers := range []int{1, 64} {
		b.Run(fmt.Sprint("customers=", customers), func(b *testing.B) {
			s, err := Open(b.Context(), filepath.Join(b.TempDir(), "store.db"), time.Now)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			if err := s.AddInvitation(b.Context(), surveys.Invitation{ID: "asked", State: surveys.Sent, ClosedAt: time.Now()}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			var n atomic.Int64
			var g sync.WaitGroup
			for range customers {
				g.Go(func() {
					for n.Add(1) <= int64(b.N) {
						if err := respond(b, s); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			g.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
		})
	}
}

func respond(b *testing.B, s *Store) error {
	id := rand.Text()
	if _, err := s.GetInvitation(b.Context(), "asked"); err != nil {
		return err
	}
	if _, err := s.GetResponse(b.Context(), id); err == nil {
		return fmt.Errorf("%s has answered before", id)
	}
	now := time.Now()
	return s.AddResponse(b.Context(), surveys.Response{
		Invitation: id, Survey: surveys.AfterHandling, Ticket: surveys.TicketKey{Source: "desk", ID: id}, Closing: 1, ClosedAt: now,
		Customer:   id,
		Dimensions: surveys.Dimensions{Team: "billing", Category: "invoice", Product: "shop", Channel: "email", Language: "fr"},
		Answers: []surveys.Answer{{At: now, Version: 1, Language: "fr", Values: map[string]string{
			"delay": "4", "listening": "5", "resolved": "yes", "recommend": "9", "comment": "Réponse claire, mais il a fallu relancer deux fois.",
		}}},
		Recount: []surveys.Day{surveys.DayOf(now, time.UTC)},
	})
}
