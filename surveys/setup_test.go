package surveys_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// monday is a Monday morning, in no change of clocks.
var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * time.Hour
)

var salt = []byte("salt of the tests")

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func (c *clock) until(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// tester is what *testing.T and *rapid.T have in common.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
	Cleanup(func())
	Context() context.Context
}

var _, _ tester = (*testing.T)(nil), (*rapid.T)(nil)

// house is one real store in a file, with the settings of an organisation and the
// workers that share them.
type house struct {
	tester
	path  string
	clock *clock
	store *sqlite.Store
	keys  surveys.Keys
	mail  *mailer

	mu       sync.Mutex
	settings surveys.Settings
}

func open(t *testing.T) *house { return openIn(t, t.TempDir()) }

func openIn(t tester, folder string) *house {
	h := &house{
		tester: t, path: filepath.Join(folder, "entendu.db"), clock: &clock{at: monday},
		keys: surveys.NewKeys("the secret of the tests"), mail: &mailer{}, settings: surveys.DefaultSettings(),
	}
	h.settings.Asking.Delay = surveys.Span{N: 1, Unit: "h"}
	h.settings.Asking.Hours, h.settings.Mail.PerSecond = "", 1000 // those have tests of their own
	h.settings.Sources = []surveys.Source{{Name: "desk", Kind: "generic", Secret: "sixteen letters!"}}
	h.must(blank.Write(h.path))
	h.store = h.beside(h.clock)
	return h
}

// beside opens the same file once more, as another instance does by its own clock.
func (h *house) beside(c *clock) *sqlite.Store {
	h.Helper()
	s, err := sqlite.Open(h.Context(), h.path, c.Now)
	h.must(err)
	h.Cleanup(func() { s.Close() })
	return s
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatalf("%v", err)
	}
}

// decide changes the settings.
func (h *house) decide(change func(*surveys.Settings)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change(&h.settings)
}

func (h *house) inForce() surveys.Settings {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.settings
}

func silent() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func (h *house) applier() *surveys.Applier {
	return &surveys.Applier{Store: h.store, Settings: h.inForce, Salt: salt, Log: silent(), Read: intake.Read}
}

func (h *house) inviter() *surveys.Inviter {
	return &surveys.Inviter{Store: h.store, Settings: h.inForce, Log: silent()}
}

func (h *house) sender() *surveys.Sender {
	return &surveys.Sender{Store: h.store, Mailer: h.mail, Settings: h.inForce, Keys: h.keys, Owner: "first", Log: silent()}
}

// told is a notice of ticket 1 at some minutes after monday, from lina.
func told(status surveys.Status, minutes int) surveys.Notice {
	return surveys.Notice{
		ID: "1", Status: status, OpenedAt: monday.Add(-day), UpdatedAt: monday.Add(time.Duration(minutes) * minute),
		Customer: surveys.Contact{Email: "lina@example.net", Name: "Lina Roche"},
	}
}

// about is the same notice of another ticket and customer.
func about(n surveys.Notice, id, email string) surveys.Notice {
	n.ID, n.Customer.Email = id, email
	return n
}

// hear applies notices as if just received and settles what follows.
func (h *house) hear(notices ...surveys.Notice) {
	h.Helper()
	for _, n := range notices {
		_, err := h.applier().ApplyNotice(h.Context(), "desk", n, h.clock.Now())
		h.must(err)
	}
	h.settle()
}

func (h *house) settle() {
	h.Helper()
	_, err := h.inviter().Pass(h.Context())
	h.must(err)
}

// send lets the first Sender make one pass.
func (h *house) send() {
	h.Helper()
	_, err := h.sender().Pass(h.Context())
	h.must(err)
}

func key(id string) surveys.TicketKey { return surveys.TicketKey{Source: "desk", ID: id} }

func idOf(ticket string, closing int) string {
	return surveys.InvitationID(surveys.AfterHandling, key(ticket), closing)
}

func (h *house) ticket(id string) surveys.Ticket {
	h.Helper()
	t, err := h.store.GetTicket(h.Context(), key(id))
	h.must(err)
	return t
}

func (h *house) invitation(ticket string, closing int) surveys.Invitation {
	h.Helper()
	i, err := h.store.GetInvitation(h.Context(), idOf(ticket, closing))
	h.must(err)
	return i
}

func (h *house) invitations() (all []surveys.Invitation) {
	h.Helper()
	for i, err := range h.store.InvitationsClosed(h.Context(), time.Time{}, time.Time{}) {
		h.must(err)
		all = append(all, i)
	}
	return all
}

// stands checks where an invitation stands.
func (h *house) stands(ticket string, closing int, state surveys.State, code surveys.Skip) {
	h.Helper()
	if i := h.invitation(ticket, closing); i.State != state || i.Code != code {
		h.Errorf("the invitation of closing %d of ticket %s is %s %q; want %s %q", closing, ticket, i.State, i.Code, state, code)
	}
}

func personOf(email string) string {
	normal, err := surveys.Normalise(email)
	if err != nil {
		panic(err)
	}
	return surveys.PersonOf(salt, normal)
}

// mailer takes letters as a server would and answers by a script; after the script
// it accepts.
type mailer struct {
	mu      sync.Mutex
	script  []surveys.Outcome
	fault   surveys.Fault // of what is not accepted
	letters []surveys.Letter
	during  func(surveys.Letter) // what happens while a dialogue runs
}

func (m *mailer) Carry(_ context.Context, l surveys.Letter) surveys.Carried {
	c := surveys.Carried{Outcome: m.next(l), Reply: "said the server"}
	if m.during != nil {
		m.during(l)
	}
	if c.Outcome != surveys.Accepted {
		c.Fault = m.fault
	}
	return c
}

func (m *mailer) next(l surveys.Letter) surveys.Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	l.Invitation.Attempts = slices.Clone(l.Invitation.Attempts)
	m.letters = append(m.letters, l)
	if len(m.script) == 0 {
		return surveys.Accepted
	}
	outcome := m.script[0]
	m.script = m.script[1:]
	return outcome
}

func (m *mailer) carried() []surveys.Letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.letters)
}

// errKilled stands for a process that dies at a step.
var errKilled = errors.New("killed")

// dying fails at a step, every time.
func dying(step string) surveys.Failpoint {
	return func(at string) error {
		if at == step {
			return fmt.Errorf("at %s: %w", at, errKilled)
		}
		return nil
	}
}

func taken(err error) bool { return errors.Is(err, fs.ErrExist) }

func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// together runs work n times at once.
func together(n int, work func(int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			work(i)
		})
	}
	close(start)
	wg.Wait()
}
