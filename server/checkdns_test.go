package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/entendu/entendu/surveys"
)

// zone is all that a name server knows: "name TXT" or "name MX", and its answers.
// An answer "SERVFAIL" makes the server fail.
type zone map[string][]string

// serve answers questions over UDP as a real name server, and gives a resolver that
// asks no other.
func (z zone) serve(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for buffer := make([]byte, 4096); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if answer, err := z.answer(buffer[:n]); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return resolverAt(conn.LocalAddr().String())
}

func resolverAt(address string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", address)
	}}
}

func (z zone) answer(asked []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(asked); err != nil {
		return nil, err
	}
	q := m.Questions[0]
	known, found := z[strings.TrimSuffix(q.Name.String(), ".")+" "+strings.TrimPrefix(q.Type.String(), "Type")]
	answer := dnsmessage.Message{Header: dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}, Questions: m.Questions}
	if !found {
		answer.RCode = dnsmessage.RCodeNameError
	}
	for _, text := range known {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		switch {
		case text == "SERVFAIL":
			answer.RCode = dnsmessage.RCodeServerFailure
		case q.Type == dnsmessage.TypeMX:
			answer.Answers = append(answer.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(text)}})
		default:
			answer.Answers = append(answer.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.TXTResource{TXT: pieces(text)}})
		}
	}
	return answer.Pack()
}

// pieces are the strings of one TXT record, of at most 255 bytes each.
func pieces(text string) (all []string) {
	for len(text) > 255 {
		all, text = append(all, text[:255]), text[255:]
	}
	return append(all, text)
}

func TestCheckOfTheDomain(t *testing.T) {
	signer := rsaKey(t, 2048)
	key := pemOf(t, signer)
	good := zone{
		"mail.example.org TXT":                    {"something else", "v=spf1 ip4:192.0.2.1 -all"},
		"bounces.example.org TXT":                 {"v=spf1 ip4:192.0.2.1 ~all"},
		"bounces.example.org MX":                  {"mx.example.org."},
		"_dmarc.example.org TXT":                  {"v=DMARC1; p=None; rua=mailto:dmarc@example.org"},
		"entendu._domainkey.mail.example.org TXT": {dkimRecord(signer.Public())},
	}
	for name, test := range map[string]struct {
		name, says string // a record that is otherwise, and what it is
		records    []string
		from       string
		mail       surveys.Mail
		want       []string
	}{
		"all well": {mail: surveys.Mail{DKIMKey: key, DKIMSelector: "entendu"},
			want: []string{"dns ok", "spf ok", "dkim ok", "dmarc ok", "return_path skipped"}},
		"a return path": {mail: surveys.Mail{ReturnPath: "bounces.example.org"},
			want: []string{"spf ok", "dkim warning", "return_path ok", "bounces warning"}, says: "spf bounces.example.org"},
		"a return path that takes no mail": {mail: surveys.Mail{ReturnPath: "mail.example.org"}, want: []string{"return_path failed"}},
		"a null MX":                        {name: "bounces.example.org MX", records: []string{"."}, mail: surveys.Mail{ReturnPath: "bounces.example.org"}, want: []string{"return_path failed"}},
		"a return path of others": {name: "bounces.example.com MX", records: []string{"mx.example.com."}, mail: surveys.Mail{ReturnPath: "bounces.example.com"},
			want: []string{"spf failed", "return_path warning"}},
		"no SPF":              {name: "mail.example.org TXT", want: []string{"spf failed", "dmarc ok"}},
		"SPF twice":           {name: "mail.example.org TXT", records: []string{"v=spf1 -all", "v=spf1 mx -all"}, want: []string{"spf failed"}},
		"SPF for everybody":   {name: "mail.example.org TXT", records: []string{"v=spf1 mx +all"}, want: []string{"spf failed"}},
		"SPF for nobody":      {name: "mail.example.org TXT", records: []string{"v=spf1 -all"}, want: []string{"spf failed"}},
		"another version":     {name: "mail.example.org TXT", records: []string{"v=spf10 mx -all"}, want: []string{"spf failed"}},
		"DMARC of its own":    {name: "_dmarc.mail.example.org TXT", records: []string{"v=DMARC1;p=reject"}, want: []string{"dmarc ok"}, says: "dmarc _dmarc.mail.example.org"},
		"DMARC of the parent": {want: []string{"dmarc ok"}, says: "dmarc _dmarc.example.org"},
		"no DMARC":            {name: "_dmarc.example.org TXT", want: []string{"dmarc warning"}, says: "dmarc mail.example.org"},
		"DMARC without p":     {name: "_dmarc.example.org TXT", records: []string{"v=DMARC1; sp=none"}, want: []string{"dmarc failed"}},
		"DMARC twice":         {name: "_dmarc.example.org TXT", records: []string{"v=DMARC1; p=none", "v=DMARC1; p=reject"}, want: []string{"dmarc failed"}},
		"no key of ours":      {want: []string{"dkim warning"}},
		"no key in the DNS":   {mail: surveys.Mail{DKIMKey: key, DKIMSelector: "other"}, want: []string{"dkim failed"}},
		"DKIM cannot be asked": {name: "entendu._domainkey.mail.example.org TXT", records: []string{"SERVFAIL"}, mail: surveys.Mail{DKIMKey: key, DKIMSelector: "entendu"},
			want: []string{"spf ok", "dkim failed", "dmarc ok"}},
		"the domain cannot be asked": {name: "mail.example.org TXT", records: []string{"SERVFAIL"},
			want: []string{"dns failed", "spf skipped", "dkim skipped", "dmarc skipped", "return_path skipped"}},
		"from localhost": {from: "entendu@localhost", want: []string{"dns skipped", "spf skipped"}},
	} {
		t.Run(name, func(t *testing.T) {
			known := zone{}
			for name, records := range good {
				known[name] = records
			}
			delete(known, test.name)
			if test.records != nil {
				known[test.name] = test.records
			}
			u := patient(t, known)
			if test.from != "" {
				u.from.From = test.from
			}
			settle(t, u, test.mail)
			all, _ := checked(t, u)
			want(t, all, test.want...)
			if which, says, _ := strings.Cut(test.says, " "); !strings.Contains(all[which].Found, says) {
				t.Errorf("%+v does not say %q", all[which], says)
			}
		})
	}
}

