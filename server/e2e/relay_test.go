package e2e

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// relay is a Postfix of its own: configuration, queue and log are in a folder of the
// test, and that of the machine is not touched.
type relay struct {
	address string
	trusted string // file of the certificate to trust
	folder  string
}

// newPostfix starts one that takes mail over TLS and passes all of it on, or says why
// it cannot be: it needs root and Debian's package.
func newPostfix(t *testing.T, next string) *relay {
	t.Helper()
	_, err := exec.LookPath("/usr/sbin/postfix")
	owner, unknown := user.Lookup("postfix")
	if err != nil || unknown != nil || os.Geteuid() != 0 {
		t.Skip("needs Postfix and the right to start it: apt-get install postfix, and root")
	}
	folder, err := os.MkdirTemp("", "entendu-postfix-")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	must(t, os.Chmod(folder, 0o755)) // Postfix works as somebody else
	r := &relay{address: freeAddress(t), folder: folder}
	certificate, trusted := ownCertificate(t)
	r.trusted = trusted
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	must(t, err)
	chain := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})...)
	must(t, os.WriteFile(r.in("chain.pem"), chain, 0o600))
	must(t, os.WriteFile(r.in("main.cf"), []byte(r.mainCf(next)), 0o644))
	must(t, os.WriteFile(r.in("master.cf"), []byte(r.masterCf()), 0o644))
	must(t, os.Mkdir(r.in("queue"), 0o755))
	must(t, os.Mkdir(r.in("data"), 0o700))
	uid, err := strconv.Atoi(owner.Uid)
	must(t, err)
	must(t, os.Chown(r.in("data"), uid, -1))
	if words, err := r.postfix("start"); err != nil {
		t.Skipf("Postfix cannot be started here: %v: %s%s", err, words, r.log())
	}
	t.Cleanup(func() { r.stop(t) })
	return r
}

func (r *relay) in(name string) string { return filepath.Join(r.folder, name) }

func (r *relay) postfix(command string) (words []byte, err error) {
	return exec.Command("/usr/sbin/postfix", "-c", r.folder, command).CombinedOutput()
}

func (r *relay) stop(t *testing.T) {
	if words, err := r.postfix("stop"); err != nil {
		t.Errorf("stopping Postfix: %v: %s", err, words)
	}
	if t.Failed() {
		t.Logf("Postfix said:\n%s", r.log())
	}
}

func (r *relay) log() string {
	text, _ := os.ReadFile(r.in("log"))
	return string(text)
}

// mainCf: nothing is delivered here, and the next server is believed to know no eight
// bits, as some do not.
func (r *relay) mainCf(next string) string {
	host, port, _ := strings.Cut(next, ":")
	return fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.test
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = %[1]s/chain.pem
smtpd_tls_received_header = yes
relayhost = [%[2]s]:%[3]s
smtp_dns_support_level = disabled
smtp_discard_ehlo_keywords = 8bitmime, chunking
notify_classes =
`, r.folder, host, port)
}

func (r *relay) masterCf() string {
	return r.address + ` inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`
}
