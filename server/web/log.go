package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/entendu/entendu/server/auth"
)

// Log is the Part that shows who saw, took and changed what.
type Log struct{}

const (
	logPath = "/manage/log"
	logSize = 50
)

func (Log) routes(s *Server) []route {
	return []route{{http.MethodGet, logPath, s.showLog, asPage, auth.ManagePeople}}
}

// logPage is a part of the log, the newest first.
type logPage struct {
	page
	Lines []logLine
	Older string // the address of the next part, "" for none
	Newer bool   // this is not the first part
}

type logLine struct{ When, Who, What, About string }

func (s *Server) showLog(c Ctx) error {
	found, err := s.Gate.Store.FindTraces(c.Request().Context(), placeOf(c.QueryParam("before")), logSize+1)
	if err != nil {
		return lost(err)
	}
	p := &logPage{page: s.insidePage(c, "log"), Newer: c.QueryParam("before") != ""}
	p.Title = p.T("space.log")
	if len(found) > logSize {
		found = found[:logSize]
		last := found[logSize-1]
		p.Older = logPath + "?" + url.Values{"before": {strconv.FormatInt(last.At.UnixMilli(), 10) + "." + last.ID}, "lang": {p.Tag()}}.Encode()
	}
	zone := s.Settings().Zone()
	for _, t := range found {
		p.Lines = append(p.Lines, logLine{p.DateTime(t.At, zone), p.who(t), p.act(t.Act), t.About})
	}
	return s.show(c, "log", p)
}

// placeOf reads where a part of the log begins; what cannot be read is its beginning.
func placeOf(text string) auth.Trace {
	at, id, _ := strings.Cut(text, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return auth.Trace{}
	}
	return auth.Trace{At: time.UnixMilli(ms).UTC(), ID: id}
}

// who is by name; nobody stands for the operator's commands.
func (p page) who(t auth.Trace) string {
	if t.Person == "" {
		return p.T("log.operator")
	}
	return t.Name
}

// act says what was done; an act without words is told as it is kept.
func (p page) act(act string) string {
	if text := p.T("log." + act); !strings.HasPrefix(text, "⟦") {
		return text
	}
	return act
}
