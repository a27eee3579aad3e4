package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/andybalholm/brotli"

	"github.com/entendu/entendu/static"
)

// unpack reads both forms of a file back.
func unpack(t *testing.T, read func(string) ([]byte, error), name string) (br, gz []byte) {
	t.Helper()
	packedBR, err := read(name + ".br")
	if err != nil {
		t.Fatal(err)
	}
	packedGZ, err := read(name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packedGZ))
	if err != nil {
		t.Fatal(err)
	}
	if gz, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	if br, err = io.ReadAll(brotli.NewReader(bytes.NewReader(packedBR))); err != nil {
		t.Fatal(err)
	}
	return br, gz
}

func TestCompressKeepsTheBytes(t *testing.T) {
	source, folder := filepath.Join(t.TempDir(), "a.js"), t.TempDir()
	want := bytes.Repeat([]byte("var entendu = 1;\n"), 500)
	if err := os.WriteFile(source, want, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := compress(folder, source); err != nil {
		t.Fatal(err)
	}
	br, gz := unpack(t, os.ReadFile, filepath.Join(folder, "a.js"))
	if !bytes.Equal(br, want) || !bytes.Equal(gz, want) {
		t.Errorf("read back %d and %d bytes, want the %d that went in", len(br), len(gz), len(want))
	}
}

// Whoever asks for gzip and whoever asks for brotli must get the same script.
func TestVendoredChartsAreOneScript(t *testing.T) {
	read := func(name string) ([]byte, error) {
		f, err := static.Assets().Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	br, gz := unpack(t, read, "echarts.common.min.js")
	if !bytes.Equal(br, gz) || !bytes.Contains(br, []byte("6.1.0")) {
		t.Errorf("the two forms hold %d and %d bytes, want the same of version 6.1.0", len(br), len(gz))
	}
}
