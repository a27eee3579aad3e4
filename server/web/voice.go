package web

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"

	"github.com/entendu/entendu/reports"
)

// voicePage is one comment with its ticket. That it was opened is in the log.
type voicePage struct {
	page
	voiceItem
	Number   string // of the ticket, "" where it is not known
	Subject  string
	Opened   string
	Closed   string
	Answered string
	All      []string // tags that there are
	Clearing string   // the text of the quote as it stands in the form
	Why      string   // the reason to hide as it was typed
	Cleared  string   // who cleared it, and when
	Back     string
	Next     string
	Quoting  string // where the form that clears goes
	Done     string
	Problems []fieldProblem
}

// Problem is what is wrong with a field, "" for nothing.
func (p *voicePage) Problem(field string) string { return problemOf(p.Problems, field) }

// one gives the comment of an address, if the visitor may see it: what is another team's
// is not there for them.
func (h voiceHandlers) one(c Ctx) (reports.Voice, error) {
	place, err := strconv.ParseInt(c.Param("place"), 36, 64)
	if err != nil {
		return reports.Voice{}, fs.ErrNotExist
	}
	v, err := h.Voices.Voices.Get(c.Request().Context(), place)
	if err == nil && !visitor(c).Sees(v.Team) {
		err = fs.ErrNotExist
	}
	return v, lost(err)
}

func (h voiceHandlers) showVoice(c Ctx) error {
	v, err := h.one(c)
	if err != nil {
		return err
	}
	p, err := h.voice(c, v)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "voices.done.read", "voices.done.unread", "voices.done.tag", "voices.done.untag", "voices.done.show", "voices.done.hide",
		"voices.done.clear", "voices.done.withdraw")
	return h.show(c, "voice", p)
}

// voice makes the page of one comment, after the log has it.
func (h voiceHandlers) voice(c Ctx, v reports.Voice) (*voicePage, error) {
	if err := h.trace(c, "voice.opened", v.Response); err != nil {
		return nil, err
	}
	a, err := h.asked(c)
	if err != nil {
		return nil, err
	}
	p := &voicePage{page: h.insidePage(c, "voices"), All: a.labels[reports.TagLabel], Back: voicesPath + a.with("", ""),
		Quoting: voicesPath + "/" + placeText(v.Place) + "/quote" + a.with("", "")}
	p.voiceItem = p.item(v, a)
	p.Comment, p.Title, p.Clearing = v.Comment, p.T("voices.one", "Week", p.Week), v.Quote.Text
	if p.Clearing == "" {
		p.Clearing = v.Comment
	}
	if v.Quote.Text != "" {
		p.Cleared = p.T("voices.cleared", "By", v.Quote.By, "Date", p.Date(v.Quote.At))
	}
	if err := h.tellTicket(c, p, v); err != nil {
		return nil, err
	}
	a.Before = v.Place
	next, _, err := h.Voices.Voices.Find(c.Request().Context(), a.Hearing, 1)
	if err == nil && len(next) > 0 {
		p.Next = voicesPath + "/" + placeText(next[0].Place) + a.with("", "")
	}
	return p, lost(err)
}

// tellTicket adds what is known of the ticket.
func (h voiceHandlers) tellTicket(c Ctx, p *voicePage, v reports.Voice) error {
	ctx, zone := c.Request().Context(), h.Settings().Zone()
	r, err := h.Store.GetResponse(ctx, v.Response)
	if err != nil {
		return lost(err)
	}
	p.Answered = p.DateTime(r.Last().At, zone)
	p.Closed = p.DateTime(r.ClosedAt, zone)
	t, err := h.Store.GetTicket(ctx, r.Ticket)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return lost(err)
	}
	if p.Number, p.Subject = t.Number, t.Subject; !t.OpenedAt.IsZero() {
		p.Opened = p.DateTime(t.OpenedAt, zone)
	}
	return nil
}

// takeVoice notes something beside one comment.
func (h voiceHandlers) takeVoice(c Ctx) error {
	v, form, err := h.posted(c)
	if err != nil {
		return err
	}
	ctx, voices, wish := c.Request().Context(), h.Voices.Voices, form.Get("do")
	switch wish {
	case "read", "unread":
		_, err = voices.MarkRead(ctx, v.Place, wish == "read")
	case "tag":
		_, err = voices.Tag(ctx, v.Place, form.Get("tag"))
	case "untag":
		_, err = voices.Untag(ctx, v.Place, form.Get("tag"))
	case "hide":
		if err = h.trace(c, "voice.hidden", v.Response); err == nil {
			_, err = voices.Hide(ctx, v.Place, form.Get("why"), visitor(c).Name)
		}
	case "show":
		if err = h.trace(c, "voice.shown", v.Response); err == nil {
			_, err = voices.Show(ctx, v.Place)
		}
	default:
		return errUnreadableForm
	}
	return h.noted(c, v, form, wish, err)
}

