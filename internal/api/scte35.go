package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/scte35"
)

// Cue is an SCTE-35 section taken apart.
type Cue struct {
	Command     string          `json:"command" doc:"splice_null, splice_schedule, splice_insert, time_signal, bandwidth_reservation or private_command"`
	PTS         *float64        `json:"pts" doc:"seconds on the clock of 33 bits, adjusted; null when the command says none"`
	Break       *float64        `json:"break" doc:"break_duration in seconds, or null"`
	Events      []uint32        `json:"events" doc:"splice_event_id and segmentation_event_id, in their order"`
	Descriptors []CueDescriptor `json:"descriptors"`
	XML         string          `json:"xml" doc:"SpliceInfoSection"`
	Base64      string          `json:"base64"`
}

// CueDescriptor is one descriptor of a section.
type CueDescriptor struct {
	Tag      uint8    `json:"tag"`
	Title    string   `json:"title"`
	Duration *float64 `json:"duration" doc:"segmentation_duration in seconds, or null"`
	UPID     string   `json:"upid" doc:"type, colon, and text or hexadecimal digits; empty for other descriptors"`
}

type cueInput struct {
	Section string `query:"section" required:"true" maxLength:"8192" doc:"splice_info_section as base64 or hexadecimal digits"`
}

type cueAnswer struct{ Body Cue }

func (a *API) registerCues(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "read-scte35", Method: http.MethodGet, Path: "/api/v1/scte35", Summary: "An SCTE-35 section taken apart", Errors: []int{http.StatusBadRequest},
	}, func(_ context.Context, in *cueInput) (*cueAnswer, error) {
		c, err := readCue(in.Section)
		if err != nil {
			return nil, huma.Error400BadRequest(err.Error())
		}
		return &cueAnswer{c}, nil
	})
}

func readCue(text string) (Cue, error) {
	text = strings.ReplaceAll(strings.TrimSpace(text), " ", "+") // a + of base64 that nobody escaped
	raw, err := hex.DecodeString(strings.TrimPrefix(strings.ToLower(text), "0x"))
	if err != nil {
		if raw, err = base64.StdEncoding.DecodeString(text); err != nil {
			return Cue{}, errs.Errorf(errs.Invalid, "section: neither hexadecimal digits nor base64: %w", err)
		}
	}
	s, err := scte35.Parse(raw)
	if err != nil {
		return Cue{}, err
	}
	c := Cue{Events: []uint32{}, Descriptors: []CueDescriptor{}, XML: s.XML(), Base64: base64.StdEncoding.EncodeToString(raw)}
	at := func(t scte35.Instant) {
		if t.Given {
			c.PTS = inSeconds((t.PTS + s.PTSAdjustment) & (1<<33 - 1))
		}
	}
	switch x := s.Command.(type) {
	case scte35.Null:
		c.Command = "splice_null"
	case scte35.Schedule:
		c.Command = "splice_schedule"
		for _, e := range x.Events {
			c.Events = append(c.Events, e.EventID)
		}
	case scte35.Insert:
		c.Command, c.Events = "splice_insert", append(c.Events, x.EventID)
		at(x.Time)
		if x.Break != nil {
			c.Break = inSeconds(x.Break.Duration)
		}
	case scte35.Signal:
		c.Command = "time_signal"
		at(x.Time)
	case scte35.BandwidthReservation:
		c.Command = "bandwidth_reservation"
	case scte35.Private:
		c.Command = "private_command"
	}
	for _, d := range s.Descriptors {
		one := CueDescriptor{Tag: d.Tag(), Title: "unknown"}
		switch x := d.(type) {
		case scte35.Avail:
			one.Title = fmt.Sprintf("avail of provider %d", x.ProviderID)
		case scte35.DTMF:
			one.Title = "DTMF " + x.Tones
		case scte35.Time:
			one.Title = "time"
		case scte35.Audio:
			one.Title = "audio"
		case scte35.Segmentation:
			c.Events = append(c.Events, x.EventID)
			one.Title, one.UPID = segmentationTitle(&x), fmt.Sprintf("%d:%s", x.UPIDType, upidOf(x.UPID))
			if x.Timed {
				one.Duration = inSeconds(x.Duration)
			}
		}
		c.Descriptors = append(c.Descriptors, one)
	}
	return c, nil
}

func inSeconds(ticks uint64) *float64 {
	s := float64(ticks) / scte35.Scale
	return &s
}

func segmentationTitle(d *scte35.Segmentation) string {
	if d.Cancel {
		return "cancelled"
	}
	for _, k := range scte35.Kinds() {
		if k.ID == d.Kind {
			return k.Name
		}
	}
	return fmt.Sprintf("segmentation type 0x%02X", d.Kind)
}

// upidOf returns a UPID as text if it is printable, else as hexadecimal digits.
func upidOf(b []byte) string {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return "0x" + hex.EncodeToString(b)
		}
	}
	return string(b)
}
