package auth_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/server/store/storetest/blank"
	"github.com/entendu/entendu/surveys"
)

type links struct{ surveys.Keys }

func (l links) Sign(purpose, id string) string { return l.Keys.Sign(surveys.Purpose(purpose), id) }
func (l links) Open(purpose, token string) (string, error) {
	return l.Keys.Open(surveys.Purpose(purpose), token)
}

// house is a Gate on a real store, under a clock of its own.
type house struct {
	*auth.Gate
	t   *testing.T
	now time.Time
	log bytes.Buffer
}

const (
	password = "correct horse battery"
	device   = "JBSWY3DPEHPK3PXP"
)

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 4, 9, 30, 15, 0, time.UTC)}
	store, err := sqlite.Open(t.Context(), blank.Path(t), func() time.Time { return h.now })
	h.must(err)
	t.Cleanup(func() { store.Close() })
	h.Gate = auth.NewGate(store, links{surveys.NewKeys("the secret of the house")}, slog.New(slog.NewTextHandler(&h.log, nil)), nil)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wants(want, got error, doing string) {
	h.t.Helper()
	if !errors.Is(got, want) {
		h.t.Errorf("%s: %v, want %v", doing, got, want)
	}
}

// person makes somebody with a password and a device.
func (h *house) person(email string, role auth.Role) auth.Person {
	h.t.Helper()
	p, pass, err := h.Invite(h.t.Context(), auth.Person{Email: email, Name: email, Role: role, AllTeams: true}, false)
	h.must(err)
	p, _, err = h.Enter(h.t.Context(), h.token(pass), auth.Chosen{Password: password})
	h.must(err)
	p.Secret = device
	h.must(h.Store.PutPerson(h.t.Context(), p))
	p.Rev++
	return p
}

func (h *house) token(p auth.Pass) string { return strings.TrimPrefix(h.Link(p), "/login/") }

// code is what the device shows.
func (h *house) code() string {
	h.t.Helper()
	code, err := totp.GenerateCode(device, h.now)
	h.must(err)
	return code
}

func (h *house) signIn(a auth.Attempt) error {
	_, _, err := h.SignIn(h.t.Context(), a)
	return err
}

// TestCodesOpenOnce: the code of this moment, of the one before and of the one after
// fit, none of them twice, nor one older than the last used.
func TestCodesOpenOnce(t *testing.T) {
	h := open(t)
	h.person("lina@example.org", auth.Reader)
	a := auth.Attempt{Email: "lina@example.org", Password: password, Network: "one"}
	early := h.code()
	for _, step := range []struct {
		after time.Duration
		want  error
	}{{-30 * time.Second, nil}, {0, auth.ErrNoMatch}, {61 * time.Second, auth.ErrNoMatch}} {
		h.now = h.now.Add(step.after)
		a.Code = early
		h.wants(step.want, h.signIn(a), step.after.String()+" later")
	}
	a.Code = h.code()
	h.wants(nil, h.signIn(a), "the next code")
	a.Code = early
	h.wants(auth.ErrNoMatch, h.signIn(a), "an older code")
}

// TestOneCodeAtOnce: of many who bring one code at once, one comes in.
func TestOneCodeAtOnce(t *testing.T) {
	h := open(t)
	p := h.person("lina@example.org", auth.Reader)
	known := h.Known(p)
	var in, out int
	var mu sync.Mutex
	var all sync.WaitGroup
	code := h.code()
	for range 8 {
		all.Go(func() {
			_, _, err := h.SignIn(context.Background(), auth.Attempt{Email: "lina@example.org", Password: password, Code: code, Known: known})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				in++
			} else if errors.Is(err, auth.ErrNoMatch) {
				out++
			}
		})
	}
	all.Wait()
	if in != 1 || out != 7 {
		t.Errorf("%d came in and %d did not", in, out)
	}
}

