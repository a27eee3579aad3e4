package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/surveys"
)

// Next is the Part that shows the next edition as it stands to whoever started the
// program: until managers can sign in, the key that it printed is the right. The key
// opens one session, which a button on its page begins: looking spends nothing,
// because mail scanners and previews open every link. It is spent within the hour or
// not at all: what is printed at a start stands in collected logs.
//
// Key and session are known to this process alone, and as hashes only: a restart
// makes another key and ends the session.
type Next struct {
	next func(ctx context.Context) (reports.Document, error)

	mu      sync.Mutex
	key     [sha256.Size]byte // of the key; of nothing once it is spent
	expires time.Time         // when the key ends unspent
	session [sha256.Size]byte // of the cookie; of nothing before there is one
	until   time.Time         // when the session ends
}

const (
	nextPath    = "/manage/next"
	nextCookie  = "entendu_next"
	nextKey     = time.Hour // from the start
	nextSession = time.Hour // from the button
)

// NewNext makes the part, with the key that opens it from now on for an hour.
func NewNext(next func(ctx context.Context) (reports.Document, error), now time.Time) (part *Next, key string) {
	key = newSecret()
	return &Next{next: next, key: sha256.Sum256([]byte(key)), expires: now.Add(nextKey)}, key
}

// newSecret is 256 random bits as text.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// is says whether a text is the one of a hash; nothing is that of the zero hash.
func is(text string, hash [sha256.Size]byte) bool {
	given := sha256.Sum256([]byte(text))
	return subtle.ConstantTimeCompare(given[:], hash[:]) == 1
}

// fits says whether a key would open a session.
func (n *Next) fits(key string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.holds(key, now)
}

// holds is fits for who has the lock.
func (n *Next) holds(key string, now time.Time) bool { return is(key, n.key) && now.Before(n.expires) }

// spend takes the key, once, and begins the session.
func (n *Next) spend(key string, now time.Time) (session string, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.holds(key, now) {
		return "", false
	}
	session = newSecret()
	n.key, n.session, n.until = [sha256.Size]byte{}, sha256.Sum256([]byte(session)), now.Add(nextSession)
	return session, true
}

// opened says whether a request belongs to the session.
func (n *Next) opened(r *http.Request, now time.Time) bool {
	cookie, err := r.Cookie(nextCookie)
	n.mu.Lock()
	defer n.mu.Unlock()
	return err == nil && is(cookie.Value, n.session) && now.Before(n.until)
}

func (n *Next) routes(s *Server) []route {
	h := nextHandlers{Next: n, Server: s}
	return []route{{http.MethodGet, nextPath, h.show, asPage}, {http.MethodPost, nextPath, h.open, asPage}}
}

type nextHandlers struct {
	*Next
	*Server
}

// nextPage offers to open the session.
type nextPage struct {
	page
	Key string
}

// show gives the edition to the session, the button to the key, and to anybody else
// what every unknown address gives.
func (h nextHandlers) show(c Ctx) error {
	if h.opened(c.Request(), h.Now()) {
		return h.showPreview(c, h.next)
	}
	key := c.QueryParam("key")
	if key == "" {
		return fs.ErrNotExist
	}
	if !h.fits(key, h.Now()) {
		return surveys.ErrForged
	}
	p := &nextPage{page: h.publicPage(c), Key: key}
	p.Title, p.Linked = p.T("manage.next"), true
	c.Response().Header().Set("Cache-Control", "no-store")
	return h.Server.show(c, "next", p)
}

// open spends the key.
func (h nextHandlers) open(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	session, ok := h.spend(form.Get("key"), h.Now())
	if !ok {
		return surveys.ErrForged
	}
	http.SetCookie(c.Response(), &http.Cookie{
		Name: nextCookie, Value: session, Path: nextPath, MaxAge: int(nextSession.Seconds()),
		HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteStrictMode,
	})
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, nextPath)
}

// showPreview shows the next edition as it stands, and what it would hold back.
func (s *Server) showPreview(c Ctx, next func(ctx context.Context) (reports.Document, error)) error {
	d, err := next(c.Request().Context())
	if err != nil {
		return lost(err)
	}
	p := newFiguresPage(s.publicPage(c), d, s.Settings())
	p.Preview, p.Feed = true, ""
	p.Held, p.Pending = charts.Withheld(d, p.Words), charts.Pending(d, p.Words)
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex")
	return s.show(c, "public", p)
}
