package option

// Common returns the Options of every stream, in the order of forms.
func Common() []Any {
	return []Any{
		Timeline, SegmentDuration, StartNumber, BaseURL, PeriodDuration,
		Start, StartOffset, Stop, StopOffset, Depth, Leeway, Update, PresentationDelay, AvailabilityOffset, Early, Gone,
		ChunkDuration, LatencyTarget, Hold,
		Patch, PatchTTL, Reload,
		Periods, Continuous, Ads, Link, Period,
		Timing, TimeServers, TimeValue, Now, Drift,
		Adaptive, AudioCodec, MainAudio, DescriptiveAudio, TextCodec, TextLanguage, MainText,
		ClockText, ClockTextWVTT, ClockTextSTPP, ClockDuration, ClockRegion, TrickMode,
		Faults, VideoErrors, AudioErrors, TextErrors, ManifestErrors, Failures, Corruption, CorruptFrames, Session,
	}
}