// TestLinksOpenOnce: a link is good once, for a while, for its purpose, and looking at
// it spends nothing.
func TestLinksOpenOnce(t *testing.T) {
	h := open(t)
	_, pass, err := h.Invite(t.Context(), auth.Person{Email: "lina@example.org", Name: "Lina", Role: auth.Reader}, false)
	h.must(err)
	for range 3 {
		_, _, err := h.Holder(t.Context(), h.token(pass))
		h.must(err)
	}
	h.now = pass.Until
	_, _, err = h.Holder(t.Context(), h.token(pass))
	h.wants(auth.ErrSpent, err, "a link whose time has passed")
	h.now = pass.Until.Add(-time.Second)
	_, _, err = h.Enter(t.Context(), h.token(pass), auth.Chosen{Password: password})
	h.must(err)
	_, _, err = h.Enter(t.Context(), h.token(pass), auth.Chosen{Password: "another horse battery"})
	h.wants(auth.ErrSpent, err, "a link that was used")
	_, _, err = h.Holder(t.Context(), h.Known(auth.Person{ID: pass.ID}))
	h.wants(surveys.ErrForged, err, "a sign for something else")
}

// TestFirstAdministrator: there is one, made by whoever holds the link, only while
// nobody exists.
func TestFirstAdministrator(t *testing.T) {
	h := open(t)
	one, err := h.OpenDoor(t.Context(), auth.Person{})
	h.must(err)
	two, err := h.OpenDoor(t.Context(), auth.Person{})
	h.must(err)
	p, _, err := h.Enter(t.Context(), h.token(one), auth.Chosen{Password: password, Person: auth.Person{Email: " Ada@Example.org", Name: "Ada", Role: auth.Reader}})
	h.must(err)
	if p.Role != auth.Administrator || p.Email != "ada@example.org" {
		t.Errorf("%+v", p)
	}
	_, _, err = h.Enter(t.Context(), h.token(two), auth.Chosen{Password: password, Person: auth.Person{Email: "eve@example.org", Name: "Eve"}})
	h.wants(auth.ErrSpent, err, "a second first administrator")
	after := p
	after.Role = auth.Reader
	h.wants(auth.ErrLastAdministrator, h.Change(t.Context(), p, after), "taking the role of the only administrator")
}

// TestSessionsEnd: by themselves after eight hours alone and a week in all; at once for
// who signs out, who was kept out, and who chose a new password.
func TestSessionsEnd(t *testing.T) {
	h := open(t)
	p := h.person("lina@example.org", auth.Reader)
	begin := func() string {
		secret, err := h.Begin(t.Context(), p, "a browser")
		h.must(err)
		return secret
	}
	in := func(secret string) bool {
		_, _, err := h.Visitor(t.Context(), secret)
		if err != nil {
			h.wants(auth.ErrStranger, err, "visiting")
		}
		return err == nil
	}
	alone := begin()
	h.now = h.now.Add(8*time.Hour - time.Second)
	if !in(alone) {
		t.Error("it ended within eight hours")
	}
	h.now = h.now.Add(8 * time.Hour)
	if in(alone) {
		t.Error("it goes on after eight hours alone")
	}
	busy, hours := begin(), 0
	for ; in(busy) && hours < 1000; hours += 7 {
		h.now = h.now.Add(7 * time.Hour)
	}
	if hours < 7*24-7 || hours > 7*24+7 {
		t.Errorf("a busy session lasted %d hours", hours)
	}
	one, two := begin(), begin()
	_, s, err := h.Visitor(t.Context(), one)
	h.must(err)
	h.must(h.SignOut(t.Context(), s))
	if in(one) || !in(two) {
		t.Error("signing out ended the wrong session")
	}
	pass, err := h.InviteAgain(t.Context(), p, false)
	h.must(err)
	h.now = h.now.Add(time.Minute)
	_, _, err = h.Enter(t.Context(), h.token(pass), auth.Chosen{Password: "another horse battery", Code: h.code()})
	h.must(err)
	if in(two) {
		t.Error("a new password left a session open")
	}
}

