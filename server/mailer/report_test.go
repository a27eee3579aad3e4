package mailer

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/entendu/entendu/surveys"
)

const (
	hard = surveys.HardBounce
	soft = surveys.SoftBounce
)

// reports says of each mail in testdata/reports what it leads to, which name it
// bears and how its reply begins; without a kind or an error it leads to nothing.
var reports = map[string]struct {
	kind  surveys.FeedbackKind
	name  string
	reply string
	err   error
}{
	"postfix-unknown":              {kind: hard, name: "bounce", reply: "550 5.1.1 (address) Recipient address rejected: User unknown in virtual mailbox table"},
	"postfix-unknown-without-code": {kind: hard, name: "bounce", reply: "550 No such user here"},
	"postfix-local":                {kind: hard, name: "bounce", reply: `5.1.1 unknown user: "(address)"`},
	"postfix-full":                 {kind: soft, name: "bounce", reply: "552 5.2.2 (address) mailbox full"},
	"postfix-disabled":             {kind: hard, name: "bounce", reply: "550 5.2.1 The email account"},
	"postfix-policy":               {kind: soft, name: "bounce", reply: "554 5.7.1 Service unavailable"},
	"postfix-policy-names-user":    {kind: soft, name: "bounce", reply: "550 5.7.1 (address) user unknown"},
	"postfix-null-mx":              {kind: hard, name: "bounce", reply: "5.1.10 Domain example.net does not accept mail"},
	"postfix-expired":              {kind: soft, name: "bounce", reply: "4.4.1 connect to"},
	"postfix-temporary-unknown":    {kind: soft, name: "bounce", reply: "450 4.1.1"},
	"postfix-loop":                 {kind: soft, name: "bounce", reply: "5.4.6 mail for example.net loops"},
	"postfix-delayed":              {},
	"postfix-delivered":            {},
	"postfix-relayed":              {},
	"postfix-expanded":             {},
	"postfix-one-of-two":           {kind: soft, name: "bounce", reply: "550 5.1.1 User unknown"},
	"postfix-both-of-two":          {kind: soft, name: "bounce", reply: "550 5.1.1 User unknown"},
	"postfix-not-indented":         {kind: hard, name: "bounce", reply: "550 5.1.1 Unknown"},
	"postfix-without-action":       {kind: hard, name: "bounce", reply: "550 5.1.1 User unknown"},
	"postfix-commented":            {kind: hard, name: "bounce", reply: "5.1.1"},
	"postfix-only-returned":        {kind: hard, name: "inv", reply: "550 5.1.1 User unknown"},
	"postfix-of-others":            {err: errNameless},
	"postfix-shortened":            {err: errNameless},
	"truncated-in-header-of-ours":  {kind: hard, name: "bounce", reply: "550 5.1.1 User unknown"},
	"truncated-in-report":          {kind: hard, name: "bounce", reply: "5.1.1 550 5"},
	"truncated-before-report":      {kind: hard, name: "bounce", reply: "(address) said: 550 5.1.1"},
	"without-boundary":             {kind: hard, name: "bounce", reply: "(address) said: 550 5.1.1"},
	"sendmail-unknown":             {kind: hard, name: "bounce", reply: "550 5.1.1 (address) User unknown"},
	"sendmail-warning":             {},
	"sendmail-warning-prose":       {},
	"exchange-unknown":             {kind: hard, name: "bounce", reply: "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient (address) not found"},
	"exchange-denied":              {kind: soft, name: "bounce", reply: "550 5.4.1 Recipient address rejected: Access denied"},
	"exchange-expired":             {kind: soft, name: "bounce", reply: "550 5.4.300 Message expired"},
	"exchange-old-expired":         {kind: soft, name: "bounce", reply: "550 4.4.7 QUEUE.Expired"},
	"exchange-over-quota":          {kind: soft, name: "bounce", reply: "554 5.2.2 mailbox full"},
	"exchange-spam":                {kind: soft, name: "bounce", reply: "550 5.7.350"},
	"exchange-delayed":             {},
	"gmail-unknown":                {kind: hard, name: "bounce", reply: "550-5.1.1 The email account that you tried to reach does not exist"},
	"gmail-full":                   {kind: soft, name: "bounce", reply: "552-5.2.2"},
	"gmail-dmarc":                  {kind: soft, name: "bounce", reply: "550-5.7.26"},
	"gmail-delayed":                {},
	"exim-unknown":                 {kind: hard, name: "bounce", reply: "550 5.1.1 (address) Recipient"},
	"exim-prose-unknown":           {kind: hard, name: "bounce", reply: "host mx.example.net []: 550 5.1.1 no such mailbox"},
	"exim-prose-phrase":            {kind: hard, name: "bounce", reply: "Unrouteable address: unknown user"},
	"exim-prose-vague":             {kind: soft, name: "bounce", reply: "Mail delivery failed: returning message to sender"},
	"exim-prose-full":              {kind: soft, name: "bounce", reply: "SMTP error from remote mail server: 552 mailbox over quota"},
	"exim-warning":                 {},
	"qmail-unknown":                {kind: hard, name: "bounce", reply: "Sorry, no mailbox here by that name. (#5.1.1)"},
	"qmail-remote":                 {kind: hard, name: "bounce", reply: "Remote host said: 550 5.2.1"},
	"qmail-vague":                  {kind: soft, name: "bounce", reply: "Remote host said: 554 delivery error"},
	"qmail-none":                   {kind: soft, name: "bounce", reply: "failure notice"},
	"qmail-nameless":               {err: errNameless},
	"postmaster-quoting":           {kind: soft, name: "inv", reply: "Undeliverable: Votre demande 48213"},
	"postmaster-person":            {err: errNoReport},
	"global-unknown":               {kind: hard, name: "bounce", reply: "550 5.1.1 (address) Почтовый ящик не найден"},
	"global-base64":                {kind: hard, name: "bounce", reply: "550 5.1.1 (address) Почтовый ящик не найден"},
	"global-not-supported":         {kind: soft, name: "bounce", reply: "553 5.6.7 SMTPUTF8 is required"},
	"complaint-abuse":              {kind: surveys.Complaint, name: "bounce", reply: "Feedback-Type: abuse"},
	"complaint-fraud":              {kind: surveys.Complaint, name: "bounce", reply: "Feedback-Type: Fraud"},
	"complaint-virus":              {kind: surveys.Complaint, name: "bounce", reply: "Feedback-Type: virus"},
	"complaint-other":              {kind: surveys.Complaint, name: "inv", reply: "Feedback-Type: other"},
	"complaint-redacted":           {kind: surveys.Complaint, name: "bounce", reply: "Feedback-Type: abuse"},
	"complaint-nameless":           {err: errNameless},
	"complaint-reminder":           {kind: surveys.Complaint, name: "rem", reply: "Feedback-Type: abuse"},
	"feedback-not-spam":            {},
	"feedback-auth-failure":        {},
	"auto-exchange":                {},
	"auto-vacation":                {},
	"auto-old":                     {},
	"auto-ticket":                  {},
	"receipt":                      {},
	"list":                         {},
	"person":                       {err: errNoReport},
	"person-forwarding":            {err: errNoReport},
}

