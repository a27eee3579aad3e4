package intake

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/entendu/entendu/surveys"
)

// MailService is what differs from one mail service to the next, of those that tell
// by webhook what became of a mail.
//
// To add one: one file with its functions, one line in MailServices, one folder in
// testdata.
type MailService struct {
	Kind string // as written in [[source]] kind

	// Verify checks the sender over the raw bytes. It fails with ErrUnsigned, or
	// with ErrUnchecked where trying again may help.
	Verify func(ctx context.Context, header http.Header, body []byte, source surveys.Source, now time.Time) error

	// Greet answers a service that asks whether its reports are wanted, once Verify
	// has said who asks. It is nil where none does, and fails as Read or Verify do.
	Greet func(ctx context.Context, body []byte) error

	// Delivery is as in Helpdesk.
	Delivery func(header http.Header, body []byte) string

	// Read gives the reports in a body; none if it tells of nothing to act upon, as
	// of a delivery or an opening. It fails with *surveys.Unreadable, and is pure.
	Read func(body []byte, received time.Time) ([]surveys.Feedback, error)

	theirs bool // see Kind.Theirs
}

// MailServices lists every kind. fetch gets what a signature is checked with; nil
// will do for reading.
func MailServices(fetch Fetch) []MailService {
	return []MailService{ses(fetch), postmark(), sendgrid(), mailgun(), brevo()}
}

// MailKinds names every kind of mail service.
func MailKinds() (kinds []string) {
	for _, m := range MailServices(nil) {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

// ReadFeedback is the surveys.FeedbackReader for mail services.
func ReadFeedback(e surveys.Event, _ surveys.Source) ([]surveys.Feedback, error) {
	all := MailServices(nil)
	i := slices.IndexFunc(all, func(m MailService) bool { return m.Kind == e.Kind })
	if i < 0 {
		return nil, &surveys.Unreadable{What: "no mail service of this kind is known"}
	}
	return all[i].Read(e.Body, e.ReceivedAt)
}

// timeless is a Verify that needs to fetch nothing.
func timeless(verify func(http.Header, []byte, surveys.Source, time.Time) error) func(context.Context, http.Header, []byte, surveys.Source, time.Time) error {
	return func(_ context.Context, h http.Header, body []byte, source surveys.Source, now time.Time) error {
		return verify(h, body, source, now)
	}
}

// openAll takes the objects of a body, which is one object or a list of them.
func openAll(body []byte, received time.Time) ([]object, error) {
	v, err := parse(body)
	if err != nil {
		return nil, err
	}
	r := &reading{received: received}
	list, several := v.([]any)
	if !several {
		return []object{r.as("", v)}, r.err()
	}
	all := make([]object, len(list))
	for i, v := range list {
		all[i] = r.as(fmt.Sprintf("[%d]", i), v)
	}
	return all, r.err()
}

// fact is what a service says of one mail, before it is judged.
type fact struct {
	name    string // of ours, or ""
	address string
	status  string // enhanced code (RFC 3463)
	words   string // the server's or the service's
	at      time.Time
}

// as is the fact as feedback of a kind. Nobody's address, nor the part of it by which
// servers call a mailbox, is in the words.
func (f fact) as(kind surveys.FeedbackKind) surveys.Feedback {
	words := strings.Fields(f.words)
	for i, word := range words {
		if strings.Contains(word, "@") {
			words[i] = "(address)"
		}
	}
	said := strings.Join(words, " ")
	if local, _, _ := strings.Cut(f.address, "@"); len(local) > 2 {
		said = regexp.MustCompile(`(?i)\b`+regexp.QuoteMeta(local)+`\b`).ReplaceAllString(said, "(address)")
	}
	if f.status != "" && enhanced(said) == "" {
		said = f.status + " " + said
	}
	return surveys.Feedback{Kind: kind, Name: f.name, Address: f.address, Reply: clean(said, 200), At: f.at}
}

// bounced is the fact of a mail that did not arrive. What a service calls final is
// soft all the same where the code says that somebody is there: a full mailbox, a
// mail too large, a wrong way, or a server that minds us and not the person.
func (f fact) bounced(final bool) surveys.Feedback {
	code := enhanced(f.words)
	if code == "" || strings.HasSuffix(code, ".0.0") {
		code = f.status
	}
	passing := []string{"5.2.2", "5.2.3", "5.3.4", "5.4.4", "5.4.6", "5.4.7", "5.6.7"}
	if !final || strings.HasPrefix(code, "4.") || strings.HasPrefix(code, "5.7.") || slices.Contains(passing, code) {
		return f.as(surveys.SoftBounce)
	}
	return f.as(surveys.HardBounce)
}

// enhanced finds a code like 5.1.1 in a server's words, and takes no IP address for
// one.
func enhanced(words string) string {
	words = regexp.MustCompile(`\b\d+(\.\d+){3,}\b`).ReplaceAllString(words, "")
	return regexp.MustCompile(`\b[245]\.\d{1,3}\.\d{1,3}\b`).FindString(words)
}

// nameOf is the local part of a Message-ID that may be of one of our mails, else "": a
// service may put one of its own in its place.
func nameOf(messageID string) string {
	local, _, _ := strings.Cut(strings.Trim(strings.TrimSpace(messageID), "<>"), "@")
	if !strings.HasPrefix(local, "inv.") && !strings.HasPrefix(local, "rem.") {
		return ""
	}
	return clean(local, maxName)
}