// TestPasswordAloneIsNotEnough: whoever the organisation's own sign-in vouches for needs no
// codes in that session; with a password they do, like everybody.
func TestPasswordAloneIsNotEnough(t *testing.T) {
	h := open(t)
	p := h.person("lina@example.org", auth.Reader)
	p.Secret, p.Subject = "", "issuer subject"
	h.must(h.Store.PutPerson(t.Context(), p))
	_, secret, err := h.SignIn(t.Context(), auth.Attempt{Email: "lina@example.org", Password: password, Network: "one"})
	h.must(err)
	kept, s, err := h.Visitor(t.Context(), secret)
	h.must(err)
	if s.Ready(kept) {
		t.Error("a password alone is enough")
	}
	if s.Vouched = true; !s.Ready(kept) {
		t.Error("who is vouched for is asked for codes")
	}
}

// TestEndedByOneWrite: what must end has ended with the write that is the reason, so that a
// kill right after it leaves nothing open.
func TestEndedByOneWrite(t *testing.T) {
	h := open(t)
	p := h.person("lina@example.org", auth.Reader)
	secret, err := h.Begin(t.Context(), p, "")
	h.must(err)
	pass, err := h.InviteAgain(t.Context(), p, false)
	h.must(err)
	h.now = h.now.Add(time.Second)
	p.Since = h.now
	h.must(h.Store.PutPerson(t.Context(), p)) // and nothing after it
	_, _, err = h.Visitor(t.Context(), secret)
	h.wants(auth.ErrStranger, err, "an old session")
	_, _, err = h.Holder(t.Context(), h.token(pass))
	h.wants(auth.ErrSpent, err, "an old link")
	fresh, err := h.Begin(t.Context(), p, "")
	h.must(err)
	_, _, err = h.Visitor(t.Context(), fresh)
	h.wants(nil, err, "a new session")
}

