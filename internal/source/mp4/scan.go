package mp4

import (
	"context"
	"fmt"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// scan is one run of Scan.
type scan struct {
	ctx   context.Context
	f     demux.File
	sink  demux.Sink
	warn  *warnings
	top   *demux.Window // over the boxes of the file
	text  *demux.Window // over the samples of text tracks
	movie *movie
	batch []media.Sample
	spare []media.Sample

	refused   error // by the sink
	claimed   int64 // bytes of samples that have no entry of their own in a table
	searched  int64 // bytes in which a movie fragment was searched for
	result    demux.Result
	fragments fragments
}

// Scan describes an MP4 or QuickTime file: it is a demux.ScanFunc.
func Scan(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	s := &scan{ctx: ctx, f: f, sink: sink, warn: &warnings{}, top: demux.NewWindow(f, 4<<10), batch: make([]media.Sample, batchSize)}
	moov, quickTime, err := s.findMoov()
	if err != nil {
		return demux.Result{}, err
	}
	if s.movie, err = readMovie(f, moov, quickTime, s.warn); err != nil {
		return demux.Result{}, err
	}
	if err := s.choose(); err != nil {
		return demux.Result{}, err
	}
	for _, t := range s.movie.tracks {
		if t.out < 0 || t.silent {
			continue
		}
		if err := s.moovSamples(t); err != nil {
			if stop := s.ctx.Err(); stop != nil {
				return demux.Result{}, stop
			}
			if s.refused != nil || errs.KindOf(err) != errs.Invalid {
				return demux.Result{}, err
			}
			s.warn.addf("%v", err)
		}
	}
	if err := s.moofSamples(); err != nil {
		return demux.Result{}, err
	}
	return s.finish()
}

// findMoov walks the boxes of the file up to moov. It says too whether the file is QuickTime's: ftyp says so, or there is none.
func (s *scan) findMoov() (moov box, quickTime bool, err error) {
	var data, fragment bool
	quickTime = true
	off := int64(0)
	for n := 0; off < s.f.Size; n++ {
		if err := s.ctx.Err(); n&0xfff == 0 && err != nil {
			return box{}, false, err
		}
		b, err := s.box(off)
		if err != nil {
			if off == 0 || !data && !fragment {
				return box{}, false, err
			}
			break
		}
		switch string(b.name[:]) {
		case "ftyp":
			p, _ := s.top.Bytes(b.body, 4)
			quickTime = string(p) == "qt  "
		case "moov":
			if b.end > s.f.Size {
				s.warn.addf("the file ends at byte %d within its moov box, which needs %d bytes more: part of the index is missing", s.f.Size, b.end-s.f.Size)
				b.end = s.f.Size
			}
			return b, quickTime, nil
		case "mdat":
			data = true
		case "moof":
			fragment = true
		}
		off = b.end
	}
	return box{}, false, s.noMoov(data, fragment)
}

// noMoov says what is missing in a file without moov that has samples' data or movie fragments.
func (s *scan) noMoov(data, fragment bool) error {
	switch {
	case fragment:
		return errs.Errorf(errs.Invalid, "there is no moov box: these are media segments without their initialization segment; put that in front of them")
	case data:
		return errs.Errorf(errs.Invalid, "there is no moov box: the index that a recorder writes at the end is missing, because the recording or the copy was cut off at byte %d. "+
			"The file cannot be played without it: copy it again, or let a repair tool such as untrunc write the index after an intact recording of the same device", s.f.Size)
	}
	return errs.Errorf(errs.Invalid, "there is no moov box in the %d bytes of the file", s.f.Size)
}

// box reads the header of the box of the file at off.
func (s *scan) box(off int64) (box, error) {
	h, err := s.top.Bytes(off, int(min(headerSize, s.f.Size-off)))
	if err != nil {
		return box{}, errs.Errorf(errs.Invalid, "the box header at byte %d cannot be read: %w", off, err)
	}
	return parseHeader(h, off, s.f.Size)
}

// sizeless says whether the box of the file at off has the size 0: it reaches to the end.
func (s *scan) sizeless(off int64) bool {
	h, err := s.top.Bytes(off, 4)
	return err == nil && be32(h, 0) == 0
}

// claim takes note of n bytes of samples whose number is only declared, and says whether the file can have so many. Without it a few
// bytes could declare samples without end.
func (s *scan) claim(n int64) bool {
	s.claimed += n
	return n >= 0 && s.claimed <= s.f.Size
}

// deliver hands over Samples of t, times in the movie's time.
func (s *scan) deliver(t *track, b []media.Sample) error {
	if len(b) == 0 {
		return nil
	}
	if t.samples == 0 {
		t.first = b[0]
	}
	t.samples += len(b)
	last := &b[len(b)-1]
	t.end = max(t.end, last.DTS+last.Duration)
	taker, takes := s.sink.(demux.Taker)
	switch {
	case t.cues != nil:
		s.refused = s.readCues(t, b)
	case takes && &b[0] == &s.batch[0] && len(b) == len(s.batch):
		s.batch, s.refused = taker.Take(t.out, b)
	default:
		s.refused = s.sink.Samples(t.out, b)
	}
	return s.refused
}

// finish makes the Result when all Samples were handed over.
func (s *scan) finish() (demux.Result, error) {
	some := false
	for _, t := range s.movie.tracks {
		if t.out < 0 {
			continue
		}
		if t.cues != nil {
			if err := t.cues.close(); err != nil {
				return demux.Result{}, err
			}
		}
		s.conclude(t)
		some = some || t.samples > 0 || t.silent
		s.result.Tracks[t.out] = t.media
	}
	s.result.Title = s.movie.title
	s.result.Warnings = s.warn.list
	if some {
		return s.result, nil
	}
	why := ""
	if len(s.warn.list) > 0 {
		why = ": " + s.warn.list[0]
	} else if s.movie.fragmented {
		why = ": this is an initialization segment without media segments"
	}
	return demux.Result{}, errs.Errorf(errs.Invalid, "the file has no samples that can be served%s", why)
}

// conclude sets what is known of t only when all its samples are.
func (s *scan) conclude(t *track) {
	m := &t.media
	if m.Kind == media.Audio {
		m.Priming = t.timing.priming
		if len(t.edits) == 0 && t.first.DTS < 0 {
			m.Priming = -t.first.DTS // a fragment's time says what an edit list would
		}
		end := t.timing.end
		if n := len(t.later); n > 0 {
			end = t.later[n-1].end
		}
		if p := t.end - end; p > ticks(1, s.movie.timescale, m.Timescale) {
			m.Padding = p
		}
	}
	if len(m.Config) == 0 {
		s.firstFrame(t)
	}
	if t.cues != nil {
		m.Forced = m.Forced || t.cues.allForced()
	}
	if m.Encryption != nil {
		m.Encryption.PSSH = s.movie.pssh
	}
}

// clock returns a time for people, to the millisecond.
func clock(t media.Ticks, scale media.Timescale) string {
	if scale == 0 {
		return fmt.Sprint(int64(t))
	}
	return t.Duration(scale).Round(time.Millisecond).String()
}
