package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/reports"
	"github.com/entendu/entendu/reports/charts"
	"github.com/entendu/entendu/server/lang"
)

// feedLength is how many editions the feed tells of, and how many revisions: a
// reader that looks once a month misses none.
const feedLength = 40

// feed is an Atom feed (RFC 4287).
type feed struct {
	XMLName  xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string    `xml:"xml:lang,attr"`
	ID       string    `xml:"id"`
	Title    string    `xml:"title"`
	Subtitle string    `xml:"subtitle"`
	Updated  string    `xml:"updated"`
	Author   string    `xml:"author>name"`
	Links    []link    `xml:"link"`
	Entries  []entry   `xml:"entry"`
	newest   time.Time // of the entries
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type entry struct {
	ID      string `xml:"id"`
	Title   string `xml:"title"`
	Updated string `xml:"updated"`
	Links   []link `xml:"link"`
	Content string `xml:"content"`
	at      time.Time
}

// feedIn is the path of the feed in a language.
func feedIn(tag string) string { return "/feed.atom?lang=" + tag }

func (h publicHandlers) showFeed(c Ctx) error {
	if err := h.open(); err != nil {
		return err
	}
	return h.giveLeaf(c, "feed", "")
}

// writeFeed tells of the newest editions and revisions; d is the newest edition.
func (h publicHandlers) writeFeed(ctx context.Context, d reports.Document, tag string) ([]byte, error) {
	words := h.Words.For(tag)
	self := h.URL + feedIn(tag)
	f := feed{
		Lang: tag, ID: self, Author: h.Settings().Organisation.Name,
		Title: h.Settings().Organisation.Name + " · " + words.T("public.title"), Subtitle: words.T("feed.what"),
		Links: []link{{"self", "application/atom+xml", self}, {"alternate", "text/html", h.URL + "/?lang=" + tag}},
	}
	if err := h.addEditions(ctx, &f, words); err != nil {
		return nil, err
	}
	h.addRevisions(&f, d, words)
	slices.SortStableFunc(f.Entries, func(a, b entry) int { return b.at.Compare(a.at) })
	if f.newest.IsZero() {
		f.newest, f.Subtitle = h.Now(), words.T("public.nothing")
	}
	f.Updated = f.newest.UTC().Format(time.RFC3339)
	out := bytes.NewBufferString(xml.Header)
	coder := xml.NewEncoder(out)
	coder.Indent("", " ")
	if err := coder.Encode(f); err != nil {
		return nil, fmt.Errorf("writing the feed: %w", err)
	}
	return append(out.Bytes(), '\n'), nil
}

func (f *feed) add(id, title, content string, at time.Time, links ...link) {
	f.Entries = append(f.Entries, entry{
		ID: f.ID + "#" + id, Title: title, Content: content, Updated: at.UTC().Format(time.RFC3339), Links: links, at: at})
	if at.After(f.newest) {
		f.newest = at
	}
}

func (h publicHandlers) addEditions(ctx context.Context, f *feed, words lang.Words) error {
	zone, told := h.Settings().Zone(), 0
	for listed, err := range h.Public.Store.Editions(ctx) {
		if err != nil {
			return lost(err)
		}
		if told++; told > feedLength {
			break
		}
		e, err := h.Public.Store.GetEdition(ctx, listed.ID)
		if err != nil {
			return lost(err)
		}
		d, err := e.Document()
		if err != nil {
			return err
		}
		f.add(e.ID, words.T("feed.edition", "Date", words.Date(e.PublishedAt.In(zone))), said(d, words), e.PublishedAt,
			link{"alternate", "text/html", h.URL + "/?lang=" + f.Lang}, link{"related", "application/json", h.URL + "/editions/" + e.ID + ".json"})
	}
	return nil
}

// said is an edition in one sentence, with what each of its headlines is worth.
func said(d reports.Document, words lang.Words) string {
	all := []string{charts.Sentence(d, words)}
	_, headlines := charts.Headlines(d, words)
	for _, h := range headlines {
		one := words.T("feed.figure", "Title", h.Title, "Value", strings.TrimSpace(h.Value+" "+h.Worth))
		if h.Rate != "" {
			one += " " + h.Rate + "."
		}
		all = append(all, one)
	}
	return strings.Join(all, " ")
}

func (h publicHandlers) addRevisions(f *feed, d reports.Document, words lang.Words) {
	for i, r := range charts.Revisions(d, words) {
		if i == feedLength {
			break
		}
		f.add("revision-"+r.Edition+"-"+r.Name, words.T("feed.revision", "Period", r.Period),
			words.T("feed.revised", "Edition", r.Edition, "Figures", words.JoinAnd(r.Figures)), r.PublishedAt,
			link{"alternate", "text/html", h.URL + "/editions/?lang=" + f.Lang + "#revisions"})
	}
}
