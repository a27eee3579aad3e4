package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/entendu/entendu/surveys"
)

func options(t testing.TB) Options {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Zone: zone, Now: received.AddDate(0, 1, 0), Source: source("generic")}
}

// rows is what a walk gave, as JSON without what was not said.
func rows(t *testing.T, file io.ReadSeeker) []any {
	t.Helper()
	got := []any{}
	for row, err := range CSV(file, options(t)) {
		switch {
		case err != nil:
			var bad *surveys.Unreadable
			if !errors.As(err, &bad) {
				t.Fatalf("not *surveys.Unreadable: %v", err)
			}
			got = append(got, map[string]any{"unreadable": bad.Error()})
		case row.Refused != "":
			got = append(got, fmt.Sprintf("line %d: %s", row.Line, row.Refused))
		default:
			got = append(got, map[string]any{"line": row.Line, "notice": without(t, row.Notice)})
		}
	}
	return got
}

func TestCSV(t *testing.T) {
	files, _ := filepath.Glob("testdata/csv/*.csv")
	if len(files) < 15 {
		t.Errorf("only %d files", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".csv")+".want.json", rows(t, bytes.NewReader(body)))
		})
	}
}

// The same rows in seven encodings, a mixed one, and three separators.
func TestCSVSame(t *testing.T) {
	files, _ := filepath.Glob("testdata/csv/same/*.csv")
	if len(files) != 22 {
		t.Errorf("%d files, want 22", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/csv/same/want.json", rows(t, bytes.NewReader(body)))
		})
	}
}

// A file of endless kinds is refused early, and memory stays flat.
func TestCSVBounds(t *testing.T) {
	const header = "id,status,subject,updated_at\n"
	const good = "1,open,x,2026-03-04\n"
	for _, test := range []struct {
		name string
		file io.ReadSeeker
		want string // what the walk says, one line for each row
	}{
		{"1,000,000 columns", strings.NewReader("id,status" + strings.Repeat(",x", 1_000_000) + "\n" + good),
			"error line 1: a row of more than 1024 KiB, or a quote that is not closed; nothing after this line was read"},
		{"201 columns", strings.NewReader("id,status" + strings.Repeat(",x", 199) + "\n" + good), "error line 1: more than 200 columns"},
		{"200 columns", strings.NewReader("id,updated_at,status" + strings.Repeat(",x", 197) + "\n1,2026-03-04,open\n"), "2 good"},
		{"a row of 300 cells", strings.NewReader(header + "1,open" + strings.Repeat(",x", 298) + "\n" + good), "2 more than 200 columns\n3 good"},
		{"a cell of 64 KiB", strings.NewReader(header + "1,open," + strings.Repeat("x", 64<<10) + ",2026-03-04\n" + good), "2 good\n3 good"},
		{"a cell of 65 KiB", strings.NewReader(header + "1,open," + strings.Repeat("x", 65<<10) + ",2026-03-04\n" + good), "2 a cell of more than 64 KiB\n3 good"},
		{"a quoted cell of 65 KiB", strings.NewReader(header + `1,open,"` + strings.Repeat("x\n", 33<<10) + "\",2026-03-04\n" + good), "2 a cell of more than 64 KiB\n33795 good"},
		{"a cell of 500 MB", &endless{start: header + "1,open,", size: 500 << 20},
			"2 a row of more than 1024 KiB, or a quote that is not closed; nothing after this line was read"},
		{"a quoted cell of 500 MB", &endless{start: header + good + `1,open,"`, size: 500 << 20},
			"2 good\n3 a row of more than 1024 KiB, or a quote that is not closed; nothing after this line was read"},
		{"a header of 500 MB", &endless{start: "id", size: 500 << 20},
			"error line 1: a row of more than 1024 KiB, or a quote that is not closed; nothing after this line was read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := []string{}
			for row, err := range CSV(test.file, options(t)) {
				switch {
				case err != nil:
					got = append(got, "error "+err.Error())
				case row.Refused != "":
					got = append(got, fmt.Sprint(row.Line, " ", row.Refused))
				default:
					got = append(got, fmt.Sprint(row.Line, " good"))
				}
			}
			runtime.ReadMemStats(&after)
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
				t.Errorf("%d MiB were allocated", used>>20)
			}
			if e, ok := test.file.(*endless); ok && e.read > 8<<20 {
				t.Errorf("%d MiB were read", e.read>>20)
			}
		})
	}
}

// endless is a file that goes on with one letter.
type endless struct {
	start          string
	size, at, read int64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.at >= e.size {
		return 0, io.EOF
	}
	n := copy(p, e.start[min(e.at, int64(len(e.start))):])
	for ; n < len(p) && e.at+int64(n) < e.size; n++ {
		p[n] = 'x'
	}
	e.at += int64(n)
	e.read += int64(n)
	return n, nil
}

func (e *endless) Seek(offset int64, _ int) (int64, error) {
	e.at = offset
	return offset, nil
}

