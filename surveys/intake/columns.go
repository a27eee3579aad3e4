package intake

import (
	"slices"
	"strings"

	"github.com/entendu/entendu/surveys"
)

// column is what a column may be headed with, in English and in French, folded
// (see fold); the first one that a file has is taken.
type column struct {
	field string // its name in the generic layout
	en    string
	fr    string
}

// columns lists what is read from an export: the generic layout, Zendesk's,
// Freshdesk's, and what others call the same. Anything else is passed over.
func columns() []column {
	return []column{
		{"id", "id ticketid", "identifiant idduticket idticket"},
		{"number", "number ticketnumber # ticketno", "numero numeroduticket numerodeticket nduticket ndeticket nticket"},
		{"status", "status ticketstatus currentstatus state", "statut statutduticket etat"},
		{"subject", "subject ticketsubject", "sujet objet titre intitule"},
		{"team", "team group ticketgroup department queue service", "equipe groupe"},
		{"category", "category ticketcategory helptopic type tickettype", "categorie typedeticket typedemande"},
		{"product", "product brand", "produit marque"},
		{"channel", "channel via source createchannel", "canal origine"},
		{"tags", "tags", "etiquettes marqueurs balises motscles"},
		{"agent", "agent assignee owner agentassigned", "assigne assignea technicien conseiller"},
		{"opened_at", "openedat createdat createdtime created datecreated createdate", "creele datedecreation heuredecreation ouvertle datedouverture"},
		{"first_reply_at", "firstreplyat initialresponsetime firstresponseat firstresponse", "premierereponse premierereponsele datedepremierereponse heuredelapremierereponse datedelapremierereponse"},
		{"first_reply_minutes", "firstreplytimeinminutes firstreplytimeminutes", "delaidepremierereponseenminutes tempsdepremierereponseenminutes"},
		{"first_reply_hours", "firstresponsetimeinhrs firstresponsetimeinhours", "delaidepremierereponseenheures tempsdepremierereponseenheures"},
		{"resolved_at", "solvedat resolvedtime resolvedat resolved", "resolule datederesolution heurederesolution"},
		{"closed_at", "closedat closedtime closed closeddate", "fermele closle clotureele datedefermeture datedecloture heuredefermeture"},
		{"updated_at", "updatedat lastupdatetime lastupdatedtime lastupdated updatedtime", "misajourle datedemiseajour dernieremiseajour dernieremodification modifiele"},
		{"contacts", "contacts", ""},
		{"merged_into", "mergedinto", ""},
		{"customer.email", "customeremail requesteremail contactemail fromemail email emailaddress mail", "emaildudemandeur adresseemail adressemail courriel emailduclient"},
		{"customer.name", "customername requestername requester fullname client", "nomdudemandeur demandeur nomcomplet nomduclient"},
		{"customer.language", "customerlanguage requesterlanguage language", "langue languedudemandeur langueduclient"},
		{"customer.timezone", "customertimezone requestertimezone", "fuseauhorairedudemandeur fuseauhoraireduclient"},
		{"customer.ref", "requesterid contactid", "identifiantdudemandeur"},
	}
}

// layout says where a file has what, and what its kind implies.
type layout struct {
	width  int              // number of headers
	at     map[string][]int // field to columns; the first that holds something counts
	french bool             // some header is French
	house  bool             // our own export: read to the letter
	commas bool             // tags are separated by commas and may hold spaces
}

// layoutOf reads the header. It fails with *surveys.Unreadable where rows could
// not be told apart or would say nothing.
func layoutOf(headers []string) (layout, error) {
	l := layoutBy(columns(), headers)
	for i, header := range headers {
		name := headerName(header)
		l.house = l.house || strings.TrimSpace(header) == "opened_at" || strings.TrimSpace(header) == "updated_at"
		l.commas = l.commas || l.reads(i) && (name == "createdtime" || name == "resolvedtime")
	}
	if l.at["id"] == nil {
		l.at["id"] = l.at["number"]
	}
	if l.at["id"] == nil {
		return layout{}, &surveys.Unreadable{What: `no column is headed "id", "Ticket ID" or the like`}
	}
	if l.at["status"] == nil {
		return layout{}, &surveys.Unreadable{What: `no column is headed "status" or the like`}
	}
	return l, nil
}

// layoutBy finds the columns that a file may have among its headers.
func layoutBy(columns []column, headers []string) layout {
	l := layout{width: len(headers), at: map[string][]int{}}
	found := map[string][]int{}
	for i, header := range headers {
		name := headerName(header)
		found[name] = append(found[name], i)
	}
	for _, c := range columns {
		name := present(c.en, found)
		if name == "" {
			if name = present(c.fr, found); name == "" {
				continue
			}
			l.french = true
		}
		l.at[c.field] = found[name]
	}
	return l
}

// reads says whether a column was found to hold one of the fields.
func (l layout) reads(column int) bool {
	for _, at := range l.at {
		if slices.Contains(at, column) {
			return true
		}
	}
	return false
}

// headerName folds a header, without the kind that Zendesk adds ("Reason [list]")
// and the number that Freshdesk gives a repeated one ("Tags_1").
func headerName(header string) string {
	header, _, _ = strings.Cut(header, " [")
	if n := len(header); n > 2 && header[n-2] == '_' && header[n-1] >= '1' && header[n-1] <= '9' {
		header = header[:n-2]
	}
	return fold(header)
}

func present(names string, found map[string][]int) string {
	for _, name := range strings.Fields(names) {
		if found[name] != nil {
			return name
		}
	}
	return ""
}
