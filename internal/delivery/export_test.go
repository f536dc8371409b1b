package delivery

// Remembered returns how many manifests, Presentations and small segments are remembered.
func (h *Handler) Remembered() (manifests, presentations, segments int) {
	return len(h.manifests.young), len(h.built.young), len(h.small.byKey)
}
