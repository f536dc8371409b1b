package fault

import "github.com/dashwright/dashwright/internal/media"

// Target is a class of requests.
type Target struct {
	Info
	matches func(*Request) bool
	segment bool // media segments are among them
	picture bool // video segments are among them
}

// Targets returns the classes of requests that there are.
func Targets() []Target {
	return []Target{
		{target("manifest", "Manifests", "The MPD."), is(Manifest), false, false},
		{target("patch", "MPD patches", "Where PatchLocation leads."), is(Patch), false, false},
		{target("init", "Init segments", "Initialization segments of any kind."), is(Init), false, false},
		{target("media", "Media segments", "Media segments of any kind; on demand, each range of a file that a player asks for counts as the segment that it begins in."), is(Media), true, true},
		{target("video", "Video segments", "Media segments of video."), of(Media, media.Video), true, true},
		{target("audio", "Audio segments", "Media segments of audio."), of(Media, media.Audio), true, false},
		{target("text", "Text segments", "Media segments of subtitles."), of(Media, media.Text), true, false},
		{target("video.init", "Video init segments", "Initialization segments of video."), of(Init, media.Video), false, false},
		{target("audio.init", "Audio init segments", "Initialization segments of audio."), of(Init, media.Audio), false, false},
		{target("text.init", "Text init segments", "Initialization segments of subtitles."), of(Init, media.Text), false, false},
		{target("clock", "Time servers", "The clocks under /time that UTCTiming elements name."), is(Clock), false, false},
		{target("steering", "Steering servers", "The content steering servers under /steering that ContentSteering elements name."), is(Steering), false, false},
		{target(licenceTarget, "Licences", "The Clear Key licence server, /clearkey."), is(Licence), false, false},
		{target("all", "Everything", "All of these."), func(*Request) bool { return true }, true, true},
	}
}

func target(key, title, help string) Info {
	return Info{Key: key, Title: title, Help: help, Type: "flag", Example: key + ":503"}
}

func is(t Type) func(*Request) bool { return func(q *Request) bool { return q.Type == t } }

func of(t Type, k media.Kind) func(*Request) bool {
	return func(q *Request) bool { return q.Type == t && q.Kind == k }
}
