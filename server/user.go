package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/entendu/entendu/server/auth"
	"github.com/entendu/entendu/surveys"
)

// userCmd is who may sign in, for the operator.
type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Let somebody sign in; prints their link."`
	List    userListCmd    `cmd:"" help:"List who may sign in."`
	Disable userDisableCmd `cmd:"" help:"Let somebody sign in no more, from this moment on."`
}

type userAddCmd struct {
	Address string   `arg:"" help:"The mail address."`
	Name    string   `placeholder:"NAME" help:"What they are called (the address)."`
	Role    string   `enum:"administrator,manager,adviser,reader" default:"manager" help:"administrator, manager, adviser or reader (manager)."`
	Team    []string `sep:"none" placeholder:"TEAM" help:"Of a manager: a team they see; may be repeated (all)."`
	Agent   []string `sep:"none" placeholder:"SOURCE/AGENT" help:"Of an adviser: who they are at a helpdesk; may be repeated."`
}

type userListCmd struct{}

type userDisableCmd struct {
	Address string `arg:"" help:"The mail address."`
}

// gate opens the store and what lets people in.
func (o *options) gate(ctx context.Context, t *terminal) (*opened, *auth.Gate, error) {
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return nil, nil, err
	}
	return it, auth.NewGate(it, links{it.keys}, logTo(t), nil), nil
}

// Run makes the person, or another link for one who exists and has not come in.
func (c *userAddCmd) Run(ctx context.Context, o *options, t *terminal) error {
	p, err := c.person()
	if err != nil {
		return err
	}
	it, gate, err := o.gate(ctx, t)
	if err != nil {
		return err
	}
	defer it.Close()
	p, pass, err := gate.Invite(ctx, p, false)
	if errors.Is(err, fs.ErrExist) {
		if p, err = it.GetPerson(ctx, p.ID); err == nil && (p.Disabled || p.Password != "" || p.Subject != "") {
			return fmt.Errorf("%s exists already; change them under /manage/people", p.Email)
		}
		if err == nil {
			pass, err = gate.InviteAgain(ctx, p, false)
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(t.err, "the link opens once, until %s\n", pass.Until.Format("2006-01-02 15:04 MST"))
	fmt.Fprintln(t.out, strings.TrimSuffix(o.publicURL(), "/")+gate.Link(pass))
	return nil
}

func (c *userAddCmd) person() (auth.Person, error) {
	p := auth.Person{Email: auth.Normal(c.Address), Name: strings.TrimSpace(c.Name), Role: auth.Role(c.Role), Teams: c.Team, AllTeams: len(c.Team) == 0, Agents: c.Agent}
	if p.Name == "" {
		p.Name = p.Email
	}
	switch {
	case notAddress(c.Address):
		return p, &badSetting{fmt.Sprintf("%q is not a mail address", c.Address)}
	case len(c.Team) > 0 && p.Role != auth.Manager:
		return p, &badSetting{"--team: only a manager is of some teams"}
	case len(c.Agent) > 0 && p.Role != auth.Adviser:
		return p, &badSetting{"--agent: only an adviser is an agent at a helpdesk"}
	case slices.ContainsFunc(c.Agent, func(a string) bool { _, _, ok := auth.Agent(a); return !ok }):
		return p, &badSetting{"--agent: write it SOURCE/AGENT, as desk/u-17"}
	}
	return p, nil
}

func notAddress(text string) bool {
	_, err := surveys.Normalise(text)
	return err != nil
}

// publicURL is what links begin with, as far as a command can know it.
func (o *options) publicURL() string {
	if o.URL != "" {
		return o.URL
	}
	_, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return "http://" + o.Listen
	}
	return "http://localhost:" + port
}

// Run lists people, the first who came first.
func (userListCmd) Run(ctx context.Context, o *options, t *terminal) error {
	it, _, err := o.gate(ctx, t)
	if err != nil {
		return err
	}
	defer it.Close()
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ADDRESS\tNAME\tROLE\tOF\tSINCE\tSTATE")
	for p, err := range it.People(ctx) {
		if err != nil {
			return err
		}
		of, state := strings.Join(append(slices.Clone(p.Teams), p.Agents...), ","), "active"
		switch {
		case p.Disabled:
			state = "disabled"
		case p.Password == "" && p.Subject == "":
			state = "invited"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Email, p.Name, p.Role, of, p.AddedAt.Format("2006-01-02"), state)
	}
	return w.Flush()
}

// Run ends every session of the person too.
func (c *userDisableCmd) Run(ctx context.Context, o *options, t *terminal) error {
	it, gate, err := o.gate(ctx, t)
	if err != nil {
		return err
	}
	defer it.Close()
	p, err := it.GetPerson(ctx, auth.PersonID(c.Address))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nobody signs in with %s", auth.Normal(c.Address))
	}
	if err != nil {
		return err
	}
	after := p
	after.Disabled = true
	err = gate.Change(ctx, p, after)
	if errors.Is(err, auth.ErrLastAdministrator) {
		return fmt.Errorf("%s is the only administrator: add another one first", p.Email)
	}
	return err
}
