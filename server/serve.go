package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/server/mailer"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/web"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// serveCmd runs the service until it is told to stop.
type serveCmd struct{ sender }

// drainWithin bounds how long a stop waits for requests under way.
const drainWithin = 20 * time.Second

// Run serves. A second serve on the same SQLite file ends at once, naming the first.
func (c *serveCmd) Run(ctx context.Context, o *options, t *terminal) error {
	o.warn(t)
	if err := o.makeData(); err != nil {
		return err
	}
	if o.Store == "" {
		lock, err := sqlite.Lock(o.sqlitePath())
		if err != nil {
			return err
		}
		defer lock.Close()
	}
	it, err := o.open(ctx, forServe, now)
	if err != nil {
		return err
	}
	defer it.Close()
	if o.locked, err = o.applySettingsFile(ctx, it); err != nil {
		return err
	}
	listener, err := o.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	base := baseURL(o.URL, listener)
	s, err := o.assemble(ctx, it, c.sender, base, now, logTo(t))
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, "listening on", addressOf(listener))
	if err := s.openDoors(ctx, o.Admin, base, t); err != nil && ctx.Err() == nil { // whoever was told to stop meanwhile, stops
		return err
	}
	return s.run(ctx, listener)
}

// warn says which settings were given that this version cannot follow yet.
func (o *options) warn(t *terminal) {
	if o.MetricsListen != "" {
		fmt.Fprintf(t.err, "%s has no effect yet: this version has no metrics\n", cmp.Or(o.origins["metrics-listen"], "--metrics-listen"))
	}
}

func logTo(t *terminal) *slog.Logger { return slog.New(slog.NewTextHandler(t.err, nil)) }

// makeData makes the data folder, readable by its owner only.
func (o *options) makeData() error {
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return o.bad("data", fmt.Sprintf("the folder %s cannot be made", o.Data), "./data or /var/lib/entendu")
	}
	return nil
}

func (o *options) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("nothing can listen on %s (is another program there?): choose another with --listen", o.Listen)
	}
	return listener, nil
}

// addressOf is a listener's address as a person opens it.
func addressOf(l net.Listener) string {
	addr := l.Addr().(*net.TCPAddr)
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(addr.Port))
}

