package surveys

import (
	"slices"
	"strings"
	"time"
)

// What becomes of an invitation in a Sender's hands, for either of its mails: each
// method changes the invitation and gives it back.

// step is which mail is due.
func (i Invitation) step() Step {
	if i.State == Sent {
		return ReminderMail
	}
	return FirstMail
}

// mailedAt is the Date header of a step's mail; zero before its first attempt.
func (i Invitation) mailedAt(step Step) time.Time {
	if step == ReminderMail {
		return i.Reminder.MailedAt
	}
	return i.MailedAt
}

// last is the last attempt at a step.
func (i Invitation) last(step Step) (a Attempt, ok bool) {
	for _, a := range slices.Backward(i.Attempts) {
		if a.Step == step {
			return a, true
		}
	}
	return a, false
}

// release gives the claim up and leaves what is due.
func (i *Invitation) release() *Invitation {
	if i.State == Claimed {
		i.State = Waiting
	}
	i.Owner, i.LeaseUntil = "", time.Time{}
	return i
}

// later gives the claim up until a time.
func (i *Invitation) later(at time.Time) *Invitation {
	i.release()
	if i.State == Sent {
		i.Reminder.DueAt = at
	} else {
		i.DueAt = at
	}
	return i
}

// end ends a step for good: an invitation is skipped with its code, a reminder is
// just not sent any more.
func (i *Invitation) end(step Step, code Skip, now time.Time, zone *time.Location) *Invitation {
	if step == ReminderMail {
		i.release()
		i.Reminder.DueAt = time.Time{}
		return i
	}
	*i = i.skip(code, now).marked(zone)
	return i
}

// follow draws the consequence of an attempt.
func (i *Invitation) follow(step Step, c Carried, now time.Time, s Settings) {
	switch {
	case c.Outcome == Accepted:
		i.accepted(step, now, s)
	case c.Outcome == Unknown && i.UnknownAttempts(step) == 1:
		i.later(now.Add(doubtAfter))
	case c.Outcome == Deferred:
		again := now.Add(retryAfter(i.ID, i.deferrals(step)))
		if again.After(i.mailedAt(step).Add(giveUpAfter)) {
			i.end(step, Failed, now, s.Zone())
			return
		}
		i.later(again)
	default:
		i.end(step, Failed, now, s.Zone())
	}
}

// accepted says that a server took the mail. The reminder, if there is to be one, is
// due from then.
func (i *Invitation) accepted(step Step, now time.Time, s Settings) {
	i.release()
	if step == ReminderMail {
		i.Reminder.AcceptedAt, i.Reminder.DueAt = now, time.Time{}
		return
	}
	i.State, i.AcceptedAt = Sent, now
	if after := s.Asking.ReminderAfter; !after.Off() {
		i.Reminder.DueAt = s.MayLeave(after.After(now), "")
	}
	*i = i.marked(s.Zone())
}

// domain is where a customer's mail goes, as pace names it; "" where nobody can be
// written to.
func (c Customer) domain() string {
	normal, err := Normalise(c.Address)
	if err != nil {
		return ""
	}
	return normal[strings.LastIndexByte(normal, '@')+1:]
}
