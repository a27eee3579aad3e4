package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// assets are the files under /assets/. Their address holds a hash of them all, so
// that browsers may keep them for ever and still get new ones with a new version.
type assets struct {
	version string
	files   map[string]*file
}

// file is one thing to serve, in the forms in which it is kept. A browser that
// takes neither br nor gzip gets it unpacked from gzip.
type file struct {
	kind         string
	etag         string
	gzip, brotli []byte // brotli may be missing
	plain        []byte // kept only where it is worth the memory
}

// loadAssets reads the folder: name.br and name.gz are forms of name, made
// beforehand for large files; the others are compressed here.
func loadAssets(files fs.FS) (*assets, error) {
	a := &assets{files: map[string]*file{}}
	hash := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		hash.Write(data)
		a.add(name, data)
		return err
	})
	for name, f := range a.files {
		if f.gzip == nil {
			return nil, fmt.Errorf("asset %s stands there as .br only; a .gz is needed beside it", name)
		}
	}
	a.version = base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:9])
	return a, err
}

func (a *assets) add(name string, data []byte) {
	form := path.Ext(name)
	if form == ".br" || form == ".gz" {
		name = strings.TrimSuffix(name, form)
	}
	f := a.files[name]
	if f == nil {
		f = &file{kind: kindOf(name)}
		a.files[name] = f
	}
	switch form {
	case ".br":
		f.brotli = data
	case ".gz":
		f.gzip, f.etag = data, etagOf(data)
	default:
		f.gzip, f.etag = zip(data), etagOf(data)
	}
}

// newFile makes a file of bytes made at run time, such as a page that stays the
// same for many visitors.
func newFile(kind string, data []byte) *file {
	return &file{kind: kind, etag: etagOf(data), gzip: zip(data)}
}

// kindOf is the media type by the name. What has none of these endings is text,
// such as licences. Package mime would read all that the machine knows of types, and
// keep it.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8" // RFC 9239
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	case ".html":
		return "text/html; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return "text/plain; charset=utf-8"
}

func etagOf(data []byte) string {
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func zip(data []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(data) // a bytes.Buffer takes everything
	z.Close()
	return out.Bytes()
}

func (a *assets) address(name string) string {
	if a.files[name] == nil {
		return "/assets/missing/" + name
	}
	return "/assets/" + a.version + "/" + name
}

func (s *Server) showAsset(c Ctx) error {
	f := s.assets.files[c.Param("name")]
	if f == nil {
		return fmt.Errorf("asset: %w", fs.ErrNotExist)
	}
	// A page of another version still gets a file, but must ask again.
	cache := "no-cache"
	if c.Param("version") == s.assets.version {
		cache = "public, max-age=31536000, immutable"
	}
	return f.serve(c, cache)
}

// serve answers with the form that the client likes best, or with 304 if it has
// that one.
func (f *file) serve(c Ctx, cache string) error {
	coding, body := f.choose(c.Request().Header.Get("Accept-Encoding"))
	h := c.Response().Header()
	// One list for four headers: each by itself would be an allocation, of a dozen.
	values := [...]string{`"` + f.etag + "-" + coding + `"`, cache, f.kind, coding}
	h["Etag"], h["Cache-Control"] = values[0:1:1], values[1:2:2]
	h.Add("Vary", "Accept-Encoding")
	if fresh(c.Request().Header.Get("If-None-Match"), values[0]) {
		return c.NoContent(http.StatusNotModified)
	}
	h["Content-Type"] = values[2:3:3]
	if coding != identity {
		h["Content-Encoding"] = values[3:]
		return send(c, http.StatusOK, f.kind, body)
	}
	if f.plain != nil {
		return send(c, http.StatusOK, f.kind, f.plain)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return c.Stream(http.StatusOK, f.kind, io.Reader(z))
}

// fresh says whether a client's copy is the one it would get (RFC 9110, 13.1.2).
func fresh(ifNoneMatch, etag string) bool {
	for tag := range strings.SplitSeq(ifNoneMatch, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}
