package mpegts

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// result makes the Tracks and says what was skipped or mended.
func (s *scanner) result(others []surveyed) (demux.Result, error) {
	r := demux.Result{Tracks: make([]media.Track, s.numbers)}
	warn := func(format string, args ...any) { r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...)) }
	s.warnFile(warn, others)
	for _, t := range s.tracks {
		s.warnTrack(warn, t)
		if t.number < 0 {
			continue
		}
		if t.video != nil && !s.describe(t, t.videoConfig) {
			if t.fault != nil {
				return r, t.fault
			}
			return r, errs.Errorf(errs.Invalid, "the %s stream on PID %d has no parameter sets", t.codec, t.pid)
		}
		t.media.Private = s.private(t)
		r.Tracks[t.number] = t.media
	}
	for _, t := range s.tracks {
		if t.framing == framingNone {
			s.describe(t, func(*media.Track) bool { return true })
			r.Tracks = append(r.Tracks, t.media)
		}
	}
	if s.numbers > 0 || len(r.Tracks) > 0 {
		return r, s.failure(warn)
	}
	return r, s.nothing()
}

// failure is the file's own error, a warning if something can be served.
func (s *scanner) failure(warn func(string, ...any)) error {
	err := s.w.failure()
	if err != nil && s.numbers > 0 {
		warn("what follows cannot be read: %v", err)
		return nil
	}
	return err
}

// nothing says why there is no track.
func (s *scanner) nothing() error {
	if err := s.w.failure(); err != nil {
		return err
	}
	var names []string
	for _, t := range s.tracks {
		if t.faults.scrambled > 0 {
			return errs.Errorf(errs.Unsupported, "the %s stream on PID %d is scrambled (conditional access): only a clear recording can be served", t.codec, t.pid)
		}
		if t.fault != nil {
			return t.fault
		}
		names = append(names, fmt.Sprintf("%s on PID %d", t.codec, t.pid))
	}
	if len(names) == 0 {
		names = s.others
	}
	if len(names) == 0 {
		return errs.Errorf(errs.Invalid, "program %d of the transport stream has no streams", s.program.number)
	}
	return errs.Errorf(errs.Invalid, "the transport stream announces %s, but has no frame of it that can be decoded", strings.Join(names, ", "))
}

// videoConfig fills in what the parameter sets say.
func (t *track) videoConfig(m *media.Track) bool {
	config, err := t.video.sets.Config(t.codec)
	if err != nil {
		t.fault = err
		return false
	}
	m.Config, m.InBand = config, t.video.keep
	return true
}

// warnFile says what is wrong with the file as a whole.
func (s *scanner) warnFile(warn func(string, ...any), others []surveyed) {
	var left []string
	for _, o := range others {
		if o.number != s.program.number {
			left = append(left, strconv.Itoa(o.number))
		}
	}
	if len(left) > 0 {
		warn("of several programs %d is served; left out: %s", s.program.number, strings.Join(left, ", "))
	}
	if len(s.others) > 0 {
		warn("left out: %s", strings.Join(s.others, ", "))
	}
	if n := len(s.w.runs); n >= maxRuns {
		warn("there is too much damage to go on from byte %d", s.w.gap)
	} else if s.w.skipped > 0 {
		warn("%d bytes that are no packets were skipped, in %d places; the first packet is at byte %d", s.w.skipped, max(n-1, 1), s.w.runs[0].start)
	}
	if s.maps > maxMaps {
		warn("the program map changes more than %d times; the last changes were not followed", maxMaps)
	}
	for _, j := range s.jumps {
		warn("the clock jumps at byte %d, from %s to %s: the time line goes on without a gap", j.pos, clockTime(j.from), clockTime(j.to))
	}
	if n := s.jumped - len(s.jumps); n > 0 {
		warn("the clock jumps %d more times", n)
	}
}

// clockTime prints a time of the 33-bit clock for people.
func clockTime(t int64) string { return fmt.Sprintf("%.3f s", float64(since(t, 0)&(wrap-1))/hz) }

// warnTrack says what is wrong with one track.
func (s *scanner) warnTrack(warn func(string, ...any), t *track) {
	name := fmt.Sprintf("%s on PID %d", t.codec, t.pid)
	if t.framing == framingPrivate && t.number < 0 {
		warn("left out: %s", name)
		return
	}
	f := t.faults
	note := func(n int64, format string, args ...any) {
		if n > 0 {
			warn("%s: %s", name, fmt.Sprintf(format, args...))
		}
	}
	note(f.lost, "packets are missing in %d places, first before byte %d", f.lost, f.lostAt)
	note(f.scrambled, "%d packets are scrambled (conditional access)", f.scrambled)
	note(f.repaired, "%d decode times did not increase and were moved", f.repaired)
	note(f.gaps, "%d gaps in the sound", f.gaps)
	note(f.laps, "times step back in %d places; %d frames that overlap were dropped", f.laps, f.dropped)
	note(f.untimed, "%d frames before the first time stamp were dropped", f.untimed)
	if f.before > 2 {
		note(f.before, "%d pictures that cannot be decoded from the start were dropped", f.before)
	}
	if t.video != nil {
		note(t.video.tooLong, "%d pictures of more than %d MiB were dropped", t.video.tooLong, maxUnit>>20)
	}
	if a := t.audio; a != nil {
		note(a.foreign, "%d frames of another configuration were left out", a.foreign)
		note(a.broken, "%d frames that packets are missing of were dropped", a.broken)
		note(a.garbage, "%d bytes that belong to no frame were skipped", a.garbage)
	}
	if t.number < 0 && t.framing != framingNone {
		switch {
		case t.fault != nil:
			warn("%s is left out: %v", name, t.fault)
		case f.scrambled > 0:
			warn("%s is left out: it is scrambled", name)
		default:
			warn("%s is left out: it has no frame that can be decoded", name)
		}
	}
}