// names are those of the mail that the reports are about.
func names() map[string]string {
	keys := surveys.NewKeys("a secret for tests")
	id := surveys.InvitationID(surveys.AfterHandling, surveys.TicketKey{Source: "desk", ID: "48213"}, 1)
	return map[string]string{
		"inv": "inv." + keys.Sign(surveys.ToName, id), "rem": "rem." + keys.Sign(surveys.ToRemind, id),
		"bounce": "bounce+" + keys.SignFolded(surveys.ToBounce, id),
	}
}

// returned is a report of testdata/reports as it lies in a mailbox, about a mail of
// ours.
func returned(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "reports", file+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	n := names()
	fill := strings.NewReplacer("{inv}", n["inv"], "{rem}", n["rem"], "{bounce}", n["bounce"], "{BOUNCE}", strings.ToUpper(n["bounce"]), "\n", "\r\n")
	return fill.Replace(string(data))
}

func read(body string) ([]surveys.Feedback, error) {
	return ReadReport(surveys.Event{Source: "mail", Kind: "report", ReceivedAt: received(), Body: []byte(body)}, surveys.Source{})
}

func received() time.Time { return time.Date(2026, 3, 5, 9, 5, 0, 0, time.UTC) }

func TestReadReport(t *testing.T) {
	files, err := filepath.Glob("testdata/reports/*.eml")
	if err != nil || len(files) != len(reports) {
		t.Errorf("%d files for %d rows (%v)", len(files), len(reports), err)
	}
	for file, want := range reports {
		t.Run(file, func(t *testing.T) {
			body := returned(t, file)
			for _, body := range []string{body, strings.ReplaceAll(body, "\r\n", "\n")} {
				got, err := read(body)
				if !errors.Is(err, want.err) || (len(got) == 1) != (want.kind != "") {
					t.Fatalf("%+v %v, want %q %v", got, err, want.kind, want.err)
				}
				if want.kind == "" {
					continue
				}
				if f := got[0]; f.Kind != want.kind || f.Name != names()[want.name] || !strings.HasPrefix(f.Reply, want.reply) || !f.At.Equal(received()) {
					t.Errorf("%+v, want %s of %s with %q", f, want.kind, want.name, want.reply)
				}
				if f := got[0]; f.Address != "" || strings.Contains(f.Reply, "lina") || strings.ContainsAny(f.Reply, "@\r\n") {
					t.Errorf("it tells of whom: %+v", f)
				}
			}
		})
	}
}

