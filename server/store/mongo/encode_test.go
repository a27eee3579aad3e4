package mongo

import (
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	const bad = "caf\xe9"
	for name, doc := range map[string]any{
		"_id":      eventDocOf(surveys.Event{ID: bad}, 1),
		"subject":  ticketDocOf(surveys.Ticket{Subject: bad}, 1),
		"tags":     ticketDocOf(surveys.Ticket{Tags: []string{"fine", bad}}, 1),
		"question": responseDocOf(surveys.Response{Answers: []surveys.Answer{{Values: map[string]string{bad: "1"}}}}, 1),
		"value":    responseDocOf(surveys.Response{Answers: []surveys.Answer{{Values: map[string]string{"comment": bad}}}}, 1),
		"said":     customerDoc{Said: saidOf(surveys.Customer{Name: bad})},
	} {
		if _, err := encode(doc); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a bad %s: error %v", name, err)
		}
	}
	if _, err := encode(eventDocOf(surveys.Event{ID: "1", Body: []byte(bad)}, 1)); err != nil {
		t.Errorf("bytes may be anything: %v", err)
	}
	if _, err := encode(ticketDocOf(surveys.Ticket{Subject: "NUL \x00, $set, S.A.V., é, 🦊"}, 1)); err != nil {
		t.Errorf("text may be anything that is UTF-8: %v", err)
	}
}
