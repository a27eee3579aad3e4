package surveys

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"time"
)

// claim makes the invitation this Sender's until the lease ends. One whose last
// attempt is of unknown outcome is not tried before doubtAfter, and at most once
// more.
func (s *Sender) claim(ctx context.Context, i *Invitation, step Step) (done bool, err error) {
	ctx, cancel := steady(ctx)
	defer cancel()
	now, err := s.Store.Now(ctx)
	if err != nil {
		return true, err
	}
	if last, ok := i.last(step); ok && last.Outcome == Unknown {
		again := last.At.Add(doubtAfter)
		switch {
		case i.UnknownAttempts(step) > 1:
			return true, s.put(ctx, i.end(step, Failed, now, s.Settings().Zone()))
		case now.Before(again):
			return true, s.put(ctx, i.later(again))
		}
	}
	if step == FirstMail {
		i.State = Claimed
	}
	i.Owner, i.LeaseUntil = s.Owner, now.Add(Lease)
	if err := s.put(ctx, i); err != nil {
		return true, err
	}
	return false, s.At.At("K8")
}

// steady is a context for what is brought to its end even while the process is told
// to stop: an invitation that is left claimed would wait for its lease, and a recorded
// attempt without a dialogue would count as one of unknown outcome.
func steady(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
}

// attempt brings a claimed invitation to rest.
func (s *Sender) attempt(ctx context.Context, i *Invitation, step Step, domain string) error {
	steady, cancel := steady(ctx)
	defer cancel()
	now, err := s.Store.Now(steady) // the process may have stood still, or waited for its turn
	if err != nil {
		return err
	}
	look, end, err := s.lastLook(steady, *i, step, now)
	switch {
	case err != nil:
		return err
	case end != nil:
		return s.put(steady, end(i))
	case ctx.Err() != nil, s.isHalted(now): // while it waited for its turn
		return s.put(steady, i.release())
	}
	if _, err := s.shelf.find(steady, s.Store, i.Survey, i.Version); err != nil {
		return err
	}
	if may, err := s.prepare(steady, i, step, look.Reservation, now); !may || err != nil {
		return err
	}
	return s.deliver(ctx, i, step, look.Customer, domain, now)
}

// lastLook is the look between the claim and the dialogue: is there still somebody
// to ask, may we, and may we now? Where not, end says what becomes of the claim.
func (s *Sender) lastLook(ctx context.Context, i Invitation, step Step, now time.Time) (l Standing, end func(*Invitation) *Invitation, err error) {
	settings := s.Settings()
	ends := func(code Skip) func(*Invitation) *Invitation {
		return func(i *Invitation) *Invitation { return i.end(step, code, now, settings.Zone()) }
	}
	if l, err = s.Store.GetStanding(ctx, i.Ticket, i.Person); err != nil {
		return l, nil, err
	}
	code, err := s.whyNoMore(ctx, i, step, l, now)
	if err != nil || code != "" {
		return l, ends(code), err
	}
	if at := settings.MayLeave(now, l.Customer.Timezone); at.After(now) {
		return l, func(i *Invitation) *Invitation { return i.later(at) }, nil
	}
	free, err := s.mayRest(ctx, i, &l.Reservation, now)
	if err == nil && !free {
		return l, ends(Rest), nil
	}
	return l, nil, err
}

// prepare keeps, before a dialogue begins, both the attempt and the person's rest,
// which wait for the disk together. Where another invitation took the rest meanwhile,
// there was no attempt.
func (s *Sender) prepare(ctx context.Context, i *Invitation, step Step, held Reservation, now time.Time) (may bool, err error) {
	before := *i
	var rested bool
	var unkept error
	var rest sync.WaitGroup
	rest.Go(func() { rested, unkept = s.reserve(ctx, before, held, now) })
	err = s.record(ctx, i, step, now)
	rest.Wait()
	if err != nil || rested {
		return err == nil, err
	}
	before.Rev = i.Rev
	*i = before
	if unkept != nil {
		return false, errors.Join(unkept, s.put(ctx, i.release()))
	}
	return false, s.put(ctx, i.end(step, Rest, now, s.Settings().Zone()))
}

// whyNoMore gives the code why there is nothing to send any more, or "". A reminder
// that is not to be sent leaves no code behind.
func (s *Sender) whyNoMore(ctx context.Context, i Invitation, step Step, l Standing, now time.Time) (Skip, error) {
	a := s.Settings().Asking
	mailed, code := i.mailedAt(step), l.Ticket.standing(i.Closing)
	switch {
	case !mailed.IsZero() && now.After(mailed.Add(giveUpAfter)):
		return Failed, nil
	case step == FirstMail && !a.TooOld.Off() && now.After(a.TooOld.After(a.Delay.After(i.ClosedAt))):
		return Expired, nil
	case step == ReminderMail && s.nothingToRemindOf(i, now):
		return Expired, nil
	case l.Suppressed:
		return Suppressed, nil
	case code != "":
		return code, nil
	}
	if step == ReminderMail {
		if code, err := s.answered(ctx, i); err != nil || code != "" {
			return code, err
		}
	}
	if l.Customer.Person == "" {
		return Erased, nil
	}
	return "", nil
}

