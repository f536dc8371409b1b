package mp4

// Sniff says whether a file that begins with head is of the ISO base media file format or QuickTime. Still pictures of the same
// family (HEIF, AVIF, JPEG 2000) are not for us.
func Sniff(head []byte) bool {
	b, err := parseHeader(head[:min(len(head), headerSize)], 0, 1<<62)
	if err != nil {
		return false
	}
	switch string(b.name[:]) {
	case "ftyp":
		if b.end > 1<<16 || len(head) < 12 {
			return false
		}
		switch string(head[8:12]) {
		case "heic", "heix", "heim", "heis", "mif1", "avif", "jp2 ", "jpx ", "jpm ", "crx ":
			return false
		}
		return true
	case "moov", "moof", "styp", "sidx", "pnot", "pdin":
		return true
	case "mdat", "free", "skip", "wide", "uuid", "emsg", "prft":
		// Names that another format could have by chance: the next box decides where it is in sight.
		if b.end+8 > int64(len(head)) {
			return true
		}
		next, err := parseHeader(head[b.end:min(int64(len(head)), b.end+headerSize)], b.end, 1<<62)
		return err == nil && isName(next.name)
	}
	return false
}

func isName(name [4]byte) bool {
	for _, c := range name {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
