package mpegts

import (
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	// maxGroup is how many access units without times may follow one that has them.
	maxGroup = 1024
	// usualStep is the time between pictures when nothing says it: 25 a second.
	usualStep = hz / 25
)

// picture takes an access unit of video: it waits for a random access point, and gives times to units that have none.
func (s *scanner) picture(t *track, u unit) {
	if t.video.changed && !t.video.keep {
		s.again.keep = true
		s.stop = true
		return
	}
	if !s.decodable(t, &u) {
		t.faults.before++
		return
	}
	if !u.hasPTS {
		s.untimed(t, u)
		return
	}
	if !u.hasDTS && t.prev.hasPTS && !t.prev.hasDTS && since(u.pts, t.prev.pts) < 0 && !s.again.reorder {
		s.again.reorder = true // only presentation times: decode times have to be derived
		s.stop = true
		return
	}
	t.prev = u.stamps
	raw := u.dts
	if s.again.reorder {
		raw = u.pts
	}
	ep, at := s.place(t, &u, raw, !u.hasDTS)
	if n := int64(len(t.group)); n > 0 {
		d := at - t.group[0].at
		if ep != t.group[0].epoch || d <= 0 || d > n*hz {
			d = n * t.usual()
		}
		t.step = d / n
		s.spread(t, d)
	}
	t.group = append(t.group, timed{unit: u, epoch: ep, at: at, cto: since(u.pts, raw)})
}

// untimed takes an access unit of video that is not the first of its PES packet.
func (s *scanner) untimed(t *track, u unit) {
	if !s.again.order {
		s.again.order = true
		s.stop = true
		return
	}
	v := timed{unit: u}
	if n := int64(len(t.group)); n >= maxGroup {
		d := n * t.usual()
		v.epoch, v.at = t.group[0].epoch, t.group[0].at+d
		t.last = v.at
		v.epoch.latest = max(v.epoch.latest, v.at)
		s.spread(t, d)
	}
	t.group = append(t.group, v)
}

// usual returns the time between pictures where times do not say it: the last one, else what the bitstream says.
func (t *track) usual() int64 {
	if t.step > 0 {
		return t.step
	}
	m := media.Track{Codec: t.codec}
	if t.videoConfig(&m) && codec.Describe(&m) == nil && !m.FrameRate.IsZero() {
		return max(1, hz*int64(m.FrameRate.Den)/int64(m.FrameRate.Num))
	}
	return usualStep
}

// decodable says whether u can be decoded by someone who starts at the track's first random access point.
func (s *scanner) decodable(t *track, u *unit) bool {
	if s.again.recovery {
		u.sync = u.sync || u.recovery
	}
	if !t.started {
		t.recovery = t.recovery || u.recovery
		if !u.sync || !u.hasPTS || u.size == 0 || !t.video.sets.Complete(t.codec) {
			return false
		}
		t.started, t.open, t.firstPTS = true, !u.idr, u.pts
		t.video.served = true
		return true
	}
	if t.open && u.hasPTS {
		if d := since(u.pts, t.firstPTS); d < 0 && d > -farAhead {
			return false
		}
		t.open = false
	}
	return u.size > 0
}

// spread hands on the group, evenly over d.
func (s *scanner) spread(t *track, d int64) {
	first, n := t.group[0], int64(len(t.group))
	for i, u := range t.group {
		u.epoch, u.at, u.cto = first.epoch, first.at+int64(i)*d/n, first.cto
		if s.again.order {
			t.orderer.push(u, func(u timed) { s.push(t, u) })
		} else {
			s.push(t, u)
		}
	}
	t.group = t.group[:0]
}

// frame takes an access unit of audio.
func (s *scanner) frame(t *track, u unit) {
	if t.media.Timescale == 0 && !s.describeAudio(t) {
		return
	}
	v := timed{unit: u}
	if u.hasPTS {
		v.epoch, v.at = s.place(t, &u, u.pts, false)
	} else if t.epoch == nil {
		t.faults.untimed++
		return
	}
	v.epoch = t.epoch
	s.push(t, v)
}

// place puts a time on the clock, and says where the clock jumped.
func (s *scanner) place(t *track, u *unit, raw int64, reordered bool) (*epoch, int64) {
	before, last := s.clock.newest, t.last
	ep, at, began := s.clock.place(&t.timing, raw, u.signalled, reordered)
	if began {
		if !before.settled {
			s.settleEpoch(before)
		}
		s.jumps = append(s.jumps[:min(len(s.jumps), maxJumps)], jump{u.offset, last, raw})
		s.jumped++
	}
	return ep, at
}

// push hands a unit on, or lets it wait until its epoch is settled.
func (s *scanner) push(t *track, u timed) {
	if u.epoch.settled && len(t.pending) == 0 {
		t.deliver(u)
		if len(t.batch) >= batchSize {
			s.handOver()
		}
		return
	}
	t.pending = append(t.pending, u)
	if len(t.pending) >= maxPending || u.epoch.latest-u.epoch.began > settleAfter {
		s.settle()
		return
	}
	for _, o := range s.tracks {
		if o.count > 0 && len(o.pending) == 0 {
			return
		}
	}
	s.settle()
}

// settle splices the newest epoch to the time line.
func (s *scanner) settle() {
	if ep := s.clock.newest; ep != nil && !ep.settled {
		s.settleEpoch(ep)
	}
}

// settleEpoch splices ep to the time line, so that no track overlaps with what it had before and the gaps are least.
func (s *scanner) settleEpoch(ep *epoch) {
	joined, ended := false, false
	latest := int64(0)
	for _, t := range s.tracks {
		end, ok := t.end()
		if !ok {
			continue
		}
		if !ended || end > latest {
			latest, ended = end, true
		}
		if len(t.pending) == 0 {
			continue
		}
		if o := end - t.pending[0].at; !joined || o > ep.offset {
			ep.offset, joined = o, true
		}
	}
	if !joined && ended {
		ep.offset = latest - ep.began
	}
	ep.settled = true
	for _, t := range s.tracks {
		for _, u := range t.pending {
			t.deliver(u)
		}
		t.pending = t.pending[:0]
	}
	s.handOver()
}

// describeAudio fills in the Track once a frame has been seen.
func (s *scanner) describeAudio(t *track) bool {
	return s.describe(t, func(m *media.Track) bool { return t.audio.describe(m, t.audio.variant) })
}
