package manifest

import (
	"encoding/base64"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/presentation"
)

// appendEvents appends the Event elements of an EventStream (ISO/IEC 23009-1, 5.10.2.2).
func appendEvents(b []byte, s *presentation.EventStream) []byte {
	for i := range s.Events {
		e := s.Events[i]
		m, err := s.Message(e)
		if err != nil {
			continue // it said something else when its stream was made
		}
		b = append(b, "\n      <Event"...)
		b = appendNumber(b, " presentationTime=\"", int64(e.At))
		if e.Duration >= 0 {
			b = appendNumber(b, " duration=\"", int64(e.Duration))
		}
		b = appendNumber(b, " id=\"", int64(e.ID))
		switch m.Form {
		case event.Base64:
			b = append(b, " contentEncoding=\"base64\">"...)
			b = base64.StdEncoding.AppendEncode(b, m.Data)
		case event.Markup:
			b = append(append(b, '>'), m.XML...)
		default:
			b = appendEscaped(append(b, '>'), string(m.Data))
		}
		b = append(b, "</Event>"...)
	}
	if len(s.Events) > 0 {
		b = append(b, "\n    "...)
	}
	return b
}
