package intake

import "time"

// timezone is the name of a time zone, if it is one of the IANA's; "" where it is
// the name that only one helpdesk gives it, or none.
func timezone(name string) string {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return ""
	}
	return name
}
