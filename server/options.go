package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/entendu/entendu/server/auth"
)

// options are the operator's settings: each has a flag, an environment variable,
// the same variable with _FILE for a file that holds the value, and a default.
type options struct {
	Listen         string   `default:":8080" env:"ENTENDU_LISTEN" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one (:8080)."`
	URL            string   `env:"ENTENDU_URL" placeholder:"URL" help:"What links begin with (http://localhost:PORT)."`
	Data           string   `default:"./data" env:"ENTENDU_DATA" placeholder:"FOLDER" help:"Where store, secret and outbox live (./data)."`
	Store          string   `env:"ENTENDU_STORE" placeholder:"URI" help:"mongodb://host/name (SQLite in the data folder)."`
	SMTP           string   `name:"smtp" env:"ENTENDU_SMTP" placeholder:"URL" help:"smtp://user:pass@host:587 or smtps://host:465; ?tls=none allows plain (each mail becomes a file in the outbox)."`
	Settings       string   `env:"ENTENDU_SETTINGS" placeholder:"FILE" help:"TOML file of managers' settings, applied at start."`
	Secret         []string `env:"ENTENDU_SECRET" sep:"," placeholder:"TEXT" help:"Signs links; the first signs, all verify (SQLite: made on first start in DATA/secret)."`
	Admin          string   `env:"ENTENDU_ADMIN" placeholder:"ADDRESS" help:"The first administrator, only if nobody exists."`
	OIDC           string   `name:"oidc" env:"ENTENDU_OIDC" placeholder:"URL" help:"The organisation's own sign-in: https://CLIENT:SECRET@issuer.example.org (none)."`
	TrustedProxies []string `env:"ENTENDU_TRUSTED_PROXIES" sep:"," placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed."`
	MetricsListen  string   `env:"ENTENDU_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Where to serve metrics (off)."`

	origins map[string]string // flag name -> where its value came from
	locked  []string          // keys that the file of --settings sets
}

// sender is the setting of the commands that send mail, and of those that settle who is
// asked: not ourselves. It is not among options, because the exports have a --from of
// their own.
type sender struct {
	From string `default:"Entendu <entendu@localhost>" env:"ENTENDU_FROM" placeholder:"ADDRESS" help:"Who the mails are from (Entendu <entendu@localhost>)."`
}

// badSetting is a value that cannot be used: one line that names the setting, where
// it came from and what a good one looks like. It ends the program with 2.
type badSetting struct{ line string }

func (b *badSetting) Error() string { return b.line }

// bad refuses the value of a flag.
func (o *options) bad(flag, what, example string) error {
	origin := o.origins[flag]
	if origin == "" {
		origin = "the default of --" + flag
	}
	return &badSetting{fmt.Sprintf("%s: %s; a good one is %s", origin, what, example)}
}

// fileTwins lets NAME_FILE give the value that NAME would, and remembers for every
// flag where its value came from. A flag beats NAME, NAME beats NAME_FILE.
func (o *options) fileTwins() kong.Resolver {
	o.origins = map[string]string{}
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if _, set := os.LookupEnv(name); set {
				o.origins[flag.Name] = name
				return nil, nil
			}
			path, set := os.LookupEnv(name + "_FILE")
			if !set {
				continue
			}
			o.origins[flag.Name] = name + "_FILE (" + path + ")"
			value, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("%s_FILE: the file %s cannot be read", name, path)
			}
			return strings.TrimSpace(string(value)), nil
		}
		return nil, nil
	})
}

// noteFlags remembers which values came from the command line.
func (o *options) noteFlags(ctx *kong.Context) {
	for _, step := range ctx.Path {
		if step.Flag != nil && !step.Resolved {
			o.origins[step.Flag.Name] = "--" + step.Flag.Name
		}
	}
}

// check looks at every value before anything is opened.
func (o *options) check() error {
	_, port, err := net.SplitHostPort(o.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return o.bad("listen", fmt.Sprintf("%q is not HOST:PORT", o.Listen), ":8080 or 127.0.0.1:8080")
	}
	if o.URL != "" && !isRoot(o.URL) {
		return o.bad("url", fmt.Sprintf("%q is not a web address without a path", o.URL), "https://entendu.example.org")
	}
	if o.Store != "" && !strings.HasPrefix(o.Store, "mongodb://") && !strings.HasPrefix(o.Store, "mongodb+srv://") {
		return o.bad("store", "it is not a MongoDB address", "mongodb://localhost:27017/entendu, or nothing for SQLite")
	}
	if o.Admin != "" && notAddress(o.Admin) {
		return o.bad("admin", "it is not a mail address", "ada@example.org")
	}
	if o.MetricsListen != "" {
		if _, _, err := net.SplitHostPort(o.MetricsListen); err != nil {
			return o.bad("metrics-listen", fmt.Sprintf("%q is not HOST:PORT", o.MetricsListen), "127.0.0.1:9090")
		}
	}
	if o.OIDC != "" && o.issuer() == nil {
		return o.bad("oidc", "it is not an https address with a client and its secret", "https://CLIENT:SECRET@login.example.org/realms/ours")
	}
	for _, cidr := range o.TrustedProxies {
		if _, err := netip.ParsePrefix(cidr); err != nil {
			return o.bad("trusted-proxies", fmt.Sprintf("%q is not a range of addresses", cidr), "10.0.0.0/8,192.168.1.5/32")
		}
	}
	for _, secret := range o.Secret {
		if len(secret) < 32 {
			return o.bad("secret", "a secret must be at least 32 characters", "the output of: openssl rand -base64 32")
		}
	}
	return nil
}

// issuer is the address of OIDC, nil where it is none. Plain HTTP is for a provider on this machine.
func (o *options) issuer() *url.URL {
	u, err := url.Parse(o.OIDC)
	if err != nil || u.Host == "" || u.User == nil || u.RawQuery+u.Fragment != "" {
		return nil
	}
	secret, _ := u.User.Password()
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.User.Username() == "" || secret == "" || u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil
	}
	return u
}

// provider is the organisation's own sign-in; nil if there is none.
func (o *options) provider(base string) *auth.Provider {
	u := o.issuer()
	if u == nil {
		return nil
	}
	secret, _ := u.User.Password()
	client := u.User.Username()
	u.User = nil
	return &auth.Provider{Issuer: u.String(), Client: client, Secret: secret, Back: strings.TrimSuffix(base, "/") + "/login/back", HTTP: &http.Client{Timeout: 10 * time.Second}}
}

// isRoot says whether text is the address of a whole host: pages lead to each other
// by paths that begin with /.
func isRoot(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && strings.Trim(u.Path, "/")+u.RawQuery+u.Fragment == ""
}

// proxies are the ranges of TrustedProxies.
func (o *options) proxies() []*net.IPNet {
	var nets []*net.IPNet
	for _, cidr := range o.TrustedProxies {
		if _, n, err := net.ParseCIDR(cidr); err == nil {
			nets = append(nets, n)
		}
	}
	return nets
}

// inData is a path inside the data folder.
func (o *options) inData(name string) string { return filepath.Join(o.Data, name) }
