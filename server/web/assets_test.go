package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"github.com/entendu/entendu/static"
)

// unpack gives what a browser would see.
func unpack(t *testing.T, r *http.Response) []byte {
	t.Helper()
	var body io.Reader = r.Body
	switch r.Header.Get("Content-Encoding") {
	case "br":
		body = brotli.NewReader(r.Body)
	case "gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCodings(t *testing.T) {
	h := open(t)
	script, style := h.assets.address("echarts.common.min.js"), h.assets.address("style.css")
	plain := unpack(t, h.get(script))
	if len(plain) < 300_000 || !bytes.Contains(plain, []byte("echarts")) {
		t.Fatalf("the script has %d bytes", len(plain))
	}
	for _, c := range []struct{ accept, script, style string }{
		{"", "", ""},
		{"gzip, deflate, br, zstd", "br", "gzip"},
		{"gzip", "gzip", "gzip"},
		{"br", "br", ""},
		{"br;q=0, gzip", "gzip", "gzip"},
		{"br;q=0.5, gzip;q=0.8", "gzip", "gzip"},
		{"gzip; q=0.5, br; q=0.5", "br", "gzip"},
		{"identity, gzip;q=0.5", "", ""},
		{"*", "br", "gzip"},
		{"*;q=0.1, br;q=0", "gzip", "gzip"},
		{"*;q=0", "", ""},
		{"GZIP", "gzip", "gzip"},
		{"gzip;q=nonsense", "", ""},
	} {
		for address, want := range map[string]string{script: c.script, style: c.style} {
			r := h.want(http.StatusOK, h.get(address, "Accept-Encoding", c.accept))
			if got := r.Header.Get("Content-Encoding"); got != want {
				t.Errorf("%s with %q: %q, want %q", address, c.accept, got, want)
			}
			if r.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: Vary %q", address, r.Header.Get("Vary"))
			}
			if address == script && !bytes.Equal(unpack(t, r), plain) {
				t.Errorf("%q: other bytes", c.accept)
			}
		}
	}
}

func TestAssetsMayBeKept(t *testing.T) {
	h := open(t)
	r := h.want(http.StatusOK, h.get(h.assets.address("style.css"), "Accept-Encoding", "gzip"))
	if got := r.Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("Cache-Control %q", got)
	}
	if got := h.get("/assets/older/style.css").Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("another version: Cache-Control %q", got)
	}
	etag := r.Header.Get("ETag")
	for _, c := range []struct {
		name, match, accept string
		code                int
	}{
		{"the same", etag, "gzip", 304}, {"weak", "W/" + etag, "gzip", 304}, {"among others", `"a", ` + etag, "gzip", 304}, {"any", "*", "gzip", 304},
		{"another", `"a"`, "gzip", 200}, {"another coding", etag, "identity", 200},
	} {
		r := h.get(h.assets.address("style.css"), "Accept-Encoding", c.accept, "If-None-Match", c.match)
		if r.StatusCode != c.code || c.code == 304 && len(text(t, r)) != 0 {
			t.Errorf("%s: %d, want %d", c.name, r.StatusCode, c.code)
		}
	}
}

func TestKinds(t *testing.T) {
	h := open(t)
	err := fs.WalkDir(static.Assets(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
		want := "text/plain; charset=utf-8"
		for ending, kind := range map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"} {
			if strings.HasSuffix(name, ending) {
				want = kind
			}
		}
		if got := h.want(http.StatusOK, h.get(h.assets.address(name))).Header.Get("Content-Type"); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
		return nil
	})
	h.must(err)
}

func TestAssetOnlyAsBrotliIsRefusedAtStart(t *testing.T) {
	if _, err := loadAssets(fstest.MapFS{"x.js.br": {Data: []byte("x")}}); err == nil || !strings.Contains(err.Error(), "x.js") {
		t.Errorf("error %v", err)
	}
}
