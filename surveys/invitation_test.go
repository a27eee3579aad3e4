package surveys_test

import (
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

func TestWindowBeginsWithTheMail(t *testing.T) {
	mailed := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	accepted := mailed.Add(time.Hour)
	month := surveys.Span{N: 28, Unit: "d"}
	for _, test := range []struct {
		name             string
		mailed, accepted time.Time
		span             surveys.Span
		want             time.Time
	}{
		{"accepted", mailed, accepted, month, accepted.AddDate(0, 0, 28)},
		{"acceptance unknown", mailed, time.Time{}, month, mailed.AddDate(0, 0, 28)},
		{"never tried", time.Time{}, time.Time{}, month, time.Time{}},
		{"off", mailed, accepted, surveys.Span{}, time.Time{}},
	} {
		i := surveys.Invitation{MailedAt: test.mailed, AcceptedAt: test.accepted}
		if got := i.Window(test.span); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
