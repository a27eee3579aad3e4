package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/entendu/entendu/server/store/mongo"
	"github.com/entendu/entendu/server/table"
	"github.com/entendu/entendu/surveys"
)

// checkSettings looks at what the operator decides. What run refuses before any
// command begins is not looked at again.
func (u *checkup) checkSettings(context.Context) finding {
	if err := u.newMailer(surveys.DefaultSettings()); err != nil {
		return fail(err.Error(), "correct the setting that the line begins with")
	}
	if isLocal(u.mailer.Domain()) {
		return warn("mails are from "+u.from.From+", which no receiver believes", "set --from to an address of your own domain")
	}
	return pass("mails are from %s; tickets and answers are in %s", u.from.From, u.where())
}

// checkDecisions looks at what managers decided, with the file of --settings over
// it, as serve would start with it.
func (u *checkup) checkDecisions(ctx context.Context) finding {
	change, err := latestSettings(ctx, u.it)
	if err != nil {
		return fail(err.Error(), "look at the store")
	}
	const amend = "correct it in a file and run: entendu settings apply FILE"
	settings, from := change.Settings, "the default settings"
	if change.N > 0 {
		from = fmt.Sprintf("change %d of the settings", change.N)
	}
	if err := settings.Validate(kinds(), u.words.Languages()); err != nil {
		return fail(err.Error(), amend)
	}
	if u.Settings != "" {
		file, err := os.ReadFile(u.Settings)
		if err != nil {
			return fail("the file of --settings cannot be read: "+err.Error(), "let this user read it, or correct --settings")
		}
		if settings, err = merge(settings, file, u.words.Languages()); err != nil {
			return fail(u.Settings+": "+err.Error(), "correct that line")
		}
		from += " with " + u.Settings + " over it"
	}
	u.inUse = settings.Prepared()
	if err := u.newMailer(u.inUse); err != nil {
		return fail(err.Error(), amend)
	}
	if len(settings.Sources) == 0 {
		return warn(from+" can be used, but no helpdesk is connected", "name one as a [[source]] in a file and run: entendu settings apply FILE")
	}
	return pass("%s can be used; helpdesks connected: %d", from, len(settings.Sources))
}

// checkStore opens the store, beside a running serve too, and writes to it.
func (u *checkup) checkStore(ctx context.Context) finding {
	next := "see that this user may write there and that the disk has room"
	if u.Store != "" {
		next = "see that the server runs, and that the address and the rights of its user are right"
	}
	it, err := u.open(ctx, forAny, now)
	var setting *badSetting
	if errors.As(err, &setting) {
		return fail(err.Error(), "correct the setting that the line begins with")
	}
	if err != nil {
		return fail(err.Error(), next)
	}
	u.it = it
	if err := tryWriting(ctx, it); err != nil {
		return fail("what was written to "+u.where()+" did not come back: "+err.Error(), next)
	}
	if server, ok := it.Store.(*mongo.Store); ok {
		return checkCopies(ctx, server)
	}
	return pass("%s was written to and read from", u.where())
}

// tryWriting replaces a text that nobody else reads, reads it and empties it. Two
// checks at once may meet there, so it has more than one try.
func tryWriting(ctx context.Context, st surveys.Store) error {
	const slot = "check"
	for range 5 {
		written := rand.Text()
		if err := st.PutSlot(ctx, slot, written); err != nil {
			return err
		}
		read, err := st.GetSlot(ctx, slot)
		if err != nil {
			return err
		}
		if read == written {
			return st.PutSlot(ctx, slot, "")
		}
	}
	return errors.New("it is always another text than the one just written")
}

func checkCopies(ctx context.Context, server *mongo.Store) finding {
	copies, err := server.Copies(ctx)
	if err != nil {
		return fail(err.Error(), "see that the user of --store may run the command hello")
	}
	if !copies {
		return warn("MongoDB was written to and read from, but it is a single server: one disk holds all there is, and a write that is cut off is not tried again",
			"make the server a replica set (mongod --replSet, then rs.initiate()), with members on other machines")
	}
	return pass("MongoDB was written to and read from; it is a replica set")
}

// checkClock compares the store's time with ours.
func (u *checkup) checkClock(ctx context.Context) finding {
	before := now()
	at, err := u.it.Now(ctx)
	if err != nil {
		return fail(err.Error(), "look at the store")
	}
	if u.Store == "" {
		return pass("SQLite goes by this machine's clock: %s", table.Stamp(at))
	}
	return clockFinding(at.Sub(before.Add(now().Sub(before) / 2)))
}

// Leases and signatures bear a clock that is a little off.
const (
	clockMayBeOff  = 30 * time.Second
	clockMustBeOff = 5 * time.Minute
)

func clockFinding(off time.Duration) finding {
	found := fmt.Sprintf("the store's clock is %s from this machine's", off.Abs().Round(time.Millisecond))
	const next = "let both machines follow a time server (timedatectl set-ntp true)"
	switch {
	case off.Abs() > clockMustBeOff:
		return fail(found, next)
	case off.Abs() > clockMayBeOff:
		return warn(found, next)
	}
	return pass("%s", found)
}
