package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	entries "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one Chromium for many tabs.
type browser struct{ ctx context.Context }

func openBrowser(t *testing.T, path string) *browser {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path),
		chromedp.NoSandbox, // it opens our own pages only, and may have to run as root
		chromedp.Flag("disable-features", "Translate,BackForwardCache")) // going back shall ask the program again
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	must(t, chromedp.Do(ctx))
	return &browser{ctx}
}

// tab is a tab of a browser that has not been here before: no history, nothing
// cached. It ends its test when a step fails.
type tab struct {
	*testing.T
	demo *demo
	ctx  context.Context

	mu       sync.Mutex
	opened   string   // the page itself, whose status its test checks
	said     []string // errors on the console, refusals by the policy, dialogs
	requests int
	bytes    float64 // on the wire
}

func (d *demo) tab(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(d.browser.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	b := &tab{T: t, demo: d, ctx: ctx}
	must(t, chromedp.Do(ctx))
	must(t, chromedp.Listen(ctx, b.hear))
	return b
}

// hear notes what a browser says that a person would not see.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests++
		if e.Type == network.ResourceTypeDocument {
			b.opened = e.Request.URL
		}
	case *network.EventLoadingFinished:
		b.bytes += e.EncodedDataLength
	case *entries.EventEntryAdded:
		if e.Entry.Source != entries.EntrySourceNetwork || e.Entry.URL != b.opened {
			b.said = append(b.said, fmt.Sprintf("%s %s: %s", e.Entry.Source, e.Entry.Level, e.Entry.Text))
		}
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprintf("console %s", e.Type))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "exception: "+e.ExceptionDetails.Text)
	case *page.EventJavascriptDialogOpening:
		b.said = append(b.said, "dialog: "+e.Message)
		go chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}) // the page waits for it
	}
}

// unsaid gives what was said since it was last asked.
func (b *tab) unsaid() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	said := b.said
	b.said = nil
	return said
}

// silent fails the test if anything was said.
func (b *tab) silent(where string) {
	b.Helper()
	if said := b.unsaid(); len(said) > 0 {
		b.Errorf("%s: %s", where, strings.Join(said, "\n"))
	}
}

// do takes steps that stay on the page.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	must(b, chromedp.Do(ctx, steps...))
}

// load takes steps that lead to another page, which must have this status.
func (b *tab) load(status int64, steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	must(b, err)
	if response.Status != status {
		b.Fatalf("%s: %d instead of %d", response.URL, response.Status, status)
	}
}

// open goes to an address of the demo, or to a whole one.
func (b *tab) open(status int64, address string) {
	b.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.demo.base + address
	}
	b.load(status, chromedp.Navigate(address))
}

// press clicks on what leads to another page.
func (b *tab) press(status int64, what chromedp.CSS) {
	b.Helper()
	b.load(status, chromedp.Click(what))
}

// look gives what an expression says of the page. It works with scripts off too.
func look[T any](b *tab, expression string) T {
	b.Helper()
	v, err := glance[T](b, expression)
	must(b, err)
	return v
}

// glance is look while the page may be leaving, which is an error.
func glance[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// key presses keys as a keyboard does: what went down is handled before what it
// writes, so that a link followed by Enter does not press Enter on its target.
func key(keys string) chromedp.Action[chromedp.Void] {
	return chromedp.KeyEvent(keys, func(e *input.DispatchKeyEventParams) {
		if e.Type == input.DispatchKeyEventTypeKeyDown {
			e.Type = input.DispatchKeyEventTypeRawKeyDown
		}
	})
}

// without switches scripts off.
func (b *tab) without() *tab {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	must(b, err)
	return b
}

// dress gives the screen a width and a light.
func (b *tab) dress(width int64, scheme string) {
	b.Helper()
	b.do(chromedp.EmulateViewport(width, 900))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	must(b, err)
}
