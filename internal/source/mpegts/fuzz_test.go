package mpegts

import (
	"bytes"
	"context"
	"runtime"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// FuzzScan looks for panics, hangs, Samples that Read does not return as announced, and memory that grows out of bounds.
//
// Seeds: one second of 160x90 in the shapes that take different ways through the package.
func FuzzScan(f *testing.F) {
	source := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=10:d=1", "-f", "lavfi", "-i", "sine=r=48000:d=1", "-g", "5", "-b:v", "40k", "-b:a", "32k"}
	for name, args := range map[string][]string{
		"avc-aac.ts":  {"-c:v", "libx264", "-c:a", "aac"},
		"latm.ts":     {"-c:v", "libx264", "-c:a", "aac", "-mpegts_flags", "latm"},
		"hevc-ac3.ts": {"-c:v", "libx265", "-x265-params", "log-level=none", "-c:a", "ac3"},
		"eac3.m2ts":   {"-c:v", "libx264", "-c:a", "eac3", "-mpegts_m2ts_mode", "1"},
		"opus.ts":     {"-vn", "-c:a", "libopus"},
		"mp2.ts":      {"-vn", "-c:a", "mp2"},
	} {
		b := readFile(f, mediatest.FFmpeg(f, "fuzz-"+name, append(append([]string{}, source...), args...)...))
		f.Add(b)
		f.Add(append(bytes.Clone(b[:len(b)/2]), b...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s := &scanned{File: bytesFile(b)}
		var err error
		s.Result, err = Scan(context.Background(), s.File, &s.collector)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Errorf("%d bytes allocated for a file of %d", n, len(b))
		}
		if err == nil {
			s.check(t)
		}
	})
}
