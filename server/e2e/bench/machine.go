package main

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// machine names what the figures were measured on.
func machine() string {
	return fmt.Sprintf("%s %s, %s, %d cores (%s), load %s; loader and server share them",
		runtime.GOOS, runtime.GOARCH, runtime.Version(), runtime.NumCPU(), processor(), loadAverage())
}

// processor is the model that /proc/cpuinfo names.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// loadAverage is how busy the machine was over the last minute, other work included.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return cmp.Or(first, "unknown")
}
