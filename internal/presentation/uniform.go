package presentation

import (
	"fmt"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
)

func ticksOf(d time.Duration, r *Representation) media.Ticks { return media.TicksOf(d, r.Timescale) }

// evenText finds the duration of segments of text that has others than the rest.
func evenText(r *Representation, lasts time.Duration) (d time.Duration, why string) {
	starts := make([]time.Duration, r.Segments.Len())
	for i := range starts {
		starts[i] = r.Segments.Start(i).Duration(r.Timescale)
	}
	d, late := asset.Even(starts, lasts)
	if late >= 0 {
		return 0, fmt.Sprintf("%s has too few or too uneven segments for @duration: segment %d starts at %.3f s", r.ID, late+1, starts[late].Seconds())
	}
	return d, ""
}
