package surveys

// Unreadable is a body that can never be applied: what is wrong, and where.
type Unreadable struct {
	Where string // "customer.email", "line 3", "" for the whole
	What  string // a short sentence without personal data
}

// Error says what and where.
func (u *Unreadable) Error() string {
	if u.Where == "" {
		return u.What
	}
	return u.Where + ": " + u.What
}
