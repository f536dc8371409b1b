package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// Job is pictures that FFmpeg is to make.
type Job struct {
	Asset         *asset.Asset
	Track         *asset.Track
	Samples       []int // positions; decoding may start at each
	Width, Height int
	quality       int // FFmpeg's -q:v
}

// longestRun is how long FFmpeg may take for a block.
const longestRun = 2 * time.Minute

// biggest is how many bytes a picture has at most, on average over a block.
const biggest = 1 << 20

// way is how samples are given to FFmpeg: all to one decoder, or each to one of its own. What is right depends on the Track: pictures between which others are left out may lose their order in a decoder
// (of H.264, where they are not IDR pictures), for the others are what tells of it.
type way uint8

const (
	together way = iota
	alone
)

// run returns a JPEG of each of the samples; what cannot be decoded is the one before.
func (m *Maker) run(ctx context.Context, j *Job) ([][]byte, error) {
	if err := m.Able(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, longestRun)
	defer cancel()
	key := keyOf(j.Asset, j.Track)
	m.mu.Lock()
	by := m.ways[key]
	m.mu.Unlock()
	if by == together {
		if list, ordered, err := m.develop(ctx, j); ordered || err != nil {
			return list, err
		}
	}
	m.learn(key, alone)
	return m.each(ctx, j)
}

// learn remembers which way is right for a Track.
func (m *Maker) learn(key string, by way) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.ways) > 1000 {
		clear(m.ways)
	}
	m.ways[key] = by
}

// each makes pictures one by one: a decoder for each.
func (m *Maker) each(ctx context.Context, j *Job) ([][]byte, error) {
	var err error
	if m.cfg.Dir != "" {
		err = os.MkdirAll(m.cfg.Dir, 0o755)
	}
	dir := ""
	if err == nil {
		dir, err = os.MkdirTemp(m.cfg.Dir, ".making-")
	}
	if err != nil {
		return nil, errs.Errorf(errs.Unavailable, "pictures need room for a moment: %w", err)
	}
	defer os.RemoveAll(dir)
	list := make([][]byte, len(j.Samples))
	for first := 0; first < len(list); first += decoders {
		end := min(first+decoders, len(list))
		if err := m.batch(ctx, dir, j, list[first:end], j.Samples[first:end]); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(list, func(b []byte) bool { return b != nil })
	if i < 0 {
		return nil, errs.Errorf(errs.Unsupported, "FFmpeg makes no picture of %s", j.Track.ID)
	}
	some := list[i]
	for i := range list {
		if list[i] == nil {
			list[i] = some
		}
		some = list[i]
	}
	return list, nil
}

// decoders is how many decoders an FFmpeg has at a time.
const decoders = 8

// batch has one FFmpeg make a picture of each of some samples, which go through files. What cannot be decoded stays nil.
func (m *Maker) batch(ctx context.Context, dir string, j *Job, list [][]byte, samples []int) error {
	name := func(i int, ending string) string { return filepath.Join(dir, strconv.Itoa(i)+ending) }
	args := []string{"-v", "error", "-nostdin", "-y"}
	for i, n := range samples {
		f, err := os.Create(name(i, ".mp4"))
		if err != nil {
			return errs.Errorf(errs.Unavailable, "pictures need room for a moment: %w", err)
		}
		one := *j
		one.Samples = []int{n}
		if err := errors.Join(m.cfg.Film(ctx, f, &one), f.Close()); err != nil {
			return err
		}
		args = append(args, "-threads", "1", "-protocol_whitelist", "file", "-f", "mp4", "-i", "file:"+name(i, ".mp4"))
	}
	for i := range samples {
		_ = os.Remove(name(i, ".jpg")) // of the batch before
		args = append(args, "-map", strconv.Itoa(i)+":v:0", "-vf", j.filter(), "-frames:v", "1", "-threads", "1", "-c:v", "mjpeg", "-q:v", strconv.Itoa(j.quality), "-f", "image2", "-update", "1", "file:"+name(i, ".jpg"))
	}
	cmd := exec.CommandContext(ctx, m.cfg.Tool(), args...)
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return errs.Errorf(errs.Unavailable, "FFmpeg cannot be started: %w", err)
	}
	yielding(cmd.Process.Pid)
	_ = cmd.Wait() // what it has made says more
	if err := ctx.Err(); err != nil {
		return errs.Errorf(errs.Unavailable, "FFmpeg did not make pictures in time: %w", err)
	}
	for i := range samples {
		if b, err := os.ReadFile(name(i, ".jpg")); err == nil && len(b) > 0 && length(b) == len(b) {
			list[i] = b
		}
	}
	return nil
}

