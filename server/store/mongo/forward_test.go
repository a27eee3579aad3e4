package mongo

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/entendu/entendu/server/store/storetest"
	"github.com/entendu/entendu/surveys"
)

func TestForwardOnFerretDB(t *testing.T) { bringsForward(t, onFerret(t)) }

func TestForwardOnMongoDB(t *testing.T) {
	needMongo(t)
	bringsForward(t, onMongo(t))
}

// bringsForward: a database of an Entendu that did not keep the newer fields is found by
// them once it was opened, and written by nobody else's rev.
func bringsForward(t *testing.T, open storetest.Open) {
	t.Parallel()
	opened := func() *Store {
		s, err := open()
		if err != nil {
			t.Fatal(err)
		}
		return s.(*Store)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s, ctx, at := opened(), t.Context(), time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	key := surveys.TicketKey{Source: "desk", ID: "1"}
	must(s.AddTicket(ctx, surveys.Ticket{TicketKey: key, Person: "p", Subject: "x", Agent: "u-1", OpenedAt: at, UpdatedAt: at, Closings: []surveys.Closing{{N: 1, At: at}}}))
	must(s.AddInvitation(ctx, surveys.Invitation{ID: "i", Ticket: key, Closing: 1, ClosedAt: at, OpenedAt: at, Agent: "u-1"}))
	must(s.AddResponse(ctx, surveys.Response{Invitation: "i", Ticket: key, Closing: 1, ClosedAt: at, Agent: "u-1", Answers: []surveys.Answer{{At: at}}}))
	for collection, fields := range map[string]bson.D{
		tickets: {{Key: "named", Value: ""}}, invitations: {{Key: "opened_at", Value: ""}, {Key: "agent", Value: ""}},
		responses: {{Key: "agent", Value: ""}, {Key: "desk", Value: ""}, {Key: "desk_order", Value: ""}},
	} {
		_, err := s.in(collection).UpdateMany(ctx, bson.D{}, bson.D{{Key: "$unset", Value: fields}})
		must(err)
	}
	must(s.PutSlot(ctx, forwarded, ""))
	if found, err := s.FindResponsesOf(ctx, "desk", "u-1", time.Time{}, "", 5); err != nil || len(found) != 0 {
		t.Fatalf("the database is not as an older one: %v %v", found, err)
	}
	must(s.Close())

	s = opened()
	defer s.Close()
	named := 0
	for _, err := range s.TicketsNamed(ctx, at.AddDate(1, 0, 0)) {
		must(err)
		named++
	}
	i, err := s.GetInvitation(ctx, "i")
	must(err)
	answers, err := s.FindResponsesOf(ctx, "desk", "u-1", time.Time{}, "", 5)
	must(err)
	if named != 1 || !i.OpenedAt.Equal(at) || i.Agent != "u-1" || i.Rev != 1 || len(answers) != 1 || answers[0].Rev != 1 {
		t.Errorf("%d tickets named, invitation %+v, answers %+v", named, i, answers)
	}
}
