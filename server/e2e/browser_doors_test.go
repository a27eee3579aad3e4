package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
)

// testDoors walks the first set-up of an empty program: the link that it printed, codes
// on a device, a colleague who is invited and comes in, signing out and in again.
func testDoors(t *testing.T, d *demo) {
	path, err := built()
	must(t, err)
	empty := &demo{browser: d.browser, data: t.TempDir()}
	for _, v := range d.env {
		if !strings.HasPrefix(v, "ENTENDU_CLOCK_OFFSET=") {
			empty.env = append(empty.env, v)
		}
	}
	cmd, said := exec.Command(path, "serve", "--data", empty.data, "--listen", "127.0.0.1:0"), &log{}
	cmd.Env = empty.env
	empty.process, err = launch(cmd, said)
	must(t, err)
	t.Cleanup(func() { must(t, empty.stop()) })
	var first string
	must(t, await(t.Context(), "the link of the first administrator is printed", func() bool {
		first = regexp.MustCompile(`http://\S+/login/\S+`).FindString(said.String())
		return first != ""
	}))
	empty.base = first[:strings.Index(first, "/login/")]

	b := empty.tab(t)
	b.dress(1280, "light")
	b.open(200, first)
	b.fill(map[string]string{"name": "Ada Martin", "email": "ada@example.org", "password": "short"})
	b.press(422, "main button")
	b.fill(map[string]string{"password": "correct horse battery"})
	b.press(200, "main button")
	secret := b.setUpCodes(time.Now())
	b.press(200, "main a.button")
	b.press(200, `.sections a[href="/manage/people"]`)
	b.fill(map[string]string{"email": "omar@example.org", "name": "Omar Diop"})
	b.press(200, "main form button")
	if said := look[string](b, `document.querySelector(".done").textContent`); !strings.Contains(said, "on its way") && !strings.Contains(said, "en route") {
		t.Errorf("after inviting: %q", said)
	}

	colleague := empty.tab(t)
	colleague.open(200, empty.mailedLink(t, "omar@example.org"))
	colleague.fill(map[string]string{"password": "another horse battery"})
	colleague.press(200, "main button")
	colleague.setUpCodes(time.Now())
	colleague.open(403, "/manage/people") // a manager does not say who comes in

	b.press(200, ".sections form button")
	b.open(200, "/manage/people")
	b.fill(map[string]string{"email": "ada@example.org", "password": "correct horse battery", "code": "000000"})
	b.press(422, "main form button")
	b.fill(map[string]string{"password": "correct horse battery", "code": codeAt(t, secret, time.Now().Add(30*time.Second))})
	b.press(200, "main form button")
	if at := look[string](b, "location.pathname"); at != "/manage/people" {
		t.Errorf("signed in to %s", at)
	}
	b.silent("signing in")
	for _, word := range []string{"correct horse", "another horse", secret, "ada@example.org", "omar@example.org"} {
		if strings.Contains(strings.ReplaceAll(said.String(), first, ""), word) {
			t.Errorf("the log says %q", word)
		}
	}
}

// fill types into fields by their names, in place of what stands there.
func (b *tab) fill(fields map[string]string) {
	b.Helper()
	for name, value := range fields {
		field := "main [name=" + name + "]"
		look[string](b, `document.querySelector("`+field+`").value = ""`)
		b.do(chromedp.SendKeys(chromedp.CSS(field), value))
	}
}

// setUpCodes reads the secret from the page as a device does, and confirms it.
func (b *tab) setUpCodes(now time.Time) (secret string) {
	b.Helper()
	if at := look[string](b, "location.pathname"); at != "/manage/account/codes" {
		b.Fatalf("codes are not asked for: %s", at)
	}
	secret = look[string](b, `document.querySelector("[name=secret]").value`)
	b.fill(map[string]string{"code": codeAt(b.T, secret, now)})
	b.press(200, "main form button")
	if n := look[int](b, `document.querySelectorAll(".spares li").length`); n != 8 {
		b.Errorf("%d spare codes", n)
	}
	return secret
}

// codeAt is what a device that holds a secret shows.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	must(t, err)
	return code
}

// mailedLink waits for the mail to somebody in the outbox, and gives its first link.
func (d *demo) mailedLink(t *testing.T, to string) (link string) {
	t.Helper()
	must(t, await(t.Context(), "a mail to "+to, func() bool {
		files, _ := filepath.Glob(filepath.Join(d.data, "outbox", "*.eml"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			must(t, err)
			unfolded := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(text))
			if strings.Contains(unfolded, "<"+to+">") {
				link = regexp.MustCompile(`http://\S+/login/[^\s"]+`).FindString(unfolded)
			}
		}
		return link != ""
	}))
	return link
}
