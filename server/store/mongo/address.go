package mongo

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// patience is how long one call may take where neither its context nor the address
// (timeoutMS) says otherwise: finding a server, being answered, and the majority.
const patience = 10 * time.Second

// Check says what is wrong with an operator's address; it reaches no server.
func Check(uri string) error {
	_, _, err := settle(uri)
	return err
}

// settle makes of the operator's address what the driver needs, and the name of
// the database.
func settle(uri string) (*options.ClientOptions, string, error) {
	name, err := database(uri)
	if err != nil {
		return nil, "", err
	}
	o := options.Client().ApplyURI(uri)
	if err := o.Validate(); err != nil {
		return nil, "", fmt.Errorf("the address of MongoDB cannot be used: %w", err)
	}
	if option := weakened(o); option != "" {
		return nil, "", fmt.Errorf("%s in the address of MongoDB could lose an answer that was confirmed: leave it out", option)
	}
	journal := true
	o.SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journal})
	o.SetReadConcern(readconcern.Majority())
	o.SetReadPreference(readpref.Primary())
	if o.Timeout == nil {
		o.SetTimeout(patience)
	}
	if o.AppName == nil {
		o.SetAppName("entendu")
	}
	return o, name, nil
}

// database is the path of the address. The address itself is not in the error: it
// may hold a password.
func database(uri string) (string, error) {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(path)
	if err != nil || name == "" || strings.ContainsAny(name, `/\. "$*<>:|?`) {
		return "", fmt.Errorf("the address of MongoDB must end with the name of a database, like mongodb://localhost/entendu")
	}
	return name, nil
}

// weakened names the option that asks for less than the store promises.
func weakened(o *options.ClientOptions) string {
	if w := o.WriteConcern; w != nil && w.W != nil && w.W != writeconcern.WCMajority {
		return fmt.Sprintf("w=%v", w.W)
	}
	if w := o.WriteConcern; w != nil && w.Journal != nil && !*w.Journal {
		return "journal=false"
	}
	if r := o.ReadConcern; r != nil && r.Level != readconcern.Majority().Level {
		return "readConcernLevel=" + r.Level
	}
	if p := o.ReadPreference; p != nil && p.Mode() != readpref.PrimaryMode {
		return "readPreference=" + p.Mode().String()
	}
	return ""
}
