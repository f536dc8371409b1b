package mpegts

import (
	"io"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// blockSize is how much is read at a time: it stays in the second-level cache while it is taken apart.
	blockSize = 512 << 10
	// lookAhead is what must follow a packet in memory for findSync to see a whole row of sync bytes.
	lookAhead = maxStride * (syncRun + 2)
	// maxRuns bounds what damage can cost: a Track remembers every run.
	maxRuns = 1 << 14
)

// run is a stretch of the file with a sync byte at start + k × stride, up to end.
type run struct {
	start, end int64
	stride     int
}

// walker goes through a file and hands out its packets in bursts.
type walker struct {
	f      demux.File
	buf    []byte
	base   int64 // file offset of buf[0]
	at     int   // index in buf of the next packet's sync byte, or where to look for one
	stride int   // 0: no phase known
	runs   []run
	eof    bool
	err    error // of the file, once eof

	gap     int64 // file offset where packets stopped
	skipped int64 // bytes between runs
}

func newWalker(f demux.File) *walker {
	return &walker{f: f, buf: make([]byte, 0, int(min(blockSize+lookAhead, f.Size+1)))}
}

// rewind goes back to the start of the file.
func (w *walker) rewind() {
	*w = walker{f: w.f, buf: w.buf[:0], runs: w.runs[:0]}
}

// fill moves what is left to the front of buf and reads on.
func (w *walker) fill() {
	n := copy(w.buf, w.buf[w.at:])
	w.base += int64(w.at)
	w.at = 0
	next := w.base + int64(n)
	want := int(min(int64(cap(w.buf)-n), w.f.Size-next))
	if want <= 0 {
		w.buf, w.eof = w.buf[:n], true
		return
	}
	m, err := w.f.ReadAt(w.buf[n:n+want], next)
	w.buf = w.buf[:n+m]
	w.eof = m < want || next+int64(m) >= w.f.Size
	if m < want && err != io.EOF {
		w.err = err
	}
}

// burst returns the next packets: b holds n of them, stride bytes apart, the first byte of each a sync byte; pos is the
// file offset of b[0]. n is 0 at the end of the file, or where there is too much damage to go on.
func (w *walker) burst() (b []byte, n, stride int, pos int64) {
	for {
		if !w.eof && len(w.buf)-w.at < lookAhead {
			w.fill()
		}
		if w.stride == 0 && !w.sync() {
			if w.eof || len(w.runs) >= maxRuns {
				return nil, 0, 0, 0
			}
			continue
		}
		first := w.at
		i, broken := w.verify()
		if i == first && broken {
			i = w.lose(i)
		} else {
			w.at = min(i, len(w.buf))
			w.runs[len(w.runs)-1].end = w.base + int64(i)
		}
		if i > first {
			stride = w.runs[len(w.runs)-1].stride
			return w.buf[first:min(i, len(w.buf))], (i - first + stride - packetLen) / stride, stride, w.base + int64(first)
		}
		if w.eof && !broken {
			return nil, 0, 0, 0
		}
	}
}

// verify returns the index of the first packet from w.at on that is not known to be followed by another one; broken says that it is followed by
// something else.
func (w *walker) verify() (i int, broken bool) {
	b, s := w.buf, w.stride
	for i = w.at; i+s < len(b); i += s {
		if b[i+s] != syncByte {
			return i, true
		}
	}
	if w.eof && i+packetLen <= len(b) {
		i += s
	}
	return i, false
}

// lose ends the run at the packet at index i, which is not followed by another. If packets go on before its end, bytes of it are
// missing, and it is left out; else it is whole and something was inserted behind it, or it is the last one. lose returns the index behind the last good packet.
func (w *walker) lose(i int) int {
	to := min(len(w.buf), i+lookAhead)
	at, _ := findSync(w.buf[:to], i+1, w.eof && to == len(w.buf))
	w.at = i + 1
	if at < 0 || at >= i+packetLen {
		i += packetLen
		w.at = i
	}
	w.stride = 0
	w.gap = w.base + int64(i)
	w.runs[len(w.runs)-1].end = w.gap
	return i
}

// sync looks for packets from w.at on and begins a run where they are.
func (w *walker) sync() bool {
	if len(w.runs) >= maxRuns {
		return false
	}
	at, stride := findSync(w.buf, w.at, w.eof)
	if at < 0 {
		w.at = max(w.at, len(w.buf)-syncRun*maxStride)
		if w.eof {
			w.at = len(w.buf)
			w.skipped += w.base + int64(w.at) - w.gap
		}
		return false
	}
	w.at, w.stride = at, stride
	start := w.base + int64(at)
	if stride == 192 { // the arrival time belongs to the packet
		w.gap += min(4, start-w.gap)
	}
	w.skipped += start - w.gap
	w.runs = append(w.runs, run{start: start, end: start, stride: stride})
	return true
}

// failure returns the file's own error, if that is what ended the walk.
func (w *walker) failure() error {
	if w.err == nil {
		return nil
	}
	return errs.Errorf(errs.Internal, "reading at byte %d: %w", w.base+int64(len(w.buf)), w.err)
}
