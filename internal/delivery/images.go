package delivery

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Images makes pictures.
type Images interface {
	// Able returns why no pictures can be made, nil when they can.
	Able() error
	// Tile returns a picture of thumbnails as a JPEG.
	Tile(ctx context.Context, a *asset.Asset, t *presentation.Tile) ([]byte, error)
}

// withoutImages takes thumbnails out of what is asked for when they cannot be made: what is announced can be fetched.
func (h *Handler) withoutImages(q *request) {
	q.imageless = ""
	if !option.Thumbnails.Given(q.opts) {
		return
	}
	err := errs.Errorf(errs.Unsupported, "this server makes no pictures")
	if h.cfg.Images != nil {
		err = h.cfg.Images.Able()
	}
	if err != nil {
		q.opts = option.Thumbnails.In(q.opts, nil)
		q.imageless = err.Error()
	}
}

// serveTile answers with a picture of thumbnails: segment k of rep.
func (h *Handler) serveTile(w http.ResponseWriter, r *http.Request, q *request, p *presentation.Presentation, rep *presentation.Representation, k int) error {
	tile := p.Tile(rep, k)
	body, err := h.cfg.Images.Tile(r.Context(), q.asset, &tile)
	if errs.KindOf(err) == errs.Unavailable {
		w.Header().Set("Retry-After", "2")
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body) // what FFmpeg makes does not follow from what is stored alone
	q.tag = `"` + hex.EncodeToString(sum[:12]) + `"`
	return h.serveBody(w, r, q, rep, body)
}

// noImages is why there is no Representation of that ID, if it is one of thumbnails.
func (q *request) noImages(id string) error {
	if q.imageless == "" || !strings.HasPrefix(id, "thumbnails") {
		return nil
	}
	return errs.Errorf(errs.Unavailable, "there are no thumbnails: %s", q.imageless)
}
