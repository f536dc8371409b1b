package protection

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Rules is how all that a Presentation shows is encrypted.
type Rules struct {
	Scheme                 media.Scheme
	IVSize                 uint8 // 0: constant
	PerKind, PerResolution bool  // what has a key of its own
	EachPeriod             bool  // Periods have keys of their own
	Segments               int64 // keys change after so many; 0: not by segments
	Lead                   time.Duration
	Open                   []string // what stays in the clear: video, audio, ads, odd
	First                  int64    // number of the first segment
	Variant                string   // of Domains
	Systems                *drm.Selection
	Keys                   drm.Keys
}

// SchemeFor returns the scheme for systems: cenc, unless all that are asked for need another.
func SchemeFor(s *drm.Selection) string {
	need := ""
	for _, system := range drm.Systems() {
		if !s.Has(system.Key) {
			continue
		}
		if len(system.Schemes) == 0 || slices.Contains(system.Schemes, "cenc") {
			return "cenc"
		}
		need = system.Schemes[0]
	}
	return need
}

// Set sets the Scheme and the IVSize, by their names; auto is what is usual for the scheme.
func (g *Rules) Set(scheme, iv string) (err error) {
	if g.Scheme, err = cenc.SchemeOf(scheme); err != nil {
		return err
	}
	switch iv {
	case "8":
		g.IVSize = 8
	case "16":
		g.IVSize = 16
	case "auto":
		switch scheme {
		case "cenc", "cens":
			g.IVSize = 8
		case "cbc1":
			g.IVSize = 16
		}
	}
	if err := (&cenc.Params{Scheme: g.Scheme, IVSize: g.IVSize}).Check(); err != nil {
		return errs.Errorf(errs.Invalid, "option iv: %w", err)
	}
	return nil
}

// Leaves says whether something stays in the clear.
func (g *Rules) Leaves(what string) bool { return slices.Contains(g.Open, what) }

// Apart says whether each Period has init segments of its own.
func (g *Rules) Apart() bool { return g.EachPeriod || g.Leaves("odd") }

// Track is what a Protection depends on.
type Track struct {
	Stream, Version string
	Ordinal         uint16 // among all that may be made of the stream's tracks
	Kind            media.Kind
	Width, Height   uint32
}

// For returns how a track is protected, less its key.
func (g *Rules) For(t Track) *Protection {
	p := &Protection{
		Scheme: g.Scheme, IVSize: g.IVSize, Boxes: g.Systems.UUIDBoxes() && g.Scheme == media.Scheme{'c', 'e', 'n', 'c'}, rules: g,
		use:    drm.Use{Stream: t.Stream, Kind: t.Kind, AnyKind: !g.PerKind && !g.PerResolution},
		Domain: cenc.Domain{Stream: t.Stream, Version: t.Version, Variant: g.Variant, Track: t.Ordinal},
	}
	if t.Kind == media.Video && cenc.Patterned(g.Scheme) {
		p.CryptBlocks, p.SkipBlocks = 1, 9
	}
	if g.PerResolution && t.Kind == media.Video {
		p.use.Height, p.use.Width = t.Height, t.Width
	}
	return p
}
