package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/entendu/entendu/server/lang"
	"github.com/entendu/entendu/static"
	"github.com/entendu/entendu/surveys"
)

// settingsCmd shows or changes what managers decide.
type settingsCmd struct {
	Show  settingsShowCmd  `cmd:"" help:"Print the settings in force as TOML; secrets as \"***\"."`
	Apply settingsApplyCmd `cmd:"" help:"Set what a TOML file names and leave the rest."`
}

type settingsShowCmd struct{}

type settingsApplyCmd struct {
	File string `arg:"" help:"The TOML file, - for standard input."`
}

// Run prints the settings in force.
func (c *settingsShowCmd) Run(ctx context.Context, o *options, t *terminal) error {
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	change, err := latestSettings(ctx, it)
	if err != nil {
		return err
	}
	text, err := show(change.Settings)
	if err == nil {
		_, err = t.out.Write(text)
	}
	return err
}

// Run applies a file and says whether that changed anything.
func (c *settingsApplyCmd) Run(ctx context.Context, o *options, t *terminal) error {
	in, err := openFile(c.File, t.in)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := readBounded(in, 1<<20)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	it, err := o.open(ctx, forAny, now)
	if err != nil {
		return err
	}
	defer it.Close()
	before, err := latestSettings(ctx, it)
	if err != nil {
		return err
	}
	changed, err := applySettings(ctx, it, file, c.File, "settings apply")
	if err != nil {
		return err
	}
	after, err := latestSettings(ctx, it)
	if err != nil {
		return err
	}
	if after.Settings.Publishing != before.Settings.Publishing {
		advise(ctx, it, after.Settings, t.err)
	}
	if !changed {
		fmt.Fprintln(t.err, "nothing differs from the settings in force")
	}
	return nil
}

// newDecider makes the one way in which settings change, by the kinds and languages
// that this program knows.
func newDecider(st surveys.Store) (*surveys.Decider, error) {
	words, err := lang.Load(static.Lang())
	if err != nil {
		return nil, err
	}
	return deciderIn(st, words), nil
}

func deciderIn(st surveys.Store, words *lang.Catalogue) *surveys.Decider {
	return &surveys.Decider{
		Store: st, Kinds: kinds(), Languages: words.Languages(),
		Changed: func(ctx context.Context) error { return raiseGeneration(ctx, st) },
	}
}

// applySettings decides what a file says.
func applySettings(ctx context.Context, st surveys.Store, file []byte, name, by string) (changed bool, err error) {
	decider, err := newDecider(st)
	if err != nil {
		return false, err
	}
	f, err := readSettings(file)
	if err == nil {
		changed, err = decider.Decide(ctx, surveys.Decision{By: by, Seen: surveys.Whatever, Alter: f.alter})
	}
	return changed, inFile(file, name, err)
}

// inFile says of what is wrong with a file where it stands in it.
func inFile(file []byte, name string, err error) error {
	var wrong *surveys.Wrong
	var unreadable *unreadableFile
	if errors.As(err, &wrong) || errors.As(err, &unreadable) {
		return &badSetting{fmt.Sprintf("%s: %v", name, placed(file, err))}
	}
	return err
}

// applySettingsFile applies the file of --settings at start, and gives the keys that it
// sets: they are not changed on pages.
func (o *options) applySettingsFile(ctx context.Context, st surveys.Store) (locked []string, err error) {
	if o.Settings == "" {
		return nil, nil
	}
	file, err := os.ReadFile(o.Settings)
	if err != nil {
		return nil, o.bad("settings", fmt.Sprintf("the file %s cannot be read", o.Settings), "a TOML file such as /etc/entendu/settings.toml")
	}
	if _, err = applySettings(ctx, st, file, o.Settings, "--settings"); err != nil {
		return nil, err
	}
	f, err := readSettings(file)
	return f.named(), err
}
