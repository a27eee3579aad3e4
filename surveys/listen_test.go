package surveys_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

// listener reads reports that are written as JSON in their normal form.
func (h *house) listener() *surveys.Listener {
	return &surveys.Listener{Store: h.store, Settings: h.inForce, Keys: h.keys, Salt: salt, Log: silent(), Read: readPlainly}
}

func readPlainly(e surveys.Event, s surveys.Source) (all []surveys.Feedback, err error) {
	if err := json.Unmarshal(e.Body, &all); err != nil {
		return nil, &surveys.Unreadable{What: "not a report"}
	}
	if s.Kind != e.Kind {
		return nil, errors.New("not the kind at receipt")
	}
	return all, nil
}

// report keeps one event of a mail service.
func (h *house) report(delivery string, all ...surveys.Feedback) string {
	h.Helper()
	body, err := json.Marshal(all)
	h.must(err)
	return h.arrive(delivery, string(body))
}

func (h *house) arrive(delivery, body string) string {
	h.Helper()
	e := surveys.Event{
		ID: surveys.EventID("mail", delivery, nil, h.clock.Now()), Source: "mail", Kind: "plain",
		ReceivedAt: h.clock.Now(), Body: []byte(body), State: surveys.ToHear,
	}
	if err := h.store.AddEvent(h.Context(), e); err != nil && !taken(err) {
		h.Fatalf("%v", err)
	}
	return e.ID
}

func (h *house) listen(l *surveys.Listener) {
	h.Helper()
	_, err := l.Pass(h.Context())
	h.must(err)
}

// mailed keeps an invitation that a server took an hour ago, its reminder due in
// three days, and the reservation of its person.
func (h *house) mailed(ticket, email string) surveys.Invitation {
	h.Helper()
	now := h.clock.Now()
	i := surveys.Invitation{
		ID: idOf(ticket, 1), Survey: surveys.AfterHandling, Version: 1, Ticket: key(ticket), Closing: 1, ClosedAt: now.Add(-day),
		MadeAt: now.Add(-day), Customer: "c" + ticket, Person: personOf(email), State: surveys.Sent,
		MailedAt: now.Add(-hour), AcceptedAt: now.Add(-hour), Reminder: surveys.Reminder{DueAt: now.Add(3 * day)}, Rev: 1,
	}
	h.must(h.store.AddInvitation(h.Context(), i))
	h.must(h.store.AddReservation(h.Context(), surveys.Reservation{Person: i.Person, Holder: i.ID, Until: now.Add(30 * day)}))
	return i
}

// names are the three that a mail of an invitation may be known by.
func (h *house) names(i surveys.Invitation) (mail, reminder, path string) {
	return "inv." + h.keys.Sign(surveys.ToName, i.ID), "rem." + h.keys.Sign(surveys.ToRemind, i.ID), "bounce+" + h.keys.SignFolded(surveys.ToBounce, i.ID)
}

// reason is why a person is not written to, "" if they are.
func (h *house) reason(person string) string {
	h.Helper()
	s, err := h.store.GetSuppression(h.Context(), person)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		h.Fatalf("%v", err)
	}
	return s.Reason
}

