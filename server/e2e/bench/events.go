package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// events is what a helpdesk posts: each event is the closing of another ticket of
// another customer.
type events struct {
	next   atomic.Int64
	closed time.Time // when the tickets were closed
	prefix string
}

// post posts one; it is accepted once it is durable.
func (e *events) post(w *wire) error {
	status, err := w.post("/hooks/"+source, "application/json", "Authorization: Bearer "+bearer+"\r\n", e.body(e.next.Add(1)))
	return expect(http.StatusAccepted, status, err)
}

func (e *events) body(n int64) string {
	at := func(before time.Duration) string { return e.closed.Add(-before).UTC().Format(time.RFC3339) }
	return fmt.Sprintf(`{"id": "%[1]s-%[2]d", "number": "%[2]d", "status": "closed", "subject": "Facture en double",
 "team": "billing", "category": "invoice", "product": "shop", "channel": "email", "tags": [], "agent": "u-17",
 "opened_at": "%[3]s", "first_reply_at": "%[4]s", "closed_at": "%[5]s", "updated_at": "%[5]s", "contacts": 2, "merged_into": "",
 "customer": {"email": "%[1]s-%[2]d@example.net", "name": "Lina Roche", "language": "fr"}}`,
		e.prefix, n, at(50*time.Hour), at(49*time.Hour), at(0))
}
