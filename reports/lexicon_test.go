package reports

import (
	"slices"
	"testing"

	"github.com/entendu/entendu/static"
)

func lexicon(t *testing.T) *Lexicon {
	t.Helper()
	x, err := NewLexicon(static.Words())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// found says whether a search finds a comment.
func (x *Lexicon) found(typed, comment, language string) bool {
	terms := x.words(comment, language)
	for _, group := range x.search(typed) {
		if !slices.ContainsFunc(group, func(term string) bool { return slices.Contains(terms, term) }) {
			return false
		}
	}
	return true
}

func TestSearchFindsWhateverTheForm(t *testing.T) {
	x := lexicon(t)
	for _, c := range []struct{ typed, comment, language string }{
		{"retard", "Trois semaines de RETARDS !", "fr"},
		{"retards", "Un retard sans explication", "fr"},
		{"probleme", "Le problème n'est pas réglé", "fr"},
		{"problème", "le probleme est regle", "fr"},
		{"livree", "Commande jamais livrée.", "fr"},
		{"livré", "Mes colis ont été livrés", "fr"},
		{"livrées", "un colis livre trop tard", "fr"},
		{"coeur", "un coup au cœur", "fr"},
		{"attente", "J'ai trouvé l'attente longue", "fr"},
		{"l'écoute", "Aucune écoute", "fr"},
		{"les retards", "retard de livraison", "fr"},
		{"invoices", "My invoice was wrong", "en"},
		{"the delays", "a delay of two weeks", "en"},
		{"Sophie", "Merci à Sophie pour sa patience", "fr"},
		{"sophie", "Sophie a tout compris", "fr"},
		{"48213", "ma demande 48213", "fr"},
		{"verspatung", "Die Verspätung war groß", "de"},
		{"gross", "Die Verspätung war groß", "de"},
		{"", "tout", "fr"},
	} {
		if !x.found(c.typed, c.comment, c.language) {
			t.Errorf("%q does not find %q: %v in %v", c.typed, c.comment, x.search(c.typed), x.words(c.comment, c.language))
		}
	}
	for _, c := range []struct{ typed, comment, language string }{
		{"retard livraison", "Un retard", "fr"},
		{"tar", "Un retard", "fr"},
	} {
		if x.found(c.typed, c.comment, c.language) {
			t.Errorf("%q finds %q", c.typed, c.comment)
		}
	}
}

// Pairs reach over words that say nothing, not over the end of a sentence; names and
// numbers are in none.
func TestWordsAndPairs(t *testing.T) {
	x := lexicon(t)
	for text, want := range map[string][]string{
		"Le délai de livraison. Livraison ratée": {"p:del livraison", "p:livraison rat", "s:del", "s:livraison", "s:rat"},
		"retard, facture":                        {"s:factur", "s:retard"},
		"la réponse de Sophie tardait":           {"n:soph", "s:repons", "s:tard"},
		"RETARD ÉNORME":                          {"p:retard enorm", "s:enorm", "s:retard"},
		"commande 48213 perdue":                  {"n:48213", "s:command", "s:perdu"},
		"retard retard":                          {"p:retard retard", "s:retard"},
		"👍 !!!":                                  nil,
	} {
		if got := x.words(text, "fr"); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestNoCommentMakesTermsWithoutEnd(t *testing.T) {
	var text []byte
	for n := range 1000 {
		text = append(text, 'x', byte('a'+n%26), byte('a'+n/26%26), byte('a'+n/676), ' ')
	}
	if got := len(lexicon(t).words(string(text), "en")); got != maxTerms {
		t.Errorf("%d terms", got)
	}
}

func TestQuotesAreTheCustomersWords(t *testing.T) {
	const comment = "Votre équipe n'a pas été rapide, mais elle a été très aimable. Merci à Paul."
	for text, want := range map[string]bool{
		comment:                                 true,
		"elle a été très aimable":               true,
		"Elle a été très aimable !":             true,
		"Votre équipe […] a été très aimable.":  true,
		"Votre équipe [...] a été très aimable": true,
		"[…] très aimable. […]":                 true,
		"Votre équipe a été rapide":             false,
		"très aimable […] Votre équipe":         false,
		"Votre équipe a été parfaite":           false,
		"[…]":                                   false,
	} {
		if got := shortened(text, comment); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
