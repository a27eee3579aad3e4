package intake

// Kind is what somebody who connects a source must know of its kind.
type Kind struct {
	Name     string // as written in [[source]] kind
	OfMail   bool   // a mail service; else a helpdesk
	Theirs   bool   // it makes the secret and shows it; else we make it
	Looks    bool   // it can be asked, so that api and token have a use
	Tries    bool   // its events can be made up here, see Helpdesk.Try
	Template string // what to paste there as the body of its messages, "" where there is no choice
}

// Kinds lists every kind of source, helpdesks first.
func Kinds() []Kind {
	var all []Kind
	for _, h := range Helpdesks() {
		all = append(all, Kind{Name: h.Kind, Theirs: h.theirs, Looks: h.look != nil, Tries: true, Template: h.template})
	}
	for _, m := range MailServices(nil) {
		all = append(all, Kind{Name: m.Kind, OfMail: true, Theirs: m.theirs})
	}
	return all
}
