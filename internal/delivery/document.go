package delivery

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/dashwright/dashwright/internal/presentation"
)

// document is a manifest, or a patch of one, as it is sent.
type document struct {
	body           []byte
	zipped         func() []byte
	tag, zippedTag []string
	notes          []string
}

func newDocument(body []byte, notes []string) *document {
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:12])
	d := &document{body: body, tag: []string{`"` + tag + `"`}, zippedTag: []string{`"` + tag + `-gz"`}}
	d.zipped = sync.OnceValue(func() []byte { return zip(body) })
	if len(notes) > 0 {
		d.notes = []string{strings.Join(notes, "; ")}
	}
	return d
}

// zippers keeps the memory of compressors: nearly a megabyte each.
var zippers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func zip(body []byte) []byte {
	var b bytes.Buffer
	gz := zippers.Get().(*gzip.Writer)
	defer zippers.Put(gz)
	gz.Reset(&b)
	_, _ = gz.Write(body) // a Buffer takes everything
	_ = gz.Close()
	return b.Bytes()
}

// remember returns what make makes: from memory, unless p says what time it is, so that it differs every time.
func remember[K comparable](m *memo[K, *document], p *presentation.Presentation, key K, make func() (*document, error)) (*document, error) {
	if p.Live != nil && p.Live.Instantaneous() {
		return make()
	}
	return m.get(key, make)
}

// send answers with d, or that the client has it (RFC 9110, 13).
func (d *document) send(w http.ResponseWriter, r *http.Request, contentType string) error {
	head := w.Header()
	head["Content-Type"] = []string{contentType}
	head["Vary"] = []string{"Accept-Encoding"}
	if d.notes != nil {
		head["Dashwright-Note"] = append(head["Dashwright-Note"], d.notes...)
	}
	body, tag := d.body, d.tag
	if acceptsGzip(r) {
		body, tag = d.zipped(), d.zippedTag
		head["Content-Encoding"] = []string{"gzip"}
	}
	head["Etag"] = tag
	if unmatched(r, tag[0]) {
		return preconditionFailed()
	}
	if matches(r.Header["If-None-Match"], tag[0]) {
		delete(head, "Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	head["Content-Length"] = []string{strconv.Itoa(len(body))}
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write(body) // the client has gone: nobody to tell
	return nil
}

// acceptsGzip says whether the client takes gzip (RFC 9110, 12.5.3); q=0 is a refusal.
func acceptsGzip(r *http.Request) bool {
	field := r.Header.Get("Accept-Encoding")
	if field == "" {
		return false
	}
	for one := range strings.SplitSeq(field, ",") {
		coding, q, weighted := strings.Cut(strings.TrimSpace(one), ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q = strings.ToLower(strings.TrimSpace(q))
			return !weighted || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}
