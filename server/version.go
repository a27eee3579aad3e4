package main

import (
	"fmt"
	"runtime/debug"
)

// versionCmd says which version this is.
type versionCmd struct{}

// Run prints one line: the module's version, or the commit it was built from.
func (c *versionCmd) Run(t *terminal) error {
	_, err := fmt.Fprintln(t.out, "entendu", version())
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}