func TestListenerDrawsTheConsequence(t *testing.T) {
	h := open(t)
	const stamp = "2026-03-02T07:59:00.000Z "
	at := monday.Add(-minute)
	for n, test := range []struct {
		kind     surveys.FeedbackKind
		by       string // mail, reminder, path, PATH or address
		reply    string
		reason   string
		bounce   surveys.Bounce
		reminder bool
		recount  bool
	}{
		{surveys.HardBounce, "mail", "550 5.1.1 no such user", surveys.Bounced, surveys.Bounce{At: monday, Reply: stamp + "hard 550 5.1.1 no such user"}, false, true},
		{surveys.HardBounce, "reminder", "", surveys.Bounced, surveys.Bounce{At: monday, Reply: stamp + "hard"}, false, true},
		{surveys.HardBounce, "path", "550", surveys.Bounced, surveys.Bounce{At: monday, Reply: stamp + "hard 550"}, false, true},
		{surveys.HardBounce, "PATH", "550", surveys.Bounced, surveys.Bounce{At: monday, Reply: stamp + "hard 550"}, false, true},
		{surveys.HardBounce, "address", "550", surveys.Bounced, surveys.Bounce{At: monday, Reply: stamp + "hard 550"}, false, true},
		{surveys.SoftBounce, "mail", "452 4.2.2\r\n full", "", surveys.Bounce{Reply: stamp + "soft 452 4.2.2 full", Soft: 1}, true, false},
		{surveys.SoftBounce, "address", "452", "", surveys.Bounce{Reply: stamp + "soft 452", Soft: 1}, true, false},
		{surveys.Complaint, "path", "abuse", surveys.Complained, surveys.Bounce{Reply: stamp + "complaint abuse"}, false, false},
		{surveys.Complaint, "address", "abuse", surveys.Complained, surveys.Bounce{Reply: stamp + "complaint abuse"}, false, false},
		{surveys.OptedOut, "mail", "", surveys.Unsubscribed, surveys.Bounce{Reply: stamp + "opted_out"}, false, false},
	} {
		t.Run(fmt.Sprint(test.kind, " by ", test.by), func(t *testing.T) {
			id := fmt.Sprint("t", n)
			email := id + "@example.net"
			i := h.mailed(id, email)
			f := surveys.Feedback{Kind: test.kind, Reply: test.reply, At: at}
			mail, reminder, path := h.names(i)
			switch test.by {
			case "address":
				f.Address = "  " + strings.ToUpper(email)
			case "PATH":
				f.Name = strings.ToUpper(path)
			default:
				f.Name = map[string]string{"mail": mail, "reminder": reminder, "path": path}[test.by]
			}
			event := h.report(id, f)
			h.listen(h.listener())
			got := h.invitation(id, 1)
			if diff := cmp.Diff(test.bounce, got.Bounce); diff != "" {
				t.Errorf("bounce (-want +got)\n%s", diff)
			}
			if got.Reminder.DueAt.IsZero() == test.reminder || (len(got.Recount) > 0) != test.recount {
				t.Errorf("reminder due %v, to recount %v", got.Reminder.DueAt, got.Recount)
			}
			if r := h.reason(i.Person); r != test.reason {
				t.Errorf("suppressed for %q, want %q", r, test.reason)
			}
			if e := h.event(event); e.State != surveys.Applied || e.Note != "" {
				t.Errorf("the event is %s: %s", e.State, e.Note)
			}
		})
	}
}

// TestListenerRefusesForgeries: a name that was not signed here changes nothing, be
// it told by whom it may; the true reports beside it count.
func TestListenerRefusesForgeries(t *testing.T) {
	h := open(t)
	i, other := h.mailed("1", "lina@example.net"), h.mailed("2", "noe@example.net")
	mail, reminder, path := h.names(i)
	stranger := surveys.NewKeys("another house altogether")
	var all []surveys.Feedback
	for _, name := range []string{
		"inv." + stranger.Sign(surveys.ToName, i.ID), "rem." + mail[4:], "inv." + reminder[4:], "inv." + h.keys.Sign(surveys.ToAnswer, i.ID),
		"bounce+" + stranger.SignFolded(surveys.ToBounce, i.ID), path[:len(path)-1], mail[4:], i.ID, "inv.", "bounce+", "somebody", strings.ToUpper(mail),
	} {
		all = append(all, surveys.Feedback{Kind: surveys.HardBounce, Name: name, Address: "lina@example.net", At: monday})
	}
	forged := h.report("forged", all...)
	_, _, true2 := h.names(other)
	mixed := h.report("mixed", all[0], surveys.Feedback{Kind: surveys.HardBounce, Name: true2, At: monday})
	h.listen(h.listener())
	if got := h.invitation("1", 1); !cmp.Equal(got, i) || h.reason(i.Person) != "" {
		t.Errorf("a forgery changed %+v, suppressed for %q", got, h.reason(i.Person))
	}
	if e := h.event(forged); e.State != surveys.NotUnderstood || !strings.HasPrefix(e.Note, "12 of 12 reports") {
		t.Errorf("%s: %s", e.State, e.Note)
	}
	if e := h.event(mixed); e.State != surveys.NotUnderstood || !strings.HasPrefix(e.Note, "1 of 2 reports") || h.reason(other.Person) != surveys.Bounced {
		t.Errorf("%s: %s", e.State, e.Note)
	}
}

