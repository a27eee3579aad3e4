package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// followUpPage is one follow-up with its ticket, customer and answer.
type followUpPage struct {
	page
	Done     string
	Problems []fieldProblem
	Address  string
	ID       string
	Number   string
	Why, Due string
	Overdue  bool
	Facts    []fact
	Mail     string // of the customer; "" where nobody is known any more
	Name     string
	Answers  []fact
	Comment  string
	Private  bool
	Owner    string
	Owners   []choice
	Mine     bool
	Note     string
	Theirs   string // the note as somebody else wrote it meanwhile
	Before   string
	Outcomes []choice
	Gestures []choice
	Amount   string
	Ended    string // how it ended
	Over     bool   // withdrawn: nothing is to be done
}

// Problem is what is wrong with a field, "" for nothing.
func (p *followUpPage) Problem(field string) string { return problemOf(p.Problems, field) }

// find gives the follow-up of the address to who sees its team.
func (h followUpHandlers) find(c Ctx) (surveys.FollowUpCase, error) {
	found, err := h.FollowUps.FollowUps.Open(c.Request().Context(), c.Param("id"))
	if err != nil {
		return found, lost(err)
	}
	if !visitor(c).Sees(found.FollowUp.Team) {
		return found, errNotYours
	}
	return found, nil
}

func (h followUpHandlers) open(c Ctx) error {
	found, err := h.find(c)
	if err != nil {
		return err
	}
	if err := h.trace(c, "followup.opened", found.FollowUp.ID); err != nil {
		return err
	}
	p, err := h.one(c, found)
	if err != nil {
		return err
	}
	p.Done = p.done(c, "followups.done.owner", "followups.done.note", "followups.done.closed")
	return h.show(c, "followup", p)
}

// one makes the page of a follow-up as it stands.
func (h followUpHandlers) one(c Ctx, found surveys.FollowUpCase) (*followUpPage, error) {
	f, t, zone := found.FollowUp, found.Ticket, h.Settings().Zone()
	p := &followUpPage{
		page: h.insidePage(c, "followups"), ID: f.ID, Address: followUpsPath + "/" + url.PathEscape(f.ID), Number: t.Number,
		Mail: found.Customer.Address, Name: found.Customer.Name, Comment: found.Answer.Values["comment"], Private: found.Answer.Values["private"] == "yes",
		Owner: f.Owner, Mine: f.Owner == visitor(c).ID, Note: f.Note, Before: f.NoteMark(), Over: f.State == surveys.FollowUpWithdrawn,
		Overdue: f.State == surveys.FollowUpWaiting && f.DueAt.Before(found.Now),
	}
	p.Title = p.T("followups.one", "Number", t.Number)
	p.Why, p.Due = p.reasons(f.Reasons), p.T("followups.due", "Date", p.DateTime(f.DueAt, zone))
	for _, fact := range []fact{
		{p.T("followups.subject"), t.Subject}, {p.T("followups.team"), f.Team}, {p.T("followups.category"), f.Category},
		{p.T("followups.opened"), p.DateTime(t.OpenedAt, zone)}, {p.T("followups.asked"), p.DateTime(f.AskedAt, zone)},
	} {
		if fact.Value != "" {
			p.Facts = append(p.Facts, fact)
		}
	}
	p.Answers = p.answers(found.Answer)
	if f.State == surveys.FollowUpClosed {
		p.Ended = p.T("followups.ended", "Outcome", p.T("followups.outcome."+string(f.Outcome)), "Date", p.DateTime(f.ClosedAt, zone))
	}
	if f.Gesture.Cents > 0 {
		p.Amount = fmt.Sprintf("%d.%02d", f.Gesture.Cents/100, f.Gesture.Cents%100)
	}
	p.offer(string(f.Outcome), string(f.Gesture.Kind))
	return p, h.owners(c, p, f)
}

// answers are the scores and choices in words.
func (p page) answers(a surveys.Answer) (said []fact) {
	for _, question := range []string{"delay", "listening", "resolved", "recommend"} {
		value := a.Values[question]
		if value == "" {
			continue
		}
		words := value
		switch question {
		case "delay":
			words = p.T("level." + value)
		case "listening", "resolved":
			words = p.T("question." + question + "." + value)
		}
		said = append(said, fact{p.T("question." + question), words})
	}
	return said
}

