package event

import (
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// mpdKind says how long manifests are valid.
func mpdKind() Kind {
	const scheme = "urn:mpeg:dash:event:2012"
	k := Kind{
		Key: "mpd", Title: "MPD validity", Clause: "ISO/IEC 23009-1, 5.10.4.2", Scheme: scheme, Value: "1", lasts: -1, // how long the stream goes on after it is not known
		Help:    "Says that manifests which were published before it was announced are valid until it starts: players load the manifest again. A new one is published when it is announced. Of live streams alone. Its duration is how long the stream goes on: unknown, unless it is said.",
		Example: "mpd every=30 ahead=5",
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) {
		if s.Epoch.IsZero() {
			return "", nil, errs.Errorf(errs.Invalid, "a manifest that is not live does not end being valid")
		}
		if s.Value != "1" {
			return "", nil, errs.Errorf(errs.Invalid, "value %q: manifests and patches within events are not made; 1 is that a manifest is valid no longer", s.Value)
		}
		return scheme, func(e Event) (Message, error) {
			return Message{Data: []byte(s.Published(e).Add(-time.Millisecond).UTC().Format("2006-01-02T15:04:05.999Z"))}, nil
		}, nil
	}
	return k
}

// Published returns when an Event is announced, as far as its Stream says: to the next whole millisecond.
func (s *Spec) Published(e Event) time.Time {
	at := e.At.Duration(s.Timescale) - s.Ahead.Duration
	return s.Epoch.Add(max(0, at) + time.Millisecond - 1).Truncate(time.Millisecond)
}

// Renews says whether a manifest is published with each Event, because that says so.
func (s *Stream) Renews() bool { return s.Kind == "mpd" }
