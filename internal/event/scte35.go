package event

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/scte35"
)

// What cues say.
const (
	commandPlain  = "plain"
	commandSignal = "signal"
	commandNull   = "null"
	// CommandInsert is dashlive's pairs of a start and an end, a cue each.
	CommandInsert = "insert"
)

// scte35Kind makes cues of breaks.
func scte35Kind() Kind {
	k := Kind{
		Key: "scte35", Title: "SCTE-35 cue", Clause: "ANSI/SCTE 35, ANSI/SCTE 214-1", Scheme: scte35.SchemeSignal, lasts: 2, version: 1,
		Help: "A cue of a break, which is over when its duration has passed; with command=signal that is said by an event of its own. In segments it is the section as bytes, except with form=xml; " +
			"in the manifest it is XML, or base64 with form=bin.",
		Example: "scte35 every=60 for=15 ahead=7 command=signal form=bin",
		Words: []Word{
			{
				Key: "command", Title: "Command", Help: "What the cue says. Where segtype or upid are said it is signal unless this is said too; of events=scte35, without words, it is insert.", Type: "choice", Default: commandPlain,
				Choices: []Choice{
					{commandPlain, "splice_insert: each cue starts a break that returns by itself (auto_return) when its duration has passed"},
					{commandSignal, "time_signal, and a segmentation_descriptor: a start, and an end when its duration has passed"},
					{CommandInsert, "dashlive's: splice_insert, and a segmentation_descriptor of a start in even cues and of its end in odd ones, whenever those are"}, {commandNull, "splice_null"},
				},
				read: oneOf(commandPlain, commandSignal, CommandInsert, commandNull),
			},
			{
				Key: "form", Title: "Form", Help: "The form of the cue, which decides the scheme.", Type: "choice", Default: "xml+bin",
				Choices: []Choice{{"xml+bin", scte35.SchemeSignal}, {"bin", scte35.SchemeBinary}, {"xml", scte35.SchemeXML}}, read: oneOf("xml+bin", "bin", "xml"),
			},
			{
				Key: "segtype", Title: "Segmentation type", Help: "segmentation_type_id of what starts; what ends has the next.", Type: "number", Default: "52",
				Choices: segmentationTypes(), read: readSegmentationType,
			},
			{
				Key: "upid", Title: "UPID", Help: "segmentation_upid_type, a colon, and the identifier: text, or 0x and hexadecimal digits. {id} in it is the number of the break.", Type: "text", Default: "15:", read: readUPID,
				Choices: []Choice{{"15:", "a URI that is empty, as dashlive has it"}, {"9:SIGNAL:{id}", "ADI"}, {"15:urn:example:{id}", "a URI"}, {"8:0x000000002ca0a18a", "an identifier of eight bytes"}},
			},
			{Key: "program", Title: "Program", Help: "unique_program_id of splice_insert.", Type: "number", Default: "1620", read: reader(0, 0xFFFF)},
		},
	}
	k.build = func(s *Spec) (string, func(Event) (Message, error), error) { return buildCue(&k, s) }
	return k
}

// segmentationTypes are those that start something whose end is the next.
func segmentationTypes() []Choice {
	var all []Choice
	kinds := scte35.Kinds()
	for i, k := range kinds {
		if what, ok := strings.CutSuffix(k.Name, " start"); ok && kinds[i+1].Name == what+" end" {
			all = append(all, Choice{strconv.Itoa(int(k.ID)), k.Name})
		}
	}
	return all
}

// readSegmentationType reads a segmentation_type_id of what starts something.
func readSegmentationType(v string) (string, error) {
	id, err := reader(0, 0xFF)(v)
	all := segmentationTypes()
	if err != nil || !slices.ContainsFunc(all, func(c Choice) bool { return c.Value == id }) {
		ids := make([]string, len(all))
		for i := range all {
			ids[i] = all[i].Value
		}
		return "", fmt.Errorf("%q is no segmentation_type_id of something that starts, and that the next ends; those are %s", v, strings.Join(ids, ", "))
	}
	return id, nil
}

// readUPID reads a type and an identifier of it.
func readUPID(v string) (string, error) {
	id, bytes, err := upid(v, 0)
	if err != nil {
		return "", err
	}
	for _, t := range scte35.UPIDTypes() {
		if t.ID == id && t.Size > 0 && t.Size != len(bytes) && !strings.Contains(v, "{id}") {
			return "", fmt.Errorf("%q: a UPID of type %d (%s) has %d bytes, not %d", v, id, t.Name, t.Size, len(bytes))
		}
	}
	if len(bytes) > 200 {
		return "", fmt.Errorf("a UPID of %d bytes; at most 200 can be given", len(bytes))
	}
	return readText(450)(v)
}

func upid(v string, id int64) (uint8, []byte, error) {
	kind, text, ok := strings.Cut(v, ":")
	n, err := strconv.ParseUint(kind, 0, 8)
	if !ok || err != nil {
		return 0, nil, fmt.Errorf("%q is no type, a colon and an identifier, as in 15:urn:example:1", v)
	}
	text = numbered(text, id)
	if digits, ok := strings.CutPrefix(text, "0x"); ok {
		b, err := hex.DecodeString(digits)
		if err != nil {
			return 0, nil, fmt.Errorf("%q: %w", v, err)
		}
		return uint8(n), b, nil
	}
	return uint8(n), []byte(text), nil
}

// numbered puts a number in the place of {id}.
func numbered(text string, id int64) string {
	return strings.ReplaceAll(text, "{id}", strconv.FormatInt(id, 10))
}

// cue makes the sections of a Stream.
type cue struct {
	spec    *Spec
	command string
	kind    uint8 // of what starts
	upid    string
	program uint16
	sub     bool        // what starts has sub-segments
	paired  bool        // what starts and what ends are events of their own, whose durations are
	length  media.Ticks // this
}

