package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
)

// story is the demo's past: tickets, and the answers of made-up customers, told
// day by day to the running program through the addresses that helpdesks and
// customers use. Chance is seeded, so every demo tells the same.
type story struct {
	clock   *demoClock
	post    *postman
	service *service
	base    string
	client  http.Client

	chance   *rand.Rand
	zone     *time.Location
	secret   string
	events   map[surveys.Day][]happening
	replies  map[surveys.Day][]reply
	handled  map[string]handling // by ticket id
	tickets  int
	answered int
	calling  bool // customers are called back from now on
}

const (
	// storyMonths is how far back the story begins.
	storyMonths = 18
	// mailDays is how far back the mailbox of the demo reaches.
	mailDays = 14
	// outlookDays is how far back the outlooks of the story reach: so far that what
	// was estimated can be held against what came. One each third day is enough for
	// that, and takes a third of the time.
	outlookDays, outlookEach = 57, 3
	// evening is the hour at which a day of the story is told.
	evening = 20
	// callers is how many helpdesk calls and answers are under way at once.
	callers = 16
	// demoSource is the name of the helpdesk in the demo.
	demoSource = "desk"
)

// happening is one event of the helpdesk.
type happening struct {
	at    time.Time
	event demoEvent
}

// reply is one answer to be posted.
type reply struct {
	token string
	form  url.Values
}

// tell plays every day from the beginning to now, publishing an edition at the end
// of each quarter and one at the end of the story, with an outlook of each of the last
// days.
func (y *story) tell(ctx context.Context) error {
	end := now()
	y.post.since = end.AddDate(0, 0, -mailDays)
	if err := y.begin(ctx); err != nil {
		return err
	}
	today := surveys.DayOf(end, y.zone)
	first := surveys.DayOf(end.AddDate(0, -storyMonths, 0), y.zone)
	for day := first; day <= today; day = day.Add(1) {
		y.draw(day)
		if foretold(day, today) {
			if err := y.foretell(ctx, day, end); err != nil {
				return err
			}
		}
		at := day.Start(y.zone).Add(evening * time.Hour)
		if at.After(end) {
			at = end
		}
		if err := y.play(ctx, day, at); err != nil {
			return err
		}
		if err := y.callBack(ctx, at, end); err != nil {
			return err
		}
		if endsQuarter(day.Add(1)) && day > first.Add(60) {
			if err := y.publish(ctx); err != nil {
				return err
			}
		}
	}
	y.clock.set(end)
	if err := y.decideAll(ctx, end); err != nil {
		return err
	}
	if err := y.hear(ctx); err != nil {
		return err
	}
	if err := y.publish(ctx); err != nil {
		return err
	}
	return y.askAtOnce(ctx)
}

// endsQuarter says whether a quarter ended the day before.
func endsQuarter(day surveys.Day) bool {
	return day[8:] == "01" && strings.Contains("01 04 07 10", string(day[5:7]))
}

// begin sets the scene: settings, the time, and the first page of the story.
func (y *story) begin(ctx context.Context) error {
	y.clock.set(now().AddDate(0, -storyMonths, 0))
	settings, secret := demoSettings(y.service.words)
	y.secret = secret
	if err := y.decide(ctx, settings); err != nil {
		return err
	}
	y.client = http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: callers}, // kept open: to dial takes longer than to call
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	y.chance = rand.New(rand.NewPCG(1, 2))
	y.zone = settings.Zone()
	y.events, y.replies, y.handled = map[surveys.Day][]happening{}, map[surveys.Day][]reply{}, map[string]handling{}
	return nil
}

// decide puts settings in force.
func (y *story) decide(ctx context.Context, settings surveys.Settings) error {
	st := y.service.store
	latest, err := latestSettings(ctx, st)
	if err != nil {
		return err
	}
	err = st.AddSettings(ctx, surveys.SettingsChange{N: latest.N + 1, At: surveys.Moment(y.clock.Now()), By: forDemo, Settings: settings})
	if err == nil {
		err = raiseGeneration(ctx, st)
	}
	if err != nil {
		return err
	}
	return y.service.live.refresh(ctx)
}

