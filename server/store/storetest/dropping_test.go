package storetest

import (
	"context"
	"reflect"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/surveys"
)

// dropping is a store that forgets one field of one kind of record.
type dropping struct {
	store.Store
	record  reflect.Type
	verb    string
	path    []int
	dropped *bool
}

func drop[R any](d *dropping, verb string, r R) R {
	if verb == d.verb && d.record == reflect.TypeFor[R]() {
		clearAt(reflect.ValueOf(&r).Elem(), d.path)
		*d.dropped = true
	}
	return r
}

func (d *dropping) AddEvent(ctx context.Context, e surveys.Event) error {
	return d.Store.AddEvent(ctx, drop(d, "add", e))
}

func (d *dropping) PutEvent(ctx context.Context, e surveys.Event) error {
	return d.Store.PutEvent(ctx, drop(d, "put", e))
}

func (d *dropping) AddRefusal(ctx context.Context, r surveys.Refusal) error {
	return d.Store.AddRefusal(ctx, drop(d, "add", r))
}

func (d *dropping) AddTicket(ctx context.Context, k surveys.Ticket) error {
	return d.Store.AddTicket(ctx, drop(d, "add", k))
}

func (d *dropping) PutTicket(ctx context.Context, k surveys.Ticket) error {
	return d.Store.PutTicket(ctx, drop(d, "put", k))
}

func (d *dropping) AddInvitation(ctx context.Context, i surveys.Invitation) error {
	return d.Store.AddInvitation(ctx, drop(d, "add", i))
}

func (d *dropping) PutInvitation(ctx context.Context, i surveys.Invitation) error {
	return d.Store.PutInvitation(ctx, drop(d, "put", i))
}

func (d *dropping) AddResponse(ctx context.Context, r surveys.Response) error {
	return d.Store.AddResponse(ctx, drop(d, "add", r))
}

func (d *dropping) PutResponse(ctx context.Context, r surveys.Response) error {
	return d.Store.PutResponse(ctx, drop(d, "put", r))
}

func (d *dropping) AddCustomer(ctx context.Context, c surveys.Customer) error {
	return d.Store.AddCustomer(ctx, drop(d, "add", c))
}

func (d *dropping) PutCustomer(ctx context.Context, c surveys.Customer) error {
	return d.Store.PutCustomer(ctx, drop(d, "put", c))
}

func (d *dropping) AddSuppression(ctx context.Context, p surveys.Suppression) error {
	return d.Store.AddSuppression(ctx, drop(d, "add", p))
}

func (d *dropping) AddReservation(ctx context.Context, r surveys.Reservation) error {
	return d.Store.AddReservation(ctx, drop(d, "add", r))
}

func (d *dropping) PutReservation(ctx context.Context, r surveys.Reservation) error {
	return d.Store.PutReservation(ctx, drop(d, "put", r))
}

func (d *dropping) AddErrand(ctx context.Context, e surveys.Errand) error {
	return d.Store.AddErrand(ctx, drop(d, "add", e))
}

func (d *dropping) PutErrand(ctx context.Context, e surveys.Errand) error {
	return d.Store.PutErrand(ctx, drop(d, "put", e))
}

func (d *dropping) AddSurvey(ctx context.Context, v surveys.Survey) error {
	return d.Store.AddSurvey(ctx, drop(d, "add", v))
}

func (d *dropping) PutSurvey(ctx context.Context, v surveys.Survey) error {
	return d.Store.PutSurvey(ctx, drop(d, "put", v))
}

func (d *dropping) AddProposal(ctx context.Context, p surveys.Proposal) error {
	return d.Store.AddProposal(ctx, drop(d, "add", p))
}

func (d *dropping) PutProposal(ctx context.Context, p surveys.Proposal) error {
	return d.Store.PutProposal(ctx, drop(d, "put", p))
}

func (d *dropping) AddFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return d.Store.AddFollowUp(ctx, drop(d, "add", f))
}

func (d *dropping) PutFollowUp(ctx context.Context, f surveys.FollowUp) error {
	return d.Store.PutFollowUp(ctx, drop(d, "put", f))
}

func (d *dropping) AddSettings(ctx context.Context, c surveys.SettingsChange) error {
	return d.Store.AddSettings(ctx, drop(d, "add", c))
}

func (d *dropping) AddEdition(ctx context.Context, e reports.Edition) error {
	return d.Store.AddEdition(ctx, drop(d, "add", e))
}

func (d *dropping) AddOutlook(ctx context.Context, o reports.Outlook) error {
	return d.Store.AddOutlook(ctx, drop(d, "add", o))
}

func (d *dropping) AddAction(ctx context.Context, a reports.Action) error {
	return d.Store.AddAction(ctx, drop(d, "add", a))
}

func (d *dropping) PutAction(ctx context.Context, a reports.Action) error {
	return d.Store.PutAction(ctx, drop(d, "put", a))
}

func (d *dropping) AddVoice(ctx context.Context, v reports.Voice) error {
	return d.Store.AddVoice(ctx, drop(d, "add", v))
}

func (d *dropping) PutVoice(ctx context.Context, v reports.Voice) error {
	return d.Store.PutVoice(ctx, drop(d, "put", v))
}

func (d *dropping) PutTally(ctx context.Context, y reports.Tally) error {
	if y.Rev == 0 {
		return d.Store.PutTally(ctx, drop(d, "add", y))
	}
	return d.Store.PutTally(ctx, drop(d, "put", y))
}

func (d *dropping) AddPerson(ctx context.Context, p auth.Person) error {
	return d.Store.AddPerson(ctx, drop(d, "add", p))
}

func (d *dropping) PutPerson(ctx context.Context, p auth.Person) error {
	return d.Store.PutPerson(ctx, drop(d, "put", p))
}

func (d *dropping) AddSession(ctx context.Context, o auth.Session) error {
	return d.Store.AddSession(ctx, drop(d, "add", o))
}

func (d *dropping) PutSession(ctx context.Context, o auth.Session) error {
	return d.Store.PutSession(ctx, drop(d, "put", o))
}

func (d *dropping) AddPass(ctx context.Context, p auth.Pass) error {
	return d.Store.AddPass(ctx, drop(d, "add", p))
}

func (d *dropping) PutPass(ctx context.Context, p auth.Pass) error {
	return d.Store.PutPass(ctx, drop(d, "put", p))
}

func (d *dropping) AddTrace(ctx context.Context, t auth.Trace) error {
	return d.Store.AddTrace(ctx, drop(d, "add", t))
}
