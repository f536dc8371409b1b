package matroska

// Sniff recognises an EBML header whose DocType is matroska or webm (or absent, which means matroska).
func Sniff(head []byte) bool {
	id, size, n := parseElement(head)
	if n == 0 || id != idEBML || size == unknownSize {
		return false
	}
	b := head[n:]
	if int64(len(b)) > size {
		b = b[:size]
	}
	docType := "matroska"
	// a header that is longer than head is damaged or hostile, but Scan can say more about it
	_ = children(b, 0, func(c child) error {
		if c.id == idDocType {
			docType = c.string()
		}
		return nil
	})
	return docType == "matroska" || docType == "webm"
}
