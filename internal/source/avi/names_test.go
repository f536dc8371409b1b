package avi

import (
	"encoding/binary"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// TestNames: streams that are not served have a name for people, and no Samples.
func TestNames(t *testing.T) {
	src := small(t)
	for _, test := range []struct {
		args         []string
		video, audio media.Codec
	}{
		{[]string{"-c:v", "mpeg4", "-vtag", "XVID", "-c:a", "mp2"}, "MPEG-4 part 2 (Xvid)", "MP2"},
		{[]string{"-c:v", "msmpeg4v2", "-c:a", "pcm_s16le"}, "MS MPEG-4 version 2", "PCM"},
		{[]string{"-c:v", "mjpeg", "-c:a", "wmav2"}, "Motion JPEG", "WMA"},
		{[]string{"-c:v", "mpeg4", "-vtag", "DX50", "-c:a", "adpcm_ms"}, "MPEG-4 part 2 (DivX)", "ADPCM"},
		{[]string{"-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-c:a", "dca", "-strict", "-2"}, "uncompressed video", "DTS"},
	} {
		path := mediatest.FFmpeg(t, "named.avi", append([]string{"-i", src, "-t", "1"}, test.args...)...)
		c := mustScan(t, open(t, path))
		if v, a := c.result.Tracks[0], c.result.Tracks[1]; v.Codec != test.video || a.Codec != test.audio || len(c.samples) > 0 || v.Width != 192 || a.SampleRate == 0 {
			t.Errorf("%v: %+v and %+v with %d samples", test.args, v, a, len(c.samples))
		}
	}
}

// TestMetadata: title, aspect ratio, stream names.
func TestMetadata(t *testing.T) {
	vprp := make([]byte, 36)
	le := binary.LittleEndian
	le.PutUint16(vprp[20:], 9)
	le.PutUint16(vprp[22:], 16)
	le.PutUint32(vprp[24:], 192)
	le.PutUint32(vprp[28:], 144)
	video := strl(strh("vids", "XVID", 0, 1001, 30000, 0), videoFormat("XVID", 192, -144, nil), chunkOf("strn", []byte("Main\x00")), chunkOf("vprp", vprp))
	info := listOf("LIST", "INFO", chunkOf("INAM", []byte("A caf\xe9\x00")))
	hdrl := listOf("LIST", "hdrl", chunkOf("avih", make([]byte, 56)), video)
	c := mustScan(t, fileOf(listOf("RIFF", "AVI ", hdrl, info, listOf("LIST", "movi"))))
	tr := c.result.Tracks[0]
	if c.result.Title != "A café" || tr.Title != "Main" || tr.SAR != (media.Rational{Num: 4, Den: 3}) || tr.Height != 144 || tr.FrameRate.String() != "30000/1001" || tr.ID != 1 {
		t.Errorf("title %q, track %+v", c.result.Title, tr)
	}
}
