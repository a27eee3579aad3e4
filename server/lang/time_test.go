package lang

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDate(t *testing.T) {
	c := load(t)
	for day, want := range map[string][7]string{
		"2026-03-03": {"mardi 3 mars 2026", "Tuesday 3 March 2026", "Dienstag, den 3.\u00a0März 2026", "martes 3 de marzo de 2026",
			"martedì 3 marzo 2026", "dinsdag 3 maart 2026", "3 de março de 2026 (terça-feira)"},
		"2026-08-01": {"samedi 1er août 2026", "Saturday 1 August 2026", "Samstag, den 1.\u00a0August 2026", "sábado 1 de agosto de 2026",
			"sabato 1º agosto 2026", "zaterdag 1 augustus 2026", "1 de agosto de 2026 (sábado)"},
		"2024-02-29": {"jeudi 29 février 2024", "Thursday 29 February 2024", "Donnerstag, den 29.\u00a0Februar 2024", "jueves 29 de febrero de 2024",
			"giovedì 29 febbraio 2024", "donderdag 29 februari 2024", "29 de fevereiro de 2024 (quinta-feira)"},
		"2026-12-31": {"jeudi 31 décembre 2026", "Thursday 31 December 2026", "Donnerstag, den 31.\u00a0Dezember 2026", "jueves 31 de diciembre de 2026",
			"giovedì 31 dicembre 2026", "donderdag 31 december 2026", "31 de dezembro de 2026 (quinta-feira)"},
	} {
		d, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		for i, tag := range []string{"fr", "en", "de", "es", "it", "nl", "pt"} {
			if got := c.For(tag).Date(d); got != want[i] {
				t.Errorf("%s Date(%s) = %q, want %q", tag, day, got, want[i])
			}
		}
	}
}

// The names of months and days are those of CLDR, January and Monday first.
func TestNamesOfMonthsAndDays(t *testing.T) {
	c := load(t)
	for tag, want := range map[string]struct{ months, days string }{
		"fr": {"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
			"lundi mardi mercredi jeudi vendredi samedi dimanche"},
		"en": {"January February March April May June July August September October November December",
			"Monday Tuesday Wednesday Thursday Friday Saturday Sunday"},
		"de": {"Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
			"Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"},
		"es": {"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
			"lunes martes miércoles jueves viernes sábado domingo"},
		"it": {"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
			"lunedì martedì mercoledì giovedì venerdì sabato domenica"},
		"nl": {"januari februari maart april mei juni juli augustus september oktober november december",
			"maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"},
		"pt": {"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
			"segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo"},
	} {
		w, monday := c.For(tag), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
		for i, month := range strings.Fields(want.months) {
			if got := w.Date(monday.AddDate(0, i+7, 0)); !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), " "+month+" ") {
				t.Errorf("%s: %q, want %s in it", tag, got, month)
			}
			if got := w.Month(fmt.Sprintf("2026-%02d", i+1)); !strings.HasPrefix(got, month+" ") {
				t.Errorf("%s: month %d is %q, want %s", tag, i+1, got, month)
			}
		}
		for i, day := range strings.Fields(want.days) {
			if got := w.Date(monday.AddDate(0, 0, i)); !strings.Contains(" ("+got, day) {
				t.Errorf("%s: %q, want %s in it", tag, got, day)
			}
		}
	}
}

func TestDateTimeIsInItsZone(t *testing.T) {
	c := load(t)
	paris, athens := time.FixedZone("CET", 3600), time.FixedZone("EET", 2*3600)
	late := time.Date(2026, 3, 2, 23, 5, 59, 0, time.UTC)
	for _, x := range []struct {
		tag, want string
		zone      *time.Location
	}{
		{"fr", "mardi 3 mars 2026 à 0\u00a0h\u00a005", paris},
		{"en", "Tuesday 3 March 2026 at 00:05", paris},
		{"en", "Monday 2 March 2026 at 23:05", nil},
		{"de", "Dienstag, den 3.\u00a0März 2026 um 00:05\u00a0Uhr", paris},
		{"es", "martes 3 de marzo de 2026 a las 0:05", paris},
		{"es", "martes 3 de marzo de 2026 a la 1:05", athens},
		{"it", "martedì 3 marzo 2026 alle ore 0:05", paris},
		{"nl", "dinsdag 3 maart 2026 om 00.05\u00a0uur", paris},
		{"pt", "2 de março de 2026 (segunda-feira), às 23h05", nil},
		{"pt", "3 de março de 2026 (terça-feira), à 1h05", athens},
	} {
		if got := c.For(x.tag).DateTime(late, x.zone); got != x.want {
			t.Errorf("%s DateTime = %q, want %q", x.tag, got, x.want)
		}
	}
}