// takeQuote clears a comment for everybody to read, or takes that back.
func (h voiceHandlers) takeQuote(c Ctx) error {
	v, form, err := h.posted(c)
	if err != nil {
		return err
	}
	ctx, wish := c.Request().Context(), form.Get("do")
	switch wish {
	case "clear":
		if err = h.trace(c, "voice.cleared", v.Response); err == nil {
			_, err = h.Voices.Voices.Clear(ctx, v.Place, form.Get("quote"), visitor(c).Name)
		}
	case "withdraw":
		if err = h.trace(c, "voice.withdrawn", v.Response); err == nil {
			_, err = h.Voices.Voices.Withdraw(ctx, v.Place)
		}
	default:
		return errUnreadableForm
	}
	return h.noted(c, v, form, wish, err)
}

// posted is the comment that a form is about, and the form.
func (h voiceHandlers) posted(c Ctx) (v reports.Voice, form url.Values, err error) {
	if v, err = h.one(c); err == nil {
		form, err = readForm(c)
	}
	return v, form, err
}

// noted goes back to the comment, or shows it with what was typed and what is wrong.
func (h voiceHandlers) noted(c Ctx, v reports.Voice, form url.Values, wish string, err error) error {
	var refused reports.Refused
	if !errors.As(err, &refused) {
		if err != nil {
			return lost(err)
		}
		return back(c, voicesPath+"/"+c.Param("place")+"?"+c.QueryParams().Encode(), "voices.done."+wish)
	}
	p, err := h.voice(c, v)
	if err != nil {
		return err
	}
	field := map[string]string{"tag": "tag", "hide": "why", "clear": "quote"}[wish]
	p.Problems = []fieldProblem{{field, field, p.refusal(field, refused)}}
	p.Why = form.Get("why")
	if wish == "clear" {
		p.Clearing = form.Get("quote")
	}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "voice", p)
}

// refusal says why something was not noted.
func (p page) refusal(field string, refused reports.Refused) string {
	most := map[string]int{"tag": reports.MaxTag, "why": reports.MaxReason}[field]
	if refused == reports.RefusedMany {
		most = reports.MaxTags
	}
	if refused == reports.RefusedEmpty {
		return p.T("voices.problem.empty." + field)
	}
	return p.T("voices.problem."+string(refused), "Most", strconv.Itoa(most))
}

// mostChosen is how many comments one form can be about.
const mostChosen = voicesPage

// takeVoices notes the same beside several comments of a list.
func (h voiceHandlers) takeVoices(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	wish, chosen := form.Get("do"), form["place"]
	switch {
	case wish != "read" && wish != "unread" && wish != "tag":
		return errUnreadableForm
	case len(chosen) == 0:
		return h.refuseAll(c, "chosen", "voices.problem.none")
	}
	ctx, voices := c.Request().Context(), h.Voices.Voices
	for _, text := range chosen[:min(len(chosen), mostChosen)] {
		place, _ := strconv.ParseInt(text, 36, 64)
		v, err := voices.Get(ctx, place)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !visitor(c).Sees(v.Team) {
			continue // erased meanwhile, or never theirs to see
		}
		if err == nil && wish == "tag" {
			_, err = voices.Tag(ctx, place, form.Get("tag"))
		} else if err == nil {
			_, err = voices.MarkRead(ctx, place, wish == "read")
		}
		var refused reports.Refused
		if errors.As(err, &refused) {
			return h.refuseAll(c, "tag", "voices.problem.tag")
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return lost(err)
		}
	}
	return back(c, voicesPath+"?"+c.QueryParams().Encode(), "voices.done."+wish)
}

// refuseAll shows the list again with what is wrong.
func (h voiceHandlers) refuseAll(c Ctx, field, key string) error {
	p, err := h.list(c)
	if err != nil {
		return err
	}
	p.Problems = []fieldProblem{{field, field, p.T(key, "Most", strconv.Itoa(reports.MaxTag))}}
	p.Title = p.T("answer.error", "Title", p.Title)
	return h.render(c, http.StatusUnprocessableEntity, "voices", p)
}
