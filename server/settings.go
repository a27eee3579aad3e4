package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"

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

// applySettings lays a file over the settings in force and keeps the result as the
// next change. Two at once both end up in force, one after the other.
func applySettings(ctx context.Context, st surveys.Store, file []byte, name, by string) (changed bool, err error) {
	words, err := lang.Load(static.Lang())
	if err != nil {
		return false, err
	}
	for {
		change, err := latestSettings(ctx, st)
		if err != nil {
			return false, err
		}
		merged, err := merge(change.Settings, file, words.Languages())
		if err != nil {
			return false, &badSetting{fmt.Sprintf("%s: %v", name, err)}
		}
		if reflect.DeepEqual(merged, change.Settings) {
			return false, nil
		}
		at, err := st.Now(ctx)
		if err != nil {
			return false, err
		}
		err = st.AddSettings(ctx, surveys.SettingsChange{N: change.N + 1, At: at, By: by, Settings: merged})
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = raiseGeneration(ctx, st)
		}
		return err == nil, err
	}
}

// applySettingsFile applies the file of --settings at start.
func (o *options) applySettingsFile(ctx context.Context, st surveys.Store) error {
	if o.Settings == "" {
		return nil
	}
	file, err := os.ReadFile(o.Settings)
	if err != nil {
		return o.bad("settings", fmt.Sprintf("the file %s cannot be read", o.Settings), "a TOML file such as /etc/entendu/settings.toml")
	}
	_, err = applySettings(ctx, st, file, o.Settings, "--settings")
	return err
}