// TestStoreOpensNothing: what lies in the store is neither a session nor a link nor a
// password.
func TestStoreOpensNothing(t *testing.T) {
	h := open(t)
	p := h.person("lina@example.org", auth.Reader)
	secret, err := h.Begin(t.Context(), p, "")
	h.must(err)
	sessions, err := h.Sessions(t.Context(), p)
	h.must(err)
	for _, s := range sessions {
		if s.ID == secret {
			t.Error("the store holds the secret of a session")
		}
		if _, _, err := h.Visitor(t.Context(), s.ID); !errors.Is(err, auth.ErrStranger) {
			t.Errorf("the id of a session opens it: %v", err)
		}
	}
	kept, err := h.Store.GetPerson(t.Context(), p.ID)
	h.must(err)
	if !strings.HasPrefix(kept.Password, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(kept.Password, password) {
		t.Errorf("kept as %q", kept.Password)
	}
	pass, err := h.InviteAgain(t.Context(), p, false)
	h.must(err)
	if _, _, err := h.Holder(t.Context(), pass.ID); !errors.Is(err, surveys.ErrForged) {
		t.Errorf("the id of a pass opens it: %v", err)
	}
}

// TestSpraying (row A01): many passwords at one account from many networks are looked at
// no more after a while; the owner still comes in from a browser that they used before,
// and by a link; other accounts are not touched.
func TestSpraying(t *testing.T) {
	h := open(t)
	p, other := h.person("lina@example.org", auth.Reader), h.person("omar@example.org", auth.Reader)
	looked := 0
	for n := range 200 {
		err := h.signIn(auth.Attempt{Email: "lina@example.org", Password: "wrong horse battery", Network: string(rune('a' + n))})
		if errors.Is(err, auth.ErrNoMatch) {
			looked++
		}
	}
	if looked > 51 {
		t.Errorf("%d of 200 guesses were looked at", looked)
	}
	h.wants(auth.ErrTooOften, h.signIn(auth.Attempt{Email: "lina@example.org", Password: password, Code: h.code(), Network: "new"}), "the owner, from a new browser")
	h.wants(nil, h.signIn(auth.Attempt{Email: "lina@example.org", Password: password, Code: h.code(), Network: "new", Known: h.Known(p)}), "the owner, from their browser")
	h.wants(auth.ErrNoMatch, h.signIn(auth.Attempt{Email: "omar@example.org", Password: "wrong horse battery", Network: "x", Known: h.Known(other)}), "another account")
	h.must(h.Renew(t.Context(), "lina@example.org", "one"))
	due, err := h.Store.FindDuePasses(t.Context(), h.now, 5)
	h.must(err)
	if len(due) != 1 || due[0].Person != p.ID {
		t.Fatalf("passes %+v", due)
	}
	h.now = h.now.Add(time.Minute)
	_, _, err = h.Enter(t.Context(), h.token(due[0]), auth.Chosen{Password: password, Code: h.code()})
	h.wants(nil, err, "the owner, by a link")
	if log := h.log.String(); !strings.Contains(log, "too many have failed") || strings.Contains(log, "lina@") {
		t.Errorf("the log: %.300s", log)
	}
}

// TestOneOffice: many colleagues who come in at once from one network are no attack.
func TestOneOffice(t *testing.T) {
	h := open(t)
	lina := h.person("lina@example.org", auth.Reader)
	for n := range 40 {
		lina.Step = 0 // as somebody else with a code of their own
		kept, err := h.Store.GetPerson(t.Context(), lina.ID)
		h.must(err)
		lina.Rev = kept.Rev
		h.must(h.Store.PutPerson(t.Context(), lina))
		h.wants(nil, h.signIn(auth.Attempt{Email: "lina@example.org", Password: password, Code: h.code(), Network: "office"}), strconv.Itoa(n))
	}
}

// TestRenewalsAreFew: whoever asks in another's name sends one mail in ten minutes, none
// goes to who is nobody here or is kept out, and who asks for many is refused.
func TestRenewalsAreFew(t *testing.T) {
	h := open(t)
	h.person("lina@example.org", auth.Reader)
	out := h.person("out@example.org", auth.Reader)
	out.Disabled = true
	h.must(h.Store.PutPerson(t.Context(), out))
	for range 9 {
		for _, email := range []string{"lina@example.org", "nobody@example.org", "out@example.org"} {
			h.must(h.Renew(t.Context(), email, "one"))
		}
	}
	var to []string
	porter := auth.Porter{Gate: h.Gate, Log: slog.New(slog.DiscardHandler), Carry: func(_ context.Context, m auth.Mail) (bool, error) {
		to = append(to, m.Person.Email)
		return true, nil
	}}
	_, err := porter.Pass(t.Context())
	h.must(err)
	if len(to) != 1 || to[0] != "lina@example.org" {
		t.Errorf("mails to %q", to)
	}
	for range 10 {
		err = h.Renew(t.Context(), "other@example.org", "one")
	}
	h.wants(auth.ErrTooOften, err, "asking for many")
	h.wants(nil, h.Renew(t.Context(), "other@example.org", "two"), "somebody else")
}

// TestStrangersCostTheSame (row A02): signing in does the same work for who is unknown,
// has a wrong password, has none yet or is kept out. The work is a hash of 19 MiB, so
// what was allocated tells it better than a clock would on a busy machine.
func TestStrangersCostTheSame(t *testing.T) {
	h := open(t)
	h.person("lina@example.org", auth.Reader)
	out := h.person("out@example.org", auth.Reader)
	out.Disabled = true
	h.must(h.Store.PutPerson(t.Context(), out))
	_, _, err := h.Invite(t.Context(), auth.Person{Email: "new@example.org", Name: "New", Role: auth.Reader}, false)
	h.must(err)
	cost := func(email, password string) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.wants(auth.ErrNoMatch, h.signIn(auth.Attempt{Email: email, Password: password, Code: "000000", Network: email}), email)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
	}
	known := cost("lina@example.org", "wrong horse battery")
	for what, got := range map[string]float64{
		"unknown": cost("nobody@example.org", "wrong horse battery"), "no password yet": cost("new@example.org", "wrong horse battery"),
		"kept out, and the password is right": cost("out@example.org", password), "right, but for the code": cost("lina@example.org", password),
		"an endless password": cost("lina@example.org", strings.Repeat("x", 100_000)),
	} {
		if got < 19 || got < known-1 || got > known+1 {
			t.Errorf("%s costs %.1f MiB, a wrong password %.1f", what, got, known)
		}
	}
}

