package library

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// maxIdle is how many files are kept open that nobody reads at the moment, and idleFor for how long.
	maxIdle = 64
	idleFor = 30 * time.Second
)

// Handle is an open media file. It is the caller's alone, its offset included, until Close.
type Handle struct {
	*os.File
	token  string
	read   demux.ReadFunc
	size   int64
	used   time.Time // when it was last checked, or given back
	pool   *pool
	inPool bool
}

// Close gives the file back, to be used again.
func (h *Handle) Close() error { return h.pool.put(h) }

// fileToken is what an asset.Track.File says: which file, in which state, and how it is read.
func fileToken(f *file, format string) string {
	return format + ":" + strconv.FormatInt(f.size, 36) + ":" + strconv.FormatInt(f.mtime, 36) + ":" + f.path
}

// parseToken takes a fileToken apart.
func parseToken(token string) (path, format string, s stamp, ok bool) {
	format, rest, _ := strings.Cut(token, ":")
	size, rest, _ := strings.Cut(rest, ":")
	mtime, path, ok := strings.Cut(rest, ":")
	if !ok {
		return "", "", stamp{}, false
	}
	var err, err2 error
	s.size, err = strconv.ParseInt(size, 36, 64)
	s.mtime, err2 = strconv.ParseInt(mtime, 36, 64)
	return path, format, s, err == nil && err2 == nil
}

// PathOf returns the path of the file that an asset.Track.File names.
func PathOf(file string) string {
	path, _, _, _ := parseToken(file)
	return path
}

// pool has the files that are open and idle.
type pool struct {
	mu     sync.Mutex
	idle   map[string][]*Handle
	count  int
	closed bool
}

func (p *pool) take(token string) *Handle {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.idle[token]
	if len(list) == 0 {
		return nil
	}
	h := list[len(list)-1]
	list[len(list)-1] = nil
	p.idle[token] = list[:len(list)-1]
	p.count--
	h.inPool = false
	return h
}

func (p *pool) put(h *Handle) error {
	p.mu.Lock()
	if h.inPool {
		p.mu.Unlock()
		return os.ErrClosed
	}
	h.inPool = true
	var extra *Handle
	if p.closed {
		extra = h
	} else {
		if p.count >= maxIdle {
			extra = p.oldest()
		}
		p.idle[h.token] = append(p.idle[h.token], h)
		p.count++
	}
	p.mu.Unlock()
	if extra != nil {
		return extra.File.Close()
	}
	return nil
}

// oldest takes out the Handle that has been idle for longest. The lists are in the order in which Handles came back.
func (p *pool) oldest() *Handle {
	var key string
	var found *Handle
	for k, list := range p.idle {
		if len(list) == 0 {
			delete(p.idle, k)
			continue
		}
		if found == nil || list[0].used.Before(found.used) {
			key, found = k, list[0]
		}
	}
	if found != nil {
		p.idle[key] = append(p.idle[key][:0], p.idle[key][1:]...)
		p.count--
	}
	return found
}

// sweep closes what has been idle since before.
func (p *pool) sweep(before time.Time) {
	var old []*Handle
	p.mu.Lock()
	for h := p.oldest(); h != nil; h = p.oldest() {
		if !h.used.Before(before) {
			p.idle[h.token] = append([]*Handle{h}, p.idle[h.token]...)
			p.count++
			break
		}
		old = append(old, h)
	}
	p.mu.Unlock()
	for _, h := range old {
		h.File.Close() //nolint:errcheck // it was only read
	}
}

// close closes all idle files; those in use are closed when they come back.
func (p *pool) close() {
	p.mu.Lock()
	all := p.idle
	p.idle, p.count, p.closed = map[string][]*Handle{}, 0, true
	p.mu.Unlock()
	for _, list := range all {
		for _, h := range list {
			h.File.Close() //nolint:errcheck // it was only read
		}
	}
}

// OpenFile opens the file of an asset.Track for its payload. file is Track.File of a Track of a. The error is of kind errs.Conflict when the file is not
// any more what it was when it was indexed; it is then looked at again.
func (l *Library) OpenFile(file string, a *asset.Asset) (*Handle, error) {
	now := l.now()
	for h := l.pool.take(file); h != nil; h = l.pool.take(file) {
		_, _, want, _ := parseToken(file)
		if i, err := h.File.Stat(); err == nil && stampOf(i) == want {
			h.used = now
			return h, nil
		}
		h.File.Close() //nolint:errcheck // it was only read
	}
	path, format, want, ok := parseToken(file)
	if !ok {
		return nil, errs.Errorf(errs.Internal, "%q names no file", file)
	}
	f, err := os.Open(path)
	if err != nil {
		l.look(path)
		return nil, errs.Errorf(errs.Conflict, "%s: a file of it has gone: %w", a.Name, err)
	}
	i, err := f.Stat()
	if err != nil || stampOf(i) != want {
		f.Close() //nolint:errcheck // it was only read
		l.look(path)
		return nil, errs.Errorf(errs.Conflict, "%s has changed since it was indexed; it is being looked at again", a.Name)
	}
	return &Handle{File: f, token: file, read: l.reads[format], size: want.size, used: now, pool: &l.pool}, nil
}

// readGuarded runs a container's Read. What it does with a file that it has not seen before must not end the program.
func readGuarded(h *Handle, t *asset.Track, s *media.Sample, dst []byte) (out []byte, err error) {
	n := len(dst)
	defer func() {
		if p := recover(); p != nil {
			out, err = dst[:n], errs.Errorf(errs.Internal, "%s: reading the sample at byte %d broke off: %v", t.ID, s.Offset, p)
		}
	}()
	return h.read(demux.File{ReaderAt: h.File, Size: h.size}, &t.Track.Track, s, dst)
}

// ReadSample appends the s.Size bytes of a Sample, as they are served, to dst.
func (l *Library) ReadSample(h *Handle, t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if !t.Contiguous {
		if h.read == nil {
			return dst, errs.Errorf(errs.Internal, "%s: its samples are not contiguous, and its container has no reader", t.ID)
		}
		return readGuarded(h, t, s, dst)
	}
	if s.Offset < 0 || s.Offset+int64(s.Size) > h.size {
		return dst, errs.Errorf(errs.Invalid, "%s: the file ends before the sample at byte %d", t.ID, s.Offset)
	}
	n := len(dst)
	if cap(dst)-n < int(s.Size) {
		dst = append(make([]byte, 0, n+int(s.Size)), dst...)
	}
	dst = dst[:n+int(s.Size)]
	if m, err := h.ReadAt(dst[n:], s.Offset); m < int(s.Size) {
		return dst[:n], errs.Errorf(errs.Unavailable, "%s: read %d bytes at %d: %w", t.ID, s.Size, s.Offset, err)
	}
	return dst, nil
}
