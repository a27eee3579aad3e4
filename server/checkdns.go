package main

import (
	"cmp"
	"context"
	"errors"
	"net"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// resolver asks the DNS; net.Resolver does.
type resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// txt gives the records of a whole name, none if there is no such name.
func (u *checkup) txt(ctx context.Context, name string) ([]string, error) {
	records, err := u.dns.LookupTXT(ctx, name+".")
	var unknown *net.DNSError
	if errors.As(err, &unknown) && unknown.IsNotFound {
		return nil, nil
	}
	return records, err
}

// dnsSilent is for a name that could not be asked for.
func dnsSilent(name string, err error) finding {
	return fail("the DNS gives no answer about "+name+": "+err.Error(), "see that this machine has a name server it can reach (/etc/resolv.conf)")
}

// checkDNS asks about the domain that we send from. Whether there is an answer is
// looked at here, once; what it says, in the checks that need this one.
func (u *checkup) checkDNS(ctx context.Context) finding {
	domain := u.mailer.Domain()
	if isLocal(domain) || !strings.Contains(domain, ".") {
		return skip("mails are from " + domain + ", of which the DNS knows nothing")
	}
	if _, err := u.txt(ctx, domain); err != nil {
		return dnsSilent(domain, err)
	}
	return pass("a name server answers about %s", domain)
}

// checkSPF looks at the domain of the return path, which is the one that receivers
// look at (RFC 7208 section 2.4).
func (u *checkup) checkSPF(ctx context.Context) finding {
	domain := cmp.Or(u.returnPath(), u.mailer.Domain())
	records, err := u.txt(ctx, domain)
	if err != nil {
		return dnsSilent(domain, err)
	}
	return spfFinding(domain, records)
}

// spfFinding judges the record itself. Whether it names the mail server only a
// received mail can tell: see the test mail.
func spfFinding(domain string, records []string) finding {
	spf := withVersion(records, "v=spf1", " ")
	publish := "publish one TXT record at " + domain + `, like "v=spf1 include:YOUR-MAIL-SERVICE -all"`
	switch len(spf) {
	case 0:
		return fail(domain+" has no SPF record, so nothing says who may send for it", publish)
	case 1:
	default:
		return fail(domain+" has more than one SPF record, which counts as an error (RFC 7208 section 4.5)", "make one of them")
	}
	terms := strings.Fields(strings.ToLower(spf[0]))[1:]
	for i, term := range terms {
		switch {
		case term == "all" || term == "+all":
			return fail(domain+" lets everybody send for it: "+spf[0], "end the record in -all or ~all")
		case term == "-all" && i == 0:
			return fail(domain+" lets nobody send for it: "+spf[0], publish)
		case strings.TrimLeft(term, "-~?") == "all":
			return pass("%s: %s", domain, spf[0]) // what follows is never read
		}
	}
	return pass("%s: %s", domain, spf[0])
}

// withVersion gives the records that begin with a version, whole.
func withVersion(records []string, version, end string) (found []string) {
	for _, r := range records {
		begin, _, _ := strings.Cut(strings.TrimSpace(r)+end, end)
		if strings.EqualFold(strings.ReplaceAll(begin, " ", ""), version) {
			found = append(found, r)
		}
	}
	return found
}

// checkDMARC looks at the domain in From, then at the one it belongs to
// (RFC 7489 section 6.6.3).
func (u *checkup) checkDMARC(ctx context.Context) finding {
	domain := u.mailer.Domain()
	for _, at := range []string{domain, organisational(domain)} {
		records, err := u.txt(ctx, "_dmarc."+at)
		if err != nil {
			return dnsSilent("_dmarc."+at, err)
		}
		if dmarc := withVersion(records, "v=DMARC1", ";"); dmarc != nil {
			return dmarcFinding("_dmarc."+at, dmarc)
		}
	}
	return warn("neither "+domain+" nor the domain it belongs to has a DMARC record, which large providers ask of all who send much",
		"publish a TXT record at _dmarc."+organisational(domain)+`, at first "v=DMARC1; p=none"`)
}

func dmarcFinding(name string, records []string) finding {
	if len(records) > 1 {
		return fail(name+" has more than one DMARC record, so none counts", "make one of them")
	}
	switch strings.ToLower(tags(records[0])["p"]) {
	case "none", "quarantine", "reject":
		return pass("%s: %s", name, records[0])
	}
	return fail(name+" does not say what to do with mail that fails: "+records[0], "write p=none, p=quarantine or p=reject right after v=DMARC1")
}

// tags reads "a=b; c=d" (RFC 6376 section 3.2). Names come in small letters; white
// space inside a value means nothing.
func tags(record string) map[string]string {
	found := map[string]string{}
	for part := range strings.SplitSeq(record, ";") {
		name, value, ok := strings.Cut(part, "=")
		if ok {
			found[strings.ToLower(strings.TrimSpace(name))] = strings.Join(strings.Fields(value), "")
		}
	}
	return found
}

// organisational is the domain that somebody registered: example.co.uk of
// mail.example.co.uk.
func organisational(domain string) string {
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return registered
}

// returnPath is the domain of [mail] return_path in punycode, "" if none is set.
func (u *checkup) returnPath() string {
	domain, err := idna.Lookup.ToASCII(u.inUse.Mail.ReturnPath)
	if err != nil {
		return u.inUse.Mail.ReturnPath // which the DNS does not know
	}
	return domain
}

// checkReturnPath looks whether what bounces finds its way.
func (u *checkup) checkReturnPath(ctx context.Context) finding {
	domain := u.returnPath()
	if domain == "" {
		return skip("no [mail] return_path is set: what bounces goes to the address of --from")
	}
	servers, err := u.dns.LookupMX(ctx, domain+".")
	var unknown *net.DNSError
	if err != nil && !(errors.As(err, &unknown) && unknown.IsNotFound) {
		return dnsSilent(domain, err)
	}
	if len(servers) == 0 || servers[0].Host == "." { // RFC 7505: takes no mail
		return fail(domain+" takes no mail, so nothing that bounces comes back", "publish an MX record at "+domain+", or take return_path out")
	}
	if organisational(domain) != organisational(u.mailer.Domain()) {
		return warn(domain+" and "+u.mailer.Domain()+" belong to two domains, so SPF does not speak for the sender (DMARC)", "take a domain below "+organisational(u.mailer.Domain())+", or sign by DKIM")
	}
	return pass("%s takes mail at %s", domain, strings.TrimSuffix(servers[0].Host, "."))
}
