package auth

import (
	"slices"
	"strings"
)

// Role is what a person is to the organisation.
type Role string

// The roles, as they are written in commands and kept.
const (
	Administrator Role = "administrator"
	Manager       Role = "manager" // of all teams, or of some
	Adviser       Role = "adviser" // answers customers; tied to their ids at the helpdesks
	Reader        Role = "reader"  // sees figures
)

// Roles are all there are.
func Roles() []Role { return []Role{Administrator, Manager, Adviser, Reader} }

// Right is one kind of thing that a page lets a person do.
type Right int

// The rights. Every route of the program names the one it needs.
const (
	Everyone     Right = iota // a page for anybody: no sign-in
	SignedIn                  // one's own account
	SeeFigures                // home and exploring
	ReadVoices                // comments
	FollowUp                  // calling customers back
	Act                       // "you said, we did"
	TakeData                  // files
	Configure                 // settings, sources, the survey, the next edition
	Erase                     // finding a person, giving them all, erasing them
	ManagePeople              // who signs in, and what they saw
	OwnDesk                   // an adviser's own answers
)

// Rights are all there are.
func Rights() []Right {
	return []Right{Everyone, SignedIn, SeeFigures, ReadVoices, FollowUp, Act, TakeData, Configure, Erase, ManagePeople, OwnDesk}
}

// May says whether a person may. It is the whole table of who may do what; what a
// manager of some teams may do, they may do for these teams.
func (p Person) May(right Right) bool {
	switch right {
	case Everyone, SignedIn:
		return true
	case OwnDesk:
		return p.Role == Adviser
	case SeeFigures:
		return p.Role == Administrator || p.Role == Manager || p.Role == Reader
	case ReadVoices, FollowUp, Act, TakeData:
		return p.Role == Administrator || p.Role == Manager
	case Configure, Erase:
		return p.Role == Administrator || p.Role == Manager && p.AllTeams
	case ManagePeople:
		return p.Role == Administrator
	}
	return false
}

// Sees says whether a person may see what concerns a team. A ticket of no team is seen
// by who sees all.
func (p Person) Sees(team string) bool {
	return p.SeesAll() || slices.Contains(p.Teams, team)
}

// SeesAll says whether nothing is kept from a person because of its team.
func (p Person) SeesAll() bool { return p.Role != Manager || p.AllTeams }

// Agent parts what ties an adviser to a helpdesk: a source has no slash in its name.
func Agent(text string) (source, agent string, ok bool) {
	source, agent, ok = strings.Cut(text, "/")
	return source, agent, ok && source != "" && agent != ""
}
