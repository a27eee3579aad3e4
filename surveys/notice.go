package surveys

import (
	"cmp"
	"slices"
	"time"
)

// Notice is what one message of a helpdesk says of one ticket, before it is
// applied. What it leaves zero was not said and changes nothing.
type Notice struct {
	ID      string
	Number  string
	Subject string
	Status  Status // "" where Vendor could not be translated
	Vendor  string // the helpdesk's own word for the status, for "not understood"
	Dimensions
	Tags         []string // nil is "not said", empty is "none"
	Agent        string
	OpenedAt     time.Time
	FirstReplyAt time.Time
	ClosedAt     time.Time // zero: the time of the event
	UpdatedAt    time.Time // never zero: intake falls back on the time of receipt
	Contacts     int
	MergedInto   string
	Customer     Contact
	Quiet        bool // an import without --ask: a closing that begins is Quiet
	Whole        bool // the ticket as its helpdesk keeps it, not an event: also an older one says what nobody told
}

// Contact is how a helpdesk names a customer. It reaches the store only as a
// Customer.
type Contact struct {
	Email    string
	Name     string
	Timezone string // IANA name, "" if the helpdesk did not tell one we know
	Ref      string // the helpdesk's id of the person, where it tells no address
}

// Apply gives the ticket as it is after a notice, and whether that differs. An
// older notice than the one known changes nothing, unless it is Whole: then it only
// adds what no later one said; of two with the same time the one whose status stands
// later in Statuses is applied last.
func (t Ticket) Apply(n Notice, who Customer, learnt time.Time, s Settings) (Ticket, bool) {
	before := t
	switch outdated := t.outdates(n); {
	case outdated && !n.Whole:
		return t, false
	case outdated:
		t.complete(n, who)
	default:
		t.tell(n, who)
		t.UpdatedAt = Moment(n.UpdatedAt)
		t.move(n, Moment(learnt))
	}
	if before.Rev == 0 && len(t.Transitions) == 0 { // not understood, and known from now on
		t.Transitions = []Transition{{LearntAt: Moment(learnt)}}
	}
	if t.Promise == 0 && before.OpenedAt.IsZero() {
		t.Promise = s.PromiseFor(t.Category, t.OpenedAt)
	}
	if t.Rev > 0 && t.same(before) {
		return before, false
	}
	t.remember(before, Moment(learnt))
	t.Settle = t.Settle || t.needsSettling(before)
	t.Recount = t.daysTouched(before, s.Zone())
	return t, true
}

// order compares two notices of a ticket: by the helpdesk's time, then by the order
// of Statuses.
func (n Notice) order(other Notice) int {
	return cmp.Or(Moment(n.UpdatedAt).Compare(Moment(other.UpdatedAt)), cmp.Compare(rank(n.Status), rank(other.Status)))
}

// outdates says that what is known is newer than a notice.
func (t Ticket) outdates(n Notice) bool {
	return t.Rev > 0 && n.order(Notice{UpdatedAt: t.UpdatedAt, Status: t.Status}) < 0
}

// complete takes over from an older notice what is not known yet, as if the notices
// had come in order. The subject is left out: it may have been cut on purpose.
func (t *Ticket) complete(n Notice, who Customer) {
	older := Ticket{TicketKey: t.TicketKey, Number: t.Number}
	older.tell(n, who)
	fill(&t.Team, older.Team)
	fill(&t.Category, older.Category)
	fill(&t.Product, older.Product)
	fill(&t.Channel, older.Channel)
	fill(&t.Language, older.Language)
	fill(&t.Agent, older.Agent)
	fill(&t.MergedInto, older.MergedInto)
	take(&t.Customer, older.Customer) // the Applier says whether this one may come in
	take(&t.Person, older.Person)
	fill(&t.Contacts, older.Contacts)
	if t.Number == t.ID {
		t.Number = older.Number
	}
	if t.Tags == nil {
		t.Tags = older.Tags
	}
	if t.OpenedAt.IsZero() {
		t.OpenedAt = older.OpenedAt
	}
	if t.FirstReplyAt.IsZero() {
		t.FirstReplyAt = older.FirstReplyAt
	}
}

// fill sets what is unknown.
func fill[T comparable](field *T, said T) {
	var unknown T
	if *field == unknown {
		*field = said
	}
}

