package storetest

import (
	"encoding/binary"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestFerretAnswersAndEndsWithItsTest(t *testing.T) {
	var host string
	t.Run("while the test runs", func(t *testing.T) {
		uri := Ferret(t)
		parts := regexp.MustCompile(`^mongodb://(127\.0\.0\.1:\d+)/entendu_test_[a-z0-9]+\?maxPoolSize=1$`).FindStringSubmatch(uri)
		if parts == nil {
			t.Fatalf("URI %q", uri)
		}
		host = parts[1]
		if reply := ping(t, host); !strings.Contains(reply, "\x01ok\x00") {
			t.Errorf("ping was answered with %q", reply)
		}
	})
	if host == "" {
		t.Fatal("FerretDB did not start")
	}
	if c, err := net.Dial("tcp", host); err == nil {
		c.Close()
		t.Error("the server outlived its test")
	}
}

// ping sends {ping: 1, $db: "admin"} in an OP_MSG and returns the reply's bytes;
// written by hand, because only the adapter may know the driver.
func ping(t *testing.T, host string) string {
	t.Helper()
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	body := "\x10ping\x00\x01\x00\x00\x00" + "\x02$db\x00\x06\x00\x00\x00admin\x00" + "\x00"
	document := string(binary.LittleEndian.AppendUint32(nil, uint32(4+len(body)))) + body
	message := "\x01\x00\x00\x00" + "\x00\x00\x00\x00" + "\xdd\x07\x00\x00" + // id, in reply to, OP_MSG
		"\x00\x00\x00\x00" + "\x00" + document // flags, one section of kind 0
	length := binary.LittleEndian.AppendUint32(nil, uint32(4+len(message)))
	if _, err := io.WriteString(c, string(length)+message); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, length); err != nil {
		t.Fatal(err)
	}
	reply := make([]byte, binary.LittleEndian.Uint32(length)-4)
	if _, err := io.ReadFull(c, reply); err != nil {
		t.Fatal(err)
	}
	return string(reply)
}

func TestRealMongoGetsAFreshDatabase(t *testing.T) {
	for given, want := range map[string]string{
		"mongodb://localhost:27017":             `^mongodb://localhost:27017/NAME$`,
		"mongodb://localhost/old":               `^mongodb://localhost/NAME$`,
		"mongodb://a:1,b:2/?replicaSet=rs0":     `^mongodb://a:1,b:2/NAME\?replicaSet=rs0$`,
		"mongodb://u:p@h/":                      `^mongodb://u:p@h/NAME\?authSource=admin$`,
		"mongodb://u:p@h/users?tls=true":        `^mongodb://u:p@h/NAME\?tls=true&authSource=users$`,
		"mongodb+srv://u:p@h/x?authSource=each": `^mongodb\+srv://u:p@h/NAME\?authSource=each$`,
	} {
		t.Setenv("ENTENDU_TEST_MONGODB", given)
		uri, ok := RealMongo(t)
		again, _ := RealMongo(t)
		if !ok || uri == again || !regexp.MustCompile(strings.Replace(want, "NAME", `entendu_test_[a-z0-9]{12}`, 1)).MatchString(uri) {
			t.Errorf("RealMongo with %q = %q, %v", given, uri, ok)
		}
	}
	t.Setenv("ENTENDU_TEST_MONGODB", "")
	if uri, ok := RealMongo(t); ok {
		t.Errorf("RealMongo with no server = %q", uri)
	}
}
