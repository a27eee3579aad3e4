// Package web is Entendu as seen over HTTP: events from helpdesks, survey pages,
// one-click stops, notices, assets. It is the only package that knows echo, and
// the only one that knows status codes (errors.go).
//
// A handler reads the request, calls one verb of a domain package, and renders or
// redirects. There is no rule about tickets, answers or figures here, no cookie
// for customers and visitors, and nothing on a page that needs a script or another
// host.
//
// Pages for who signs in are inside: their route names the right that they need
// (inside.go), and their struct embeds a page begun by insidePage.
//
// To find a page: routes.go lists every address; each subject has one file; its
// template has the same name in static/pages.
package web

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/surveys"
	"github.com/entendu/entendu/surveys/intake"
)

// Ctx is one request and its response. Handlers name it, never echo.Context, so
// that a new major version of echo changes this line.
type Ctx = echo.Context

// Store is what the pages of this package need kept beside Answers.
type Store interface {
	// Now is the store's time.
	Now(ctx context.Context) (time.Time, error)
	// AddEvent keeps an event; fs.ErrExist if its id was ever kept.
	AddEvent(ctx context.Context, e surveys.Event) error
	// Ready says whether a write would be kept now.
	Ready(ctx context.Context) error
}

// Config is everything a Server is made of. Only Clock, Mark, At, WakeApplier, WakeListener,
// Refusals, Fetch, Banner, Gate, Trusted and Parts may be left zero.
type Config struct {
	Answers  *surveys.Answers
	Store    Store
	Settings func() surveys.Settings
	Words    *lang.Catalogue
	Pages    fs.FS // static.Pages
	Assets   fs.FS // static.Assets
	URL      string
	Mark     string       // names the store on /healthz, so that a check knows whose answer it reads
	Trusted  []*net.IPNet // proxies whose X-Forwarded-For is believed
	Log      *slog.Logger
	Now      func() time.Time
	Clock    *surveys.Clock // Now beside the store's time; nil where they are one

	At           surveys.Failpoint
	WakeApplier  func()
	WakeListener func()
	Refusals     *surveys.Refusals // notes what sources were refused
	Fetch        intake.Fetch      // gets the certificates of mail services
	Banner       string            // the key of a sentence at the top of every page
	Gate         *auth.Gate        // lets people in; nil where nobody can sign in
	Parts        []Part            // further pages, such as the public ones
}

// Part is a set of pages with needs of their own. Its routes stand beside its
// handlers; they are served and guarded like those of routes.go.
type Part interface {
	routes(s *Server) []route
}

// Server answers HTTP requests. It is safe for concurrent use and has no state but
// what it made of its templates and assets, and the count of recent failures.
type Server struct {
	Config
	echo     *echo.Echo
	handler  http.Handler // echo and what stands before it
	pages    templates
	speakers map[string]lang.Words
	sheets   sync.Map  // forms that nobody has touched: sheetName → *sheet
	buffers  sync.Pool // *bytes.Buffer, in which sheets are filled in
	assets   *assets
	failures *limiter
	services map[string]intake.MailService // by kind
	paths    map[string]bool               // of every route
	origins  *http.CrossOriginProtection
	secure   bool // URL is https
}

// New makes a Server. It fails on a template that cannot be parsed and on an URL
// that is none.
func New(c Config) (*Server, error) {
	c.URL = strings.TrimSuffix(c.URL, "/")
	base, err := url.Parse(c.URL)
	if err != nil || base.Host == "" {
		return nil, errors.New("the URL of the instance must be written like https://feedback.example.org")
	}
	s := &Server{
		Config: c, failures: newLimiter(c.Now), origins: http.NewCrossOriginProtection(), secure: base.Scheme == "https",
		speakers: map[string]lang.Words{}, services: map[string]intake.MailService{}, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	for _, tag := range c.Words.Languages() {
		s.speakers[tag] = c.Words.For(tag)
	}
	for _, m := range intake.MailServices(c.Fetch) {
		s.services[m.Kind] = m
	}
	if s.assets, err = loadAssets(c.Assets); err != nil {
		return nil, err
	}
	s.pages = preparePages(c.Pages, c.Words, s.assets)
	if _, err = s.pages[c.Words.For(c.Settings().Organisation.Languages[0]).Tag()](); err != nil {
		return nil, err
	}
	// Behind a proxy that rewrites Host, the browser's Origin is the URL's.
	if err := s.origins.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		return nil, err
	}
	s.echo = s.newEcho()
	s.handler = s.logged(headed(s.everywhere(), s.echo))
	return s, nil
}

func (s *Server) newEcho() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = s.clientAddress()
	s.paths = map[string]bool{}
	for _, r := range s.allRoutes() {
		s.paths[r.path] = true
		for _, method := range r.methods() {
			e.Add(method, r.path, s.guarded(r))
		}
	}
	return e
}

// clientAddress is the peer of the connection, or, where it is a declared proxy,
// the last address that no declared proxy wrote. A header from anybody else is not
// believed.
func (s *Server) clientAddress() echo.IPExtractor {
	if len(s.Trusted) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, proxies := range s.Trusted {
		trust = append(trust, echo.TrustIPRange(proxies))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.handler.ServeHTTP(w, r)
}

// HTTP makes the server that listens: with a bound on each phase of a request, so
// that slow clients cannot hold connections (slowloris), and on the headers.
func (s *Server) HTTP(addr string) *http.Server {
	return &http.Server{
		Addr: addr, Handler: s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}
