package surveys

import (
	"net/netip"
	"net/url"
	"strings"
)

// IsAPI says whether an address may be asked with a token: over https, or on this
// machine. Nothing may stand in it that logs would show or that paths would follow.
func IsAPI(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || u.User != nil || strings.ContainsAny(address, "?#") {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// validateAPI says what is wrong with how a source's API is to be asked.
func (s Source) validateAPI(key string) error {
	switch {
	case s.API != "" && !IsAPI(s.API):
		return wrong(key+".api", "https", `%q is not an https address; write it like "https://example.zendesk.com"`, s.API)
	case s.API == "" && s.Token != "":
		return wrong(key+".api", "needed", `must not be empty where there is a token; write it like "https://example.zendesk.com"`)
	case s.API != "" && s.Token == "":
		return wrong(key+".token", "needed", "must not be empty where there is an api; the helpdesk's administrator can make one")
	case strings.ContainsFunc(s.Token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return wrong(key+".token", "token", "must be one word of plain letters, digits and signs, as the helpdesk shows it")
	}
	return nil
}
