package intake

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// lookZendesk asks the incremental export
// (developer.zendesk.com/api-reference/ticketing/ticket-management/incremental_exports),
// which is made for this: it gives each ticket that changed, deleted ones too, with
// its users, groups and metrics beside it. It holds back the last minute itself.
//
// The token is one of OAuth, or "ADDRESS/token:KEY" for an API token.
func lookZendesk(ctx context.Context, a api, since time.Time, cursor string) (looked surveys.Looked, err error) {
	query := url.Values{"include": {"users,groups,metric_sets"}, "per_page": {"250"}}
	if cursor == "" {
		query.Set("start_time", strconv.FormatInt(since.Unix(), 10))
	} else {
		query.Set("cursor", cursor)
	}
	got, err := a.get(ctx, "/api/v2/incremental/tickets/cursor.json", query, a.zendeskSign)
	if err != nil {
		return looked, err
	}
	page := got.object()
	tickets, ok := page.objects("tickets")
	looked.Cursor, _ = page.fields["after_cursor"].(string)
	end, told := page.fields["end_of_stream"].(bool)
	if !ok || !told || looked.Cursor == "" && !end {
		return looked, misunderstood("holds no tickets")
	}
	looked.Cursor, looked.More = cmp.Or(looked.Cursor, cursor), !end
	looked.Found, err = zendeskFound(page, tickets)
	return looked, err
}

func zendeskFound(page object, tickets []object) (all []surveys.Found, err error) {
	users, _ := page.objects("users")
	groups, _ := page.objects("groups")
	sets, _ := page.objects("metric_sets")
	user, group, metrics := by("id", users), by("id", groups), by("ticket_id", sets)
	for _, t := range tickets {
		set := t.object("metric_set")
		if set.fields == nil {
			set = metrics[t.id("id")]
		}
		ticket := t.pick("id", "subject", "status", "type", "tags", "assignee_id", "requester_id", "created_at", "updated_at")
		ticket["via"] = t.object("via").pick("channel")
		f, err := found(t.id("id"), t.word("updated_at"), map[string]any{
			"ticket":     ticket,
			"requester":  user[t.id("requester_id")].pick("name", "email", "locale", "iana_time_zone"),
			"group":      group[t.id("group_id")].pick("name"),
			"metric_set": set.pick("solved_at", "reply_time_in_minutes"),
		})
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func (a api) zendeskSign(h http.Header) {
	if strings.Contains(a.source.Token, ":") {
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(a.source.Token)))
		return
	}
	h.Set("Authorization", "Bearer "+a.source.Token)
}

// zendeskLook reads the form of the API.
func (o object) zendeskLook() surveys.Notice {
	ticket, requester, metrics := o.object("ticket"), o.object("requester"), o.object("metric_set")
	n := surveys.Notice{
		ID: ticket.need("id"), Subject: ticket.text("subject", maxSubject),
		Dimensions: surveys.Dimensions{
			Team: o.object("group").word("name"), Category: strings.ToLower(ticket.word("type")),
			Channel: channelOf(ticket.object("via").word("channel")), Language: requester.language("locale"),
		},
		Tags: ticket.tags("tags"), Agent: nonzero(ticket.id("assignee_id")),
		OpenedAt: ticket.moment("created_at"), UpdatedAt: ticket.moment("updated_at"),
		Customer: surveys.Contact{
			Email: requester.email("email"), Name: requester.text("name", maxName), Timezone: timezone(requester.word("iana_time_zone")),
		},
	}
	if n.Customer.Email == "" {
		n.Customer.Ref = ticket.id("requester_id")
	}
	if minutes := metrics.object("reply_time_in_minutes"); minutes.has("calendar") {
		n.FirstReplyAt = after(n.OpenedAt, time.Duration(minutes.count("calendar"))*time.Minute)
	}
	n = o.zendeskStatus(n, ticket.word("status"), time.Time{})
	if n.Status.Handled() {
		n.ClosedAt = metrics.moment("solved_at")
	}
	return n
}
