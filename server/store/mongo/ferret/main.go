// Ferret is FerretDB as a program of its own: a document store that speaks the
// MongoDB wire protocol over SQLite, for tests on machines without MongoDB.
//
// It is a module of its own so that none of what it needs enters the product. It
// is not MongoDB: it loses concurrent updates of one document and knows neither
// replica sets nor write concern, so races are tested on a real server.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	dir := flag.String("dir", "", "folder that takes the data")
	flag.Parse()
	if err := serve(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "ferret:", err)
		os.Exit(1)
	}
}

// serve prints the address once the port is open, and returns when a signal
// arrives or stdin ends: a test that dies takes its server along. It does not wait
// for open connections, since nobody wants the data any more. As a library FerretDB
// locks its telemetry off (ferretdb.New).
func serve(dir string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	fmt.Println(f.MongoDBURI())
	go f.Run(ctx)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	<-ctx.Done()
	return nil
}
