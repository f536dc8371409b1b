package subtitle

import (
	"bytes"
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// The largest files that may be, made to fill memory: with cues, with one text, with styles.
func TestMemory(t *testing.T) {
	for name, c := range map[string]struct {
		scan       demux.ScanFunc
		head, unit string
	}{
		"cues":   {ScanSRT, "", "0:0-->0:1\na\n\n"},
		"text":   {ScanTTML, "<tt><p begin='0s' end='1s'>", ">"},
		"styles": {ScanASS, "[V4+ Styles]\n", "Style: 12345678901234567890,a\n"},
	} {
		b := []byte(c.head + strings.Repeat(c.unit, (MaxSize-len(c.head))/len(c.unit)))
		runtime.GC()
		before := heap()
		stop, peak := make(chan struct{}), make(chan uint64)
		go watch(stop, peak)
		_, err := c.scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}, &sink{})
		close(stop)
		if p := <-peak; p > before+64<<20 {
			t.Errorf("%s: %d MiB", name, (p-before)>>20)
		}
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// watch sends the largest heap that it sees.
func watch(stop <-chan struct{}, peak chan<- uint64) {
	largest := uint64(0)
	for {
		select {
		case <-stop:
			peak <- max(largest, heap())
			return
		case <-time.After(5 * time.Millisecond):
			largest = max(largest, heap())
		}
	}
}