func buildCue(k *Kind, s *Spec) (string, func(Event) (Message, error), error) {
	c := &cue{
		spec: s, command: commandOf(k, s), kind: uint8(number(k.word(s, "segtype"))), upid: k.word(s, "upid"), program: uint16(number(k.word(s, "program"))), length: s.Duration,
	}
	c.sub = c.command == CommandInsert && subbed(c.kind)
	form := k.word(s, "form")
	scheme := map[string]string{"xml+bin": scte35.SchemeSignal, "bin": scte35.SchemeBinary, "xml": scte35.SchemeXML}[form]
	if s.Inband && s.Version == 0 {
		s.Version = 1 // as dashlive has it, and as ANSI/SCTE 214-3 asks for
	}
	if err := c.possible(); err != nil {
		return "", nil, err
	}
	if c.command == commandSignal && s.Duration > 0 {
		c.pair(s)
	}
	return scheme, func(e Event) (Message, error) {
		section := c.section(e)
		raw, err := section.Append(nil)
		if err != nil {
			return Message{}, errs.Errorf(errs.Invalid, "events of kind scte35: %w", err)
		}
		switch form {
		case "bin":
			return Message{Data: raw, Form: Base64}, nil
		case "xml":
			text := section.XML()
			return Message{Data: []byte(text), Form: Markup, XML: text}, nil
		}
		return Message{Data: raw, Form: Markup, XML: scte35.SignalXML(raw)}, nil
	}, nil
}

// commandOf returns what cues say: what words ask for that only time_signal has is not to be lost.
func commandOf(k *Kind, s *Spec) string {
	if s.Words["command"] == "" && (s.Words["segtype"] != "" || s.Words["upid"] != "") {
		return commandSignal
	}
	return k.word(s, "command")
}

// possible refuses words that nothing would come of, and a break that is longer than the field for it can say: break_duration has 33 bits, segmentation_duration 40 (ANSI/SCTE 35, 9.8.2 and 10.3.3.1).
func (c *cue) possible() error {
	if c.command == commandPlain || c.command == commandNull {
		for _, word := range []string{"segtype", "upid"} {
			if c.spec.Words[word] != "" {
				return errs.Errorf(errs.Invalid, "%s is of a segmentation_descriptor, which command=%s has none of; command=%s has one", word, c.command, commandSignal)
			}
		}
	}
	most := media.Ticks(1<<33 - 1)
	if c.command == commandSignal {
		most = 1<<40 - 1
	}
	seconds := most / scte35.Scale
	if c.command != commandNull && c.length > seconds*media.Ticks(c.spec.Timescale) {
		return errs.Errorf(errs.Invalid, "a break of %v; the longest that SCTE-35 has a number for is %d s, or for=unknown", c.length.Duration(c.spec.Timescale), seconds)
	}
	return nil
}

// pair has each event followed by its end.
func (c *cue) pair(s *Spec) {
	starts := s.At
	if starts == nil {
		starts = []media.Ticks{0}
	}
	s.At = nil
	for _, t := range starts {
		s.At = append(s.At, t, t+s.Duration)
	}
	s.Count *= 2
	c.paired = true
}

func (c *cue) section(e Event) scte35.Section {
	starts, n := e.Index%2 == 0, e.Index
	length := uint64(max(0, c.length).In(c.spec.Timescale, scte35.Scale))
	at := scte35.Instant{Given: true, PTS: uint64(ninety(e.At, c.spec.Timescale)) & (1<<33 - 1)}
	s := scte35.Section{CWIndex: 0xFF, Tier: 0xFFF}
	avail, expected := int64(0), int64(0)
	switch {
	case c.spec.Count > 0 && c.command == CommandInsert:
		avail, expected = 1+n/2, 1+c.spec.Count/2
	case c.spec.Count > 0 && c.spec.Count <= math.MaxUint8:
		avail, expected = 1+n, c.spec.Count
	}
	switch c.command {
	case commandNull:
		s.Command = scte35.Null{}
		return s
	case commandSignal:
		s.Command = scte35.Signal{Time: at}
	default:
		insert := scte35.Insert{EventID: uint32(n), OutOfNetwork: true, Time: at, ProgramID: c.program, AvailNum: uint8(avail), AvailsExpected: uint8(expected)}
		if c.length >= 0 {
			insert.Break = &scte35.Break{AutoReturn: starts || c.command == commandPlain, Duration: length}
		}
		s.Command = insert
	}
	if c.command == commandPlain {
		return s
	}
	d := scte35.Segmentation{EventID: uint32(avail), Timed: c.length >= 0, Kind: c.kind} // dashlive's duration is 0
	if c.command == commandSignal {
		d.EventID, d.Number, d.Expected = uint32(n/2+1), 1, 1
		if !c.paired {
			starts, d.EventID = true, uint32(n+1)
		}
		if d.Timed = starts && length > 0; d.Timed {
			d.Duration = length
		}
	}
	if !starts {
		d.Kind++
	} else if c.sub {
		d.Sub = &scte35.SubSegments{}
	}
	d.UPIDType, d.UPID, _ = upid(c.upid, int64(d.EventID))
	s.Descriptors = append(s.Descriptors, d)
	return s
}

// subbed says whether a segmentation_type_id has sub-segments.
func subbed(id uint8) bool {
	for _, k := range scte35.Kinds() {
		if k.ID == id {
			return k.Sub
		}
	}
	return false
}

// ninety converts a time to 90 kHz, rounded down.
func ninety(t media.Ticks, s media.Timescale) media.Ticks {
	whole, rest := t/media.Ticks(s), t%media.Ticks(s)
	return whole*scte35.Scale + rest*scte35.Scale/media.Ticks(s)
}
