package option

// Common returns the Options of every stream, in the order of forms.
func Common() []Any {
	return []Any{
		Timeline, SegmentDuration, StartNumber,
		Start, Depth, Leeway, Update, PresentationDelay,
		Now, Drift,
	}
}