// TestListenerKnowsWhatItDoesNotKnow: reports that lead nowhere are done with.
func TestListenerKnowsWhatItDoesNotKnow(t *testing.T) {
	h := open(t)
	nobody := surveys.Invitation{ID: idOf("gone", 1)}
	mail, _, _ := h.names(nobody)
	h.must(h.store.AddReservation(t.Context(), surveys.Reservation{Person: personOf("held@example.net"), Holder: nobody.ID, Until: monday}))
	for body, want := range map[string]struct {
		state  surveys.EventState
		person string
	}{
		`[]`:                {surveys.Applied, ""},
		`not JSON`:          {surveys.NotUnderstood, ""},
		`[{"Kind":"hard"}]`: {surveys.Applied, ""},
		`[{"Kind":"hard","Address":"not an address"}]`:                      {surveys.Applied, ""},
		`[{"Kind":"hard","Name":"` + mail + `"}]`:                           {surveys.Applied, ""},
		`[{"Kind":"hard","Name":"` + mail + `","Address":"a@example.net"}]`: {surveys.Applied, "a@example.net"},
		`[{"Kind":"complaint","Address":"never-a-customer@example.net"}]`:   {surveys.Applied, "never-a-customer@example.net"},
		`[{"Kind":"hard","Address":"held@example.net"}]`:                    {surveys.Applied, "held@example.net"},
		`[{"Kind":"soft","Address":"softly@example.net"}]`:                  {surveys.Applied, ""},
	} {
		id := h.arrive(body, body)
		h.listen(h.listener())
		if e := h.event(id); e.State != want.state || (e.Note != "") != (want.state == surveys.NotUnderstood) {
			t.Errorf("%s: %s %q", body, e.State, e.Note)
		}
		if want.person != "" && h.reason(personOf(want.person)) == "" {
			t.Errorf("%s: is still written to", body)
		}
	}
	if h.reason(personOf("softly@example.net")) != "" {
		t.Error("a soft bounce suppressed somebody")
	}
}

// TestFirstReasonStands: who is suppressed stays so, for the reason that came first.
func TestFirstReasonStands(t *testing.T) {
	for _, first := range []string{surveys.Unsubscribed, surveys.Bounced, surveys.Complained, surveys.Forgotten, surveys.ByHand} {
		h := open(t)
		i := h.mailed("1", "lina@example.net")
		want := surveys.Suppression{Person: i.Person, Reason: first, At: monday.Add(-day)}
		h.must(h.store.AddSuppression(t.Context(), want))
		_, _, path := h.names(i)
		h.report("1", surveys.Feedback{Kind: surveys.Complaint, Name: path}, surveys.Feedback{Kind: surveys.HardBounce, Name: path})
		h.listen(h.listener())
		if got, err := h.store.GetSuppression(t.Context(), i.Person); err != nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	}
}

// TestListenerWaitsForTheSender: what a Sender has in hand is not written to, so that
// the outcome of the mail is kept, but the person is suppressed at once.
func TestListenerWaitsForTheSender(t *testing.T) {
	for name, hold := range map[string]func(*surveys.Invitation){
		"claimed":                    func(i *surveys.Invitation) { i.State = surveys.Claimed },
		"claimed and expired":        func(i *surveys.Invitation) { i.State, i.LeaseUntil = surveys.Claimed, monday.Add(-hour) },
		"sent, its reminder in hand": func(i *surveys.Invitation) { i.Owner, i.LeaseUntil = "first", monday.Add(minute) },
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			i := h.mailed("1", "lina@example.net")
			hold(&i)
			h.must(h.store.PutInvitation(t.Context(), i))
			i.Rev++
			mail, _, _ := h.names(i)
			id := h.report("1", surveys.Feedback{Kind: surveys.HardBounce, Name: mail})
			l := h.listener()
			h.listen(l)
			if got := h.invitation("1", 1); !cmp.Equal(got, i) || h.event(id).State != surveys.ToHear || h.reason(i.Person) != surveys.Bounced {
				t.Fatalf("%+v, the event is %s", got, h.event(id).State)
			}
			i.State, i.Owner, i.LeaseUntil = surveys.Sent, "", time.Time{}
			h.must(h.store.PutInvitation(t.Context(), i))
			h.listen(l)
			if got := h.invitation("1", 1); !got.Bounce.At.Equal(monday) || h.event(id).State != surveys.Applied {
				t.Errorf("%+v, the event is %s", got.Bounce, h.event(id).State)
			}
		})
	}
}

