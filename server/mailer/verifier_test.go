package mailer

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// verify checks the signature of a mail as a receiver does (RFC 6376 section 6.1),
// relaxed/relaxed only, and gives the tags. It shares nothing with the signer.
func verify(mail string, public crypto.PublicKey) (tags map[string]string, err error) {
	head, body, ok := strings.Cut(mail, "\r\n\r\n")
	if !ok {
		return nil, errors.New("no body")
	}
	fields := regexp.MustCompile(`\r\n([^ \t])`).Split("\r\n"+head, -1) // each without its first letter
	for i, first := range regexp.MustCompile(`\r\n([^ \t])`).FindAllStringSubmatch("\r\n"+head, -1) {
		fields[i+1] = first[1] + fields[i+1]
	}
	fields = fields[1:]
	at := slices.IndexFunc(fields, func(f string) bool { return strings.HasPrefix(f, "DKIM-Signature:") })
	if at < 0 {
		return nil, errors.New("no signature")
	}
	signature := fields[at]
	if tags, err = readTags(signature); err != nil {
		return nil, err
	}
	if want := map[string]string{"v": "1", "c": "relaxed/relaxed"}; tags["v"] != want["v"] || tags["c"] != want["c"] || tags["l"] != "" {
		return tags, fmt.Errorf("other tags: %v", tags)
	}
	if sum := sha256.Sum256([]byte(relaxedBody(body))); base64.StdEncoding.EncodeToString(sum[:]) != tags["bh"] {
		return tags, errors.New("the body is another")
	}
	var signed strings.Builder
	for name := range strings.SplitSeq(tags["h"], ":") {
		for i := len(fields) - 1; i >= 0; i-- { // from below, each once (section 5.4.2)
			if got, _, _ := strings.Cut(fields[i], ":"); strings.EqualFold(strings.TrimSpace(got), strings.TrimSpace(name)) {
				signed.WriteString(relaxedField(fields[i]) + "\r\n")
				fields = slices.Delete(fields, i, i+1)
				break
			}
		}
	}
	value := regexp.MustCompile(`(;[ \t\r\n]*b[ \t\r\n]*=)[^;]*`)
	signed.WriteString(relaxedField(value.ReplaceAllString(signature, "$1")))
	return tags, checkSum(signed.String(), tags, public)
}

func checkSum(signed string, tags map[string]string, public crypto.PublicKey) error {
	sum := sha256.Sum256([]byte(signed))
	b, err := base64.StdEncoding.DecodeString(tags["b"])
	if err != nil {
		return err
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		if tags["a"] != "rsa-sha256" {
			return errors.New("algorithm " + tags["a"])
		}
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], b)
	case ed25519.PublicKey:
		if tags["a"] != "ed25519-sha256" || !ed25519.Verify(public, sum[:], b) {
			return errors.New("the Ed25519 signature is not of this mail")
		}
	}
	return nil
}

// readTags reads the tag list; white space inside values that are base64 is no part
// of them.
func readTags(field string) (map[string]string, error) {
	_, list, _ := strings.Cut(field, ":")
	tags := map[string]string{}
	for tag := range strings.SplitSeq(list, ";") {
		name, value, ok := strings.Cut(tag, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if _, twice := tags[name]; !ok || twice {
			return nil, fmt.Errorf("tag %q", tag)
		}
		if name == "b" || name == "bh" {
			value = strings.Join(strings.Fields(value), "")
		}
		tags[name] = value
	}
	return tags, nil
}

// relaxedField is section 3.4.2.
func relaxedField(field string) string {
	name, value, _ := strings.Cut(field, ":")
	value = regexp.MustCompile(`[ \t]+`).ReplaceAllString(strings.ReplaceAll(value, "\r\n", ""), " ")
	return strings.ToLower(strings.TrimSpace(name)) + ":" + strings.Trim(value, " ")
}

// relaxedBody is section 3.4.4.
func relaxedBody(body string) string {
	lines := strings.Split(body, "\r\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(regexp.MustCompile(`[ \t]+`).ReplaceAllString(line, " "), " ")
	}
	text := strings.TrimRight(strings.Join(lines, "\r\n"), "\r\n")
	if text == "" {
		return ""
	}
	return text + "\r\n"
}
