package scte35

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// Namespace is that of the XML forms.
const Namespace = "http://www.scte.org/schemas/35/2016"

// Schemes of events (ANSI/SCTE 214-1, 6.7.3; 214-3, 6).
const (
	SchemeXML    = "urn:scte:scte35:2013:xml"     // SpliceInfoSection as XML
	SchemeBinary = "urn:scte:scte35:2013:bin"     // splice_info_section as bytes
	SchemeSignal = "urn:scte:scte35:2014:xml+bin" // Signal with Binary in it
)

// SignalXML returns the XML element that has a section as base64.
func SignalXML(section []byte) string {
	return `<scte35:Signal xmlns:scte35="` + Namespace + `"><scte35:Binary>` + base64.StdEncoding.EncodeToString(section) + `</scte35:Binary></scte35:Signal>`
}

// XML returns the section as a SpliceInfoSection element (11.1).
func (s *Section) XML() string {
	m := &markup{}
	m.open("SpliceInfoSection")
	m.text("xmlns:scte35", Namespace)
	m.number("protocolVersion", uint64(s.Protocol))
	m.number("sapType", uint64(s.SAPType))
	if s.PTSAdjustment != 0 {
		m.number("ptsAdjustment", s.PTSAdjustment)
	}
	m.number("tier", uint64(s.Tier))
	s.Command.xml(m)
	for _, d := range s.Descriptors {
		d.xml(m)
	}
	m.end()
	return m.b.String()
}

// markup writes elements. A start tag stays open for attributes until something follows.
type markup struct {
	b     strings.Builder
	names []string
	tag   bool // a start tag is open
}

func (m *markup) open(name string) {
	m.content()
	m.b.WriteString("<scte35:" + name)
	m.names, m.tag = append(m.names, name), true
}

func (m *markup) content() {
	if m.tag {
		m.b.WriteByte('>')
	}
	m.tag = false
}

func (m *markup) end() {
	name := m.names[len(m.names)-1]
	m.names = m.names[:len(m.names)-1]
	if m.tag {
		m.b.WriteString("/>")
	} else {
		m.b.WriteString("</scte35:" + name + ">")
	}
	m.tag = false
}

func (m *markup) text(name, value string) { m.b.WriteString(" " + name + `="` + escape(value) + `"`) }

func (m *markup) number(name string, v uint64) { m.text(name, strconv.FormatUint(v, 10)) }

func (m *markup) flag(name string, on bool) { m.text(name, strconv.FormatBool(on)) }

func (m *markup) data(s string) {
	m.content()
	m.b.WriteString(escape(s))
}

// escape returns character data of s. What is no character of XML 1.0 is replaced.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return 0xFFFD
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(s)
}

func (Null) xml(m *markup) {
	m.open("SpliceNull")
	m.end()
}

func (BandwidthReservation) xml(m *markup) {
	m.open("BandwidthReservation")
	m.end()
}

func (c Private) xml(m *markup) {
	m.open("PrivateCommand")
	m.number("identifier", uint64(c.Identifier))
	m.open("PrivateBytes")
	m.data(hex.EncodeToString(c.Bytes))
	m.end()
	m.end()
}

func (t Instant) xml(m *markup) {
	m.open("SpliceTime")
	if t.Given {
		m.number("ptsTime", t.PTS)
	}
	m.end()
}

func (c Signal) xml(m *markup) {
	m.open("TimeSignal")
	c.Time.xml(m)
	m.end()
}

func (d *Break) xml(m *markup) {
	if d == nil {
		return
	}
	m.open("BreakDuration")
	m.flag("autoReturn", d.AutoReturn)
	m.number("duration", d.Duration)
	m.end()
}

func (c Insert) xml(m *markup) {
	m.open("SpliceInsert")
	m.number("spliceEventId", uint64(c.EventID))
	m.flag("spliceEventCancelIndicator", c.Cancel)
	if !c.Cancel {
		m.flag("outOfNetworkIndicator", c.OutOfNetwork)
		m.flag("spliceImmediateFlag", c.Immediate)
		m.number("uniqueProgramId", uint64(c.ProgramID))
		m.number("availNum", uint64(c.AvailNum))
		m.number("availsExpected", uint64(c.AvailsExpected))
		if c.Components == nil {
			m.open("Program")
			if !c.Immediate {
				c.Time.xml(m)
			}
			m.end()
		}
		for _, x := range c.Components {
			m.open("Component")
			m.number("componentTag", uint64(x.Tag))
			if !c.Immediate {
				x.Time.xml(m)
			}
			m.end()
		}
		c.Break.xml(m)
	}
	m.end()
}

