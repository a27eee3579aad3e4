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
