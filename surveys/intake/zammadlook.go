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

// zammadPage is how many tickets are asked for at once: each customer among them is
// asked for too.
const zammadPage = 50

// lookZammad searches for tickets by the time of their last change
// (docs.zammad.org/en/latest/api/ticket, "Search"), which needs the Elasticsearch
// that Zammad recommends. "expand" gives the names of state and group, but of
// the customer only the login, so the users are read as well.
func lookZammad(ctx context.Context, a api, since time.Time, cursor string) (looked surveys.Looked, err error) {
	at := placeOf(cursor, since)
	got, err := a.get(ctx, "/api/v1/tickets/search", url.Values{
		"query":   {"updated_at:[" + at.From.UTC().Format("2006-01-02T15:04:05.000Z") + " TO *]"},
		"sort_by": {"updated_at"}, "order_by": {"asc"}, "expand": {"true"},
		"per_page": {strconv.Itoa(zammadPage)}, "page": {strconv.Itoa(at.Page)},
	}, a.zammadSign)
	if err != nil {
		return looked, err
	}
	tickets, ok := got.objects()
	if !ok {
		return looked, misunderstood("is no list of tickets")
	}
	customers := map[string]map[string]any{}
	for _, t := range tickets {
		who := t.id("customer_id")
		if customers[who] == nil && who != "" {
			if customers[who], err = a.zammadUser(ctx, who); err != nil {
				return looked, err
			}
		}
		f, err := found(t.id("id"), t.word("updated_at"), zammadTicket(t, customers[who]))
		if err != nil {
			return looked, err
		}
		looked.Found = append(looked.Found, f)
	}
	looked.More = len(tickets) >= zammadPage
	looked.Cursor = at.forward(changed("updated_at", tickets), looked.More).String()
	return looked, nil
}

func (a api) zammadSign(h http.Header) { h.Set("Authorization", "Token token="+a.source.Token) }

// zammadUser reads who asked; the id alone where the token may not.
func (a api) zammadUser(ctx context.Context, id string) (map[string]any, error) {
	got, err := a.get(ctx, "/api/v1/users/"+url.PathEscape(id), nil, a.zammadSign)
	var no *refused
	if errors.As(err, &no) && (no.status == http.StatusForbidden || no.status == http.StatusNotFound) {
		return map[string]any{"id": id}, nil
	}
	if err != nil {
		return nil, err
	}
	user := got.object()
	who := user.pick("id", "firstname", "lastname", "email")
	who["preferences"] = user.object("preferences").pick("locale")
	return who, nil
}

// zammadTicket makes of the API's form that of a webhook.
func zammadTicket(t object, customer map[string]any) map[string]any {
	ticket := t.pick("id", "number", "title", "state", "group", "type", "category", "product", "language", "langue",
		"create_article_type", "created_at", "updated_at", "first_response_at", "last_close_at")
	ticket["customer"] = customer
	ticket["owner"] = map[string]any{"id": t.fields["owner_id"]}
	return map[string]any{"ticket": ticket}
}

// zammadLook reads the form of the API.
func (o object) zammadLook() surveys.Notice {
	ticket := o.object("ticket")
	n := ticket.zammad()
	n.Language = cmp.Or(n.Language, ticket.object("customer").object("preferences").language("locale"))
	return n
}
