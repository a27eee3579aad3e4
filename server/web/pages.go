package web

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

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
	Description  string   // for search engines, "" for none
	Scripts      []string // names of assets

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
	settings := s.Settings()
	p := page{
		Words: s.Words.For(s.language(c, fallbacks...)), Organisation: settings.Organisation.Name,
		Contact: settings.Organisation.HelpdeskAddress, assets: s.assets,
	}
	m, _ := c.Get("manner").(manner)
	p.Linked = m == asLink
	if s.Banner != "" {
		p.Banner = p.T(s.Banner)
	}
	p.Switch = s.languages(c, p.Tag())
	return p
}

// language chooses: ?lang= beats Accept-Language beats fallbacks beats the
// organisation's default. Only languages that the organisation offers count.
func (s *Server) language(c Ctx, fallbacks ...string) string {
	offered := s.Settings().Organisation.Languages
	if asked := c.QueryParam("lang"); slices.Contains(offered, asked) {
		return asked
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
func (s *Server) languages(c Ctx, chosen string) []choice {
	offered := s.Settings().Organisation.Languages
	if len(offered) < 2 {
		return nil
	}
	var all []choice
	query := c.QueryParams()
	for _, tag := range offered {
		query.Set("lang", tag)
		all = append(all, choice{tag, s.Words.For(tag).Name(), "?" + query.Encode(), tag == chosen})
	}
	return all
}

// parsePages reads every template: base.html and parts/*.html are the layout and
// what pages share; every other file is a page, which defines "main".
func parsePages(files fs.FS) (map[string]*template.Template, error) {
	base, err := template.New("base.html").Option("missingkey=error").ParseFS(files, "base.html")
	if err != nil {
		return nil, fmt.Errorf("reading the layout of the pages: %w", err)
	}
	if parts, _ := fs.Glob(files, "parts/*.html"); len(parts) > 0 {
		if base, err = base.ParseFS(files, parts...); err != nil {
			return nil, fmt.Errorf("reading the parts of the pages: %w", err)
		}
	}
	names, err := fs.Glob(files, "*.html")
	pages := map[string]*template.Template{}
	for _, name := range names {
		if name == "base.html" {
			continue
		}
		t, err := template.Must(base.Clone()).ParseFS(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading page %s: %w", name, err)
		}
		pages[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return pages, err
}

// named is any page struct: each embeds page.
type named interface{ begin(name string) }

func (p *page) begin(name string) { p.Page = name }

// write executes a template into memory, so that a failure never leaves half a
// page.
func (s *Server) write(name string, data named) ([]byte, error) {
	data.begin(name)
	t, ok := s.pages[name]
	if !ok {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("writing page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// render answers with a page. data is a pointer to a struct that embeds page.
func (s *Server) render(c Ctx, code int, name string, data named) error {
	html, err := s.write(name, data)
	if err != nil {
		return err
	}
	c.Response().Header().Add("Vary", "Accept-Language")
	if c.Response().Header().Get("Cache-Control") == "" {
		c.Response().Header().Set("Cache-Control", "no-cache")
	}
	return c.HTMLBlob(code, html)
}

// show answers with a page, all being well.
func (s *Server) show(c Ctx, name string, data named) error {
	return s.render(c, http.StatusOK, name, data)
}