// filter returns what makes a picture of a frame.
func (j *Job) filter() string {
	return fmt.Sprintf("scale=%d:%d:flags=area:out_range=full,setsar=1,format=yuvj420p", j.Width, j.Height)
}

// develop has one decoder make JPEGs of all samples. ordered says that there is one of each, in their order. The error is errs.Unsupported when there is none.
func (m *Maker) develop(ctx context.Context, j *Job) (list [][]byte, ordered bool, err error) {
	cmd := exec.CommandContext(ctx, m.cfg.Tool(), "-hide_banner", "-v", "info", "-nostats", "-nostdin", "-threads", "1", "-protocol_whitelist", "pipe", "-f", "mp4", "-i", "pipe:0",
		"-an", "-sn", "-dn", "-vf", j.filter()+",showinfo,setpts=N/TB", "-r", "1", "-threads", "1", "-c:v", "mjpeg", "-q:v", strconv.Itoa(j.quality), "-f", "image2pipe", "pipe:1")
	cmd.WaitDelay = time.Second
	out, said := &bounded{limit: biggest * len(j.Samples)}, &bounded{limit: 1 << 20}
	cmd.Stdout, cmd.Stderr = out, said
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, false, err
	}
	if err := cmd.Start(); err != nil {
		return nil, false, errs.Errorf(errs.Unavailable, "FFmpeg cannot be started: %w", err)
	}
	yielding(cmd.Process.Pid)
	feed := &feeder{w: in}
	fed := m.cfg.Film(ctx, feed, j)
	_ = in.Close() // it has gone, or it has all
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, false, errs.Errorf(errs.Unavailable, "FFmpeg did not make pictures in time: %w", ctx.Err())
	case fed != nil && feed.err == nil:
		return nil, false, fed // it is the source that could not be read
	case out.over:
		return nil, false, errs.Errorf(errs.Unsupported, "the pictures that FFmpeg makes are too large")
	}
	if list = split(out.Bytes(), len(j.Samples)); len(list) == 0 {
		return nil, false, errs.Errorf(errs.Unsupported, "FFmpeg makes no picture of %s: %w", j.Track.ID, errors.Join(lastLine(said.String()), err))
	}
	return list, err == nil && len(list) == len(j.Samples) && inOrder(said.String(), len(list)), nil
}

// inOrder says whether FFmpeg tells of so many pictures, one a second.
func inOrder(said string, count int) bool {
	n := 0
	for _, part := range strings.Split(said, " pts_time:")[1:] {
		at, _, _ := strings.Cut(part, " ")
		if v, err := strconv.ParseFloat(at, 64); err != nil || math.Abs(v-float64(n)) > 0.25 {
			return false
		}
		n++
	}
	return n == count
}

// lastLine returns what FFmpeg said last, nil when it said nothing.
func lastLine(said string) error {
	said = strings.TrimSpace(said)
	if line := said[strings.LastIndexByte(said, '\n')+1:]; line != "" {
		return errors.New(line)
	}
	return nil
}

// feeder keeps what was wrong with writing.
type feeder struct {
	w   io.Writer
	err error
}

func (f *feeder) Write(b []byte) (n int, err error) {
	n, err = f.w.Write(b)
	if err != nil {
		f.err = err
	}
	return n, err
}

// bounded keeps the first bytes of what is written to it.
type bounded struct {
	bytes.Buffer
	limit int
	over  bool
}

// Write never fails.
func (b *bounded) Write(p []byte) (int, error) {
	keep := min(len(p), b.limit-b.Len())
	b.Buffer.Write(p[:keep])
	b.over = b.over || keep < len(p)
	return len(p), nil
}

// split returns the JPEGs that b consists of, at most so many.
func split(b []byte, most int) [][]byte {
	var list [][]byte
	for len(list) < most {
		n := length(b)
		if n == 0 {
			break
		}
		list, b = append(list, b[:n:n]), b[n:]
	}
	return list
}

// length returns the bytes of the JPEG that b begins with (ITU-T T.81, B.2), 0 when there is no whole one.
func length(b []byte) int {
	const soi, eoi, sos = 0xd8, 0xd9, 0xda
	if len(b) < 4 || b[0] != 0xff || b[1] != soi {
		return 0
	}
	for at := 2; at+4 <= len(b) && b[at] == 0xff; {
		marker := b[at+1]
		if at += 2 + int(b[at+2])<<8 + int(b[at+3]); marker == sos {
			for at+1 < len(b) && (b[at] != 0xff || b[at+1] == 0 || b[at+1]&^7 == 0xd0) { // stuffed, or RST
				at++
			}
		}
		if at+1 < len(b) && b[at] == 0xff && b[at+1] == eoi {
			return at + 2
		}
	}
	return 0
}
