package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// checkCmd looks whether this installation can do its work, and says what to do
// where it cannot. It changes nothing that a person would see.
type checkCmd struct {
	sender
	JSON     bool   `name:"json" help:"Print one JSON array."`
	SendTest string `placeholder:"ADDRESS" help:"Send a test mail there as well."`
}

// Run prints one line per check and fails if one of them did.
func (c *checkCmd) Run(ctx context.Context, o *options, t *terminal) error {
	if _, err := surveys.Normalise(c.SendTest); c.SendTest != "" && err != nil {
		return &badSetting{fmt.Sprintf("--send-test: %q is not a mail address; a good one is you@example.org", c.SendTest)}
	}
	u := &checkup{options: o, from: c.sender, sendTest: c.SendTest, dns: net.DefaultResolver, web: http.DefaultTransport}
	if c.JSON {
		return u.printJSON(ctx, t.out)
	}
	return u.print(ctx, t.out)
}

// finding is what one check found. Next is what to do about it, "" where there is
// nothing to do.
type finding struct {
	Check string `json:"check"`
	State state  `json:"state"`
	Found string `json:"found"`
	Next  string `json:"next"`
}

// state is how a check ended. A warning says what will not work as it might; only
// failures make the program fail.
type state string

const (
	passed  state = "ok"
	warned  state = "warning"
	fault   state = "failed"
	skipped state = "skipped"
)

// mark is the state for the eye.
func (s state) mark() string {
	return map[state]string{passed: "✓", warned: "!", fault: "✗", skipped: "–"}[s]
}

// verb ends the sentence "that one …".
func (s state) verb() string {
	if s == skipped {
		return "was skipped"
	}
	return string(s)
}

func pass(found string, args ...any) finding {
	return finding{State: passed, Found: fmt.Sprintf(found, args...)}
}
func warn(found, next string) finding { return finding{State: warned, Found: found, Next: next} }
func fail(found, next string) finding { return finding{State: fault, Found: found, Next: next} }
func skip(found string) finding       { return finding{State: skipped, Found: found} }

// checkup is one run of all checks, and what they hand to each other.
type checkup struct {
	*options
	from     sender
	sendTest string // address, or ""
	dns      resolver
	web      http.RoundTripper

	words  *lang.Catalogue
	mailer *mailer.Mailer // once "settings" passed; as serve would have it once "decisions" did
	it     *opened        // once "store" passed
	inUse  surveys.Settings
}

// check is one look at the installation. It is skipped unless all that it needs
// passed, with or without a warning.
type check struct {
	name  string
	needs []string
	look  func(context.Context) finding
}

// checks are all, in the order in which they are made.
func (u *checkup) checks() []check {
	all := []check{
		{"settings", nil, u.checkSettings},
		{"store", nil, u.checkStore},
		{"clock", []string{"store"}, u.checkClock},
		{"decisions", []string{"settings", "store"}, u.checkDecisions},
		{"url", nil, u.checkURL},
		{"smtp", []string{"settings"}, u.checkSMTP},
		{"sending", []string{"store"}, u.checkSending},
		{"dns", []string{"settings"}, u.checkDNS},
		{"spf", []string{"dns", "decisions"}, u.checkSPF},
		{"dkim", []string{"dns", "decisions"}, u.checkDKIM},
		{"dmarc", []string{"dns"}, u.checkDMARC},
		{"return_path", []string{"dns", "decisions"}, u.checkReturnPath},
		{"bounces", []string{"decisions"}, u.checkBounces},
		{"publishing", []string{"decisions"}, u.checkPublishing},
		{"disk", nil, u.checkDisk},
		{"backup", nil, u.checkBackup},
	}
	if u.sendTest != "" {
		all = append(all, check{"test_mail", []string{"smtp", "decisions"}, u.checkTestMail})
	}
	return all
}

// lookWithin bounds each check: a little more than a mail server may take.
const lookWithin = 100 * time.Second

// run makes every check and hands each finding over as it comes.
func (u *checkup) run(ctx context.Context, report func(finding)) error {
	defer u.close()
	ended := map[string]state{}
	var broken []string
	for _, c := range u.checks() {
		f := u.one(ctx, c, ended)
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped before all was checked: %w", err)
		}
		report(f)
		ended[c.name] = f.State
		if f.State == fault {
			broken = append(broken, c.name)
		}
	}
	if broken != nil {
		return fmt.Errorf("%d of %d checks failed: %s", len(broken), len(ended), strings.Join(broken, ", "))
	}
	return nil
}

// one makes a check, or skips it where another stands in its way.
func (u *checkup) one(ctx context.Context, c check, ended map[string]state) finding {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	for _, need := range c.needs {
		if s := ended[need]; s == fault || s == skipped {
			return finding{Check: c.name, State: skipped, Found: fmt.Sprintf("not looked at: %s comes first, and that one %s", need, s.verb())}
		}
	}
	f := c.look(ctx)
	f.Check = c.name
	return f
}

func (u *checkup) close() {
	if u.mailer != nil {
		u.mailer.Close()
	}
	if u.it != nil {
		u.it.Close()
	}
}

// print writes a line per check as soon as it is known.
func (u *checkup) print(ctx context.Context, out io.Writer) error {
	return u.run(ctx, func(f finding) {
		fmt.Fprintf(out, "%s %-11s %s", f.State.mark(), f.Check, f.Found)
		if f.Next != "" {
			fmt.Fprintf(out, " → %s", f.Next)
		}
		fmt.Fprintln(out)
	})
}

// printJSON writes all at once, so that what reads it gets a whole array or none.
func (u *checkup) printJSON(ctx context.Context, out io.Writer) error {
	var all []finding
	err := u.run(ctx, func(f finding) { all = append(all, f) })
	if ctx.Err() != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if failing := encoder.Encode(all); failing != nil {
		return failing
	}
	return err
}

// newMailer is the one that serve would make under these settings.
func (u *checkup) newMailer(settings surveys.Settings) (err error) {
	if u.words == nil {
		if u.words, err = lang.Load(static.Lang()); err != nil {
			return err
		}
	}
	if u.mailer != nil {
		u.mailer.Close()
	}
	s := &service{words: u.words, live: &live{}, log: slog.New(slog.DiscardHandler)}
	s.live.settings.Store(&settings)
	base, _ := u.base()
	u.mailer, err = u.options.newMailer(s, u.from, base, nil)
	return err
}
