package surveys

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Setting is one thing that managers decide: its key as in the settings file, and
// where its value stands in the Settings that it was asked of.
type Setting struct {
	Key    string // "asking.sample", "source[desk].kind"
	Value  any    // a pointer: *string *[]string *Span *Day *bool *int *float64 *map[string]Span *map[string]Status
	Secret bool   // not shown again to anybody
}

// Hidden stands for a secret wherever settings are shown.
const Hidden = "***"

// All lists every setting, in the order of the settings file.
func (s *Settings) All() []Setting {
	o, p, a, y, m := &s.Organisation, &s.Promise, &s.Asking, &s.Privacy, &s.Mail
	all := []Setting{
		{Key: "organisation.name", Value: &o.Name},
		{Key: "organisation.languages", Value: &o.Languages},
		{Key: "organisation.timezone", Value: &o.Timezone},
		{Key: "organisation.helpdesk_address", Value: &o.HelpdeskAddress},
		{Key: "promise.default", Value: &p.Default},
		{Key: "promise.since", Value: &p.Since},
		{Key: "promise.category", Value: &p.Category},
		{Key: "asking.delay", Value: &a.Delay},
		{Key: "asking.hours", Value: &a.Hours},
		{Key: "asking.rest", Value: &a.Rest},
		{Key: "asking.answer_within", Value: &a.AnswerWithin},
		{Key: "asking.reminder_after", Value: &a.ReminderAfter},
		{Key: "asking.sample", Value: &a.Sample},
		{Key: "asking.skip_tags", Value: &a.SkipTags},
		{Key: "asking.staff", Value: &a.Staff},
		{Key: "asking.too_old", Value: &a.TooOld},
		{Key: "comparing.advisers", Value: &s.Comparing.Advisers},
		{Key: "publishing.public", Value: &s.Publishing.Public},
		{Key: "publishing.period", Value: &s.Publishing.Period},
		{Key: "publishing.minimum", Value: &s.Publishing.Minimum},
		{Key: "privacy.raw_events", Value: &y.RawEvents},
		{Key: "privacy.addresses", Value: &y.Addresses},
		{Key: "privacy.answers", Value: &y.Answers},
		{Key: "privacy.controller", Value: &y.Controller},
		{Key: "privacy.notice", Value: &y.Notice},
		{Key: "mail.connections", Value: &m.Connections},
		{Key: "mail.per_second", Value: &m.PerSecond},
		{Key: "mail.return_path", Value: &m.ReturnPath},
		{Key: "mail.bounces", Value: &m.Bounces, Secret: true},
		{Key: "mail.dkim_key", Value: &m.DKIMKey, Secret: true},
		{Key: "mail.dkim_selector", Value: &m.DKIMSelector},
	}
	for i := range s.Teams {
		all = append(all, s.Teams[i].all()...)
	}
	for i := range s.Sources {
		all = append(all, s.Sources[i].All()...)
	}
	return all
}

func (t *Team) all() []Setting {
	key := "team[" + t.Name + "]."
	return []Setting{{Key: key + "name", Value: &t.Name}, {Key: key + "address", Value: &t.Address}}
}

// All lists the settings of one source.
func (src *Source) All() []Setting {
	key := "source[" + src.Name + "]."
	return []Setting{
		{Key: key + "name", Value: &src.Name},
		{Key: key + "kind", Value: &src.Kind},
		{Key: key + "secret", Value: &src.Secret, Secret: true},
		{Key: key + "freshness", Value: &src.Freshness},
		{Key: key + "api", Value: &src.API},
		{Key: key + "token", Value: &src.Token, Secret: true},
		{Key: key + "statuses", Value: &src.Statuses},
	}
}

// Difference is one setting that two Settings have otherwise; a secret is Hidden.
type Difference struct{ Key, From, To string }

// Differences lists what another Settings has otherwise, those that were taken away
// at the end.
func (s Settings) Differences(other Settings) (all []Difference) {
	before := s.texts()
	for _, now := range other.All() {
		was, to := before[now.Key], now.text()
		delete(before, now.Key)
		if was.text != to {
			all = append(all, now.differs(was.text, to))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if was := before[key]; was.text != "" {
			all = append(all, was.differs(was.text, ""))
		}
	}
	return all
}

// toldSetting is a setting with its value as text.
type toldSetting struct {
	Setting
	text string
}

func (s Settings) texts() map[string]toldSetting {
	all := map[string]toldSetting{}
	for _, x := range s.All() {
		all[x.Key] = toldSetting{x, x.text()}
	}
	return all
}

func (x Setting) differs(from, to string) Difference {
	if x.Secret {
		from, to = hide(from), hide(to)
	}
	return Difference{Key: x.Key, From: from, To: to}
}

func hide(secret string) string {
	if secret == "" {
		return ""
	}
	return Hidden
}

// text is a value in one line, the same for the same value.
func (x Setting) text() string {
	switch v := x.Value.(type) {
	case *string:
		return *v
	case *[]string:
		return strings.Join(*v, ", ")
	case *Span:
		return v.String()
	case *Day:
		return string(*v)
	case *bool:
		return strconv.FormatBool(*v)
	case *int:
		return strconv.Itoa(*v)
	case *float64:
		return strconv.FormatFloat(*v, 'g', -1, 64)
	case *map[string]Span:
		return paired(*v)
	case *map[string]Status:
		return paired(*v)
	}
	panic(fmt.Sprintf("setting %s has a value of %T", x.Key, x.Value))
}

func paired[V any](all map[string]V) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		pairs = append(pairs, fmt.Sprintf("%s = %v", key, all[key]))
	}
	return strings.Join(pairs, ", ")
}
