package ffmpeg

import (
	"strings"
	"unicode/utf8"
)

// BareStream is what Guess calls H.264 or HEVC as an encoder writes it.
const BareStream = "a bare video stream without a container"

// Guess says what a file is that begins with head, in words for people, "" when it does not know; and whether it is text.
func Guess(head []byte) (what string, text bool) {
	for _, known := range []struct{ signature, name string }{
		{"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media (ASF) file"}, {"OggS", "an Ogg file"}, {"\x06\x0e\x2b\x34", "an MXF file"},
		{"nut/multimedia container", "a NUT file"}, {".RMF", "a RealMedia file"}, {"\x00\x00\x01\xba", "an MPEG program stream"},
		{"\xb7\xd8\x00\x20\x37\x49\xda\x11", "a Windows recorded TV (WTV) file"}, {"DKIF", "an IVF file"}, {"RIFF", "a RIFF file"},
		{"\x1f\x07\x00", "a DV file"}, {"\x00\x00\x00\x01", BareStream}, {"\x00\x00\x01\x67", BareStream}, {"fLaC", "a bare FLAC file"}, {"ID3", "an MP3 file"},
	} {
		if strings.HasPrefix(string(head), known.signature) {
			return known.name, false
		}
	}
	valid := strings.ToValidUTF8(string(head), "")
	return "", len(valid) > len(head)-utf8.UTFMax && !strings.ContainsFunc(valid, control)
}

func control(r rune) bool { return r < ' ' && !strings.ContainsRune("\n\r\t\f\x1b", r) }
