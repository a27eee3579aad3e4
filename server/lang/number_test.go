package lang

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNumber(t *testing.T) {
	c := load(t)
	for n, want := range map[int][7]string{
		0:       {"0", "0", "0", "0", "0", "0", "0"},
		812:     {"812", "812", "812", "812", "812", "812", "812"},
		1234:    {"1\u202f234", "1,234", "1.234", "1234", "1234", "1.234", "1234"},
		-1234:   {"\u22121\u202f234", "\u22121,234", "\u22121.234", "\u22121234", "\u22121234", "\u22121.234", "\u22121234"},
		12345:   {"12\u202f345", "12,345", "12.345", "12.345", "12.345", "12.345", "12\u202f345"},
		1234567: {"1\u202f234\u202f567", "1,234,567", "1.234.567", "1.234.567", "1.234.567", "1.234.567", "1\u202f234\u202f567"},
	} {
		for i, tag := range []string{"fr", "en", "de", "es", "it", "nl", "pt"} {
			if got := c.For(tag).Number(n); got != want[i] {
				t.Errorf("%s Number(%d) = %q, want %q", tag, n, got, want[i])
			}
		}
	}
}

func TestNumberKeepsEveryDigit(t *testing.T) {
	c := load(t)
	plain := strings.NewReplacer("\u202f", "", ",", "", ".", "", "\u2212", "-")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		w := c.For(rapid.SampledFrom(c.Languages()).Draw(t, "tag"))
		if got := plain.Replace(w.Number(n)); got != strconv.Itoa(n) {
			t.Fatalf("%s Number(%d) = %q", w.Tag(), n, w.Number(n))
		}
	})
}

func TestPercent(t *testing.T) {
	c := load(t)
	for _, x := range []struct {
		share  float64
		digits int
		fr, en string
	}{
		{0.4938, 0, "49\u00a0%", "49%"},
		{0.4938, 1, "49,4\u00a0%", "49.4%"},
		{1, 1, "100,0\u00a0%", "100.0%"},
		{0, 0, "0\u00a0%", "0%"},
		{-0.031, 1, "\u22123,1\u00a0%", "\u22123.1%"},
		{0.5, -3, "50\u00a0%", "50%"},
		{math.NaN(), 1, "–", "–"},
		{math.Inf(1), 1, "–", "–"},
	} {
		if got := c.For("fr").Percent(x.share, x.digits); got != x.fr {
			t.Errorf("fr Percent(%v, %d) = %q, want %q", x.share, x.digits, got, x.fr)
		}
		if got := c.For("en").Percent(x.share, x.digits); got != x.en {
			t.Errorf("en Percent(%v, %d) = %q, want %q", x.share, x.digits, got, x.en)
		}
	}
}

func TestSigned(t *testing.T) {
	c := load(t)
	for _, x := range []struct {
		score float64
		want  string
	}{
		{12, "+12"}, {-3, "\u22123"}, {0, "0"}, {0.4, "0"}, {-0.4, "0"}, {-99.6, "\u2212100"},
		{math.Copysign(0, -1), "0"}, {math.NaN(), "–"}, {math.Inf(-1), "–"},
	} {
		for _, tag := range c.Languages() {
			if got := c.For(tag).Signed(x.score); got != x.want {
				t.Errorf("%s Signed(%v) = %q, want %q", tag, x.score, got, x.want)
			}
		}
	}
}
