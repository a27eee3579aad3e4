package intake

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/entendu/entendu/surveys"
)

// freshdeskPage is the most tickets that Freshdesk lists at once.
const freshdeskPage = 100

// lookFreshdesk lists tickets, the last changed first
// (developers.freshdesk.com/api, "List All Tickets"), with requester and times. Spam
// and deleted tickets are not among them. Groups and products stand in a ticket by
// number; their names are asked for where the token may read them.
func lookFreshdesk(ctx context.Context, a api, since time.Time, cursor string) (looked surveys.Looked, err error) {
	at := placeOf(cursor, since)
	got, err := a.get(ctx, "/api/v2/tickets", url.Values{
		"updated_since": {at.From.UTC().Format(time.RFC3339)}, "include": {"requester,stats"},
		"order_by": {"updated_at"}, "order_type": {"desc"},
		"per_page": {strconv.Itoa(freshdeskPage)}, "page": {strconv.Itoa(at.Page)},
	}, a.freshdeskSign)
	if err != nil {
		return looked, err
	}
	tickets, ok := got.objects()
	if !ok {
		return looked, misunderstood("is no list of tickets")
	}
	if looked.Found, err = a.freshdeskFound(ctx, tickets); err != nil {
		return looked, err
	}
	first, last := changed("updated_at", tickets), time.Time{}
	if len(tickets) >= freshdeskPage {
		last = tickets[len(tickets)-1].moment("updated_at")
	}
	next, more := at.back(first, last)
	looked.Cursor, looked.More = next.String(), more
	return looked, nil
}

func (a api) freshdeskSign(h http.Header) {
	r := http.Request{Header: h}
	r.SetBasicAuth(a.source.Token, "X")
}

func (a api) freshdeskFound(ctx context.Context, tickets []object) (all []surveys.Found, err error) {
	groups, err := a.freshdeskNames(ctx, "/api/v2/groups", "group_id", tickets)
	if err != nil {
		return nil, err
	}
	products, err := a.freshdeskNames(ctx, "/api/v2/products", "product_id", tickets)
	if err != nil {
		return nil, err
	}
	for _, t := range tickets {
		ticket := t.pick("id", "subject", "status", "source", "type", "tags", "spam", "deleted", "requester_id", "created_at", "updated_at")
		ticket["custom_fields"] = t.object("custom_fields").pick("cf_category", "cf_categorie", "cf_language", "cf_langue")
		ticket["requester"] = t.object("requester").pick("name", "email")
		ticket["stats"] = t.object("stats").pick("first_responded_at", "resolved_at", "closed_at")
		f, err := found(t.id("id"), t.word("updated_at"), map[string]any{
			"ticket": ticket, "group": groups[t.id("group_id")].pick("name"), "product": products[t.id("product_id")].pick("name"),
		})
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// freshdeskNames lists what has a number and a name, if a ticket refers to one; a
// token that may not read them leaves them unnamed.
func (a api) freshdeskNames(ctx context.Context, path, key string, tickets []object) (map[string]object, error) {
	for _, t := range tickets {
		if !t.has(key) {
			continue
		}
		got, err := a.get(ctx, path, url.Values{"per_page": {"100"}}, a.freshdeskSign)
		var no *refused
		if errors.As(err, &no) && (no.status == http.StatusForbidden || no.status == http.StatusNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		list, _ := got.objects()
		return by("id", list), nil
	}
	return nil, nil
}

// freshdeskLook reads the form of the API. Who handled the ticket is left out: the
// API has a number for them, webhooks have an address, and nobody must count twice.
func (o object) freshdeskLook() surveys.Notice {
	ticket := o.object("ticket")
	requester, stats, custom := ticket.object("requester"), ticket.object("stats"), ticket.object("custom_fields")
	n := surveys.Notice{
		ID: ticket.need("id"), Number: ticket.id("id"), Subject: ticket.text("subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.object("group").word("name"), Product: o.object("product").word("name"),
			Category: cmp.Or(custom.first("cf_category", "cf_categorie"), ticket.word("type")),
			Channel:  freshdeskSource(ticket.word("source")), Language: language(custom.first("cf_language", "cf_langue")),
		},
		Tags: ticket.tags("tags"), OpenedAt: ticket.moment("created_at"), FirstReplyAt: stats.moment("first_responded_at"),
		UpdatedAt: cmp.Or(ticket.moment("updated_at"), surveys.Moment(o.received)),
		Customer:  surveys.Contact{Email: requester.email("email"), Name: requester.text("name", maxName)},
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = ticket.id("requester_id")
	}
	word := ticket.word("status")
	for _, end := range []string{"spam", "deleted"} {
		if ticket.fields[end] == true {
			word = end
		}
	}
	say(&n, word, o.source, freshdeskWord)
	if n.Status.Handled() {
		n.ClosedAt = cmp.Or(stats.moment("resolved_at"), stats.moment("closed_at"))
	}
	return n
}
