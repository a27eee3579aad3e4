package surveys

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"
)

// Poller asks the helpdesks that can be asked which tickets changed. So it finds
// what events did not tell: those sent while Entendu was down to a helpdesk that
// does not send again, and who asked, where events hold only ids. All that it finds
// it keeps as events, so that everything goes one way, and the cursor moves on only
// after that: asking twice, or by two Pollers at once, adds nothing.
type Poller struct {
	Store    Store
	Look     Look
	Settings func() Settings
	Log      *slog.Logger
	Next     func() // wakes the Applier; nil if nobody waits

	mu       sync.Mutex
	troubles map[string]string // of each source, as logged last
}

// Look asks a helpdesk's API which tickets changed: since a time where the cursor
// is empty, else where the look that gave the cursor left off. It gives one page.
// Where the helpdesk says no it fails with *Unanswered.
type Look func(ctx context.Context, source Source, since time.Time, cursor string) (Looked, error)

// Looked is one page of a look.
type Looked struct {
	Found  []Found
	Cursor string // where the next look begins
	More   bool   // another page is there already
}

// Found is one ticket as the API gave it.
type Found struct {
	Ticket  string // its id
	Version string // what is another one after each change, such as the time of it
	Body    []byte // for the Reader of the source's kind
}

// Unanswered is a look that a helpdesk did not grant.
type Unanswered struct {
	Why   string        // a short sentence without secrets or personal data
	After time.Duration // how long the helpdesk wants to be left alone; 0 if it does not say
	Lost  bool          // the helpdesk does not know the cursor: begin anew
}

// Error says why.
func (u *Unanswered) Error() string { return u.Why }

const (
	// lookEvery is how late what nobody told is found.
	lookEvery = 5 * time.Minute
	// A round takes few pages, so that no helpdesk's limits are met (Zendesk's
	// export has the tightest: ten requests a minute), and little time, so that a
	// slow helpdesk does not hold up the others for longer.
	lookPages  = 5
	lookWithin = time.Minute
	// lookOn is when the pages that are left are asked for.
	lookOn = time.Minute
	// After failures a helpdesk is asked again after a minute, two, four and so on.
	lookAgain, lookAgainMost = time.Minute, time.Hour
	// lookLeftAlone bounds what a helpdesk may wish.
	lookLeftAlone = 24 * time.Hour
	// lookBack is where the first look begins if closings of any age are asked about.
	lookBack = 24 * time.Hour
	// lookPause is how often it is seen whether a look is due.
	lookPause = 10 * time.Second
)

// Run looks until ctx ends.
func (p *Poller) Run(ctx context.Context) error {
	return Work(ctx, p.Log, "poller", lookPause, nil, p.Pass)
}

// Pass makes the looks that are due, of all sources side by side.
func (p *Poller) Pass(ctx context.Context) (more bool, err error) {
	var asked []Source
	for _, src := range p.Settings().Sources {
		if src.API != "" && src.Token != "" {
			asked = append(asked, src)
		}
	}
	if len(asked) == 0 {
		return false, nil
	}
	return false, inParallel(ctx, each(asked), p.round)
}

// round looks at one source, if that is due.
func (p *Poller) round(ctx context.Context, src Source) error {
	w, err := p.whereabouts(ctx, src)
	if err != nil {
		return err
	}
	now, err := p.Store.Now(ctx)
	if err != nil || w.Due.After(now) {
		return err
	}
	within, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	for range lookPages {
		looked, err := p.Look(within, src, p.beginning(now), w.Cursor)
		if ctx.Err() != nil {
			return nil // told to stop; the helpdesk is not to blame
		}
		if w, err = p.take(ctx, src, w, looked, err); err != nil || !looked.More {
			return err
		}
	}
	return nil
}

// beginning is where a first look begins: what closed before is not asked about.
func (p *Poller) beginning(now time.Time) time.Time {
	if tooOld := p.Settings().Asking.TooOld; !tooOld.Off() {
		return tooOld.Before(now)
	}
	return now.Add(-lookBack)
}