// A disk that fails is not a file that ends.
func TestCSVFailingDisk(t *testing.T) {
	broken := errors.New("input/output error")
	file := &failing{Reader: strings.NewReader("id,status,updated_at\n1,open,2026-03-04\n"), err: broken}
	var last error
	for _, err := range CSV(file, options(t)) {
		last = err
	}
	if !errors.Is(last, broken) {
		t.Errorf("got %v", last)
	}
}

type failing struct {
	*strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err == io.EOF {
		err = f.err
	}
	return n, err
}

// The walk can be left at any row.
func TestCSVStops(t *testing.T) {
	n := 0
	for range CSV(strings.NewReader("id,status,updated_at\n1,open,2026-03-04\n2,open,2026-03-04\n"), options(t)) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d rows", n)
	}
}

// What is written in the generic columns is read as it was.
func TestCSVRoundTrip(t *testing.T) {
	opt := options(t)
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Custom(notice), 1, 8).Draw(t, "notices")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "separator")
		w.UseCRLF = rapid.Bool().Draw(t, "CRLF")
		w.Write(strings.Split("id,number,status,subject,team,category,product,channel,tags,agent,opened_at,first_reply_at,closed_at,updated_at,contacts,merged_into,customer.email,customer.name,customer.language", ","))
		for _, n := range want {
			w.Write(written(n))
		}
		w.Flush()
		got := []surveys.Notice{}
		for row, err := range CSV(bytes.NewReader(file.Bytes()), opt) {
			if err != nil || row.Refused != "" {
				t.Fatalf("line %d: %s %v\n%s", row.Line, row.Refused, err, file.String())
			}
			got = append(got, row.Notice)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", diff, file.String())
		}
	})
}

// text is anything that clean leaves as it is, commas, quotes and formulas too.
func text(max int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		letters := rapid.SliceOfN(rapid.SampledFrom([]rune(`aZ é€œ"';,=+-@#/\日🙂`)), 0, 20).Draw(t, "letters")
		return clean(string(letters), max)
	})
}

func notice(t *rapid.T) surveys.Notice {
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unknown") {
			return time.Time{}
		}
		return time.UnixMilli(rapid.Int64Range(700e9, 1770e9).Draw(t, "ms")).UTC()
	})
	id := rapid.StringMatching(`[A-Za-z0-9#/-]{1,20}`)
	maybe := rapid.StringMatching(`([a-z0-9-]{1,20})?`)
	return surveys.Notice{
		ID: id.Draw(t, "id"), Number: maybe.Draw(t, "number"), Subject: text(maxSubject).Draw(t, "subject"),
		Status: rapid.SampledFrom(surveys.Statuses()).Draw(t, "status"),
		Dimensions: surveys.Dimensions{
			Team: text(maxName).Draw(t, "team"), Category: text(maxName).Draw(t, "category"),
			Product: text(maxName).Draw(t, "product"), Channel: text(maxName).Draw(t, "channel"),
			Language: rapid.SampledFrom([]string{"", "fr", "pt-br", "zh-hant-tw"}).Draw(t, "language"),
		},
		Tags:  rapid.SliceOfN(rapid.StringMatching(`[a-zé_,;"-]{1,10}`), 0, 5).Draw(t, "tags"),
		Agent: maybe.Draw(t, "agent"), OpenedAt: moment.Draw(t, "opened"), FirstReplyAt: moment.Draw(t, "replied"),
		ClosedAt: moment.Draw(t, "closed"), UpdatedAt: time.UnixMilli(rapid.Int64Range(700e9, 1770e9).Draw(t, "updated")).UTC(),
		Contacts: rapid.IntRange(0, 99).Draw(t, "contacts"), MergedInto: maybe.Draw(t, "merged"),
		Customer: surveys.Contact{
			Email: rapid.SampledFrom([]string{"", "lina@example.net", "Zoé+x@bücher.example", `o'neil@example.org`}).Draw(t, "email"),
			Name:  text(maxName).Draw(t, "name"),
		},
	}
}

// written is the row of an export: formulas made harmless, zero as nothing.
func written(n surveys.Notice) []string {
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format("2006-01-02T15:04:05.000Z07:00")
	}
	contacts := ""
	if n.Contacts > 0 {
		contacts = strconv.Itoa(n.Contacts)
	}
	row := []string{
		n.ID, n.Number, string(n.Status), n.Subject, n.Team, n.Category, n.Product, n.Channel, strings.Join(n.Tags, " "), n.Agent,
		moment(n.OpenedAt), moment(n.FirstReplyAt), moment(n.ClosedAt), moment(n.UpdatedAt), contacts, n.MergedInto,
		n.Customer.Email, n.Customer.Name, n.Language,
	}
	for i, cell := range row {
		if cell != "" && strings.ContainsRune("=+-@'", rune(cell[0])) {
			row[i] = "'" + cell
		}
	}
	return row
}
