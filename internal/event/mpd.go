package event

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// What Events of mpdKind have besides the time up to which manifests are valid no longer (ISO/IEC 23009-1, 5.10.4).
const (
	mpdReload = "1" // nothing
	mpdPatch  = "2" // the patch that makes the next manifest of the last of those
	mpdUpdate = "3" // the next manifest
)

const mpdKey = "mpd"

// mpdKind says how long manifests are valid.
func mpdKind() Kind {
	const scheme = "urn:mpeg:dash:event:2012"
	k := Kind{
		Key: mpdKey, Title: "MPD validity", Clause: "ISO/IEC 23009-1, 5.10.4", Scheme: scheme, Value: mpdReload, lasts: -1, // how long the stream goes on after it is not known
		Help:    "Says that manifests which were published before it was announced are valid until it starts. A new one is published when it is announced: players load that (value=1), or have it in the event, as a patch (value=2, with the option patch=1) or as a whole (value=3). Of live streams alone, and with values 2 and 3 in segments alone. Its duration is how long the stream goes on: unknown, unless it is said.",
		Example: "mpd every=30 ahead=5",
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) {
		switch {
		case s.Epoch.IsZero():
			return "", nil, errs.Errorf(errs.Invalid, "a manifest that is not live does not end being valid")
		case !slices.Contains([]string{mpdReload, mpdPatch, mpdUpdate}, s.Value):
			return "", nil, errs.Errorf(errs.Invalid, "value %q: 1 is that a manifest is valid no longer, 2 that and a patch, 3 that and the next manifest", s.Value)
		case s.Value != mpdReload && !s.Inband:
			return "", nil, errs.Errorf(errs.Invalid, "value %s in the manifest: whoever has the manifest in which such an event is has what it says; use in=segments, or value=1", s.Value)
		case s.Value != mpdReload && (s.Interval.Duration(s.Timescale) < time.Second || s.each() > 1):
			return "", nil, errs.Errorf(errs.Invalid, "value %s: manifests are in events once a second at the most, and once in an interval", s.Value)
		}
		return scheme, func(e Event) (Message, error) {
			return Message{Data: appendPublished(nil, s.Published(e).Add(-time.Millisecond))}, nil
		}, nil
	}
	return k
}

func appendPublished(b []byte, at time.Time) []byte {
	return at.UTC().AppendFormat(b, "2006-01-02T15:04:05.999Z")
}

// Teller knows the manifest of the Presentation that Events are of.
type Teller struct {
	// Size is how many bytes a manifest has at most, about.
	Size int64
	// Tell returns the manifest that is published at an instant, or the patch that leads to it, and when the one before was published.
	Tell func(at time.Time, patch bool) (since time.Time, body []byte, err error)
}

// Tells says whether Events that a Rule asks for have manifests, or patches of them, in them.
func (r *Rule) Tells() bool {
	return r.Kind == mpdKey && slices.ContainsFunc(r.words, func(w pair) bool { return w.key == "value" && w.value != mpdReload })
}

// Patches says whether they are patches.
func (r *Rule) Patches() bool {
	return r.Kind == mpdKey && slices.Contains(r.words, pair{"value", mpdPatch})
}

// Tells says whether Events have manifests, or patches of them, in them: messages need a Teller then.
func (s *Stream) Tells() bool { return s.Kind == mpdKey && s.Value != mpdReload }

// tell returns a message with a manifest or a patch. It begins with the publish time of the last manifest that is valid no longer.
func (s *Stream) tell(e Event) (Message, error) {
	if s.Teller == nil || s.Teller.Tell == nil {
		return Message{}, errs.Errorf(errs.Invalid, "events of kind %s with the value %s: the URL of the segment does not say which manifest is in them; manifests have URLs that do", s.Kind, s.Value)
	}
	since, body, err := s.Teller.Tell(s.Published(e), s.Value == mpdPatch)
	if err != nil {
		return Message{}, err
	}
	b := make([]byte, 0, len(body)+32)
	return Message{Data: append(appendPublished(b, since), body...)}, nil
}

// Limit returns how many Events a segment has at most, or a manifest.
func (s *Stream) Limit() int64 {
	if !s.Tells() || s.Teller == nil {
		return Most
	}
	const most = 32 << 20 // bytes
	return min(Most, most/max(1, s.Teller.Size))
}

// Published returns when an Event is announced, as far as its Stream says: to the next whole millisecond.
func (s *Spec) Published(e Event) time.Time {
	at := e.At.Duration(s.Timescale) - s.Ahead.Duration
	return s.Epoch.Add(max(0, at) + time.Millisecond - 1).Truncate(time.Millisecond)
}

// Renews says whether a manifest is published with each Event, because that says so.
func (s *Stream) Renews() bool { return s.Kind == mpdKey }
