package source

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/source/avi"
	"github.com/dashwright/dashwright/internal/source/demux"
	"github.com/dashwright/dashwright/internal/source/flv"
	"github.com/dashwright/dashwright/internal/source/matroska"
	"github.com/dashwright/dashwright/internal/source/mp4"
	"github.com/dashwright/dashwright/internal/source/mpegts"
	"github.com/dashwright/dashwright/internal/source/subtitle"
)

// Format is a container that is read natively.
type Format struct {
	Name       string   // short, in the index and in messages: "mp4"
	Title      string   // for people
	Extensions []string // with the dot, lower case
	Sniff      func(head []byte) bool
	Scan       demux.ScanFunc
	Read       demux.ReadFunc    // nil when every Track is contiguous
	Outline    demux.OutlineFunc // nil when Scan is soon done
}

// Formats returns the containers in the order in which they are tried: those with an unmistakable signature first.
func Formats() []Format {
	return []Format{
		{"matroska", "Matroska, WebM", []string{".mkv", ".webm", ".mka", ".mk3d"}, matroska.Sniff, matroska.Scan, matroska.Read, nil},
		{"flv", "Flash Video", []string{".flv", ".f4v"}, flv.Sniff, flv.Scan, flv.Read, nil},
		{"avi", "AVI", []string{".avi", ".divx"}, avi.Sniff, avi.Scan, avi.Read, avi.Outline},
		{"mp4", "MP4, QuickTime, CMAF, Smooth Streaming", []string{".mp4", ".m4v", ".m4a", ".mov", ".qt", ".3gp", ".3g2", ".ismv", ".isma", ".cmfv", ".cmfa", ".cmft", ".m4s", ".f4a"}, mp4.Sniff, mp4.Scan, nil, nil},
		{"mpegts", "MPEG-2 transport stream", []string{".ts", ".m2ts", ".mts", ".m2t", ".tsv", ".tp"}, mpegts.Sniff, mpegts.Scan, mpegts.Read, nil},
		{"webvtt", "WebVTT", []string{".vtt"}, subtitle.SniffVTT, subtitle.ScanVTT, nil, nil},
		{"srt", "SubRip", []string{".srt"}, subtitle.SniffSRT, subtitle.ScanSRT, nil, nil},
		{"ass", "SubStation Alpha", []string{".ass", ".ssa"}, subtitle.SniffASS, subtitle.ScanASS, nil, nil},
		{"ttml", "TTML", []string{".ttml", ".dfxp"}, subtitle.SniffTTML, subtitle.ScanTTML, nil, nil},
	}
}

// Find returns the Format by that name, or false.
func Find(name string) (Format, bool) {
	i := slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return Formats()[i], true
}

// Recognise returns the Format of a file by its first bytes (demux.SniffSize of them, or all there are), or false. The file's name breaks no tie and makes none.
func Recognise(head []byte) (Format, bool) {
	for _, f := range Formats() {
		if f.Sniff(head) {
			return f, true
		}
	}
	return Format{}, false
}

// Extension returns a file name's extension in lower case, with the dot.
func Extension(name string) string { return strings.ToLower(filepath.Ext(name)) }

// ByFFmpeg returns the extensions of containers that only FFmpeg reads: files with them are remuxed once, at import.
func ByFFmpeg() []string {
	return []string{".wmv", ".asf", ".ogm", ".ogv", ".mxf", ".nut", ".rm", ".rmvb", ".vob", ".mpg", ".mpeg", ".dv", ".wtv", ".gxf", ".264", ".h264", ".265", ".hevc", ".ivf", ".amv", ".mpe"}
}
