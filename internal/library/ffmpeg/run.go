package ffmpeg

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// Run runs FFmpeg, with the input's name for INPUT among args, and tells how far it is, 0 to 99.
func Run(ctx context.Context, tool, in, out string, args []string, duration time.Duration, progress func(percent int)) error {
	all := []string{"-v", "error", "-nostdin", "-y", "-progress", "pipe:1", "-nostats", "-protocol_whitelist", "file", "-fflags", "+genpts"}
	all = append(all, args...)
	for i, a := range all { // where the input belongs among the arguments
		if a == "INPUT" {
			all[i] = "file:" + in
		}
	}
	cmd := exec.CommandContext(ctx, tool, append(all, "file:"+out)...)
	cmd.WaitDelay = 5 * time.Second
	var errors tail
	cmd.Stderr = &errors
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "out_time_us="); ok && duration > 0 {
			if us, err := strconv.ParseInt(v, 10, 64); err == nil && us > 0 {
				progress(int(min(99, us*int64(time.Microsecond)*100/int64(duration))))
			}
		}
	}
	io.Copy(io.Discard, pipe) //nolint:errcheck // Wait says what matters
	if err := cmd.Wait(); err != nil {
		if line := lastLine(errors.String()); line != "" && ctx.Err() == nil {
			return errs.Errorf(errs.Unsupported, "FFmpeg says: %s", line)
		}
		return err
	}
	return nil
}

// tail keeps the end of what is written to it.
type tail struct{ bytes.Buffer }

// Write never fails; beyond 64 KiB the beginning is dropped.
func (t *tail) Write(b []byte) (int, error) {
	t.Buffer.Write(b)
	if n := t.Len() - 64<<10; n > 0 {
		t.Next(n)
	}
	return len(b), nil
}

// lastLine returns the last line with something on it, at most 300 bytes of it.
func lastLine(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			return line[:min(len(line), 300)]
		}
	}
	return ""
}