func (c Schedule) xml(m *markup) {
	m.open("SpliceSchedule")
	for _, e := range c.Events {
		m.open("Event")
		m.number("spliceEventId", uint64(e.EventID))
		m.flag("spliceEventCancelIndicator", e.Cancel)
		if !e.Cancel {
			m.flag("outOfNetworkIndicator", e.OutOfNetwork)
			m.number("uniqueProgramId", uint64(e.ProgramID))
			m.number("availNum", uint64(e.AvailNum))
			m.number("availsExpected", uint64(e.AvailsExpected))
			if e.Components == nil {
				m.open("Program")
				m.text("utcSpliceTime", scheduled(e.Time))
				m.end()
			}
			for _, x := range e.Components {
				m.open("Component")
				m.number("componentTag", uint64(x.Tag))
				m.text("utcSpliceTime", scheduled(x.Time))
				m.end()
			}
			e.Break.xml(m)
		}
		m.end()
	}
	m.end()
}

func (d Avail) xml(m *markup) {
	m.open("AvailDescriptor")
	m.number("providerAvailId", uint64(d.ProviderID))
	m.end()
}

func (d DTMF) xml(m *markup) {
	m.open("DTMFDescriptor")
	m.number("preroll", uint64(d.Preroll))
	m.text("chars", d.Tones)
	m.end()
}

func (d Time) xml(m *markup) {
	m.open("TimeDescriptor")
	m.number("taiSeconds", d.Seconds)
	m.number("taiNs", uint64(d.Nanoseconds))
	m.number("utcOffset", uint64(d.UTCOffset))
	m.end()
}

func (d Audio) xml(m *markup) {
	m.open("AudioDescriptor")
	for _, c := range d.Channels {
		m.open("AudioChannel")
		m.number("componentTag", uint64(c.Component))
		m.text("ISOCode", c.Language)
		m.number("BitStreamMode", uint64(c.BitStreamMode))
		m.number("NumChannels", uint64(c.Channels))
		m.flag("FullSrvcAudio", c.FullService)
		m.end()
	}
	m.end()
}

// An unknown descriptor has no element in the schema: a Signal with Binary says it.
func (d Unknown) xml(*markup) {}

func (d Segmentation) xml(m *markup) {
	m.open("SegmentationDescriptor")
	m.number("segmentationEventId", uint64(d.EventID))
	m.flag("segmentationEventCancelIndicator", d.Cancel)
	if d.Cancel {
		m.end()
		return
	}
	if d.Timed {
		m.number("segmentationDuration", d.Duration)
	}
	m.number("segmentationTypeId", uint64(d.Kind))
	m.number("segmentNum", uint64(d.Number))
	m.number("segmentsExpected", uint64(d.Expected))
	if d.Sub != nil {
		m.number("subSegmentNum", uint64(d.Sub.Number))
		m.number("subSegmentsExpected", uint64(d.Sub.Expected))
	}
	if x := d.Restrictions; x != nil {
		m.open("DeliveryRestrictions")
		m.flag("webDeliveryAllowedFlag", x.WebDelivery)
		m.flag("noRegionalBlackoutFlag", x.NoRegionalBlackout)
		m.flag("archiveAllowedFlag", x.Archive)
		m.number("deviceRestrictions", uint64(x.Devices))
		m.end()
	}
	m.open("SegmentationUpid")
	m.number("segmentationUpidType", uint64(d.UPIDType))
	if text := upidText(d.UPIDType, d.UPID); text {
		m.text("segmentationUpidFormat", "text")
		m.data(string(d.UPID))
	} else {
		m.text("segmentationUpidFormat", "hexbinary")
		m.data(hex.EncodeToString(d.UPID))
	}
	m.end()
	for _, c := range d.Components {
		m.open("Component")
		m.number("componentTag", uint64(c.Tag))
		m.number("ptsOffset", c.Offset)
		m.end()
	}
	m.end()
}

// upidText says whether a UPID is written as text: its type has it so, and it is printable.
func upidText(id uint8, upid []byte) bool {
	for _, c := range upid {
		if c < ' ' || c > '~' {
			return false
		}
	}
	for _, t := range UPIDTypes() {
		if t.ID == id {
			return t.Text
		}
	}
	return false
}

// leapSeconds is how many seconds GPS time, in which schedules count, is ahead of UTC since 2017.
const leapSeconds = 18

// scheduled returns the UTC of a time of a Schedule.
func scheduled(seconds uint32) string {
	epoch := time.Date(1980, 1, 6, 0, 0, 0, 0, time.UTC)
	return epoch.Add(time.Duration(seconds)*time.Second - leapSeconds*time.Second).Format("2006-01-02T15:04:05Z")
}
