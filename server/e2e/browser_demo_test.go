package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBrowser does in a browser what people do, on the demonstration, whose story
// is told once for all parts. Without Chromium each part is skipped by its name.
func TestBrowser(t *testing.T) {
	parts := []struct {
		name string
		test func(*testing.T, *demo)
	}{
		{"DemoWalk", testDemoWalk}, {"DemoWalkWithoutScript", testDemoWalkWithoutScript}, {"TwoTabs", testTwoTabs},
		{"Accessibility", testAccessibility}, {"PlantedFaults", testPlantedFaults}, {"Keyboard", testKeyboard}, {"Scanner", testScanner},
		{"Verbatim", testVerbatim}, {"Weight", testWeight}, {"ChartsByKeyboard", testChartsByKeyboard}, {"Frames", testFrames}, {"Poster", testPoster}, {"Doors", testDoors}, {"EditSurvey", testEditSurvey}, {"Voices", testVoices}, {"FollowUp", testFollowUp}, {"Publish", testPublish}, {"TakeData", testTakeData}, {"Erase", testErase},
	}
	if chromium() == "" {
		for _, part := range parts {
			t.Run(part.name, func(t *testing.T) {
				if os.Getenv("CI") == "true" {
					t.Fatal("Chromium is not installed")
				}
				t.Skip("Chromium is not installed")
			})
		}
		return
	}
	d := startDemo(t)
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) { part.test(t, d) })
	}
}

// chromium is the path of the browser, "" if there is none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// demo is the demonstration, and the browser that visits it.
type demo struct {
	*process
	*browser
	base string // what links begin with
	data string // folder
	env  []string
}

// startDemo tells the story and opens the browser. The demo's today is a 20th at
// noon: far enough into the month for it to hold figures, and no edition is due.
func startDemo(t *testing.T) *demo {
	t.Helper()
	path, err := built()
	must(t, err)
	d := &demo{data: t.TempDir()}
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "ENTENDU_") {
			d.env = append(d.env, v)
		}
	}
	d.env = append(d.env, "ENTENDU_SECRET="+secret, "ENTENDU_CLOCK_OFFSET="+time.Until(twentieth(time.Now())).String())
	cmd, said := exec.Command(path, "demo", "--data", d.data, "--listen", "127.0.0.1:0"), &log{}
	cmd.Env = d.env
	d.process, err = launch(cmd, said)
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Cleanup(func() { must(t, d.stop()) })
	d.base = "http://localhost:" + d.address[strings.LastIndexByte(d.address, ':')+1:]
	d.browser = openBrowser(t, chromium())
	return d
}

// twentieth is noon of the latest 20th.
func twentieth(now time.Time) time.Time {
	noon := time.Date(now.Year(), now.Month(), 20, 12, 0, 0, 0, time.UTC)
	if noon.After(now) {
		noon = noon.AddDate(0, -1, 0)
	}
	return noon
}

// command runs a command beside the demo, on its store, and gives its stdout.
func (d *demo) command(t *testing.T, args ...string) string {
	t.Helper()
	path, err := built()
	must(t, err)
	cmd := exec.Command(path, append(args, "--data", filepath.Join(d.data, "demo"))...)
	var errs bytes.Buffer
	cmd.Env, cmd.Stderr = d.env, &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("entendu %v: %v\n%s", args, err, errs.String())
	}
	return string(out)
}
