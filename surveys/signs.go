package surveys

import (
	"math/bits"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Signs remembers, for a minute and in memory only, what mail scanners do with the
// links of a survey and people do not, so that an answer which follows can be
// marked as suspect. It refuses nothing, and what is never answered is forgotten.
// Each instance knows only what it was shown itself.
//
// The rule is public, on the page about the method. An answer is suspect
//   - within 10 seconds of the mail's acceptance, before a person has read it, or
//   - within a minute of the link's being opened by HEAD, or with three scores or
//     more, or by way of a service that checks links.
type Signs struct {
	mu   sync.Mutex
	seen map[string]sign // by invitation
}

// sign is what was seen of one invitation's links.
type sign struct {
	at      time.Time // of the last opening
	scores  uint8     // a bit for each score that was opened
	machine bool      // opened by HEAD or through a service that checks links
}

const (
	// signsFor is how long an opening counts: a scanner that votes does it at once.
	signsFor = time.Minute
	// tooSoon is less than anybody needs to get, open and answer a mail.
	tooSoon = 10 * time.Second
	// manyScores is how many scores nobody taps within a minute.
	manyScores = 3
	// mostSigns bounds the memory.
	mostSigns = 10_000
)

// Opening is how a survey link was opened, as the request says.
type Opening struct {
	Method  string
	Score   string // of the link, "" for the plain one
	Referer string
}

// Opened notes an opening that may be a sign.
func (s *Signs) Opened(invitation string, o Opening, now time.Time) {
	machine := o.Method == http.MethodHead || checksLinks(o.Referer)
	score := 0
	if len(o.Score) == 1 && "1" <= o.Score && o.Score <= "5" {
		score = int(o.Score[0] - '0')
	}
	if score == 0 && !machine {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.current(invitation, now)
	known.at, known.machine = now, known.machine || machine
	if score > 0 {
		known.scores |= 1 << score
	}
	if len(s.seen) >= mostSigns || s.seen == nil {
		s.forget(now)
	}
	s.seen[invitation] = known
}

// Suspect says whether an answer that comes now has the signs of a machine.
// accepted is when a server took the mail; zero while that is not known.
func (s *Signs) Suspect(invitation string, accepted, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.current(invitation, now)
	soon := !accepted.IsZero() && now.Sub(accepted) < tooSoon
	return soon || known.machine || bits.OnesCount8(known.scores) >= manyScores
}

// current is what was seen and still counts.
func (s *Signs) current(invitation string, now time.Time) sign {
	known := s.seen[invitation]
	if now.Sub(known.at) > signsFor {
		return sign{}
	}
	return known
}

// forget drops what no longer counts, or everything if that is not enough.
func (s *Signs) forget(now time.Time) {
	kept := map[string]sign{}
	for invitation, known := range s.seen {
		if now.Sub(known.at) <= signsFor {
			kept[invitation] = known
		}
	}
	if len(kept) >= mostSigns {
		clear(kept)
	}
	s.seen = kept
}

// checksLinks says whether a page belongs to a service that opens the links of mails
// to look behind them.
func checksLinks(referer string) bool {
	u, err := url.Parse(referer)
	if err != nil || u.Host == "" {
		return false
	}
	host := "." + strings.ToLower(u.Hostname())
	for _, service := range []string{
		".safelinks.protection.outlook.com", ".linkprotect.cudasvc.com", ".urldefense.com", ".urldefense.proofpoint.com",
		".mimecast.com", ".secure-web.cisco.com",
	} {
		if strings.HasSuffix(host, service) {
			return true
		}
	}
	return false
}