// TestPorter: a link is mailed once it is accepted, tried again until then with the same
// name and date, and given up with its time.
func TestPorter(t *testing.T) {
	h := open(t)
	h.person("lina@example.org", auth.Reader)
	h.must(h.Renew(t.Context(), "lina@example.org", "one"))
	var mails []auth.Mail
	accepts := false
	porter := auth.Porter{Gate: h.Gate, Log: slog.New(slog.DiscardHandler), Carry: func(_ context.Context, m auth.Mail) (bool, error) {
		mails = append(mails, m)
		return accepts, errors.New("no server answers")
	}}
	pass := func() {
		_, err := porter.Pass(t.Context())
		h.must(err)
	}
	pass()
	pass() // not yet due again
	h.now = h.now.Add(3 * time.Minute)
	accepts = true
	pass()
	h.now = h.now.Add(30 * time.Minute)
	pass()
	if len(mails) != 2 || mails[0].Name != mails[1].Name || !mails[0].Date.Equal(mails[1].Date) || mails[0].Path != mails[1].Path {
		t.Fatalf("mails %+v", mails)
	}
	_, _, err := h.Holder(t.Context(), strings.TrimPrefix(mails[0].Path, "/login/"))
	h.must(err)
	h.now = h.now.Add(time.Hour)
	pass()
	due, err := h.Store.FindDuePasses(t.Context(), h.now.Add(time.Hour), 5)
	h.must(err)
	if len(due) != 0 {
		t.Errorf("left over: %+v", due)
	}
}

// TestWhoMay is the whole table of rights.
func TestWhoMay(t *testing.T) {
	all := auth.Person{Role: auth.Manager, AllTeams: true}
	some := auth.Person{Role: auth.Manager, Teams: []string{"billing"}}
	for _, c := range []struct {
		who  auth.Person
		want []auth.Right
	}{
		{auth.Person{Role: auth.Administrator}, []auth.Right{auth.SeeFigures, auth.ReadVoices, auth.FollowUp, auth.Act, auth.TakeData, auth.Configure, auth.Erase, auth.ManagePeople}},
		{all, []auth.Right{auth.SeeFigures, auth.ReadVoices, auth.FollowUp, auth.Act, auth.TakeData, auth.Configure, auth.Erase}},
		{some, []auth.Right{auth.SeeFigures, auth.ReadVoices, auth.FollowUp, auth.Act, auth.TakeData}},
		{auth.Person{Role: auth.Reader}, []auth.Right{auth.SeeFigures}},
		{auth.Person{Role: auth.Adviser}, []auth.Right{auth.OwnDesk}},
		{auth.Person{}, nil},
		{auth.Person{Role: "owner"}, nil},
	} {
		want := map[auth.Right]bool{auth.Everyone: true, auth.SignedIn: true}
		for _, right := range c.want {
			want[right] = true
		}
		for _, right := range auth.Rights() {
			if c.who.May(right) != want[right] {
				t.Errorf("%q may %d: %v", c.who.Role, right, c.who.May(right))
			}
		}
	}
	if !some.Sees("billing") || some.Sees("") || some.Sees("shipping") || some.SeesAll() || !all.Sees("") || (auth.Person{Role: auth.Manager}).Sees("billing") {
		t.Error("teams are not kept apart")
	}
}
