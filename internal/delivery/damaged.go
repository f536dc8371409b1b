package delivery

import (
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/fault"
)

// damaged is a ResponseWriter whose answer is not what it should be. It takes no file: what is sent passes through the program.
type damaged struct {
	http.ResponseWriter
	rules  []string
	cut    *fault.Cut // nil: none
	left   int64      // bytes before it
	begun  bool
	broken bool
}

// errCut is what writing to a damaged answer gives after the cut.
var errCut = errors.New("cut short, as asked for")

func (w *damaged) add(e fault.Effect) {
	if !slices.Contains(w.rules, e.Rule) {
		w.rules = append(w.rules, e.Rule)
	}
	if c, ok := e.Action.(fault.Cut); ok {
		w.cut = &c
	}
}

// WriteHeader sends the head of the answer, less what has it remembered or taken for the right one.
func (w *damaged) WriteHeader(status int) {
	if !w.begun && status >= 200 {
		w.begin()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *damaged) begin() {
	w.begun = true
	head := w.Header()
	head.Del("Etag")
	head.Set("Cache-Control", "no-store")
	said := slices.DeleteFunc(w.rules, func(rule string) bool { return slices.Contains(head["Dashwright-Fault"], rule) }) // a delay's
	head["Dashwright-Fault"] = []string{strings.Join(append(head["Dashwright-Fault"], said...), "; ")}
	if w.cut != nil {
		total, err := strconv.ParseInt(head.Get("Content-Length"), 10, 64)
		if err != nil {
			total = -1
		}
		w.left = w.cut.After(total)
	}
}

// Write sends bytes up to the cut.
func (w *damaged) Write(b []byte) (int, error) {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	if w.cut == nil {
		return w.ResponseWriter.Write(b)
	}
	whole := int64(len(b)) <= w.left
	if !whole {
		b = b[:w.left]
	}
	n, err := w.ResponseWriter.Write(b)
	w.left -= int64(n)
	if err != nil || whole {
		return n, err
	}
	w.broken = true
	if err := w.FlushError(); err != nil {
		return n, err
	}
	return n, errCut
}

// FlushError sends what is written.
func (w *damaged) FlushError() error {
	if !w.begun {
		w.WriteHeader(http.StatusOK)
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// ended breaks the connection where the answer was cut.
func (w *damaged) ended(err error) error {
	if w.broken {
		return http.ErrAbortHandler
	}
	if err == nil && !w.begun {
		w.begin()
	}
	return err
}

// drop breaks the connection of an answer that has not begun.
func drop(w http.ResponseWriter, reset bool) error {
	if !reset {
		return http.ErrAbortHandler
	}
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, which resets the stream then
		return http.ErrAbortHandler
	}
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closing then sends RST; without it, FIN
	}
	_ = c.Close() // it is to be gone
	return nil
}
