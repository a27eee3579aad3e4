// Command entendu is the program: its commands, the operator's settings, and the
// wiring of asking, telling, stores, mail and pages into one process. It decides
// nothing about tickets, answers or figures; those rules live in packages surveys
// and reports.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// program is the command line: the operator's settings and the commands.
type program struct {
	options

	Serve       serveCmd       `cmd:"" help:"Run the service."`
	Demo        demoCmd        `cmd:"" help:"Run it on made-up tickets; needs nothing."`
	Import      importCmd      `cmd:"" help:"Bring tickets, or answers (responses) to another tool, along."`
	Export      exportCmd      `cmd:"" help:"Write answers, tickets, skips or figures to stdout."`
	Publish     publishCmd     `cmd:"" help:"Publish an edition of the figures."`
	Verify      verifyCmd      `cmd:"" help:"Count every edition again from its rows."`
	Recount     recountCmd     `cmd:"" help:"Count every day again from its rows."`
	Suppress    suppressCmd    `cmd:"" help:"Addresses not to be written to: add, remove, list."`
	User        userCmd        `cmd:"" help:"Who may sign in: add, list, disable."`
	SettingsCmd settingsCmd    `cmd:"" name:"settings" help:"What managers decide, as TOML: show, apply."`
	Check       checkCmd       `cmd:"" help:"Look whether all is set up well, and say what to do."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask the running service if it is well."`
	Version     versionCmd     `cmd:"" help:"Say which version this is."`
}

// about begins the help; so that it fits on a screen, no flag names its variable.
const about = `Asks customers how their request was handled, and publishes the answers.

Each flag is a variable too, ENTENDU_LISTEN for --listen, and ENTENDU_LISTEN_FILE
may name a file that holds the value. Defaults stand in brackets.`

// terminal is where a command reads and writes: data on out, words on err.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// The exit codes.
const (
	done   = 0
	failed = 1
	misuse = 2
)

// run is the whole program but for the process: it ends with the exit code. A
// failure is one line on stderr that says what and where.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	p := &program{}
	helped := false
	parser, err := kong.New(p,
		kong.Name("entendu"), kong.Description(about),
		kong.Writers(out, errs), kong.Exit(func(int) { helped = true }), kong.Resolvers(p.fileTwins()),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}), kong.ValueFormatter(func(v *kong.Value) string { return v.Help }), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(errs, "entendu:", err)
		return failed
	}
	parsed, err := parser.Parse(args)
	if helped {
		return done
	}
	if err == nil {
		p.noteFlags(parsed)
		err = p.options.check()
	}
	var unparsed *kong.ParseError
	if errors.As(err, &unparsed) {
		err = fmt.Errorf("%w (entendu --help lists all)", err)
	}
	if err != nil {
		fmt.Fprintln(errs, "entendu:", err)
		return misuse
	}
	return exitCode(parsed.Run(&p.options, &terminal{in, out, errs}), errs)
}

// exitCode says how a command ended; errQuiet has said it already.
func exitCode(err error, errs io.Writer) int {
	var setting *badSetting
	switch {
	case err == nil:
		return done
	case errors.Is(err, errQuiet):
		return failed
	case errors.As(err, &setting):
		fmt.Fprintln(errs, "entendu:", setting)
		return misuse
	default:
		fmt.Fprintln(errs, "entendu:", err)
		return failed
	}
}

// errQuiet ends a command with 1 when every reason was already written.
var errQuiet = errors.New("some of it failed")
