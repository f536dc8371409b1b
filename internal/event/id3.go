package event

import "encoding/binary"

// id3Kind makes ID3 tags (AOMedia: Carriage of ID3 Timed Metadata in the Common Media Application Format).
func id3Kind() Kind {
	const scheme = "https://aomedia.org/emsg/ID3"
	k := Kind{
		Key: "id3", Title: "ID3", Clause: "AOMedia, Carriage of ID3 Timed Metadata in CMAF", Scheme: scheme, Value: "", version: 1,
		Help:    "An ID3v2.4 tag with a text of one's own (TXXX).",
		Example: `id3 every=5 text="now playing {id}"`,
		Words: []Word{
			{Key: "description", Title: "Description", Help: "What the text is about.", Type: "text", Default: "title", read: readText(100)},
			{Key: "text", Title: "Text", Help: "What it says. {id} in it is the number of the event.", Type: "text", Default: "event {id}", read: readText(1000)},
		},
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) {
		about, text := k.word(s, "description"), k.word(s, "text")
		return scheme, func(e Event) (Message, error) {
			return Message{Data: tag(about, numbered(text, e.Index)), Form: Base64}, nil
		}, nil
	}
	return k
}

// tag returns an ID3v2.4 tag (id3.org, ID3v2.4 structure and native frames, 4.2.6) with one TXXX frame in UTF-8.
func tag(about, text string) []byte {
	frame := append([]byte{3}, about...) // UTF-8
	frame = append(append(frame, 0), text...)
	b := append([]byte("ID3\x04\x00\x00"), synchsafe(10+len(frame))...)
	b = append(append(b, "TXXX"...), synchsafe(len(frame))...)
	return append(append(b, 0, 0), frame...)
}

// synchsafe returns a number as four times seven bits.
func synchsafe(n int) []byte {
	v := uint32(n)
	return binary.BigEndian.AppendUint32(nil, v&0x7F|v<<1&0x7F00|v<<2&0x7F0000|v<<3&0x7F000000)
}