func TestMonth(t *testing.T) {
	c := load(t)
	for _, x := range []struct{ period, fr, en, shortFR, shortEN string }{
		{"2026-10", "octobre 2026", "October 2026", "oct. 2026", "Oct 2026"},
		{"2025-02", "février 2025", "February 2025", "févr. 2025", "Feb 2025"},
		{"2026-13", "2026-13", "2026-13", "2026-13", "2026-13"},
		{"2026-Q4", "2026-Q4", "2026-Q4", "2026-Q4", "2026-Q4"},
		{"", "", "", "", ""},
	} {
		fr, en := c.For("fr"), c.For("en")
		got := []string{fr.Month(x.period), en.Month(x.period), fr.ShortMonth(x.period), en.ShortMonth(x.period)}
		want := []string{x.fr, x.en, x.shortFR, x.shortEN}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q = %q, want %q", x.period, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	c := load(t)
	const day = 24 * time.Hour
	for d, want := range map[time.Duration][2]string{
		-time.Hour:                    {"moins d'une minute", "less than a minute"},
		0:                             {"moins d'une minute", "less than a minute"},
		59 * time.Second:              {"moins d'une minute", "less than a minute"},
		60 * time.Second:              {"1 min", "1 min"},
		59*time.Minute + 31e9:         {"1 h", "1 h"},
		9120 * time.Second:            {"2 h 32 min", "2 h 32 min"},
		day - time.Second:             {"1 j", "1 d"},
		3*day + 4*time.Hour + 29*6e10: {"3 j 4 h", "3 d 4 h"},
		3*day + 4*time.Hour + 30*6e10: {"3 j 5 h", "3 d 5 h"},
		2*day - time.Minute:           {"2 j", "2 d"},
		1500 * day:                    {"1\u202f500 j", "1,500 d"},
	} {
		for i, tag := range []string{"fr", "en"} {
			if got := strings.ReplaceAll(c.For(tag).Duration(d), "\u00a0", " "); got != want[i] {
				t.Errorf("%s Duration(%v) = %q, want %q", tag, d, got, want[i])
			}
		}
	}
}

// What a duration says, read back, is off by at most half of its smaller unit.
func TestDurationSaysHowLong(t *testing.T) {
	w := load(t).For("en")
	unit := regexp.MustCompile(`([\d,]+)\x{a0}(d|h|min)`)
	size := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "min": time.Minute}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(int64(time.Minute), int64(5000*24*time.Hour)).Draw(t, "d"))
		var sum time.Duration
		parts := unit.FindAllStringSubmatch(w.Duration(d), -1)
		for _, part := range parts {
			n, _ := strconv.Atoi(strings.ReplaceAll(part[1], ",", ""))
			sum += time.Duration(n) * size[part[2]]
		}
		allowed := 30 * time.Second
		if d >= 24*time.Hour {
			allowed = 30 * time.Minute
		}
		if off := (sum - d).Abs(); off > allowed || len(parts) > 2 {
			t.Fatalf("Duration(%v) = %q, off by %v", d, w.Duration(d), off)
		}
	})
}

func TestStrangeTimesDoNotPanic(t *testing.T) {
	c := load(t)
	for _, tag := range c.Languages() {
		w := c.For(tag)
		for _, at := range []time.Time{{}, time.Unix(math.MaxInt32*1000, 0), time.Unix(-1<<40, 0)} {
			if got := w.Date(at) + w.DateTime(at, nil); strings.Contains(got, "⟦") {
				t.Errorf("%s: %q", tag, got)
			}
		}
		if got := w.Duration(math.MaxInt64) + w.Duration(math.MinInt64); strings.Contains(got, "⟦") {
			t.Errorf("%s: %q", tag, got)
		}
	}
}
