package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/entendu/entendu/server/store"
	"github.com/entendu/entendu/server/store/mongo"
	"github.com/entendu/entendu/server/store/sqlite"
	"github.com/entendu/entendu/surveys"
)

// The two kinds of store: made-up tickets and real ones are never in one. Commands
// take either.
const (
	forServe = "serve"
	forDemo  = "demo"
	forAny   = ""
)

// opened is a store with what its rows need to be read: the salt of its hashes and
// the keys of its links.
type opened struct {
	store.Store
	salt []byte
	keys surveys.Keys
}

// open opens the store that the options name, for one kind of use, and makes sure
// that it is of that kind and belongs to the secret given.
func (o *options) open(ctx context.Context, kind string, clock func() time.Time) (*opened, error) {
	st, err := o.openStore(ctx, clock)
	if err != nil {
		return nil, err
	}
	it := &opened{Store: st}
	if err = it.checkKind(ctx, kind, o.where()); err == nil {
		err = it.readSalt(ctx)
	}
	if err == nil {
		it.keys, err = o.openKeys(ctx, st)
	}
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return it, nil
}

func (o *options) openStore(ctx context.Context, clock func() time.Time) (store.Store, error) {
	if o.Store == "" {
		if err := o.makeData(); err != nil {
			return nil, err
		}
		return sqlite.Open(ctx, o.sqlitePath(), clock)
	}
	if len(o.Secret) == 0 {
		return nil, o.bad("secret", "a MongoDB store needs --secret, so that every instance signs alike", "the output of: openssl rand -base64 32")
	}
	if err := mongo.Check(o.Store); err != nil {
		return nil, &badSetting{o.origins["store"] + ": " + err.Error()}
	}
	return mongo.Open(ctx, o.Store, mongo.Options{ClockOffset: clockOffset()})
}

func (o *options) sqlitePath() string { return o.inData("entendu.db") }

// where names the store for people; a MongoDB address may hold a password.
func (o *options) where() string {
	if o.Store == "" {
		return o.sqlitePath()
	}
	return "the store of --store"
}

// checkKind keeps made-up tickets and real ones apart.
func (it *opened) checkKind(ctx context.Context, kind, where string) error {
	found, err := fact(ctx, it, surveys.KindFact, func() string { return cmp.Or(kind, forServe) })
	if err != nil || kind == forAny || found == kind {
		return err
	}
	if found == forDemo {
		return fmt.Errorf("%s holds the demo's made-up tickets; choose another --data", where)
	}
	return fmt.Errorf("%s holds real tickets, which the demo does not touch; choose another --data", where)
}

// readSalt makes the salt on the first start.
func (it *opened) readSalt(ctx context.Context) error {
	text, err := fact(ctx, it, surveys.SaltFact, func() string {
		salt := make([]byte, 32)
		rand.Read(salt)
		return base64.RawStdEncoding.EncodeToString(salt)
	})
	if err != nil {
		return err
	}
	it.salt, err = base64.RawStdEncoding.DecodeString(text)
	return err
}

// openKeys takes the secrets given, or the file in the data folder, and refuses
// those that did not sign the links already sent.
func (o *options) openKeys(ctx context.Context, st surveys.Store) (surveys.Keys, error) {
	secrets := o.Secret
	if len(secrets) == 0 {
		secret, err := o.secretFile()
		if err != nil {
			return surveys.Keys{}, err
		}
		secrets = []string{secret}
	}
	keys := surveys.NewKeys(secrets...)
	known, err := fact(ctx, st, surveys.SecretFact, keys.Fingerprint)
	if err != nil {
		return keys, err
	}
	if !keys.Knows(known) {
		return keys, o.bad("secret", "it is not the secret that signed this store's links", "the one used before, after the new one and a comma")
	}
	return keys, nil
}

// secretFile reads the secret of an SQLite store, made on the first start and
// readable by its owner only.
func (o *options) secretFile() (string, error) {
	path := o.inData("secret")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		text, err := os.ReadFile(path)
		if err != nil || len(strings.TrimSpace(string(text))) < 32 {
			return "", fmt.Errorf("the secret in %s cannot be read; restore the file, or every link sent so far is lost", path)
		}
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil {
		return "", fmt.Errorf("making the secret: %w", err)
	}
	secret := rand.Text() + rand.Text()
	_, err = f.WriteString(secret + "\n")
	return secret, errors.Join(err, f.Sync(), f.Close())
}

// fact reads a text that the store has once, and makes it if there is none yet.
// Whoever is first decides.
func fact(ctx context.Context, st surveys.Store, name string, make func() string) (string, error) {
	value, err := st.GetFact(ctx, name)
	if !errors.Is(err, fs.ErrNotExist) {
		return value, err
	}
	value = make()
	if err = st.AddFact(ctx, name, value); errors.Is(err, fs.ErrExist) {
		return st.GetFact(ctx, name)
	}
	return value, err
}