// failing is the real store, of which some writes fail as told.
type failing struct {
	surveys.Store
	put   func(surveys.Invitation) error
	clear func(surveys.Event) error
}

func (f failing) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	if f.put != nil {
		if err := f.put(i); err != nil {
			return err
		}
	}
	return f.Store.PutInvitation(ctx, i)
}

func (f failing) PutEvent(ctx context.Context, e surveys.Event) error {
	if f.clear != nil {
		if err := f.clear(e); err != nil {
			return err
		}
	}
	return f.Store.PutEvent(ctx, e)
}

// TestStuckReportsStarveNobody: two batches that cannot be heard stand before one
// that can.
func TestStuckReportsStarveNobody(t *testing.T) {
	h := open(t)
	bad, good := h.mailed("1", "lina@example.net"), h.mailed("2", "noe@example.net")
	mail, _, _ := h.names(bad)
	for n := range 130 {
		h.report(fmt.Sprint(n), surveys.Feedback{Kind: surveys.SoftBounce, Name: mail})
	}
	h.clock.pass(minute)
	mail, _, _ = h.names(good)
	last := h.report("last", surveys.Feedback{Kind: surveys.HardBounce, Name: mail})
	l := h.listener()
	l.Store = failing{Store: h.store, put: func(i surveys.Invitation) error {
		if i.ID == bad.ID {
			return errKilled
		}
		return nil
	}}
	for range 3 {
		if _, err := l.Pass(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("Pass = %v; want the store's error", err)
		}
	}
	if e := h.event(last); e.State != surveys.Applied || h.reason(good.Person) != surveys.Bounced {
		t.Errorf("the last event is %s", e.State)
	}
}

// TestKilledListenerCountsOnce: dying between the effect and the clearing of the
// mark, however often, leaves what hearing once does.
func TestKilledListenerCountsOnce(t *testing.T) {
	h := open(t)
	i := h.mailed("1", "lina@example.net")
	mail, _, _ := h.names(i)
	h.report("1", surveys.Feedback{Kind: surveys.SoftBounce, Name: mail, Reply: "452 full"}, surveys.Feedback{Kind: surveys.SoftBounce, Name: mail, Reply: "451 later"})
	l := h.listener()
	l.Store = failing{Store: h.store, clear: func(surveys.Event) error { return errKilled }}
	for range 3 {
		if _, err := l.Pass(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("Pass = %v; want to be killed", err)
		}
	}
	first := h.invitation("1", 1)
	h.listen(h.listener())
	if got := h.invitation("1", 1); got.Bounce.Soft != 2 || !cmp.Equal(got, first) {
		t.Errorf("%+v, first %+v", got.Bounce, first.Bounce)
	}
}

// TestReportsAreBounded: a mail storm does not swell an invitation.
func TestReportsAreBounded(t *testing.T) {
	h := open(t)
	i := h.mailed("1", "lina@example.net")
	mail, _, _ := h.names(i)
	var all []surveys.Feedback
	for n := range 50 {
		all = append(all, surveys.Feedback{Kind: surveys.SoftBounce, Name: mail, At: monday.Add(time.Duration(n) * minute)})
	}
	h.report("storm", append(all, surveys.Feedback{Kind: surveys.HardBounce, Name: mail})...)
	h.listen(h.listener())
	if b := h.invitation("1", 1).Bounce; b.Soft != 20 || strings.Count(b.Reply, "\n") != 19 || b.At.IsZero() {
		t.Errorf("%+v", b)
	}
}

// outcome is what reports leave behind and no order of theirs may change: all but
// when it was learnt, and which of two reasons came first.
type outcome struct {
	Bounced, Reminded, Suppressed bool
	Reply                         string
	Soft                          int
}

