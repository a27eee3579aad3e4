package intake

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/entendu/entendu/surveys"
)

// lookChatwoot lists conversations, the last active first
// (developers.chatwoot.com/api-reference/conversations/conversations-list); resolving one
// is an activity. The source's api ends with the account:
// https://chat.example.org/api/v1/accounts/3.
func lookChatwoot(ctx context.Context, a api, since time.Time, cursor string) (looked surveys.Looked, err error) {
	at := placeOf(cursor, since)
	got, err := a.get(ctx, "/conversations", url.Values{
		"status": {"all"}, "assignee_type": {"all"}, "sort_by": {"last_activity_at_desc"}, "page": {strconv.Itoa(at.Page)},
	}, a.chatwootSign)
	if err != nil {
		return looked, err
	}
	page, ok := got.object().object("data").objects("payload")
	if !ok {
		return looked, misunderstood("holds no conversations; api must end with /api/v1/accounts/NUMBER")
	}
	last := time.Time{}
	for _, c := range page {
		if last = c.moment("last_activity_at"); last.Before(at.From) {
			break
		}
		f, err := chatwootFound(c)
		if err != nil {
			return looked, err
		}
		looked.Found = append(looked.Found, f)
	}
	next, more := at.back(changed("last_activity_at", page), last)
	looked.Cursor, looked.More = next.String(), more
	return looked, nil
}

func (a api) chatwootSign(h http.Header) { h.Set("api_access_token", a.source.Token) }

func chatwootFound(c object) (surveys.Found, error) {
	meta := c.object("meta")
	conversation := c.pick("id", "status", "labels", "created_at", "updated_at", "last_activity_at", "first_reply_created_at")
	conversation["custom_attributes"] = c.object("custom_attributes").pick("category", "categorie", "product", "produit", "language", "langue")
	conversation["additional_attributes"] = c.object("additional_attributes").pick("mail_subject", "browser_language")
	conversation["meta"] = map[string]any{
		"sender":   meta.object("sender").pick("id", "name", "email"),
		"assignee": meta.object("assignee").pick("id"), "team": meta.object("team").pick("name"),
	}
	conversation["channel"] = meta.fields["channel"]
	version := c.word("status") + "/" + cmp.Or(c.word("updated_at"), c.word("last_activity_at"))
	return found(c.id("id"), version, map[string]any{"conversation": conversation})
}

// chatwootLook reads the form of the API, which tells the last change only in later
// versions.
func (o object) chatwootLook() surveys.Notice {
	conversation := o.object("conversation")
	n := conversation.chatwoot()
	if !conversation.has("updated_at") {
		n.UpdatedAt = cmp.Or(conversation.moment("last_activity_at"), n.UpdatedAt)
	}
	return n
}
