package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// A mail in the mailbox for bounces is fetched and heard while serving; a settings
// file says where that is.
func TestServeHearsWhatComesBack(t *testing.T) {
	at, data := mailboxes(t), t.TempDir()
	bounce := "From: mailer-daemon@example.net\r\nMessage-ID: <1@example.net>\r\nSubject: failure notice\r\n\r\nRemote host said: 550 5.1.1 nobody\r\n\r\n> Message-ID: <inv." + strings.Repeat("A", 43) + "@example.org>\r\n"
	post(t, at, bounce)
	settings := file(t, "[mail]\nbounces = \"imap://anna:hunter2@"+at+"/INBOX?tls=none\"\n")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out, errs bytes.Buffer
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"--data", data, "--listen", "127.0.0.1:0", "--settings", settings, "serve"}, strings.NewReader(""), &out, &errs)
	}()
	heard := waitForEvent(t, filepath.Join(data, "entendu.db"))
	stop()
	if code := <-ended; code != 0 || strings.Contains(errs.String(), "hunter2") {
		t.Errorf("serve ended with %d: %s", code, errs.String())
	}
	if string(heard.Body) != bounce || heard.Kind != "report" || !strings.Contains(heard.Note, "not sent from here") {
		t.Errorf("%+v", heard)
	}
}

// post delivers a mail to Anna's INBOX.
func post(t *testing.T, address, mail string) {
	t.Helper()
	anna, err := imapclient.DialInsecure(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer anna.Close()
	if err := anna.Login("anna", "hunter2").Wait(); err != nil {
		t.Fatal(err)
	}
	appending := anna.Append("INBOX", int64(len(mail)), nil)
	_, err = appending.Write([]byte(mail))
	if err = errors.Join(err, appending.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := appending.Wait(); err != nil {
		t.Fatal(err)
	}
}

// waitForEvent gives the first event that was heard and refused.
func waitForEvent(t *testing.T, path string) surveys.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	st, err := sqlite.Open(ctx, path, now) // beside serve, as commands do
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for ctx.Err() == nil {
		events, err := st.FindEvents(ctx, surveys.NotUnderstood, 1)
		if err == nil && len(events) == 1 {
			return events[0]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing was heard")
	return surveys.Event{}
}