// nothingToRemindOf says whether the reminder was switched off, the mail came back,
// or answering has ended.
func (s *Sender) nothingToRemindOf(i Invitation, now time.Time) bool {
	a := s.Settings().Asking
	until := i.Window(a.AnswerWithin)
	return a.ReminderAfter.Off() || !i.Bounce.At.IsZero() || !until.IsZero() && !now.Before(until)
}

// answered gives a code where there is an answer already, or "".
func (s *Sender) answered(ctx context.Context, i Invitation) (Skip, error) {
	_, err := s.Store.GetResponse(ctx, i.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return Expired, err
}

// record keeps the attempt before its dialogue begins.
func (s *Sender) record(ctx context.Context, i *Invitation, step Step, now time.Time) error {
	date := now.Truncate(time.Second) // a Date header has no finer time
	switch {
	case step == FirstMail && i.MailedAt.IsZero():
		i.MailedAt = date
	case step == ReminderMail && i.Reminder.MailedAt.IsZero():
		i.Reminder.MailedAt = date
	}
	i.Attempts = append(slices.Clone(i.Attempts), Attempt{At: now, Step: step, Outcome: Unknown})
	i.LeaseUntil = now.Add(Lease)
	if err := s.put(ctx, i); err != nil {
		return err
	}
	return s.At.At("K9")
}

// deliver lets the Mailer carry the letter and stores how it ended, even while the
// process is told to stop.
func (s *Sender) deliver(ctx context.Context, i *Invitation, step Step, to Customer, domain string, began time.Time) error {
	dialogue, cancel := context.WithTimeout(ctx, Lease-15*time.Second)
	defer cancel()
	survey, _ := s.shelf.find(dialogue, s.Store, i.Survey, i.Version) // there since before the attempt was recorded
	s.pace.begin(domain, began)
	c := s.Mailer.Carry(dialogue, s.letter(*i, survey, step, to))
	steady, cancel := steady(ctx)
	defer cancel()
	now, err := s.Store.Now(steady)
	if err != nil {
		s.pace.end(domain, began, began, c.Fault)
		return err
	}
	s.pace.end(domain, began, now, c.Fault)
	return errors.Join(s.finish(steady, i, step, c, now), s.heed(steady, c, now))
}

func (s *Sender) letter(i Invitation, survey Survey, step Step, to Customer) Letter {
	settings := s.Settings()
	language := i.Language
	if language == "" {
		language = to.Language
	}
	l := Letter{
		Invitation: i, Step: step, Survey: survey, Language: settings.LanguageFor(language), To: to.Address, Name: to.Name,
		Organisation: settings.Organisation, Date: i.mailedAt(step),
		AnswerToken: s.Keys.Sign(ToAnswer, i.ID), StopToken: s.Keys.Sign(ToStop, i.Person),
		MessageName: "inv." + s.Keys.Sign(ToName, i.ID), ReturnName: "bounce+" + s.Keys.SignFolded(ToBounce, i.ID),
		Controller: settings.Privacy.Controller, Keep: settings.Privacy.Answers,
	}
	if i.Customer != "" {
		l.FollowToken = s.Keys.ToTicket(i.Ticket, i.Customer)
	}
	if step == ReminderMail {
		l.MessageName, l.FirstName = "rem."+s.Keys.Sign(ToRemind, i.ID), l.MessageName
		l.Until = i.Window(settings.Asking.AnswerWithin)
	}
	return l
}

// finish stores the outcome of the last attempt and what follows from it. That
// nobody is there is stored before: the address is dead even if this owner is late.
func (s *Sender) finish(ctx context.Context, i *Invitation, step Step, c Carried, now time.Time) error {
	if c.Outcome == Refused && c.Fault == OfAddress {
		err := s.Store.AddSuppression(ctx, Suppression{Person: i.Person, Reason: Bounced, At: now})
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	last := &i.Attempts[len(i.Attempts)-1]
	last.Outcome, last.Reply = c.Outcome, c.Reply
	i.follow(step, c, now, s.Settings())
	if err := s.put(ctx, i); err != nil {
		return err
	}
	return s.At.At("K14")
}

// heed halts all sending for what is not the recipients' fault, and lets it go on
// once a mail was taken. What becomes of one recipient is stored by then.
func (s *Sender) heed(ctx context.Context, c Carried, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Outcome == Accepted && now.Sub(s.noted) >= noteEvery {
		if err := putAccepted(ctx, s.Store, now); err != nil {
			return err
		}
		s.noted = now
	}
	switch {
	case c.Outcome == Accepted && s.halted.Tries > 0:
		s.Log.Info("mail leaves again", "halted since", s.halted.Since)
		s.halted = Halt{}
		return s.Store.PutSlot(ctx, haltSlot, "")
	case c.Fault != OfSender && c.Fault != OfServer, s.halted.holds(now): // several may meet one trouble
		return nil
	}
	s.halted = s.halted.again(now, c)
	s.Log.Error("sending is halted: this is not the recipients' fault, look at the mail settings",
		"since", s.halted.Since, "next try", s.halted.Until, "reply", c.Reply)
	return putHalt(ctx, s.Store, s.halted)
}

func (s *Sender) readHalt(ctx context.Context) (h Halt, err error) {
	h, err = GetHalt(ctx, s.Store)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.halted = h
	}
	return h, err
}

// isHalted says whether a dialogue of this pass has halted all others.
func (s *Sender) isHalted(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.halted.holds(now)
}
