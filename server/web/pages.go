package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/entendu/entendu/server/lang"
)

// page is what every page has. A page's own struct embeds it, so that templates
// say {{.T "key"}}, {{.Date .Until}} and {{.Asset "style.css"}}.
type page struct {
	lang.Words
	Page         string // the template's name
	Title        string // without the organisation's name
	Organisation string
	Contact      string // the helpdesk's address, "" if none is set
	Banner       string
	Switch       []choice // the languages, if there is more than one
	Linked       bool     // the page stands behind a signed link
	Bare         bool     // without header and footer, for a frame of another site
	Feed         string   // the address of the feed that tells of the page's news, "" for none
	Description  string   // for search engines, "" for none
	Scripts      []string // names of assets
	Inside       *inside  // of a page for who signed in; nil else

	assets *assets
}

// choice is one language that the page can be read in.
type choice struct {
	Tag, Name, Address string
	Chosen             bool
}

// Asset is the address of a file in static/assets.
func (p page) Asset(name string) string { return p.assets.address(name) }

// page begins a page in the reader's language; fallbacks are tried before the
// organisation's default where the browser names none that is offered.
func (s *Server) page(c Ctx, fallbacks ...string) page {
	return s.pageIn(c, s.Settings().Organisation.Languages, fallbacks...)
}

// publicPage begins a page that is for everybody.
func (s *Server) publicPage(c Ctx) page { return s.pageIn(c, s.publicLanguages()) }

// publicLanguages are those of pages for everybody: not all are written in each
// language that customers are spoken to in.
func (s *Server) publicLanguages() []string {
	return s.Words.ForEverybody(s.Settings().Organisation.Languages)
}

func (s *Server) pageIn(c Ctx, offered []string, fallbacks ...string) page {
	settings := s.Settings()
	p := page{
		Words: s.speaker(s.choose(c, offered, fallbacks...)), Organisation: settings.Organisation.Name,
		Contact: settings.Organisation.HelpdeskAddress, assets: s.assets,
	}
	m, _ := c.Get("manner").(manner)
	p.Linked = m == asLink
	if s.Banner != "" {
		p.Banner = p.T(s.Banner)
	}
	p.Switch = s.languages(c, offered, p.Tag())
	return p
}

// speaker gives the words of a language; finding the nearest one is only for tags
// that are not the name of a folder.
func (s *Server) speaker(tag string) lang.Words {
	if w, ok := s.speakers[tag]; ok {
		return w
	}
	return s.Words.For(tag)
}

// language chooses among those that the organisation offers its customers.
func (s *Server) language(c Ctx, fallbacks ...string) string {
	return s.choose(c, s.Settings().Organisation.Languages, fallbacks...)
}

// choose: ?lang= beats Accept-Language beats fallbacks beats the first of offered.
// Only what is offered counts.
func (s *Server) choose(c Ctx, offered []string, fallbacks ...string) string {
	if c.Request().URL.RawQuery != "" {
		if asked := c.QueryParam("lang"); slices.Contains(offered, asked) {
			return asked
		}
	}
	var likely []string
	for _, tag := range fallbacks {
		if slices.Contains(offered, tag) {
			likely = append(likely, tag)
		}
	}
	return s.Words.Accept(c.Request().Header.Get("Accept-Language"), append(likely, offered...))
}

// languages makes the switch; it keeps the rest of the query.
func (s *Server) languages(c Ctx, offered []string, chosen string) []choice {
	if len(offered) < 2 {
		return nil
	}
	var all []choice
	query := maps.Clone(c.QueryParams()) // what echo gives is its own
	for _, tag := range offered {
		query.Set("lang", tag)
		all = append(all, choice{tag, s.speaker(tag).Name(), "?" + query.Encode(), tag == chosen})
	}
	return all
}

// templates are the pages by language, each parsed when somebody first reads it: of
// the languages there are, an organisation speaks few.
type templates map[string]func() (map[string]*template.Template, error)

