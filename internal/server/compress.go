package server

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// compressor sends pages and what belongs to them compressed. What players ask for passes it by: the rest of the program decides about that itself.
type compressor struct {
	next http.Handler

	mu    sync.Mutex
	files map[string]*recorded // by path: files whose names hold a hash of their content, as they are sent
}

func compressed(next http.Handler) http.Handler {
	return &compressor{next: next, files: map[string]*recorded{}}
}

// ownPage says whether a path is a page or belongs to one.
func ownPage(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "", "assets", "build", "play", "reference", "streams":
		return true
	}
	return false
}

func (c *compressor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || !ownPage(r.URL.Path) || r.Header.Get("Range") != "" || !takesGzip(r) {
		c.next.ServeHTTP(w, r)
		return
	}
	c.mu.Lock()
	file := c.files[r.URL.Path]
	c.mu.Unlock()
	if file != nil {
		file.send(w)
		return
	}
	out := &recorded{head: http.Header{}, status: http.StatusOK}
	c.next.ServeHTTP(out, r)
	if out.status == http.StatusOK {
		kept := strings.Contains(out.head.Get("Cache-Control"), "immutable")
		out.compress(kept)
		if kept {
			c.mu.Lock()
			c.files[r.URL.Path] = out
			c.mu.Unlock()
		}
	}
	out.send(w)
}

// takesGzip says whether the client takes gzip (RFC 9110, 12.5.3).
func takesGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, q, _ := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.TrimSpace(q), "q="), "0.") != "" || q == ""
		}
	}
	return false
}

// recorded is an answer that is held back until it is complete.
type recorded struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (a *recorded) Header() http.Header         { return a.head }
func (a *recorded) WriteHeader(status int)      { a.status = status }
func (a *recorded) Write(b []byte) (int, error) { return a.body.Write(b) }

// compress compresses text that is worth it: well when it is kept, quickly when a person waits for it each time.
func (a *recorded) compress(kept bool) {
	kind := a.head.Get("Content-Type")
	if !strings.HasPrefix(kind, "text/") && !strings.Contains(kind, "javascript") && !strings.Contains(kind, "svg") || a.head.Get("Content-Encoding") != "" {
		return
	}
	a.head.Set("Vary", "Accept-Encoding")
	if a.body.Len() < 1000 {
		return
	}
	var small bytes.Buffer
	level := gzip.BestSpeed
	if kept {
		level = gzip.BestCompression
	}
	zip, err := gzip.NewWriterLevel(&small, level)
	if err != nil {
		return // there is no such level: it is sent as it is
	}
	_, _ = zip.Write(a.body.Bytes()) // a Buffer takes everything
	_ = zip.Close()
	a.body = small
	a.head.Set("Content-Encoding", "gzip")
	a.head.Set("Content-Length", strconv.Itoa(small.Len()))
}

func (a *recorded) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.head)
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()) // the client has gone: nobody to tell
}
