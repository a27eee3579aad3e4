package mailer

import (
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

var update = flag.Bool("update", false, "write the golden files anew")

// config is a Mailer's for a test: mail goes to a folder unless the test says more.
func config(t testing.TB) Config {
	t.Helper()
	words, err := lang.Load(static.Lang())
	if err != nil {
		t.Fatal(err)
	}
	return Config{
		From: "Maison Poulain <avis@example.org>", Outbox: filepath.Join(t.TempDir(), "outbox"), BaseURL: "https://avis.example.org",
		Words: words, Templates: static.Mail(), Log: slog.New(slog.DiscardHandler),
	}
}

func newMailer(t testing.TB, c Config) *Mailer {
	t.Helper()
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// letter is one that nothing is wrong with.
func letter(t testing.TB, language string) surveys.Letter {
	t.Helper()
	survey, err := surveys.FindSurvey(surveys.AfterHandling, 1)
	if err != nil {
		t.Fatal(err)
	}
	keys := surveys.NewKeys("a secret for tests")
	id := surveys.InvitationID(survey.Name, surveys.TicketKey{Source: "desk", ID: "48213"}, 1)
	return surveys.Letter{
		Invitation: surveys.Invitation{ID: id, Number: "48213", ClosedAt: time.Date(2026, 3, 3, 23, 30, 0, 0, time.UTC)},
		Survey:     survey, Language: language, To: "lina@example.net", Name: "Lina Roche",
		Organisation: surveys.Organisation{Name: "Maison Poulain", Timezone: "Europe/Paris", HelpdeskAddress: "support@example.org"},
		Date:         time.Date(2026, 3, 5, 9, 0, 12, 0, time.UTC),
		AnswerToken:  keys.Sign(surveys.ToAnswer, id), StopToken: keys.Sign(surveys.ToStop, "bGluYQ"),
		FollowToken: keys.ToTicket(surveys.TicketKey{Source: "desk", ID: "48213"}, "c-1"),
		MessageName: "inv." + keys.Sign(surveys.ToName, id), Keep: surveys.Span{N: 25, Unit: "mo"},
	}
}

// written is the one file in the outbox.
func written(t testing.TB, c Config) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.Outbox, "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the outbox holds %v, want one file (%v)", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func carry(t testing.TB, m *Mailer, l surveys.Letter) {
	t.Helper()
	if got := m.Carry(t.Context(), l); got.Outcome != surveys.Accepted {
		t.Fatalf("Carry: %s %q", got.Outcome, got.Reply)
	}
}

// reminder is the one that may follow it.
func reminder(t testing.TB, language string) surveys.Letter {
	l := letter(t, language)
	l.Step, l.FirstName = surveys.ReminderMail, l.MessageName
	l.MessageName = "rem." + surveys.NewKeys("a secret for tests").Sign(surveys.ToRemind, l.Invitation.ID)
	l.Date, l.Until = l.Date.AddDate(0, 0, 4), time.Date(2026, 4, 1, 22, 30, 0, 0, time.UTC)
	return l
}

func TestGolden(t *testing.T) {
	letters := map[string]surveys.Letter{}
	for _, tag := range config(t).Words.Languages() {
		letters[tag], letters["reminder."+tag] = letter(t, tag), reminder(t, tag)
	}
	for name, l := range letters {
		t.Run(name, func(t *testing.T) {
			c := config(t)
			carry(t, newMailer(t, c), l)
			golden(t, c, name)
		})
	}
}

// golden compares the one mail in the outbox with the one that is expected.
func golden(t *testing.T, c Config, name string) {
	t.Helper()
	got, file := written(t, c), filepath.Join("testdata", name+".eml")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is another mail (-want +got); -update writes it anew:\n%s", file, diff)
	}
	if strings.Contains(got, "⟦") || strings.Contains(got, "=E2=9F=A6") {
		t.Error("a text is missing")
	}
	if len(got) > 20_000 {
		t.Errorf("%d bytes, at most 20,000", len(got))
	}
}