// preparePages gets the templates of every language ready to be parsed.
func preparePages(files fs.FS, words *lang.Catalogue, assets *assets) templates {
	all := templates{}
	for _, tag := range words.Languages() {
		fix := fixed(words.For(tag), assets)
		all[tag] = sync.OnceValues(func() (map[string]*template.Template, error) { return parsePages(files, fix) })
	}
	return all
}

// named gives one page in one language.
func (t templates) named(tag, name string) (*template.Template, error) {
	parse, ok := t[tag]
	if !ok {
		return nil, fmt.Errorf("there are no pages in %q", tag)
	}
	pages, err := parse()
	if err == nil && pages[name] == nil {
		err = fmt.Errorf("there is no page %q", name)
	}
	return pages[name], err
}

// parsePages reads every template of one language: base.html and parts/*.html are
// the layout and what pages share; every other .html is a page, which defines "main".
// A picture stands for itself.
func parsePages(files fs.FS, fix func(source string) string) (map[string]*template.Template, error) {
	shared, _ := fs.Glob(files, "parts/*.html")
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		return nil, err
	}
	layout := template.New("page").Option("missingkey=error")
	if err := parseInto(layout, files, fix, append([]string{"base.html"}, shared...)...); err != nil {
		return nil, err
	}
	pages := map[string]*template.Template{}
	for _, name := range names {
		if name == "base.html" {
			continue
		}
		page, err := layout.Clone()
		if err == nil {
			err = parseInto(page, files, fix, name)
		}
		if err != nil {
			return nil, err
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	pictures, err := fs.Glob(files, "*.svg")
	for _, name := range pictures {
		alone := template.New("picture").Option("missingkey=error")
		if err := parseInto(alone, files, fix, name); err != nil {
			return nil, err
		}
		pages[name] = alone.Lookup(name)
	}
	return pages, err
}

// parseInto adds files to a page; base.html is the page itself.
func parseInto(page *template.Template, files fs.FS, fix func(source string) string, names ...string) error {
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err == nil && name == "base.html" {
			_, err = page.Parse(fix(string(source)))
		} else if err == nil {
			_, err = page.New(name).Parse(fix(string(source)))
		}
		if err != nil {
			return fmt.Errorf("reading page %s: %w", name, err)
		}
	}
	return nil
}

// fixed puts what never varies into a template, so that it is not looked up for
// each request: {{.T "key"}} without arguments, and {{.Asset "name"}}.
func fixed(words lang.Words, assets *assets) func(source string) string {
	action := regexp.MustCompile(`\{\{\$?\.(T|Asset) "([^"]+)"\}\}`)
	return func(source string) string {
		return action.ReplaceAllStringFunc(source, func(found string) string {
			what := action.FindStringSubmatch(found)
			if what[1] == "Asset" {
				return template.HTMLEscapeString(assets.address(what[2]))
			}
			return template.HTMLEscapeString(words.T(what[2]))
		})
	}
}

// view is any page struct: each embeds page.
type view interface {
	begin(name string) (tag string)
}

func (p *page) begin(name string) string {
	p.Page = name
	return p.Tag()
}

// pageSize is how many bytes most pages have at most.
const pageSize = 16 << 10

// write executes a template into memory, so that a failure never leaves half a
// page.
func (s *Server) write(name string, data view) ([]byte, error) {
	t, err := s.pages.named(data.begin(name), name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.Grow(pageSize)
	if err := t.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("writing page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// render answers with a page. data is a pointer to a struct that embeds page.
func (s *Server) render(c Ctx, code int, name string, data view) error {
	html, err := s.write(name, data)
	if err != nil {
		return err
	}
	return s.answer(c, code, html)
}

// answer sends a page that was made for one reader.
func (s *Server) answer(c Ctx, code int, html []byte) error {
	h := c.Response().Header()
	h.Add("Vary", "Accept-Language")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	return send(c, code, echo.MIMETextHTMLCharsetUTF8, html)
}

// send answers with bytes that are all there: with their length told, they leave in
// one piece, not in chunks.
func send(c Ctx, code int, kind string, body []byte) error {
	c.Response().Header().Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(code, kind, body)
}

// show answers with a page, all being well.
func (s *Server) show(c Ctx, name string, data view) error {
	return s.render(c, http.StatusOK, name, data)
}
