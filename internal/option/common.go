package option

// Common returns the Options of every stream, in the order of forms.
func Common() []Any {
	return []Any{
		Timeline, SegmentDuration, StartNumber, Offsets, BaseURL, PeriodDuration, Parameters,
		Start, StartOffset, Stop, StopOffset, Depth, Leeway, Update, PresentationDelay, AvailabilityOffset, Early, Gone,
		ChunkDuration, LatencyTarget, Hold,
		Locations, Steer, SteerTTL, SteerDefault, SteerBefore, SteerNeeded, Clones,
		Patch, PatchTTL, Reload,
		Periods, Continuous, Ads, Link, Period,
		Timing, TimeServers, TimeValue, Now, Drift,
		Adaptive, AudioCodec, MainAudio, DescriptiveAudio, TextCodec, TextLanguage, MainText,
		ClockText, ClockTextWVTT, ClockTextSTPP, ClockDuration, ClockRegion, TrickMode, Thumbnails,
		Encryption, IV, KeyScope, KeyRotation, ClearLead, Unprotected,
		DRM, ClearKeyURL, PlayReadyURL, PlayReadyVersion, PlayReadyHeader, PlayReadyPIFF, WidevineURL, MarlinURL, FairPlayURL, OldClearKeyURL, OldPlayReadyURL, OldMarlinURL, LicenceFaults,
		Events, EventRules,
		PingSchedule, PingCount, PingDuration, PingInband, PingInterval, PingStart, PingTimescale, PingValue, PingVersion,
		CueSchedule, CueCount, CueDuration, CueInband, CueInterval, CueProgram, CueStart, CueTimescale, CueValue, CueVersion,
		Faults, VideoErrors, AudioErrors, TextErrors, ManifestErrors, Failures, Corruption, CorruptFrames, Session,
	}
}
