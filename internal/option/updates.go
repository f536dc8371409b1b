package option

import "time"

// Patch offers MPD patches.
var Patch = flag(Info{
	Key: "patch", Short: "patch", Group: "Updates", Title: "MPD patches",
	Help: "Offer patches: the manifest names a PatchLocation, from which a player gets what has changed since, instead of the whole manifest. " +
		"Segments are then listed in a SegmentTimeline: without one nothing would change.",
	Modes: []string{"live"}, Scope: Image, Clause: "ISO/IEC 23009-1, 5.15",
}, false, "a PatchLocation", "whole manifests")

// PatchTTL is how long a patch of a manifest is offered after that was published.
var PatchTTL = seconds(Info{
	Key: "ttl", Group: "Updates", Title: "Time to live of patches",
	Help:    "PatchLocation@ttl: for how many seconds after its publishTime a manifest can be patched. Not given: the time shift buffer depth, or the minimum update period where that is longer.",
	Choices: []Choice{{"60", "a minute"}},
	Modes:   []string{"live"}, Clause: "ISO/IEC 23009-1, 5.15.2",
}, time.Second, 366*day)

// Reload counts how often a player has loaded the manifest again.
var Reload = number(Info{
	Key: "update", Short: "uc", Group: "Updates", Title: "Reload counter", Default: "0",
	Help:  "How often the manifest has been loaded before. The first Location of manifest_e.mpd names the manifest with a number that is one higher, so that every load has a URL of its own; and merr=503=2 counts by it in every mode.",
	Modes: everywhere, Clause: "ISO/IEC 23009-1, 5.4.1",
}, 0, 1<<31)