// offer lists outcomes and gestures.
func (p *followUpPage) offer(outcome, gesture string) {
	for _, o := range surveys.FollowUpOutcomes() {
		p.Outcomes = append(p.Outcomes, choice{Tag: string(o), Name: p.T("followups.outcome." + string(o)), Chosen: string(o) == outcome})
	}
	for _, g := range surveys.GestureKinds() {
		p.Gestures = append(p.Gestures, choice{Tag: string(g), Name: p.T("followups.gesture." + string(g)), Chosen: string(g) == gesture})
	}
}

// owners lists who could see to it: whoever may, and sees its team.
func (h followUpHandlers) owners(c Ctx, p *followUpPage, f surveys.FollowUp) error {
	for who, err := range h.Gate.Store.People(c.Request().Context()) {
		if err != nil {
			return lost(err)
		}
		if mayOwn(who, f) || who.ID == f.Owner {
			p.Owners = append(p.Owners, choice{Tag: who.ID, Name: who.Name, Chosen: who.ID == f.Owner})
		}
	}
	return nil
}

func mayOwn(who auth.Person, f surveys.FollowUp) bool {
	return !who.Disabled && who.May(auth.FollowUp) && who.Sees(f.Team)
}

// assign gives a follow-up to who may see to it, or to nobody.
func (h followUpHandlers) assign(c Ctx) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	found, err := h.find(c)
	if err != nil {
		return err
	}
	ctx, owner := c.Request().Context(), form.Get("owner")
	if owner != "" {
		who, err := h.Gate.Store.GetPerson(ctx, owner)
		if err != nil {
			return lost(err)
		}
		if !mayOwn(who, found.FollowUp) {
			return errNotYours
		}
	}
	if err := h.FollowUps.FollowUps.Assign(ctx, found.FollowUp.ID, form.Get("was"), owner); err != nil {
		return changedMeanwhile(err)
	}
	return back(c, followUpsPath+"/"+url.PathEscape(found.FollowUp.ID), "followups.done.owner")
}

func (h followUpHandlers) note(c Ctx) error {
	return h.take(c, "followups.done.note", func(id string, form url.Values) error {
		return h.FollowUps.FollowUps.WriteNote(c.Request().Context(), id, form)
	})
}

func (h followUpHandlers) close(c Ctx) error {
	return h.take(c, "followups.done.closed", func(id string, form url.Values) error {
		return h.FollowUps.FollowUps.Close(c.Request().Context(), id, form)
	})
}

// take does what a form asks, or shows it again with what was typed and what is wrong.
func (h followUpHandlers) take(c Ctx, done string, do func(id string, form url.Values) error) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	found, err := h.find(c)
	if err != nil {
		return err
	}
	err = do(found.FollowUp.ID, form)
	invalid, wrong := surveys.AsInvalid(err)
	switch {
	case err == nil:
		return back(c, followUpsPath+"/"+url.PathEscape(found.FollowUp.ID), done)
	case wrong:
	case changedMeanwhile(err) == errConflict && found.FollowUp.State != surveys.FollowUpWithdrawn:
		invalid = &surveys.Invalid{Problems: []surveys.Problem{{Field: "note", Key: "changed"}}, Values: map[string]string{
			"note": form.Get("note"), "outcome": form.Get("outcome"), "gesture": form.Get("gesture"), "amount": form.Get("amount"),
		}}
	default:
		return changedMeanwhile(err)
	}
	return h.again(c, found, invalid)
}

func (h followUpHandlers) again(c Ctx, found surveys.FollowUpCase, invalid *surveys.Invalid) error {
	p, err := h.one(c, found)
	if err != nil {
		return err
	}
	for _, problem := range invalid.Problems {
		p.Problems = append(p.Problems, fieldProblem{problem.Field, problem.Field, p.T("followups.problem." + problem.Key)})
		if problem.Key == "changed" {
			p.Theirs = found.FollowUp.Note
		}
	}
	p.Note, p.Amount, p.Outcomes, p.Gestures = invalid.Values["note"], invalid.Values["amount"], nil, nil
	p.offer(invalid.Values["outcome"], invalid.Values["gesture"])
	p.Title = p.T("answer.error", "Title", strings.TrimSpace(p.Title))
	return h.render(c, http.StatusUnprocessableEntity, "followup", p)
}
