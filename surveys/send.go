package surveys

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"
)

// Sender hands due invitations to the Mailer. It may be killed between any two
// lines, and several may work on one store: an attempt is in the store before the
// dialogue begins, so that what it might have done is known, and each write
// compares the Rev that the claim made, so that a late owner's is refused.
type Sender struct {
	Store    Store
	Mailer   Mailer
	Settings func() Settings
	Keys     Keys
	Owner    string // this instance, for people who look at the row
	Log      *slog.Logger
	At       Failpoint
	Wake     <-chan struct{}
}

const (
	// sendBatch bounds one claim's range.
	sendBatch = 32
	// Lease is how long a claim holds; a whole dialogue fits well within.
	Lease = 2 * time.Minute
	// retryAfter is the wait after a temporary refusal.
	retryAfter = 15 * time.Minute
	// doubtAfter is the wait before the one retry of an attempt of unknown outcome:
	// the time a server may take to answer the final dot (RFC 5321 4.5.3.2.6).
	doubtAfter = 10 * time.Minute
	// giveUpAfter is how long after the first attempt mail is given up.
	giveUpAfter = 48 * time.Hour
	// finishWithin bounds what is stored before a dialogue, and what is after it,
	// which a process that is to stop still does.
	finishWithin = 10 * time.Second
)

// Run sends until ctx ends; a dialogue under way is brought to its end.
func (s *Sender) Run(ctx context.Context) error {
	return Work(ctx, s.Log, "sender", time.Second, s.Wake, s.Pass)
}

// Pass sends one batch of due invitations; more says that another may be due.
func (s *Sender) Pass(ctx context.Context) (more bool, err error) {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return false, err
	}
	due, err := s.Store.FindDueInvitations(ctx, now, sendBatch)
	if err != nil {
		return false, err
	}
	// No more at once than there are connections: a letter that waits for one would
	// leave long after its last look.
	lanes := max(1, s.Settings().Mail.Connections)
	err = inLanes(ctx, lanes, sequences(due, func(i Invitation) string { return i.Person }), s.send)
	return len(due) == sendBatch, err
}

// send takes one due invitation as far as it goes. Losing a compare-and-set means
// that somebody else has it: nothing is left to do here.
func (s *Sender) send(ctx context.Context, i Invitation) error {
	if ctx.Err() != nil {
		return nil
	}
	err := s.attempt(ctx, &i)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sending invitation %s: %w", i.ID, err)
	}
	return nil
}

// attempt claims an invitation and brings it to rest, even while the process is
// told to stop: one that is left claimed would wait for its lease, and a recorded
// attempt without a dialogue would count as one of unknown outcome.
func (s *Sender) attempt(ctx context.Context, i *Invitation) error {
	steady, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	now, err := s.Store.Now(steady)
	if err != nil {
		return err
	}
	if done, err := s.claim(steady, i, now); done || err != nil {
		return err
	}
	to, code, err := s.lastLook(steady, *i, now)
	if err != nil {
		return err
	}
	if code != "" {
		*i = i.skip(code, now).marked(s.Settings().Zone())
		return s.put(steady, i)
	}
	if ctx.Err() != nil {
		i.State, i.Owner, i.LeaseUntil = Waiting, "", time.Time{}
		return s.put(steady, i)
	}
	if err := s.record(steady, i, now); err != nil {
		return err
	}
	return s.deliver(ctx, i, to)
}

// claim makes the invitation this Sender's until the lease ends. An invitation
// whose last attempt is of unknown outcome is not tried before doubtAfter, and at
// most once more.
func (s *Sender) claim(ctx context.Context, i *Invitation, now time.Time) (done bool, err error) {
	if n := len(i.Attempts); n > 0 && i.Attempts[n-1].Outcome == Unknown {
		again := i.Attempts[n-1].At.Add(doubtAfter)
		switch {
		case i.UnknownAttempts(FirstMail) > 1:
			*i = i.skip(Failed, now).marked(s.Settings().Zone())
			return true, s.put(ctx, i)
		case now.Before(again):
			i.State, i.DueAt, i.Owner, i.LeaseUntil = Waiting, again, "", time.Time{}
			return true, s.put(ctx, i)
		}
	}
	i.State, i.Owner, i.LeaseUntil = Claimed, s.Owner, now.Add(Lease)
	if err := s.put(ctx, i); err != nil {
		return true, err
	}
	return false, s.At.At("K8")
}