func (h *house) outcome(ticket string) outcome {
	i := h.invitation(ticket, 1)
	return outcome{!i.Bounce.At.IsZero(), !i.Reminder.DueAt.IsZero(), h.reason(i.Person) != "", i.Bounce.Reply, i.Bounce.Soft}
}

// TestReportsInAnyOrder: told in another order, several times, in other events, heard
// by two Listeners that die, the same reports end the same.
func TestReportsInAnyOrder(t *testing.T) {
	checks(t, "12")
	rapid.Check(t, func(rt *rapid.T) {
		h := openIn(rt, t.TempDir())
		beside := h.beside(h.clock)
		tickets := []string{"1", "2", "3"}
		var straight, crooked []surveys.Feedback
		for range rapid.IntRange(1, 12).Draw(rt, "reports") {
			ticket := rapid.SampledFrom(tickets).Draw(rt, "ticket")
			f := surveys.Feedback{
				Kind:  rapid.SampledFrom([]surveys.FeedbackKind{surveys.HardBounce, surveys.SoftBounce, surveys.SoftBounce, surveys.SoftBounce, surveys.Complaint, surveys.OptedOut}).Draw(rt, "kind"),
				Reply: rapid.SampledFrom([]string{"452 full", "451 later"}).Draw(rt, "reply"),
				At:    monday.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "at")) * minute),
			}
			way := rapid.IntRange(0, 3).Draw(rt, "way")
			straight, crooked = append(straight, h.addressed(f, "a"+ticket, way)), append(crooked, h.addressed(f, "b"+ticket, way))
		}
		for _, ticket := range tickets {
			h.mailed("a"+ticket, "a"+ticket+"@example.net")
			h.mailed("b"+ticket, "b"+ticket+"@example.net")
		}
		for n, f := range straight {
			h.report(fmt.Sprint("a", n), f)
			h.listen(h.listener())
		}
		again := rapid.SliceOfN(rapid.SampledFrom(crooked), 0, 12).Draw(rt, "again")
		for n, f := range rapid.Permutation(append(again, crooked...)).Draw(rt, "order") {
			h.report(fmt.Sprint("b", n/rapid.IntRange(1, 3).Draw(rt, "together")), f)
			h.report(fmt.Sprint("b alone", n), f)
			dying := h.listener()
			dying.Store = failing{Store: beside, clear: func(surveys.Event) error { return errKilled }}
			together(2, func(who int) { []*surveys.Listener{h.listener(), dying}[who].Pass(rt.Context()) })
		}
		h.listen(h.listener())
		for _, ticket := range tickets {
			if diff := cmp.Diff(h.outcome("a"+ticket), h.outcome("b"+ticket)); diff != "" {
				rt.Errorf("ticket %s (-straight +crooked)\n%s", ticket, diff)
			}
		}
	})
}

// addressed is a report about a ticket's mail, known in one of four ways.
func (h *house) addressed(f surveys.Feedback, ticket string, way int) surveys.Feedback {
	mail, reminder, path := h.names(surveys.Invitation{ID: idOf(ticket, 1)})
	if way == 3 {
		f.Address = ticket + "@example.net"
	} else {
		f.Name = []string{mail, reminder, path}[way]
	}
	return f
}

// TestReportHeardFiftyTimes at once, as many events of as many deliveries.
func TestReportHeardFiftyTimes(t *testing.T) {
	h := open(t)
	i := h.mailed("1", "lina@example.net")
	mail, _, _ := h.names(i)
	stores := []surveys.Store{h.store, h.beside(h.clock)}
	f := surveys.Feedback{Kind: surveys.SoftBounce, Name: mail, Reply: "452 full", At: monday}
	together(50, func(n int) {
		h.report(fmt.Sprint(n%5), f)
		l := h.listener()
		l.Store = stores[n%2]
		if _, err := l.Pass(t.Context()); err != nil {
			t.Errorf("hearing %d: %v", n, err)
		}
	})
	h.listen(h.listener())
	if b := h.invitation("1", 1); b.Bounce.Soft != 1 || b.Rev != 2 {
		t.Errorf("%+v at revision %d", b.Bounce, b.Rev)
	}
	if left, err := h.store.FindEvents(t.Context(), surveys.ToHear, 10); err != nil || len(left) > 0 {
		t.Errorf("%d events are still marked, %v", len(left), err)
	}
}