// The names that are found are those that open.
func TestReportNamesOpen(t *testing.T) {
	keys := surveys.NewKeys("a secret for tests")
	got, err := read(returned(t, "gmail-unknown")) // shouted
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.OpenFolded(surveys.ToBounce, strings.TrimPrefix(got[0].Name, "bounce+")); err != nil {
		t.Error(err)
	}
	if got, err = read(returned(t, "postfix-only-returned")); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.Open(surveys.ToName, strings.TrimPrefix(got[0].Name, "inv.")); err != nil {
		t.Error(err)
	}
}

// M10: what is made to cost much is read as quickly as anything.
func TestHostileReports(t *testing.T) {
	const size = 4 << 20
	var deep strings.Builder
	for n := range 10_000 {
		border := strings.Repeat("b", n%60+1)
		deep.WriteString("Content-Type: multipart/mixed; boundary=" + border + "\r\n\r\n--" + border + "\r\n")
	}
	begin := "From: mailer-daemon@example.net\r\nTo: x@example.org\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n"
	status := begin + "Content-Type: message/delivery-status\r\n\r\n"
	for name, body := range map[string]string{
		"nothing":          "",
		"no mail":          "GET / HTTP/1.1",
		"only line ends":   strings.Repeat("\r\n", size/2),
		"deep":             deep.String(),
		"many parts":       begin + strings.Repeat("\r\n--b\r\n\r\nx", size/10),
		"long header":      "Subject: " + strings.Repeat("a", size),
		"many headers":     strings.Repeat("To: bounce+x@example.org\r\n", size/26) + "\r\nx",
		"many folds":       "To: a\r\n" + strings.Repeat(" <bounce+\r\n", size/11) + "\r\nx",
		"long field":       status + "Diagnostic-Code: smtp; 550 " + strings.Repeat("5.1.", size/4),
		"many groups":      status + strings.Repeat("Action: failed\r\nStatus: 5.1.1\r\n\r\n", size/32),
		"many folds again": status + "Action: failed\r\nDiagnostic-Code: x\r\n" + strings.Repeat(" 550\r\n", size/6),
		"long text":        "From: postmaster@example.net\r\n\r\n" + strings.Repeat("user account ", size/13),
		"long line of it":  "From: postmaster@example.net\r\n\r\n> Message-ID: " + strings.Repeat("inv.", size/4),
		"quotes":           "From: postmaster@example.net\r\n\r\n" + strings.Repeat("> ", size/2),
	} {
		begun := time.Now()
		got, err := read(body)
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		}
		var bad *surveys.Unreadable
		if len(got) != 0 || err != nil && !errors.As(err, &bad) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func FuzzReadReport(f *testing.F) {
	for file := range reports {
		f.Add([]byte(returned(f, file)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := read(string(body))
		var bad *surveys.Unreadable
		if err != nil && !errors.As(err, &bad) || err != nil && got != nil || len(got) > 1 {
			t.Fatalf("%+v %v", got, err)
		}
		for _, f := range got {
			if f.Kind == "" || f.Address != "" || len([]rune(f.Reply)) > 200 || strings.ContainsAny(f.Reply, "@\r\n") {
				t.Fatalf("%+v", f)
			}
			if !strings.Contains(strings.ToLower(string(body)), strings.ToLower(f.Name[:7])) {
				t.Fatalf("the name %q comes from nowhere", f.Name)
			}
		}
	})
}
