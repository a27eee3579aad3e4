package web

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/entendu/entendu/server/auth"
)

// provider is an OpenID Connect provider that vouches for whom the test says.
type provider struct {
	*httptest.Server
	t       *testing.T
	key     *rsa.PrivateKey
	now     func() time.Time
	vouched map[string]any // claims beside the usual ones
	asked   url.Values     // the last request to authorize
	signer  *rsa.PrivateKey
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, signer: key, now: time.Now, vouched: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// token gives an identity for the code "good", to the client that asked, with the
// verifier of its challenge.
func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	client, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	w.Header().Set("Content-Type", "application/json")
	if r.PostFormValue("code") != "good" || client != "entendu" || secret != "s3cret" || challenge != p.asked.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"error": "invalid_grant", "error_description": "canary " + r.PostFormValue("code")})
		return
	}
	claims := map[string]any{"iss": p.URL, "sub": "s-1", "aud": "entendu", "nonce": p.asked.Get("nonce"), "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix()}
	for k, v := range p.vouched {
		claims[k] = v
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: p.signer, KeyID: "k"}}, nil)
	if err != nil {
		p.t.Error(err)
	}
	raw, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		p.t.Error(err)
	}
	json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": raw})
}

// openWithProvider is a house whose people sign in as they do at work.
func openWithProvider(t *testing.T) (*house, *provider) {
	t.Helper()
	p := newProvider(t)
	h := open(t, func(c *Config) {
		c.Gate = auth.NewGate(c.Store.(auth.Store), testLinks{c.Answers.Keys}, c.Log, nil)
		c.Parts = append(c.Parts, Doors{Provider: &auth.Provider{Issuer: p.URL, Client: "entendu", Secret: "s3cret", Back: "https://avis.example.org/login/back", HTTP: http.DefaultClient}})
	})
	return h, p
}

// through goes to the provider and comes back with a code.
func (h *house) through(p *provider, code string, change func(url.Values)) *http.Response {
	h.t.Helper()
	r := h.want(http.StatusSeeOther, h.get("/login/with?next=/manage/account"))
	to, err := url.Parse(r.Header.Get("Location"))
	h.must(err)
	p.asked = to.Query()
	if p.asked.Get("code_challenge_method") != "S256" || p.asked.Get("redirect_uri") != "https://avis.example.org/login/back" || !strings.Contains(p.asked.Get("scope"), "openid") {
		h.t.Errorf("asked for %v", p.asked)
	}
	back := url.Values{"state": {p.asked.Get("state")}, "code": {code}}
	if change != nil {
		change(back)
	}
	return h.get("/login/back?"+back.Encode(), "Cookie", "__Host-entendu_away="+cookieOf(r, "__Host-entendu_away"))
}

// TestProvider: whom the provider vouches for comes in if they are somebody here, and is
// known by what it calls them from then on; nothing else opens.
func TestProvider(t *testing.T) {
	h, p := openWithProvider(t)
	lina, _, err := h.Gate.Invite(t.Context(), auth.Person{Email: "lina@example.org", Name: "Lina", Role: auth.Reader}, false)
	h.must(err)
	p.vouched["email"], p.vouched["email_verified"] = "Lina@example.org", true
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	h.must(err)

	for what, refuse := range map[string]func() *http.Response{
		"another state": func() *http.Response { return h.through(p, "good", func(v url.Values) { v.Set("state", "x") }) },
		"no state":      func() *http.Response { return h.through(p, "good", func(v url.Values) { v.Del("state") }) },
		"a wrong code":  func() *http.Response { return h.through(p, "wrong", nil) },
		"another nonce": func() *http.Response {
			defer delete(p.vouched, "nonce")
			p.vouched["nonce"] = "x"
			return h.through(p, "good", nil)
		},
		"another client's": func() *http.Response {
			defer delete(p.vouched, "aud")
			p.vouched["aud"] = "other"
			return h.through(p, "good", nil)
		},
		"one that is over": func() *http.Response {
			defer delete(p.vouched, "exp")
			p.vouched["exp"] = p.now().Add(-time.Hour).Unix()
			return h.through(p, "good", nil)
		},
		"signed by a stranger": func() *http.Response {
			defer func() { p.signer = p.key }()
			p.signer = stranger
			return h.through(p, "good", nil)
		},
		"an address not verified": func() *http.Response {
			defer func() { p.vouched["email_verified"] = true }()
			p.vouched["email_verified"] = false
			return h.through(p, "good", nil)
		},
		"nobody here": func() *http.Response {
			defer func() { p.vouched["email"] = "lina@example.org" }()
			p.vouched["email"] = "nobody@example.org"
			return h.through(p, "good", nil)
		},
	} {
		if got := refuse(); got.StatusCode != http.StatusUnprocessableEntity || cookieOf(got, "__Host-entendu_session") != "" {
			t.Errorf("%s: %d", what, got.StatusCode)
		}
	}
	r := h.want(http.StatusSeeOther, h.through(p, "good", nil))
	session := "__Host-entendu_session=" + cookieOf(r, "__Host-entendu_session")
	if to := r.Header.Get("Location"); to != accountPath {
		t.Errorf("sent to %q", to)
	}
	h.want(http.StatusOK, h.get(accountPath, "Cookie", session)) // no codes are asked for
	p.vouched["email"] = "moved@example.org"
	h.want(http.StatusSeeOther, h.through(p, "good", nil))
	p.vouched["sub"], p.vouched["email"] = "s-2", "lina@example.org" // the address went to somebody else
	h.want(http.StatusUnprocessableEntity, h.through(p, "good", nil))

	before, err := h.store.GetPerson(t.Context(), lina.ID)
	h.must(err)
	after := before
	after.Disabled = true
	h.must(h.Gate.Change(t.Context(), before, after))
	p.vouched["sub"] = "s-1"
	h.want(http.StatusUnprocessableEntity, h.through(p, "good", nil))
	h.want(http.StatusSeeOther, h.get(accountPath, "Cookie", session))
	if log := h.log.String(); strings.Contains(log, "canary") || strings.Contains(log, "s3cret") || strings.Contains(log, "lina@") {
		t.Errorf("the log: %s", log)
	}
}