// settle puts mail settings in force.
func settle(t *testing.T, u *checkup, mail surveys.Mail) {
	t.Helper()
	it, err := u.open(t.Context(), forServe, now)
	if err != nil {
		t.Fatal(err)
	}
	defer it.Close()
	settings := surveys.DefaultSettings()
	settings.Mail.ReturnPath, settings.Mail.Bounces = mail.ReturnPath, mail.Bounces
	settings.Mail.DKIMKey, settings.Mail.DKIMSelector = mail.DKIMKey, mail.DKIMSelector
	at, err := it.Now(t.Context())
	if err == nil {
		err = it.AddSettings(t.Context(), surveys.SettingsChange{N: 1, At: at, By: "a test", Settings: settings})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A name server that is not there is one failure, and no waiting.
func TestCheckWithoutDNS(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	u := patient(t, zone{})
	u.dns = resolverAt(conn.LocalAddr().String())
	all, err := checked(t, u)
	if err == nil || !strings.Contains(err.Error(), "1 of 16 checks failed: dns") {
		t.Error(err)
	}
	want(t, all, "dns failed", "spf skipped", "dkim skipped", "dmarc skipped")
}

func TestDKIMFinding(t *testing.T) {
	ours, others := rsaKey(t, 2048), rsaKey(t, 1024)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	record := func(key crypto.Signer) string { return dkimRecord(key.Public()) }
	bare := "p=" + base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&ours.PublicKey))
	folded := strings.ReplaceAll(record(ours), "A", "A ") // as some pages paste it
	for name, test := range map[string]struct {
		records []string
		key     crypto.Signer
		want    state
	}{
		"fits":             {[]string{record(ours)}, ours, passed},
		"without version":  {[]string{bare}, ours, passed},
		"with white space": {[]string{folded}, ours, passed},
		"Ed25519":          {[]string{record(edwards)}, edwards, passed},
		"of others":        {[]string{record(others)}, ours, fault},
		"of another kind":  {[]string{record(edwards)}, ours, fault},
		"short":            {[]string{record(others)}, others, warned},
		"being tested":     {[]string{record(ours) + "; t=s:y"}, ours, warned},
		"none":             {nil, ours, fault},
		"two":              {[]string{record(ours), record(ours)}, ours, fault},
		"taken back":       {[]string{"v=DKIM1; p="}, ours, fault},
		"cut short":        {[]string{record(ours)[:200]}, ours, fault},
		"no base64":        {[]string{"v=DKIM1; p=???"}, ours, fault},
	} {
		f := dkimFinding("entendu._domainkey.example.org", test.records, test.key)
		if f.State != test.want {
			t.Errorf("%s: %+v, want %s", name, f, test.want)
		}
		if f.State == fault && !strings.Contains(f.Next, record(test.key)) {
			t.Errorf("%s: the record to publish is not told: %+v", name, f)
		}
	}
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// pemOf is a key as openssl writes it today.
func pemOf(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
