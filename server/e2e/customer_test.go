package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// customer opens links and posts answers.
type customer struct {
	http  *http.Client
	diary *diary
}

// answer is what a customer says; what they leave out is not posted.
type answer map[string]string

func (a answer) form() url.Values {
	form := url.Values{"version": {"1"}}
	for name, v := range a {
		form.Set(name, v)
	}
	return form
}

// scores is a whole answer; its comment is a canary.
func scores(delay, listening int) answer {
	return answer{"delay": fmt.Sprint(delay), "listening": fmt.Sprint(listening), "comment": "Canary verbatim."}
}

// answer opens the link in a letter and posts until it is thanked, as a person does
// whose connection breaks.
func (c *customer) answer(ctx context.Context, l letter, a answer) error {
	link := l.survey(0)
	if err := c.until(ctx, http.StatusOK, "the survey was shown", func() (int, error) {
		status, _, err := c.open(ctx, http.MethodGet, link)
		return status, err
	}); err != nil {
		return err
	}
	thanked := c.diary.give(l.invitation, a)
	if err := c.until(ctx, http.StatusSeeOther, "an answer was thanked for", func() (int, error) {
		status, _, err := c.post(ctx, link, a.form())
		return status, err
	}); err != nil {
		return err
	}
	thanked()
	return nil
}

// until tries again and again; what went wrong last is in the error.
func (c *customer) until(ctx context.Context, want int, what string, try func() (int, error)) error {
	last := ""
	err := await(ctx, what, func() bool {
		status, err := try()
		last = fmt.Sprint(status, " ", err)
		return err == nil && status == want
	})
	if err != nil {
		return fmt.Errorf("%w: %s", err, last)
	}
	return nil
}

// open asks for a link.
func (c *customer) open(ctx context.Context, method, link string) (status int, page string, err error) {
	r, err := http.NewRequestWithContext(ctx, method, link, nil)
	if err != nil {
		return 0, "", err
	}
	return exchange(c.http, r)
}

// post sends a form.
func (c *customer) post(ctx context.Context, link string, form url.Values) (status int, page string, err error) {
	return c.postBody(ctx, link, form.Encode())
}

func (c *customer) postBody(ctx context.Context, link, body string) (status int, page string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, link, strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return exchange(c.http, r)
}