// lastLook is the look between the claim and the dialogue: is there still somebody
// to ask, and may we?
func (s *Sender) lastLook(ctx context.Context, i Invitation, now time.Time) (to Customer, code Skip, err error) {
	a := s.Settings().Asking
	switch {
	case !i.MailedAt.IsZero() && now.After(i.MailedAt.Add(giveUpAfter)):
		return to, Failed, nil
	case !a.TooOld.Off() && now.After(a.TooOld.After(a.Delay.After(i.ClosedAt))):
		return to, Expired, nil
	}
	suppressed, err := isSuppressed(ctx, s.Store, i.Person)
	if err != nil || suppressed {
		return to, Suppressed, err
	}
	t, err := s.Store.GetTicket(ctx, i.Ticket)
	if err != nil {
		return to, "", err
	}
	if code := t.standing(i.Closing); code != "" {
		return to, code, nil
	}
	to, err = s.Store.GetCustomer(ctx, i.Person)
	if errors.Is(err, fs.ErrNotExist) {
		return to, Erased, nil
	}
	if err != nil {
		return to, "", err
	}
	rested, err := s.reserve(ctx, i, now)
	if err == nil && !rested {
		code = Rest
	}
	return to, code, err
}

// standing says why a closing is no longer to be asked about, or "".
func (t Ticket) standing(closing int) Skip {
	switch {
	case t.LeftOut():
		return Tag
	case closing > len(t.Closings) || !t.Closings[closing-1].EndedAt.IsZero():
		return WasReopened
	default:
		return ""
	}
}

// record keeps the attempt before its dialogue begins.
func (s *Sender) record(ctx context.Context, i *Invitation, now time.Time) error {
	if i.MailedAt.IsZero() {
		i.MailedAt = now.Truncate(time.Second) // a Date header has no finer time
	}
	i.Attempts = append(slices.Clone(i.Attempts), Attempt{At: now, Outcome: Unknown})
	i.LeaseUntil = now.Add(Lease)
	if err := s.put(ctx, i); err != nil {
		return err
	}
	return s.At.At("K9")
}

// deliver lets the Mailer carry the letter and stores how it ended, even while the
// process is told to stop.
func (s *Sender) deliver(ctx context.Context, i *Invitation, to Customer) error {
	dialogue, cancel := context.WithTimeout(ctx, Lease-15*time.Second)
	defer cancel()
	c := s.Mailer.Carry(dialogue, s.letter(*i, to))
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	return s.finish(finish, i, c.Outcome, c.Reply)
}

func (s *Sender) letter(i Invitation, to Customer) Letter {
	settings := s.Settings()
	survey, _ := FindSurvey(i.Survey, i.Version)
	language := i.Language
	if language == "" {
		language = to.Language
	}
	return Letter{
		Invitation: i, Survey: survey, Language: settings.LanguageFor(language), To: to.Address, Name: to.Name,
		Organisation: settings.Organisation, Date: i.MailedAt,
		AnswerToken: s.Keys.Sign(ToAnswer, i.ID), StopToken: s.Keys.Sign(ToStop, i.Person),
		MessageName: "inv." + s.Keys.Sign(ToName, i.ID),
		Controller:  settings.Privacy.Controller, Keep: settings.Privacy.Answers,
	}
}

// finish stores the outcome of the last attempt and what follows from it.
func (s *Sender) finish(ctx context.Context, i *Invitation, outcome Outcome, reply string) error {
	now, err := s.Store.Now(ctx)
	if err != nil {
		return err
	}
	last := &i.Attempts[len(i.Attempts)-1]
	last.Outcome, last.Reply = outcome, reply
	i.State, i.Owner, i.LeaseUntil = Waiting, "", time.Time{}
	switch {
	case outcome == Accepted:
		i.State, i.AcceptedAt = Sent, now
	case outcome == Unknown && i.UnknownAttempts(FirstMail) == 1:
		i.DueAt = now.Add(doubtAfter)
	case outcome == Deferred:
		i.DueAt = now.Add(retryAfter)
	default:
		*i = i.skip(Failed, now)
	}
	*i = i.marked(s.Settings().Zone())
	if err := s.put(ctx, i); err != nil {
		return err
	}
	return s.At.At("K14")
}

// put stores the invitation and keeps its Rev in step.
func (s *Sender) put(ctx context.Context, i *Invitation) error {
	if err := s.Store.PutInvitation(ctx, *i); err != nil {
		return err
	}
	i.Rev++
	return nil
}