// tell takes over what the notice says and leaves what it does not.
func (t *Ticket) tell(n Notice, who Customer) {
	take(&t.Number, n.Number)
	if t.Number == "" {
		t.Number = t.ID
	}
	take(&t.Subject, n.Subject)
	take(&t.Team, n.Team)
	take(&t.Category, n.Category)
	take(&t.Product, n.Product)
	take(&t.Channel, n.Channel)
	take(&t.Language, n.Language)
	take(&t.Agent, n.Agent)
	take(&t.MergedInto, n.MergedInto)
	take(&t.Customer, who.ID)
	take(&t.Person, who.Person)
	if n.Tags != nil {
		t.Tags = slices.Clone(n.Tags)
	}
	if n.Contacts > 0 {
		t.Contacts = n.Contacts
	}
	if !n.OpenedAt.IsZero() {
		t.OpenedAt = Moment(n.OpenedAt)
	}
	if !n.FirstReplyAt.IsZero() {
		t.FirstReplyAt = Moment(n.FirstReplyAt)
	}
}

func take(field *string, said string) {
	if said != "" {
		*field = said
	}
}

// move records a change of status and what it does to the closings. A status that
// was not understood changes nothing.
func (t *Ticket) move(n Notice, learnt time.Time) {
	if n.Status == "" || n.Status == t.Status {
		return
	}
	at, misdated := Moment(n.UpdatedAt), false
	begins := n.Status.Handled() && !t.Status.Handled()
	if begins {
		at, misdated = t.closedAt(n, learnt)
	}
	t.Status = n.Status
	t.Transitions = append(slices.Clone(t.Transitions), Transition{Status: n.Status, At: at, LearntAt: learnt})
	t.Closings = slices.Clone(t.Closings)
	last := len(t.Closings) - 1
	stands := last >= 0 && t.Closings[last].EndedAt.IsZero()
	switch {
	case begins && !stands:
		t.Closings = append(t.Closings, Closing{N: last + 2, At: at, LearntAt: learnt, Quiet: n.Quiet, Misdated: misdated})
	case n.Status.Active() && stands:
		t.Closings[last].EndedAt = at
	}
}

// closedAt is when a closing begins: as told, else by the time of the event. A time
// before the last change is that of an earlier closing, told again.
func (t *Ticket) closedAt(n Notice, learnt time.Time) (at time.Time, misdated bool) {
	at, closed := Moment(n.UpdatedAt), Moment(n.ClosedAt)
	switch {
	case closed.IsZero():
	case Misdated(closed, t.OpenedAt, learnt):
		return at, true
	case !closed.Before(t.since()):
		at = closed
	}
	return at, Misdated(at, t.OpenedAt, learnt)
}

// since is when the ticket came to its status; zero if it has none.
func (t Ticket) since() time.Time {
	if len(t.Transitions) == 0 || t.Status == "" {
		return time.Time{}
	}
	return t.Transitions[len(t.Transitions)-1].At
}

// same compares what a notice can change.
func (t Ticket) same(o Ticket) bool {
	return t.Status == o.Status && t.Number == o.Number && t.Subject == o.Subject && t.Dimensions == o.Dimensions &&
		slices.Equal(t.Tags, o.Tags) && t.Agent == o.Agent && t.OpenedAt.Equal(o.OpenedAt) &&
		t.FirstReplyAt.Equal(o.FirstReplyAt) && t.UpdatedAt.Equal(o.UpdatedAt) && t.Contacts == o.Contacts &&
		t.MergedInto == o.MergedInto && t.Customer == o.Customer && t.Promise == o.Promise
}

// needsSettling says whether the change bears on an invitation: a closing began or
// ended, the ticket came to be left out, or came back, or somebody else asked.
func (t Ticket) needsSettling(before Ticket) bool {
	return !slices.Equal(t.Closings, before.Closings) || t.LeftOut() != before.LeftOut() ||
		t.Person != before.Person && len(t.Closings) > 0
}

// daysTouched are the days to recount: that of the opening as it was and as it is.
func (t Ticket) daysTouched(before Ticket, zone *time.Location) []Day {
	days := slices.Clone(t.Recount)
	for _, opened := range []time.Time{before.OpenedAt, t.OpenedAt} {
		if day := DayOf(opened, zone); day != "" && !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	return days
}

func rank(s Status) int { return slices.Index(Statuses(), s) }
