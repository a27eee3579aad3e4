package main

import (
	"fmt"
	"slices"
	"strings"
)

// The parts of a run, in their order; the last two are measured once, the others in
// each round.
const (
	programPart = "program"
	publicPart  = "public"
	mailPart    = "mail"
	killPart    = "kill"
	strainPart  = "strain"
	drainPart   = "drain"
	claimPart   = "claim"
)

// parts are those that are wanted. It is a flag.Value.
type parts map[string]bool

func allParts() parts {
	return parts{programPart: true, publicPart: true, mailPart: true, killPart: true, strainPart: true, drainPart: true, claimPart: true}
}

func (p parts) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return p[name] })
}

// String is flag.Value's.
func (p parts) String() string {
	var named []string
	for _, name := range []string{programPart, publicPart, mailPart, killPart, strainPart, drainPart, claimPart} {
		if p[name] {
			named = append(named, name)
		}
	}
	return strings.Join(named, ",")
}

// Set is flag.Value's.
func (p parts) Set(text string) error {
	clear(p)
	for name := range strings.SplitSeq(text, ",") {
		if !allParts()[name] {
			return fmt.Errorf("%q is not one of %s", name, allParts())
		}
		p[name] = true
	}
	return nil
}
