package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"text/tabwriter"
	"time"

	"github.com/entendu/entendu/surveys"
)

// suppressCmd keeps the list of addresses that must not be written to.
type suppressCmd struct {
	Add    suppressAddCmd    `cmd:"" help:"Write no more to an address."`
	Remove suppressRemoveCmd `cmd:"" help:"Allow writing to an address again."`
	List   suppressListCmd   `cmd:"" help:"List who is not written to, since when and why."`
}

type suppressAddCmd struct {
	Address string `arg:"" help:"The mail address."`
	Erase   bool   `help:"Also erase what is known of the person: address, name, subjects, comments. What they chose stays in the figures, under nobody's name."`
}

type suppressRemoveCmd struct {
	Address string `arg:"" help:"The mail address."`
}

type suppressListCmd struct{}

// Run suppresses an address; one that is suppressed already stays so.
func (c *suppressAddCmd) Run(ctx context.Context, o *options, t *terminal) error {
	return withPerson(ctx, o, c.Address, func(it *opened, person string) error {
		if c.Erase {
			return erase(ctx, it, person)
		}
		at, err := it.Now(ctx)
		if err != nil {
			return err
		}
		err = it.AddSuppression(ctx, surveys.Suppression{Person: person, Reason: surveys.ByHand, At: at})
		if errors.Is(err, fs.ErrExist) {
			fmt.Fprintln(t.err, "the address was suppressed already")
			return nil
		}
		return err
	})
}

// erase cuts a person off; it may be repeated.
func erase(ctx context.Context, it *opened, person string) error {
	change, err := latestSettings(ctx, it)
	if err != nil {
		return err
	}
	e := surveys.Eraser{Store: it, Settings: func() surveys.Settings { return change.Settings }}
	inHand, err := e.Erase(ctx, person)
	if err == nil && inHand > 0 {
		err = fmt.Errorf("erased, but for %d mails on their way: repeat the command in two minutes", inHand)
	}
	return err
}

// Run takes an address off the list.
func (c *suppressRemoveCmd) Run(ctx context.Context, o *options, t *terminal) error {
	return withPerson(ctx, o, c.Address, func(it *opened, person string) error {
		err := it.RemoveSuppression(ctx, person)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(t.err, "the address was not suppressed")
			return nil
		}
		return err
	})
}

// Run lists the suppressed persons; an address is known only until retention cuts it.
func (c *suppressListCmd) Run(ctx context.Context, o *options, t *terminal) error {
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	out := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for s, err := range it.Suppressions(ctx) {
		if err != nil {
			return err
		}
		who, err := it.GetCustomer(ctx, s.Person)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if who.Address == "" {
			who.Address = "-"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\n", s.At.Format(time.RFC3339), s.Reason, who.Address)
	}
	return out.Flush()
}

// withPerson opens the store for the person behind an address.
func withPerson(ctx context.Context, o *options, address string, do func(*opened, string) error) error {
	normal, err := surveys.Normalise(address)
	if err != nil {
		return &badSetting{fmt.Sprintf("%q is not a mail address; a good one is lina@example.net", address)}
	}
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	return do(it, surveys.PersonOf(it.salt, normal))
}