// askAtOnce makes the demo ask as soon as a visitor has closed a ticket.
func (y *story) askAtOnce(ctx context.Context) error {
	settings := y.service.live.Settings()
	settings.Asking.Delay = surveys.Span{}
	return y.decide(ctx, settings)
}

// play tells one day: the helpdesk's events, the workers' rounds, the answers.
func (y *story) play(ctx context.Context, day surveys.Day, at time.Time) error {
	y.clock.set(at)
	s := y.service
	for _, step := range []func() error{
		func() error { return y.callHelpdesk(ctx, day, at) },
		func() error { return untilDone(ctx, s.applier.Pass) },
		func() error { return untilDone(ctx, s.inviter.Pass) },
		func() error { return untilDone(ctx, s.sender.Pass) },
		func() error { y.wonder(day); return nil },
		func() error { return y.answer(ctx, day) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", day, err)
		}
	}
	return nil
}

// foretold says whether there is an outlook of a day: of the last two, so that there
// is one also before six in the morning, and of some before.
func foretold(day, today surveys.Day) bool {
	if day >= today.Add(-1) {
		return true
	}
	for n := outlookEach; n < outlookDays; n += outlookEach {
		if day == today.Add(-n) {
			return true
		}
	}
	return false
}

// foretell makes the outlook of a day from what was told up to the evening before.
func (y *story) foretell(ctx context.Context, day surveys.Day, end time.Time) error {
	six := y.service.publisher.NextAt(day.Start(y.zone))
	if six.After(end) {
		return nil
	}
	y.clock.set(six)
	_, err := y.service.forecaster.Daily(ctx)
	return err
}

// publish makes an edition of what has been told so far.
func (y *story) publish(ctx context.Context) error {
	if _, err := y.service.publisher.Publish(ctx, ""); err != nil {
		return err
	}
	return raiseGeneration(ctx, y.service.store)
}

// callHelpdesk posts what happened up to now, in order for each ticket; what is
// still to come today waits for nobody: the story ends now.
func (y *story) callHelpdesk(ctx context.Context, day surveys.Day, at time.Time) error {
	byTicket := map[string][]happening{}
	for _, h := range y.events[day] {
		if h.at.After(at) {
			y.events[day.Add(1)] = append(y.events[day.Add(1)], h)
			continue
		}
		byTicket[h.event.ID] = append(byTicket[h.event.ID], h)
	}
	delete(y.events, day)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(callers)
	for _, happenings := range byTicket {
		group.Go(func() error {
			for _, h := range happenings {
				if err := y.callHook(ctx, h.event); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (y *story) callHook(ctx context.Context, e demoEvent) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return y.call(ctx, "/hooks/"+demoSource, "application/json", body)
}

// answer posts the answers that customers give today.
func (y *story) answer(ctx context.Context, day surveys.Day) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(callers)
	for _, r := range y.replies[day] {
		y.answered++
		group.Go(func() error {
			return y.call(ctx, "/a/"+r.token, "application/x-www-form-urlencoded", []byte(r.form.Encode()))
		})
	}
	delete(y.replies, day)
	return group.Wait()
}

// call posts to the running program; anything but success or a redirect is an error.
func (y *story) call(ctx context.Context, path, kind string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, y.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+y.secret)
	answer, err := y.client.Do(req)
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err // without the address, which may hold a token
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if answer.StatusCode >= 400 {
		return fmt.Errorf("%s was answered %s: %.200s", strings.SplitAfter(path, "/")[1], answer.Status, said)
	}
	return err
}

// wonder lets those who got a letter today decide whether and when to answer.
func (y *story) wonder(day surveys.Day) {
	letters := y.post.take()
	for _, l := range sortedLetters(letters) {
		h := y.handled[l.Invitation.Ticket.ID]
		if y.chance.Float64() > 0.26+0.02*h.quality() {
			continue
		}
		when := day.Add(int(y.chance.ExpFloat64() * 1.3))
		y.replies[when] = append(y.replies[when], reply{token: l.AnswerToken + "?lang=" + l.Language, form: y.opinion(h, y.service.words.For(l.Language))})
	}
}

// words picks one of the made-up texts behind a key: a list parted by bars.
func (y *story) words(w lang.Words, key string) string {
	texts := strings.Split(w.T(key), "|")
	return strings.TrimSpace(texts[y.chance.IntN(len(texts))])
}
