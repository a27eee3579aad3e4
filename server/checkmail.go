package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"

	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/server/table"
	"github.com/entendu/entendu/surveys"
)

// checkSMTP goes as far as a mail would, without one.
func (u *checkup) checkSMTP(ctx context.Context) finding {
	found, err := u.mailer.Probe(ctx)
	if err != nil {
		return smtpTrouble(found.Where, err)
	}
	if u.SMTP == "" {
		return warn("no mail server is set, so every mail becomes a file in "+found.Where, "set --smtp, like smtp://user:password@mail.example.org:587")
	}
	says := found.Where + " answers"
	if found.SignedIn {
		says += ", takes user and password"
	}
	host, _, _ := net.SplitHostPort(found.Where)
	switch {
	case found.TLS != "":
		return pass("%s, encrypts by %s", says, found.TLS)
	case isLocal(host):
		return pass("%s, in the clear on this machine", says)
	}
	return warn(says+", but in the clear: addresses can be read on the way", "take ?tls=none out of --smtp")
}

// smtpTrouble names the part of --smtp to look at.
func smtpTrouble(where string, err error) finding {
	if next, known := lookAt("--smtp", "smtps:// is for port 465, smtp:// for 587", err); known {
		return fail(where+": "+err.Error(), next)
	}
	return fail(where+": "+err.Error(), "see that this user may write to the folder") // of the outbox
}

// lookAt names the part of a mail server's URL that an error is about.
func lookAt(setting, ports string, err error) (next string, known bool) {
	switch {
	case errors.Is(err, mailer.ErrReach):
		return "correct host and port in " + setting + ", and see that the firewall lets them through", true
	case errors.Is(err, mailer.ErrTLS):
		return "name the server in " + setting + " as its certificate does; " + ports, true
	case errors.Is(err, mailer.ErrSignIn):
		return "correct user and password in " + setting + "; characters like @ and / are written %40 and %2F", true
	case errors.Is(err, mailer.ErrTalk):
		return "ask who runs the mail server what the answer means", true
	}
	return "", false
}

// checkSending asks whether a running serve holds mail back because of what only we
// can mend. A halt whose time is over may be mended already: the next mail shows it.
func (u *checkup) checkSending(ctx context.Context) finding {
	halt, err := surveys.GetHalt(ctx, u.it)
	if err != nil {
		return fail(err.Error(), "look at the store")
	}
	at, err := u.it.Now(ctx)
	if err != nil {
		return fail(err.Error(), "look at the store")
	}
	found := fmt.Sprintf("no mail has left since %s: %s", table.Stamp(halt.Since), halt.Reply)
	switch {
	case halt.Tries == 0:
		return pass("nothing holds mail back")
	case at.Before(halt.Until):
		return fail(found, "mend what the answer says; the next mail is tried at "+table.Stamp(halt.Until))
	}
	return warn(found, "see that entendu serve runs: the next mail shows whether that is mended")
}

// checkBounces opens the mailbox that bounces come to, and reads nothing.
func (u *checkup) checkBounces(ctx context.Context) finding {
	mail := u.inUse.Mail
	if mail.Bounces == "" && mail.ReturnPath == "" {
		return skip("no [mail] bounces is set, so no mailbox is read")
	}
	if mail.Bounces == "" {
		return warn("what bounces goes to "+mail.ReturnPath+", but no mailbox is read", "set [mail] bounces to the mailbox that it ends in, like imaps://user:password@mail.example.org/INBOX")
	}
	found, err := mailer.ProbeMailbox(ctx, mail.Bounces)
	if err == nil && found.TLS == "" {
		return pass("%s opens the mailbox, in the clear", found.Where)
	}
	if err == nil {
		return pass("%s opens the mailbox, encrypts by %s", found.Where, found.TLS)
	}
	next, known := lookAt("[mail] bounces", "imaps:// is for port 993, imap:// for 143", err)
	if !known {
		next = "correct [mail] bounces: imaps://user:password@mail.example.org/INBOX names the folder INBOX"
	}
	return fail(strings.TrimPrefix(found.Where+": "+err.Error(), ": "), next)
}

// checkTestMail sends a mail by the road that the surveys take. A person who wants
// no mail gets none from here either.
func (u *checkup) checkTestMail(ctx context.Context) finding {
	normal, err := surveys.Normalise(u.sendTest)
	if err != nil {
		return fail(err.Error(), "give another address")
	}
	_, err = u.it.GetSuppression(ctx, surveys.PersonOf(u.it.salt, normal))
	if err == nil {
		return fail("nothing was sent: this address is not to be written to (entendu suppress list)", "give another address")
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fail(err.Error(), "look at the store")
	}
	outcome, reply, id := u.mailer.Try(ctx, mailer.Trial{
		To: u.sendTest, Language: u.inUse.Organisation.Languages[0], Organisation: u.inUse.Organisation,
		Name: "trial." + rand.Text(), Date: now(),
	})
	return u.judgeTestMail(outcome, reply, id)
}

func (u *checkup) judgeTestMail(outcome surveys.Outcome, reply, id string) finding {
	switch {
	case outcome == surveys.Accepted && u.SMTP == "":
		return pass("written to %s", u.inData("outbox/"+id+".eml"))
	case outcome == surveys.Accepted:
		return pass("the mail server took it: %s; now look whether it arrives, and where", reply)
	case outcome == surveys.Unknown:
		return fail("the connection broke after the whole mail had left: "+reply, "look whether it arrives, and try again")
	}
	return fail(fmt.Sprintf("the mail was %s: %s", outcome, reply), "act on what the server says; 5.7 is about who we are, 5.1 about the address")
}
