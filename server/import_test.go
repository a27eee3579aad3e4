package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/entendu/entendu/surveys"
)

// invitations settles what an import left and gives all invitations by their ticket.
func invitations(t *testing.T, data string) map[string]surveys.Invitation {
	t.Helper()
	it, err := (&options{Data: data}).open(t.Context(), forAny, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	inviter := &surveys.Inviter{Store: it, Settings: surveys.DefaultSettings}
	for more := true; more; {
		if more, err = inviter.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]surveys.Invitation{}
	for i, err := range it.InvitationsClosed(t.Context(), time.Time{}, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[i.Ticket.ID] = i
	}
	return all
}

// TestE08AFreshFileFindsWhatWasMissed: where no API can be asked, an export of the
// helpdesk imported with --ask tells what nobody sent while Entendu was down.
func TestE08AFreshFileFindsWhatWasMissed(t *testing.T) {
	data := t.TempDir()
	at := func(ago time.Duration) string { return now().UTC().Add(-ago).Format(time.RFC3339) }
	const header = "id,status,opened_at,closed_at,updated_at,customer.email,customer.timezone\n"
	known := header + fmt.Sprintf("1,open,%[1]s,,%[1]s,lina1@example.net,\n2,open,%[1]s,,%[1]s,lina2@example.net,\n", at(9*24*time.Hour))
	if out, errs, code := entendu(t, data, known, "import", "tickets", "-", "--source", "desk", "--ask"); code != 0 {
		t.Fatal(out, errs)
	}
	if n := len(invitations(t, data)); n != 0 {
		t.Fatalf("%d invitations before anything was closed", n)
	}
	fresh := header
	for id, ago := range map[int]time.Duration{1: time.Hour, 2: 8 * 24 * time.Hour, 3: 2 * time.Hour, 4: 3 * time.Hour} {
		fresh += fmt.Sprintf("%d,closed,%s,%s,%s,lina%[1]d@example.net,Europe/Lisbon\n", id, at(9*24*time.Hour), at(ago), at(ago))
	}
	if out, errs, code := entendu(t, data, fresh, "import", "tickets", "-", "--source", "desk", "--ask"); code != 0 || !strings.Contains(out, "stored 4 ") {
		t.Fatal(out, errs)
	}
	found := invitations(t, data)
	for id, code := range map[string]surveys.Skip{"1": "", "2": surveys.TooOld, "3": "", "4": ""} {
		if i := found[id]; i.Code != code || (i.State == surveys.Waiting) != (code == "") {
			t.Errorf("ticket %s is %s %q; want %q", id, i.State, i.Code, code)
		}
	}
	if out, _, _ := entendu(t, data, fresh, "import", "tickets", "-", "--source", "desk", "--ask"); out != "read 4 stored 0 known 4 refused 0\n" {
		t.Errorf("the second time: %q", out)
	}
	if diff := cmp.Diff(found, invitations(t, data)); diff != "" {
		t.Errorf("importing twice changed something (-once +twice):\n%s", diff)
	}
}

// TestNobodyAsksOurselvesHereEither: the commands that settle what came in know as
// serve does who the mails are from.
func TestNobodyAsksOurselvesHereEither(t *testing.T) {
	at := now().UTC().Add(-time.Hour).Format(time.RFC3339)
	ticket := fmt.Sprintf("id,status,closed_at,updated_at,customer.email\n1,closed,%[1]s,%[1]s,avis@example.org\n", at)
	for _, command := range []string{"publish", "recount"} {
		data := t.TempDir()
		if out, errs, code := entendu(t, data, ticket, "import", "tickets", "-", "--ask"); code != 0 {
			t.Fatal(out, errs)
		}
		if _, errs, code := entendu(t, data, "", command, "--from", "Maison Poulain <avis@example.org>"); code != 0 {
			t.Fatal(errs)
		}
		if i := invitations(t, data)["1"]; i.Code != surveys.Staff {
			t.Errorf("%s: %s %q, want a skip as staff", command, i.State, i.Code)
		}
	}
}
