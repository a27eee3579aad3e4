package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Answers takes what customers confirm. Looking changes nothing; only Confirm,
// Stop and Resume write.
type Answers struct {
	Store    Store
	Settings func() Settings
	Keys     Keys
	At       Failpoint

	signs Signs
	shelf shelf
}

// ErrOver is for a survey whose answer window has ended, that was erased, or
// whose ticket is spam, deleted or merged.
var ErrOver = errors.New("the survey is closed")

// Asked is what stands behind a survey link.
type Asked struct {
	Invitation Invitation // but for what only asking needs: see Invitation.Asked
	Survey     Survey     // the version of the invitation
	Response   *Response  // nil before the first answer
	Until      time.Time  // when answering ends; zero while that is not known
}

// Find gives what a link asks: ErrForged for a token not made here, fs.ErrNotExist
// for one that leads nowhere, ErrOver (with what is known) once it is closed.
func (a *Answers) Find(ctx context.Context, token string) (Asked, error) {
	asked, answered, err := a.find(ctx, token)
	if err != nil {
		return asked, err
	}
	if answered {
		r, err := a.Store.GetResponse(ctx, asked.Invitation.ID)
		if err != nil {
			return asked, err
		}
		asked.Response = &r
	}
	return asked, a.open(ctx, asked)
}

// Opened notes how a survey link was opened, should an answer follow. It changes
// nothing that anybody is shown.
func (a *Answers) Opened(ctx context.Context, asked Asked, o Opening) {
	if now, err := a.Store.Now(ctx); err == nil {
		a.signs.Opened(asked.Invitation.ID, o, now)
	}
}

func (a *Answers) find(ctx context.Context, token string) (asked Asked, answered bool, err error) {
	id, err := a.Keys.Open(ToAnswer, token)
	if err != nil {
		return Asked{}, false, err
	}
	i, answered, err := a.Store.GetAsked(ctx, id)
	if err != nil {
		return Asked{}, false, err
	}
	survey, err := a.Version(ctx, i.Survey, i.Version)
	return Asked{Invitation: i, Survey: survey, Until: i.Window(a.Settings().Asking.AnswerWithin)}, answered, err
}

// Version gives a survey as it was at a version, from memory where it was seen before.
func (a *Answers) Version(ctx context.Context, survey string, version int) (Survey, error) {
	return a.shelf.find(ctx, a.Store, survey, version)
}

// open says ErrOver once the window has ended, the person was erased, or the ticket
// came to be in no figure: an answer would count for nothing.
func (a *Answers) open(ctx context.Context, asked Asked) error {
	now, err := a.Store.Now(ctx)
	switch {
	case err != nil:
		return err
	case asked.Invitation.Person == "", asked.Invitation.LeftOut, !asked.Until.IsZero() && now.After(asked.Until):
		return ErrOver
	}
	return nil
}

// Confirm stores an answer and returns once it is durable. Posting the same again
// stores nothing more; another one becomes the answer that counts. *Invalid holds
// what cannot be taken.
func (a *Answers) Confirm(ctx context.Context, token string, form url.Values, language string) (Asked, error) {
	asked, answered, err := a.find(ctx, token)
	if err != nil {
		return asked, err
	}
	if err := a.open(ctx, asked); err != nil {
		return asked, err
	}
	answer, err := a.check(ctx, asked, form, language)
	if err != nil {
		return asked, err
	}
	if answer.At, err = a.Store.Now(ctx); err != nil {
		return asked, err
	}
	answer.Suspect = a.signs.Suspect(asked.Invitation.ID, asked.Invitation.AcceptedAt, answer.At)
	store := a.add
	if answered {
		store = a.change
	}
	err = store(ctx, &asked, answer)
	for errors.Is(err, fs.ErrExist) && ctx.Err() == nil {
		err = a.change(ctx, &asked, answer)
	}
	if err != nil {
		return asked, fmt.Errorf("storing the answer to invitation %s: %w", asked.Invitation.ID, err)
	}
	return asked, a.At.At("K17")
}

// check reads the form by the version of the survey that the customer saw. Where
// there never was such a version, what was typed is still given back.
func (a *Answers) check(ctx context.Context, asked Asked, form url.Values, language string) (Answer, error) {
	survey, key, err := a.seen(ctx, asked.Survey, form["version"])
	if err != nil {
		return Answer{}, err
	}
	values, problems := survey.read(form)
	if key != "" {
		problems = append([]Problem{{Field: "version", Key: key}}, problems...)
	}
	if problems != nil {
		return Answer{}, &Invalid{Problems: problems, Values: values}
	}
	return Answer{Version: survey.Version, Language: language, Values: values}, nil
}

