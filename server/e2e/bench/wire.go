package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"time"
)

// patience bounds the life of one connection, so that a server that hangs ends the
// measurement with an error.
const patience = time.Minute

// wire is one kept-open connection that speaks as much HTTP/1.1 as is needed here:
// a whole client would cost more processor than the servers it shares it with.
type wire struct {
	address string
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
}

// get asks for a page, reads all of it and gives its status; header as in post.
func (w *wire) get(path, header string) (status int, err error) {
	w.out = fmt.Appendf(w.out[:0], "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", path, w.address, header)
	return w.exchange()
}

// post sends a body; header is whole lines, such as "Authorization: Bearer x\r\n".
func (w *wire) post(path, kind, header, body string) (status int, err error) {
	w.out = fmt.Appendf(w.out[:0], "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		path, w.address, header, kind, len(body), body)
	return w.exchange()
}

// exchange sends what is in out. After an error the next one dials anew.
func (w *wire) exchange() (status int, err error) {
	if w.conn == nil {
		if err = w.dial(); err != nil {
			return 0, err
		}
	}
	if _, err = w.conn.Write(w.out); err == nil {
		status, err = w.read()
	}
	if err != nil {
		w.close()
	}
	return status, err
}

func (w *wire) dial() error {
	conn, err := net.DialTimeout("tcp", w.address, patience)
	if err != nil {
		return err
	}
	w.conn, w.in = conn, bufio.NewReaderSize(conn, 64<<10)
	return conn.SetDeadline(time.Now().Add(patience))
}

func (w *wire) close() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

// read takes one response off the connection (RFC 9112 section 6).
func (w *wire) read() (status int, err error) {
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, fmt.Errorf("no response: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, chunked, err := w.headers()
	switch {
	case err != nil:
	case chunked:
		err = w.chunks()
	default:
		_, err = w.in.Discard(length)
	}
	return status, err
}

func (w *wire) headers() (length int, chunked bool, err error) {
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil || len(line) <= len("\r\n") {
			return length, chunked, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, false, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = bytes.EqualFold(value, []byte("chunked"))
		}
	}
}

func (w *wire) chunks() error {
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return err
		}
		if _, err = w.in.Discard(int(size) + len("\r\n")); err != nil || size == 0 {
			return err
		}
	}
}

// expect turns another status than the wanted one into an error.
func expect(want, got int, err error) error {
	if err == nil && got != want {
		err = fmt.Errorf("status %d instead of %d", got, want)
	}
	return err
}
