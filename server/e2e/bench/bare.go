package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// bareCommand makes this program the bare stack, in a process of its own.
const bareCommand = "bare"

// bare is a server of the same kind with nothing on it: echo, one html/template, a
// form, the least validation, group commit. It knows no token and no law.
type bare struct {
	page   *template.Template
	public []byte
	packed []byte // public, in brotli
	store  *group
}

// barePage is a form of the program's fields, written by hand: what differs from
// one reader to the next is filled in, and nothing else.
const barePage = `<!doctype html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Title}} · {{.Organisation}}</title>
<link rel="stylesheet" href="/style.css"></head><body><main><h1>{{.Title}}</h1><p>{{.Until}}</p>
<form method="post"><input type="hidden" name="version" value="{{.Version}}">FIELDS<p>{{.Organisation}}</p>
<button>Envoyer</button></form></main></body></html>
`

// serveBare serves until ctx ends. Its pages are as large as the program's.
func serveBare(ctx context.Context, args []string) error {
	f := flag.NewFlagSet(bareCommand, flag.ExitOnError)
	folder := f.String("folder", ".", "where the rows go")
	public := f.String("public", "", "file with the public page")
	size := f.Int("page", 0, "size of the survey page in bytes")
	if err := f.Parse(args); err != nil {
		return err
	}
	b, err := newBare(*folder, *public, *size)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	e := echo.New()
	e.HideBanner, e.HidePort, e.Listener = true, true, listener
	e.GET("/a/:token", b.showForm)
	e.POST("/a/:token", b.takeAnswer)
	e.GET("/", b.showPublic)
	go func() { <-ctx.Done(); e.Shutdown(context.Background()) }()
	fmt.Println("listening on http://" + listener.Addr().String())
	if err := e.Start(""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return b.store.Close()
}

func newBare(folder, public string, size int) (*bare, error) {
	b := &bare{}
	var err error
	if b.public, err = os.ReadFile(public); err != nil {
		return nil, err
	}
	if b.packed, err = os.ReadFile(public + brotli); err != nil {
		return nil, err
	}
	fields := bareFields()
	if missing := size - len(barePage) - len(fields); missing > 0 {
		fields += "<p>" + strings.Repeat("x", missing) + "</p>"
	}
	if b.page, err = template.New("page").Parse(strings.Replace(barePage, "FIELDS", fields, 1)); err != nil {
		return nil, err
	}
	b.store, err = openGroup(folder, "bare.db")
	return b, err
}

// bareFields are the fields of the program's survey.
func bareFields() string {
	var out strings.Builder
	for _, f := range []struct{ name, kind, values string }{
		{"delay", "radio", "1 2 3 4 5"}, {"listening", "radio", "1 2 3 4 5"}, {"resolved", "radio", "yes partly no"},
		{"recommend", "radio", "0 1 2 3 4 5 6 7 8 9 10"}, {"comment", "text", ""}, {"callback", "checkbox", "yes"},
		{"nudged", "radio", "yes no"}, {"private", "checkbox", "yes"}, {"tell", "checkbox", "yes"},
	} {
		fmt.Fprintf(&out, "<fieldset><legend>%s</legend>", f.name)
		if f.kind == "text" {
			fmt.Fprintf(&out, `<textarea name="%s"></textarea>`, f.name)
		}
		for v := range strings.FieldsSeq(f.values) {
			fmt.Fprintf(&out, `<label><input type="%s" name="%s" value="%s">%s</label>`, f.kind, f.name, v, v)
		}
		out.WriteString("</fieldset>\n")
	}
	return out.String()
}

func (b *bare) showForm(c echo.Context) error {
	var out bytes.Buffer
	err := b.page.Execute(&out, map[string]any{
		"Language": "fr", "Title": "Votre demande n° " + c.Param("token")[:6], "Organisation": "Maison Poulain",
		"Until": time.Now().Format(time.DateOnly), "Version": 1,
	})
	if err != nil {
		return err
	}
	return c.HTMLBlob(http.StatusOK, out.Bytes())
}

func (b *bare) showPublic(c echo.Context) error {
	if c.Request().Header.Get("Accept-Encoding") != brotli {
		return c.HTMLBlob(http.StatusOK, b.public)
	}
	c.Response().Header().Set("Content-Encoding", brotli)
	return c.HTMLBlob(http.StatusOK, b.packed)
}

func (b *bare) takeAnswer(c echo.Context) error {
	delay, err1 := level(c.FormValue("delay"), 1, 5)
	listening, err2 := level(c.FormValue("listening"), 1, 5)
	_, err3 := level(c.FormValue("recommend"), 0, 10)
	words := c.FormValue("comment")
	if err := errors.Join(err1, err2, err3); err != nil || utf8.RuneCountInString(words) > 2000 {
		return c.NoContent(http.StatusUnprocessableEntity)
	}
	done := make(chan error, 1)
	b.store.waiting <- waiter{rowOf(c.Param("token"), delay, listening, words), done}
	if err := <-done; err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, c.Request().URL.Path)
}

func level(value string, low, high int) (int, error) {
	n, err := strconv.Atoi(value)
	if err == nil && (n < low || n > high) {
		err = strconv.ErrRange
	}
	return n, err
}
