package intake

import (
	"strings"

	"github.com/entendu/entendu/surveys"
)

// translate turns a helpdesk's word for a status into ours: first by what the
// managers decided for the source, then by the tables in turn; "" if nobody
// knows it. The tables are asked for the word as it is.
func translate(word string, source surveys.Source, tables ...func(string) surveys.Status) surveys.Status {
	if word == "" {
		return ""
	}
	for theirs, ours := range source.Statuses {
		if strings.EqualFold(strings.TrimSpace(theirs), word) {
			return ours
		}
	}
	for _, table := range tables {
		if s := table(word); s != "" {
			return s
		}
	}
	return ""
}

// say puts a helpdesk's word for the status into a notice: as ours if it is
// understood, else as it is, to be shown to the managers.
func say(n *surveys.Notice, word string, source surveys.Source, tables ...func(string) surveys.Status) {
	n.Status = translate(word, source, tables...)
	if n.Status == "" {
		n.Vendor = word
	}
}

// french knows what helpdesks write whose accounts speak French.
func french(word string) surveys.Status {
	switch fold(word) {
	case "nouveau", "nouvelle", "ouvert", "ouverte", "encours":
		return surveys.Open
	case "enattente", "enpause", "enattenteduclient", "enattentedunclient", "enattentedetiers":
		return surveys.Pending
	case "rouvert", "rouverte", "reouvert", "reouverte":
		return surveys.Reopened
	case "resolu", "resolue":
		return surveys.Resolved
	case "ferme", "fermee", "clos", "close", "cloture", "cloturee":
		return surveys.Closed
	case "annule", "annulee", "retire", "retiree":
		return surveys.Withdrawn
	case "indesirable":
		return surveys.Spam
	case "supprime", "supprimee":
		return surveys.Deleted
	}
	return ""
}

// elsewhere stands in MergedInto where a helpdesk says that a ticket was merged,
// but not into which: it belongs in no figure all the same.
const elsewhere = "?"

// channelOf maps the helpdesks' many words for the way a request came in to one
// simple word each. What it does not know it keeps, in lower case.
func channelOf(word string) string {
	word = strings.TrimPrefix(strings.ToLower(word), "channel::")
	folded := fold(word)
	switch folded {
	case "mail", "email", "incomingemail", "outboundemail", "courriel":
		return "email"
	case "web", "webform", "portal", "portail", "helpcenter", "feedbackwidget", "formulaire", "formulaireweb", "mobile", "mobilesdk", "forum":
		return "web"
	case "chat", "livechat", "webwidget", "messaging", "nativemessaging", "clavardage":
		return "chat"
	case "phone", "voice", "telephone", "phonecallinbound", "phonecalloutbound", "voicemail", "inbound":
		return "phone"
	case "api", "webservice", "webserviceapi":
		return "api"
	case "twiliosms", "sms":
		return "sms"
	}
	for _, network := range []string{"facebook", "twitter", "instagram", "whatsapp", "telegram"} {
		if strings.HasPrefix(folded, network) {
			return network
		}
	}
	return word
}

// spaced splits tags at spaces and commas, for helpdesks whose tags hold neither.
func spaced(tags string) []string {
	return tidy(strings.FieldsFunc(tags, func(r rune) bool { return r == ' ' || r == ',' }))
}
