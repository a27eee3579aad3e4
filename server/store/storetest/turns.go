package storetest

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// FerretInTurns starts FerretDB behind a door that lets one command through at a
// time, and returns the URI of a fresh database behind it. MongoDB applies each of
// our commands atomically and FerretDB does not; with the door it does, so that two
// clients can race for which command comes first, which is all that MongoDB leaves
// to chance.
func FerretInTurns(t testing.TB) string {
	t.Helper()
	uri, err := url.Parse(Ferret(t))
	if err != nil {
		t.Fatal(err)
	}
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { door.Close() })
	var turn sync.Mutex
	server := uri.Host
	go func() {
		for {
			client, err := door.Accept()
			if err != nil {
				return
			}
			go pass(client, server, &turn)
		}
	}()
	uri.Host = door.Addr().String()
	return uri.String()
}

// pass carries questions and answers until either side hangs up.
func pass(client net.Conn, server string, turn *sync.Mutex) {
	defer client.Close()
	upstream, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer upstream.Close()
	for {
		question, err := message(client)
		if err != nil {
			return
		}
		turn.Lock()
		_, err = upstream.Write(question)
		var answer []byte
		if err == nil {
			answer, err = message(upstream)
		}
		turn.Unlock()
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

// message reads one message of the MongoDB wire protocol, which begins with its
// length.
func message(from io.Reader) ([]byte, error) {
	length := make([]byte, 4)
	if _, err := io.ReadFull(from, length); err != nil {
		return nil, err
	}
	rest := make([]byte, binary.LittleEndian.Uint32(length)-4)
	if _, err := io.ReadFull(from, rest); err != nil {
		return nil, err
	}
	return append(length, rest...), nil
}