// seen gives the survey in the version that a form names: the one asked where it names
// none or none that there is, with the key of what is wrong.
func (a *Answers) seen(ctx context.Context, asked Survey, posted []string) (survey Survey, problem string, err error) {
	if len(posted) > 1 {
		return asked, "repeated", nil
	}
	if len(posted) == 0 || posted[0] == "" || posted[0] == strconv.Itoa(asked.Version) {
		return asked, "", nil
	}
	version, err := strconv.Atoi(posted[0])
	if err != nil {
		return asked, "unreadable", nil
	}
	survey, err = a.Version(ctx, asked.Name, version)
	if errors.Is(err, fs.ErrNotExist) {
		return asked, "unreadable", nil
	}
	return survey, "", err
}

// add stores the first answer; fs.ErrExist if another came meanwhile.
func (a *Answers) add(ctx context.Context, asked *Asked, answer Answer) error {
	i := asked.Invitation
	t, err := a.Store.GetTicket(ctx, i.Ticket)
	if err != nil {
		return err
	}
	r := Response{
		Invitation: i.ID, Survey: i.Survey, Ticket: i.Ticket, Closing: i.Closing, ClosedAt: i.ClosedAt,
		Customer: i.Customer, Dimensions: i.Dimensions, Agent: t.handled(i.Closing),
	}.with(answer, a.day(i))
	asked.Response = &r
	return a.Store.AddResponse(ctx, r)
}

// change stores a further answer, unless it is the last one again; fs.ErrExist
// asks to look again.
func (a *Answers) change(ctx context.Context, asked *Asked, answer Answer) error {
	r, err := a.Store.GetResponse(ctx, asked.Invitation.ID)
	if err != nil {
		return err
	}
	last := r.Last()
	if last.Version == answer.Version && maps.Equal(last.Values, answer.Values) {
		asked.Response = &r
		return nil
	}
	r = r.with(answer, a.day(asked.Invitation))
	asked.Response = &r
	return a.Store.PutResponse(ctx, r)
}

// day is the one in whose tally the answer counts.
func (a *Answers) day(i Invitation) Day { return DayOf(i.ClosedAt, a.Settings().Zone()) }

// with adds an answer and marks the day to count, and that a follow-up is to be made of
// it or changed by it; the oldest beyond MaxAnswers go.
func (r Response) with(answer Answer, day Day) Response {
	asks := len(answer.reasons()) > 0 || len(r.Answers) > 0 && len(r.Last().reasons()) > 0
	r.FollowUp = r.FollowUp || asks
	r.Answers = append(slices.Clone(r.Answers), answer)
	return r.kept(day)
}

// kept is a response whose answers have changed, as it is stored.
func (r Response) kept(day Day) Response {
	r.Transcribe = r.Transcribe || r.written()
	if extra := len(r.Answers) - MaxAnswers; extra > 0 {
		r.Answers = r.Answers[extra:]
	}
	if !slices.Contains(r.Recount, day) {
		r.Recount = append(slices.Clone(r.Recount), day)
	}
	return r
}

// Stopped says whether the person behind a link gets no more mail; ErrForged for a
// token not made here.
func (a *Answers) Stopped(ctx context.Context, token string) (bool, error) {
	person, err := a.Keys.Open(ToStop, token)
	if err != nil {
		return false, err
	}
	return isSuppressed(ctx, a.Store, person)
}

// Stop ends all mail to the person behind a link, for good. It works for ever and
// as often as it is asked (RFC 8058).
func (a *Answers) Stop(ctx context.Context, token string) error {
	person, err := a.Keys.Open(ToStop, token)
	if err != nil {
		return err
	}
	now, err := a.Store.Now(ctx)
	if err != nil {
		return err
	}
	err = a.Store.AddSuppression(ctx, Suppression{Person: person, Reason: Unsubscribed, At: now})
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Resume takes back what the person stopped themselves; a suppression for another
// reason stands.
func (a *Answers) Resume(ctx context.Context, token string) error {
	person, err := a.Keys.Open(ToStop, token)
	if err != nil {
		return err
	}
	s, err := a.Store.GetSuppression(ctx, person)
	if errors.Is(err, fs.ErrNotExist) || err == nil && s.Reason != Unsubscribed {
		return nil
	}
	if err == nil {
		err = a.Store.RemoveSuppression(ctx, person)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
