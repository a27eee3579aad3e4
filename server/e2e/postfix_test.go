package e2e

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"strings"
	"testing"

	"github.com/entendu/entendu/surveys"
)

// TestPostfix lets a real Postfix take what the program mails, over TLS, and relay it:
// it arrives byte for byte, though the next server is said to take no eight bits, so
// that Postfix may convert what is not fit for that. Then a customer is unknown there:
// the report of Postfix goes to the return path of that one mail, is fetched from its
// mailbox, and the customer is not written to again.
func TestPostfix(t *testing.T) {
	hop := newNextHop(t)
	relay := newPostfix(t, hop.address)
	inbox := newInbox(t)
	hop.reports = inbox.take
	s := newScene(t, onSQLite(), settingsWith(t, "[mail]\n", "[mail]\nreturn_path = \"returns.example.org\"\nbounces = \""+inbox.url+"\"\n"+dkim(t),
		`name = "Maison Poulain"`, `name = "Société d’économie mixte « Là-Haut & Fils »"`))
	s.program.canaries = func() []string { return []string{"canary.example", inboxPassword, "PRIVATE KEY"} }

	// What the program writes is seen at a server that puts the mails off.
	s.setenv("ENTENDU_SMTP", "smtp://"+hop.address+"?tls=none")
	hop.turn(defers)
	s.started()
	name := "Élodie Ærøskøbing " + strings.Repeat("de la Très-Longue-Maison ", 3)
	must(t, s.helpdesk.post(t.Context(), about("1", "closed").with("number", "№ 1 – "+strings.Repeat("été ", 20), "customer", map[string]any{"email": mailOf("1"), "name": name, "language": "fr"})))
	must(t, s.helpdesk.post(t.Context(), about("nobody", "closed")))
	st := s.look()
	must(t, await(t.Context(), "both mails were put off", func() bool { return len(hop.log()) == 2 }))
	s.stopped()
	written := map[string]relayed{}
	for _, m := range hop.log() {
		written[m.to] = m
	}

	hop.turn(accepts)
	s.setenv("ENTENDU_SMTP", "smtp://"+relay.address)
	s.setenv("SSL_CERT_FILE", relay.trusted)
	s.pass(later)
	s.started()
	s.settled(st)
	var arrived relayed
	must(t, await(t.Context(), "the mail was relayed", func() bool { return hop.has(mailOf("1"), &arrived) }))
	wantIntact(t, written[mailOf("1")], arrived)

	must(t, await(t.Context(), "the report had come", func() bool { return inbox.count() == 1 }))
	var report relayed
	if back := written[mailOf("nobody")].from; !hop.has(back, &report) || report.from != "" || !strings.HasPrefix(back, "bounce+") {
		t.Errorf("the report did not go from nobody to %q: %+v", back, report)
	}
	s.restarted(0) // it looks at the mailbox when it starts, and then once a minute
	s.wantBounced()
	s.stopped()
}

// wantIntact: what arrives is what was written, behind lines that tell its way.
func wantIntact(t *testing.T, written, arrived relayed) {
	t.Helper()
	way := regexp.MustCompile(`^(?:Received:[^\n]*\n(?:[ \t][^\n]*\n)*)+`).Find(arrived.raw)
	if len(way) == 0 || !bytes.Contains(way, []byte("(Postfix)")) || !bytes.Contains(way, []byte("TLS")) {
		t.Errorf("it did not come by Postfix, over TLS: %s", way)
	}
	if got := arrived.raw[len(way):]; !bytes.Equal(got, written.raw) {
		t.Errorf("it was changed on the way, from\n%s\nto\n%s", written.raw, got)
	}
	if arrived.from != written.from || !strings.HasPrefix(written.from, "bounce+") {
		t.Errorf("its return path was %q and is %q", written.from, arrived.from)
	}
	if !bytes.Contains(written.raw, []byte("\r\nDKIM-Signature: ")) {
		t.Error("it was not signed")
	}
	for _, line := range bytes.Split(written.raw, []byte("\r\n")) { // RFC 5322 section 2.1.1
		if len(line) > 998 || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 || r < ' ' && r != '\t' }) {
			t.Errorf("a line that servers may break or convert: %q", line)
		}
	}
}

// wantBounced waits until the customer nobody knows is on the list and the bounce with
// their invitation.
func (s *scene) wantBounced() {
	s.Helper()
	st := s.look()
	id := surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "nobody"}, 1)
	var i surveys.Invitation
	must(s, await(s.Context(), "the bounce was heard", func() (heard bool) {
		var err error
		i, err = st.GetInvitation(s.Context(), id)
		return err == nil && !i.Bounce.At.IsZero()
	}))
	if i.State != surveys.Sent || !strings.Contains(i.Bounce.Reply, "hard") || !strings.Contains(i.Bounce.Reply, "5.1.1") || strings.Contains(i.Bounce.Reply, "@") {
		s.Errorf("the bounce: %s %+v", i.State, i.Bounce)
	}
	if kept, err := st.GetSuppression(s.Context(), i.Person); err != nil || kept.Reason != surveys.Bounced {
		s.Errorf("the list: %+v %v", kept, err)
	}
}

// dkim are the settings of a signature.
func dkim(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	must(t, err)
	return "dkim_selector = \"entendu\"\ndkim_key = \"\"\"\n" + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})) + "\"\"\"\n"
}
