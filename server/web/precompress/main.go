// Command precompress writes large files into static/assets in the two forms in
// which they are served, name.br and name.gz, and not as they are: brotli at its
// best takes seconds, so it is done once, by hand, when a file is replaced.
//
// Apache ECharts, for example, comes from its npm package:
//
//	npm pack echarts@6.1.0 && tar xzf echarts-6.1.0.tgz
//	go run ./server/web/precompress static/assets package/dist/echarts.common.min.js
//
// with package/LICENSE, package/NOTICE and package/licenses/LICENSE-d3 copied
// beside it. The same input gives the same bytes.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: precompress FOLDER FILE...")
		os.Exit(2)
	}
	for _, file := range os.Args[2:] {
		if err := compress(os.Args[1], file); err != nil {
			fmt.Fprintln(os.Stderr, "precompress:", err)
			os.Exit(1)
		}
	}
}

func compress(folder, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	target := filepath.Join(folder, filepath.Base(file))
	br := func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, brotli.BestCompression) }
	gz := func(w io.Writer) io.WriteCloser {
		z, _ := gzip.NewWriterLevel(w, gzip.BestCompression) // fails for unknown levels only
		return z
	}
	if err := write(target+".br", data, br); err != nil {
		return err
	}
	return write(target+".gz", data, gz)
}

func write(target string, data []byte, encoder func(io.Writer) io.WriteCloser) error {
	var out bytes.Buffer
	w := encoder(&out)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	fmt.Printf("%s: %d of %d bytes\n", target, out.Len(), len(data))
	return os.WriteFile(target, out.Bytes(), 0o644)
}
