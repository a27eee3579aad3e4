package web

import (
	"strconv"

	"github.com/entendu/entendu/surveys"
)

// changesPage is the log of settings, the newest change first.
type changesPage struct {
	page
	Changes []changeLine
	Older   string // the address of the next page, "" on the last
}

// changeLine is who changed what, and when.
type changeLine struct {
	When, Who string
	Keys      []changedKey
}

// changedKey is one setting that was changed.
type changedKey struct{ Key, Label, From, To string }

// changesAPage is how many changes one page of the log tells.
const changesAPage = 25

func (h decisionHandlers) showChanges(c Ctx) error {
	before, err := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	found, err := h.Store.FindSettings(c.Request().Context(), before, changesAPage+1)
	if err != nil {
		return lost(err)
	}
	p := &changesPage{page: h.insidePage(c, "settings")}
	p.Title = p.T("settings.table.changes")
	for i, change := range found[:min(changesAPage, len(found))] {
		was := surveys.DefaultSettings()
		if i+1 < len(found) {
			was = found[i+1].Settings
		}
		p.Changes = append(p.Changes, changeLine{
			When: p.DateTime(change.At, h.Settings().Zone()), Who: p.changedBy(change.By), Keys: p.changed(was.Differences(change.Settings)),
		})
	}
	if len(found) > changesAPage {
		p.Older = changesPath + "?before=" + strconv.FormatInt(found[changesAPage-1].N, 10)
	}
	return h.Server.show(c, "setting_changes", p)
}

// changedBy names who made a change; what commands write is not a name.
func (p page) changedBy(by string) string {
	switch by {
	case "settings apply", "--settings", "demo":
		return p.T("settings.by." + map[string]string{"settings apply": "command", "--settings": "file", "demo": "demo"}[by])
	}
	return by
}

func (p page) changed(all []surveys.Difference) (keys []changedKey) {
	for _, x := range all {
		key := changedKey{x.Key, p.T("settings.key." + plainKey(x.Key)), p.changedValue(x.From), p.changedValue(x.To)}
		if x.From == surveys.Hidden && x.To == surveys.Hidden {
			key.To = p.T("settings.hidden.other")
		}
		keys = append(keys, key)
	}
	return keys
}

// changedValue is a value of the log in words.
func (p page) changedValue(value string) string {
	switch value {
	case "":
		return p.T("settings.nothing")
	case "true", "false":
		return p.T("settings.choice." + value)
	case surveys.Hidden:
		return p.T("settings.hidden")
	}
	return value
}
