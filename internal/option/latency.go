package option

import "time"

// ChunkDuration is how long the chunks are that live segments are made of.
var ChunkDuration = seconds(Info{
	Key: "chunkdur", Group: "Low latency", Title: "Chunk duration",
	Help: "How long the CMAF chunks are, at most, that live segments are made of. A segment is available as soon as its first chunk is, and its chunks are sent as they fall due, " +
		"with chunked transfer. The manifest says all that low latency players need. Not given: each segment is one fragment, and is there when it is complete.",
	Choices: []Choice{{"0.5", "half a second"}, {"0.2", "five frames or so"}, {"1", "a second"}},
	Modes:   []string{"live"}, Scope: Video | Audio | Text | Image, Clause: "ISO/IEC 23000-19, 7.3.2.3",
}, 10*time.Millisecond, 60*time.Second)

// Hold is whether a request for the segment that comes next waits for it.
var Hold = flag(Info{
	Key: "hold", Group: "Low latency", Title: "Hold early requests",
	Help: "Wait for what comes next instead of refusing. A request for the next segment, of those made of chunks, waits until its first chunk is there, and one for a patch until something has changed. " +
		"Some players ask for them early. Where the clock is frozen nothing waits.",
	Modes: []string{"live"}, Scope: Video | Audio | Text, Clause: "ISO/IEC 23009-1, 5.3.9.5.3",
}, true, "the answer begins when the first chunk is there", "it is too early, like any other")

// LatencyTarget is the latency that players should keep.
var LatencyTarget = number(Info{
	Key: "ltgt", Group: "Low latency", Title: "Target latency", Default: "3500",
	Help: "The latency in milliseconds that players should keep: ServiceDescription, Latency@target. The least is three quarters of it, the most twice as much. " +
		"It is said when chunkdur or ltgt is given, and is then the suggested presentation delay too.",
	Choices: []Choice{{"3500", "3.5 s"}, {"2000", "2 s"}, {"6000", "6 s"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, K.3.2",
}, 100, 600_000)
