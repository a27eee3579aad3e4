package main

import (
	"fmt"
	"slices"
	"strings"
)

// The parts of a run, in their order. Those of drain and after it are measured once, the
// others in each round; past, figures and space, which fill great stores, only if they
// are named.
const (
	programPart = "program"
	publicPart  = "public"
	mailPart    = "mail"
	killPart    = "kill"
	strainPart  = "strain"
	drainPart   = "drain"
	claimPart   = "claim"
	pastPart    = "past"
	figuresPart = "figures"
	spacePart   = "space"
)

// parts are those that are wanted. It is a flag.Value.
type parts map[string]bool

func allParts() []string {
	return []string{programPart, publicPart, mailPart, killPart, strainPart, drainPart, claimPart, pastPart, figuresPart, spacePart}
}

// usualParts are those that nobody has to name.
func usualParts() parts {
	usual := parts{}
	for _, name := range allParts() {
		usual[name] = name != pastPart && name != figuresPart && name != spacePart
	}
	return usual
}

func (p parts) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return p[name] })
}

// String is flag.Value's.
func (p parts) String() string {
	return strings.Join(slices.DeleteFunc(allParts(), func(name string) bool { return !p[name] }), ",")
}

// Set is flag.Value's.
func (p parts) Set(text string) error {
	clear(p)
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(allParts(), name) {
			return fmt.Errorf("%q is not one of %s", name, strings.Join(allParts(), ","))
		}
		p[name] = true
	}
	return nil
}
