package main

import (
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// hearFeedback adds the workers for what comes back about mails: one that fetches
// it from the mailbox, one that takes it home, which wake wakes.
func (s *service) hearFeedback() (wake func()) {
	hear := newWake()
	s.mailbox = &mailer.Mailbox{Store: s.store, Settings: s.live.Settings, Log: s.log, Next: hear.up}
	s.listener = &surveys.Listener{
		Store: s.store, Read: readFeedback, Settings: s.live.Settings, Keys: s.store.keys, Salt: s.store.salt, Log: s.log, Wake: hear,
	}
	return hear.up
}

// readFeedback reads what came back, by the road it came: as a mail, or from a mail
// service.
func readFeedback(e surveys.Event, source surveys.Source) ([]surveys.Feedback, error) {
	if e.Kind == mailer.ReportKind {
		return mailer.ReadReport(e, source)
	}
	return intake.ReadFeedback(e, source)
}