// baseURL is what links begin with.
func baseURL(given string, l net.Listener) string {
	if given != "" {
		return given
	}
	return "http://localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// service is everything that runs: the workers of asking and telling, and the pages.
type service struct {
	store       *opened
	live        *live
	words       *lang.Catalogue
	poller      *surveys.Poller
	applier     *surveys.Applier
	inviter     *surveys.Inviter
	sender      *surveys.Sender
	courier     *surveys.Courier
	followUps   *surveys.FollowUpMaker
	teller      *reports.Teller
	mailbox     *mailer.Mailbox
	listener    *surveys.Listener
	forgetter   *surveys.Forgetter
	gate        *auth.Gate
	porter      func(context.Context) error
	counter     *reports.Counter
	publisher   *reports.Publisher
	forecaster  *reports.Forecaster
	lexicon     *reports.Lexicon
	transcriber *reports.Transcriber
	voices      *reports.Voices
	mailer      *mailer.Mailer
	public      *web.Public
	pages       *web.Server
	log         *slog.Logger
}

// assemble wires the service. extra parts, such as the demo's pages, see it before
// it runs.
func (o *options) assemble(ctx context.Context, it *opened, from sender, base string, clock func() time.Time, log *slog.Logger, extra ...func(*service, *web.Config)) (*service, error) {
	at, err := failpoint()
	if err != nil {
		return nil, err
	}
	s := &service{store: it, log: log}
	if s.live, err = newLive(ctx, it, log); err != nil {
		return nil, err
	}
	if s.words, err = lang.Load(static.Lang()); err != nil {
		return nil, err
	}
	settings := s.live.Settings
	if s.mailer, err = o.newMailer(s, from, base, at); err != nil {
		return nil, err
	}
	apply, invite, send := newWake(), newWake(), newWake()
	beside := &surveys.Clock{Own: clock, Log: log}
	s.applier = &surveys.Applier{
		Store: it, Read: intake.Read, Settings: settings, Salt: it.salt, Log: log, At: at, Wake: apply, Next: invite.up,
	}
	s.poller = &surveys.Poller{Store: it, Look: intake.Looker{Client: intake.NewClient()}.Look, Settings: settings, Log: log, Next: apply.up}
	s.inviter = &surveys.Inviter{Store: it, Settings: settings, From: from.From, Log: log, At: at, Wake: invite, Next: send.up}
	s.sender = &surveys.Sender{
		Store: it, Mailer: s.mailer, Settings: settings, Keys: it.keys, Owner: owner(), Clock: beside, Log: log, At: at, Wake: send,
	}
	carry := newWake()
	s.courier = &surveys.Courier{
		Store: it, Carrier: s.mailer, Settings: settings, Keys: it.keys, Clock: beside, Share: s.sender.Share, Log: log, Wake: carry,
	}
	s.courier.News = s.news
	s.followUps = &surveys.FollowUpMaker{Store: it, Settings: settings, Log: log, Next: carry.up}
	tickets := &web.Tickets{
		Follow:   &surveys.Follow{Store: it, Settings: settings, Keys: it.keys, Salt: it.salt, Next: carry.up},
		Expected: s.expected,
	}
	hear := s.hearFeedback()
	s.newGate()
	s.forgetter = &surveys.Forgetter{Store: it, Settings: settings, Log: log}
	s.counter = &reports.Counter{Store: it, Settings: settings, Log: log, At: at}
	s.publisher = &reports.Publisher{Store: it, Settings: settings, Counter: s.counter, Log: log, Published: s.published}
	if s.lexicon, err = reports.NewLexicon(static.Words()); err != nil {
		return nil, err
	}
	s.voices = &reports.Voices{Store: it, Lexicon: s.lexicon}
	s.transcriber = &reports.Transcriber{Store: it, Lexicon: s.lexicon, Settings: settings, Log: log}
	s.forecaster = &reports.Forecaster{Store: it, Settings: settings, Counter: s.counter, Log: log, Made: s.renew}
	herald := &surveys.Herald{Store: it, Settings: settings, Next: carry.up}
	s.teller = &reports.Teller{Store: it, Settings: settings, Tell: herald.Tell, Log: log}
	s.publisher.Settle = func(ctx context.Context) error {
		return errors.Join(untilDone(ctx, s.applier.Pass), untilDone(ctx, s.inviter.Pass))
	}
	s.live.changed = newWake()
	s.public = &web.Public{Store: it, Generation: s.live.Generation, NextAt: s.publisher.NextAt, Changed: s.live.changed}
	config := web.Config{
		Answers: &surveys.Answers{Store: it, Settings: settings, Keys: it.keys, At: at},
		Store:   it, Settings: settings, Words: s.words, Pages: static.Pages(), Assets: static.Assets(),
		URL: base, Mark: it.mark(), Trusted: o.proxies(), Log: log, Now: clock, Clock: beside, At: at, WakeApplier: apply.up,
		WakeListener: hear, Fetch: intake.FetchBy(intake.NewClient()),
		Parts: []web.Part{
			s.public,
			tickets,
			web.Doors{Provider: o.provider(base)},
			web.People{},
			web.Manual{},
			&web.Voices{Voices: s.voices, Store: it},
			&web.Next{Next: s.publisher.Next}, s.space(),
			&web.Survey{Editor: &surveys.Editor{Store: it, Look: s.shipped}, Sample: s.mailer.Sample},
			&web.Proposals{Store: it},
			&web.Desk{Desk: &surveys.Desk{Store: it, Settings: settings, Next: carry.up}, Hidden: s.hidden},
		},
		Gate: s.gate,
	}
	config.Parts = append(config.Parts,
		web.FollowUps{FollowUps: &surveys.FollowUps{Store: it, Settings: settings}, ToCount: it.FollowUpsToCount},
		web.Deeds{Store: it, Public: s.public, Renew: s.renew},
	)
	config.Parts = append(config.Parts, s.taking(), s.persons(), web.Log{})
	for _, add := range extra {
		add(s, &config)
	}
	config.Refusals, config.Parts = &surveys.Refusals{Store: it}, append(config.Parts, o.decisions(s))
	s.pages, err = web.New(config)
	return s, err
}

// shipped says whether a language file has a text.
func (s *service) shipped(language, key string) bool {
	_, ok := s.words.For(language).Look(key)
	return ok
}

// hidden says whether a manager has hidden what was written in an answer.
func (s *service) hidden(ctx context.Context, invitation string) (bool, error) {
	v, err := s.store.GetVoice(ctx, invitation)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return !v.Hidden.At.IsZero(), err
}

func (o *options) newMailer(s *service, from sender, base string, at surveys.Failpoint) (*mailer.Mailer, error) {
	m, err := mailer.New(mailer.Config{
		From: from.From, SMTP: o.SMTP, Outbox: o.inData("outbox"), BaseURL: base, Words: s.words, Templates: static.Mail(),
		Log: s.log, At: at, Mail: func() surveys.Mail { return s.live.Settings().Mail },
	})
	if err != nil {
		return nil, o.blame(err)
	}
	return m, nil
}

// blame names the setting that the mailer cannot use and where it came from.
func (o *options) blame(err error) error {
	for begin, flag := range map[string]string{"mail sender": "from", "mail server": "smtp", "public address": "url"} {
		if strings.HasPrefix(err.Error(), begin) {
			return &badSetting{cmp.Or(o.origins[flag], "--"+flag) + ": " + err.Error()}
		}
	}
	return err
}

// wake tells a worker that there is something to do before its pause is over.
type wake chan struct{}

func newWake() wake { return make(wake, 1) }

// up wakes the worker; one that is awake looks once more.
func (w wake) up() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// owner names this instance on the rows that it claims.
func owner() string {
	host, _ := os.Hostname()
	return host + "/" + strconv.Itoa(os.Getpid())
}

// published makes every instance show the new edition.
func (s *service) published(ctx context.Context, _ reports.Edition) error { return s.renew(ctx) }

// renew makes every instance read again what it shows.
func (s *service) renew(ctx context.Context) error { return raiseGeneration(ctx, s.store) }

// run runs everything until ctx ends or a part fails, then lets requests and
// dialogues under way come to their end.
func (s *service) run(ctx context.Context, listener net.Listener) error {
	group, ctx := errgroup.WithContext(ctx)
	s.serve(ctx, group, listener)
	group.Go(func() error { return s.work(ctx) })
	return group.Wait()
}

// work runs every worker until ctx ends.
func (s *service) work(ctx context.Context) error {
	defer s.mailer.Close()
	group, ctx := errgroup.WithContext(ctx)
	for _, worker := range []func(context.Context) error{
		s.live.Run, s.poller.Run, s.applier.Run, s.inviter.Run, s.sender.Run, s.courier.Run, s.mailbox.Run, s.listener.Run, s.forgetter.Run, s.porter, s.counter.Run, s.publisher.Run, s.forecaster.Run,
		s.transcriber.Run, s.followUps.Run, s.teller.Run,
	} {
		group.Go(func() error { return worker(ctx) })
	}
	group.Go(func() error { return s.public.Run(ctx) })
	return group.Wait()
}

// serve answers requests in the group, and stops with it.
func (s *service) serve(ctx context.Context, group *errgroup.Group, listener net.Listener) {
	server := s.pages.HTTP("")
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
		defer cancel()
		return server.Shutdown(stopping)
	})
}
