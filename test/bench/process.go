package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a server that was started for a measurement.
type process struct {
	cmd   *exec.Cmd
	began time.Time
	base  string // "http://127.0.0.1:1234"
	data  string // dashwright's data folder
	pids  []int  // those whose CPU time counts
}

// serve starts dashwright with an empty data folder and returns when it says where it answers.
func (b *bench) serve(paths ...string) (*process, error) {
	data, err := os.MkdirTemp(b.work, "data-")
	if err != nil {
		return nil, err
	}
	p, err := b.announced(b.bin, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", data}, paths...)...)
	if err != nil {
		return nil, err
	}
	p.data = data
	return p, nil
}

// announced starts a server that prints its URL as the last word of its first line.
func (b *bench) announced(name string, args ...string) (*process, error) {
	cmd := b.command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	log, err := os.CreateTemp(b.work, "log-")
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the child has its own
	cmd.Stderr = log
	p := &process{cmd: cmd, began: time.Now()}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.pids = []int{cmd.Process.Pid}
	line, err := bufio.NewReader(out).ReadString('\n')
	if at := strings.Index(line, "http://"); err == nil && at >= 0 {
		p.base = strings.TrimSpace(line[at:])
		return p, nil
	}
	stopped := p.stop()
	said, _ := os.ReadFile(log.Name()) // it is about an error already
	return nil, errors.Join(fmt.Errorf("%s printed %q instead of where it answers: %s", name, line, said), stopped)
}

// stop ends the process and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	late := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) || errors.Is(err, context.Canceled) {
		return nil // ended by our signal
	}
	return err
}

// nginx serves a folder with one worker, sendfile off: what it takes to send a file's bytes by read and write.
func (b *bench) nginx(root string) (*process, error) {
	dir, err := os.MkdirTemp(b.work, "nginx-")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	user := ""
	if os.Getuid() == 0 {
		user = "user root;" // the folders are ours alone
	}
	conf := fmt.Sprintf(`daemon off; worker_processes 1; %s pid %[2]s/pid; error_log %[2]s/log; events {}
http {
	access_log off; sendfile off; output_buffers 2 256k; keepalive_requests 100000000;
	client_body_temp_path %[2]s/1; proxy_temp_path %[2]s/2; fastcgi_temp_path %[2]s/3; uwsgi_temp_path %[2]s/4; scgi_temp_path %[2]s/5;
	server { listen %[3]s; root %[4]s; }
}
`, user, dir, address, root)
	path := filepath.Join(dir, "conf")
	if err := os.WriteFile(path, []byte(conf), 0o644); err != nil {
		return nil, err
	}
	cmd := b.command("nginx", "-c", path)
	p := &process{cmd: cmd, began: time.Now(), base: "http://" + address}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for range 200 {
		if p.pids = children(cmd.Process.Pid); len(p.pids) == 1 {
			if c, err := net.Dial("tcp", address); err == nil {
				return p, c.Close()
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("nginx does not start"), p.stop())
}

func children(pid int) []int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)) // none, if there is no such process
	var pids []int
	for _, word := range strings.Fields(string(text)) {
		if n, err := strconv.Atoi(word); err == nil {
			pids = append(pids, n)
		}
	}
	return pids
}

// cpu returns the user and system time that the process has taken, seconds.
func (p *process) cpu() (float64, error) {
	const perSecond = 100 // ticks in /proc, on all Linux that runs Go
	sum := 0
	for _, pid := range p.pids {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, err
		}
		// The second field, in parentheses, may hold spaces; utime and stime are fields 14 and 15.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		for _, f := range fields[11:13] {
			n, err := strconv.Atoi(f)
			if err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return float64(sum) / perSecond, nil
}

// ran returns how long the process's threads have run, ms: finer than cpu, but without the threads that have ended.
func (p *process) ran() (float64, error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.pids[0]))
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, t := range tasks {
		ns, err := strconv.ParseFloat(firstWord(t), 64)
		if err != nil {
			return 0, err
		}
		sum += ns / 1e6
	}
	return sum, nil
}

// resident returns a field of the process's status that is in kB ("VmRSS", "RssAnon"), in MB of 10^6 bytes.
func (p *process) resident(field string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pids[0]))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			return float64(n) * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("no %s in the status of process %d", field, p.pids[0])
}

// get fetches a path on a connection of its own and returns the body, and how long it took from dialling to the last byte.
func (b *bench) get(p *process, path string) ([]byte, time.Duration, error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DisableCompression: true}, Timeout: time.Minute}
	req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	body, err := io.ReadAll(res.Body)
	took := time.Since(began)
	_ = res.Body.Close() // read to the end
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %.200s", path, res.Status, body)
	}
	return body, took, err
}

// healthy waits until dashwright answers, and returns how long that took from its start.
func (b *bench) healthy(p *process) (time.Duration, error) {
	for {
		_, _, err := b.get(p, "/healthz")
		took := time.Since(p.began)
		if err == nil || took > time.Minute || b.ctx.Err() != nil {
			return took, err
		}
		time.Sleep(time.Millisecond)
	}
}

// serveBare answers every request with the same bytes by as little as net/http takes, until ctx ends.
func serveBare(ctx context.Context, size int) int {
	body := []byte(strings.Repeat("x", size))
	length := []string{strconv.Itoa(size)}
	kind := []string{"application/dash+xml"}
	s := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Length"], w.Header()["Content-Type"] = length, kind
		_, _ = w.Write(body) // the client has gone
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	fmt.Println("http://" + l.Addr().String())
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}