// take keeps what a look found, then where it got to.
func (p *Poller) take(ctx context.Context, src Source, w whereabouts, looked Looked, failed error) (whereabouts, error) {
	now, err := p.Store.Now(ctx)
	if err != nil {
		return w, err
	}
	if failed != nil {
		w = w.after(failed, now)
		p.tell(src.Name, failed.Error(), w.Due)
		return w, p.remember(ctx, src, w)
	}
	if err := p.keep(ctx, src, looked.Found, now); err != nil {
		return w, err
	}
	p.tell(src.Name, "", w.Due)
	w.Cursor, w.Failures, w.Due = looked.Cursor, 0, now.Add(lookEvery)
	if looked.More {
		w.Due = now.Add(lookOn)
	}
	return w, p.remember(ctx, src, w)
}

// keep makes each ticket found an event, unless this version of it was found before.
func (p *Poller) keep(ctx context.Context, src Source, found []Found, now time.Time) error {
	err := inParallel(ctx, each(found), func(ctx context.Context, f Found) error {
		err := p.Store.AddEvent(ctx, Event{
			ID: EventID(src.Name, "look/"+f.Ticket+"/"+f.Version, f.Body, now), Source: src.Name, Kind: src.Kind,
			ReceivedAt: Moment(now), Body: f.Body, State: ToApply,
		})
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping what a look at %s found: %w", src.Name, err)
	}
	if p.Next != nil && len(found) > 0 {
		p.Next()
	}
	return nil
}

// tell logs what is wrong with a source, once for each change.
func (p *Poller) tell(source, trouble string, due time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.troubles[source]
	if p.troubles == nil {
		p.troubles = map[string]string{}
	}
	p.troubles[source] = trouble
	switch {
	case trouble == before:
	case trouble == "":
		p.Log.Info("the helpdesk's API answers again", "source", source)
	default:
		p.Log.Warn("the helpdesk's API was asked in vain and will be asked again", "source", source, "why", trouble, "at", due)
	}
}

// whereabouts is how far the look at a source got. Another helpdesk behind the same
// name begins anew; another token is tried at once.
type whereabouts struct {
	Helpdesk string    // fingerprint of kind and address
	Token    string    // fingerprint
	Cursor   string    // "" before the first look
	Due      time.Time // when to look next
	Failures int       // in a row
}

// after is where a failed look leaves off.
func (w whereabouts) after(failed error, now time.Time) whereabouts {
	var no *Unanswered
	wait := lookAgainMost
	if w.Failures < 6 {
		wait = lookAgain << w.Failures
	}
	if errors.As(failed, &no) && no.After > 0 {
		wait = min(no.After, lookLeftAlone)
	}
	if no != nil && no.Lost {
		w.Cursor = ""
	}
	w.Failures++
	w.Due = now.Add(wait)
	return w
}

func lookSlot(source string) string { return "look/" + source }

func (p *Poller) whereabouts(ctx context.Context, src Source) (w whereabouts, err error) {
	text, err := p.Store.GetSlot(ctx, lookSlot(src.Name))
	if err != nil {
		return w, err
	}
	if json.Unmarshal([]byte(text), &w) != nil { // also before the first look
		w = whereabouts{}
	}
	if helpdesk := fingerprint(src.Kind, src.API); w.Helpdesk != helpdesk {
		w = whereabouts{Helpdesk: helpdesk}
	}
	if token := fingerprint(src.Token); w.Token != token {
		w.Token, w.Due, w.Failures = token, time.Time{}, 0
	}
	return w, nil
}

func (p *Poller) remember(ctx context.Context, src Source, w whereabouts) error {
	text, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return p.Store.PutSlot(ctx, lookSlot(src.Name), string(text))
}

// fingerprint tells texts apart without telling them.
func fingerprint(texts ...string) string {
	h := sha256.New()
	for _, text := range texts {
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}
