package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"
)

const (
	keys     = 20
	keyPause = 57 * time.Millisecond
	// How long the packets of a connection that ends are waited for, beside four round trips.
	linger    = 100 * time.Millisecond
	settling  = 300 * time.Millisecond
	idleTimeS = 31
)

type command struct {
	directory, address, what, protocol string
	bytes                              int
	rttMs                              float64
}

// When things happened, by the clock of the capture, and what belongs to the cell.
type course struct {
	first, last, exit time.Time
	// Only the packets of this span, where it is set, and of the connection that was opened last.
	from, until time.Time
	keyMs       []float64
	pings       bool
}

func measure(c command) error {
	host, _, err := net.SplitHostPort(c.address)
	if err != nil {
		return err
	}
	watch, err := startCapture([4]byte(net.ParseIP(host).To4()))
	if err != nil {
		return err
	}
	seen, err := c.run()
	if err != nil {
		return err
	}
	time.Sleep(time.Duration(4*c.rttMs*float64(time.Millisecond)) + linger)
	packets, err := watch.stop()
	if err != nil {
		return err
	}
	return c.print(packets, seen)
}

func (c command) run() (*course, error) {
	n := fmt.Sprint(c.bytes)
	file := filepath.Join(c.directory, n)
	switch c.what {
	case "exec-tiny":
		return c.watchOutput(nil, "exec", "web", "--", "x")
	case "exec-out":
		return c.watchOutput(nil, "exec", "web", "--", "out", n)
	case "exec-tiny-i":
		return c.watchOutput(strings.NewReader(""), "exec", "-i", "web", "--", "x")
	case "exec-tiny-cold":
		if err := os.RemoveAll(filepath.Join(c.directory, ".kube")); err != nil {
			return nil, err
		}
		return c.watchOutput(nil, "exec", "web", "--", "x")
	case "attach-tiny":
		return c.watchOutput(nil, "attach", "web")
	case "exec-in":
		return c.watchOutput(strings.NewReader(strings.Repeat("x", c.bytes)), "exec", "-i", "web", "--", "count")
	case "exec-keys":
		return c.typeKeys()
	case "exec-idle":
		return c.idle("exec", "web", "--", "idle", fmt.Sprint(idleTimeS+1))
	case "cp-down":
		defer os.Remove(file)
		return c.watchOutput(nil, "cp", "default/web:/tmp/"+n, file)
	case "cp-up":
		if err := os.WriteFile(file, make([]byte, c.bytes), 0o600); err != nil {
			return nil, err
		}
		defer os.Remove(file)
		return c.watchOutput(nil, "cp", file, "default/web:/tmp/")
	case "logs":
		return c.watchOutput(nil, "logs", "web", "--limit-bytes="+n)
	case "pf-setup", "pf-down", "pf-up", "pf-idle":
		return c.forward()
	}
	return nil, errors.New("what is " + c.what + "?")
}

func (c command) kubectl(words ...string) *exec.Cmd {
	kubectl := exec.Command("kubectl", words...)
	useSockets := fmt.Sprint(c.protocol != "spdy")
	kubectl.Env = append(os.Environ(), "HOME="+c.directory, "KUBECONFIG="+filepath.Join(c.directory, "kubeconfig"),
		"KUBECTL_REMOTE_COMMAND_WEBSOCKETS="+useSockets, "KUBECTL_PORT_FORWARD_WEBSOCKETS="+useSockets)
	kubectl.Stderr = os.Stderr
	return kubectl
}

func (c command) watchOutput(in io.Reader, words ...string) (*course, error) {
	kubectl := c.kubectl(words...)
	kubectl.Stdin = in
	out, err := kubectl.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := kubectl.Start(); err != nil {
		return nil, err
	}
	seen := &course{}
	buffer := make([]byte, 1<<20)
	for {
		n, err := out.Read(buffer)
		if n > 0 {
			seen.last = time.Now()
			if seen.first.IsZero() {
				seen.first = seen.last
			}
		}
		if err != nil {
			break
		}
	}
	err = kubectl.Wait()
	seen.exit = time.Now()
	return seen, err
}

func (c command) typeKeys() (*course, error) {
	kubectl := c.kubectl("exec", "-i", "web", "--", "echo")
	in, err := kubectl.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := kubectl.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := kubectl.Start(); err != nil {
		return nil, err
	}
	echo := make([]byte, 1)
	if _, err := io.ReadFull(out, echo); err != nil {
		return nil, err
	}
	time.Sleep(settling)
	seen := &course{from: time.Now()}
	for range keys {
		start := time.Now()
		if _, err := in.Write([]byte("k")); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(out, echo); err != nil {
			return nil, err
		}
		seen.keyMs = append(seen.keyMs, milliseconds(start, time.Now()))
		time.Sleep(keyPause)
	}
	seen.until = time.Now()
	in.Close()
	return seen, kubectl.Wait()
}

func (c command) idle(words ...string) (*course, error) {
	kubectl := c.kubectl(words...)
	out, err := kubectl.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := kubectl.Start(); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(out, make([]byte, 1)); err != nil {
		return nil, err
	}
	seen := idleFrom(time.Now())
	return seen, kubectl.Wait()
}

func idleFrom(up time.Time) *course {
	from := up.Add(settling)
	return &course{from: from, until: from.Add(idleTimeS*time.Second - 2*settling), pings: true}
}

var listens = regexp.MustCompile(`127\.0\.0\.1:(\d+) ->`)

func (c command) forward() (*course, error) {
	kubectl := c.kubectl("port-forward", "pod/web", ":8080")
	out, err := kubectl.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := kubectl.Start(); err != nil {
		return nil, err
	}
	defer func() {
		kubectl.Process.Signal(os.Interrupt)
		kubectl.Wait()
	}()
	text := make([]byte, 4096)
	n, err := out.Read(text)
	if err != nil {
		return nil, err
	}
	up := time.Now()
	go io.Copy(io.Discard, out)
	port := listens.FindStringSubmatch(string(text[:n]))
	if port == nil {
		return nil, fmt.Errorf("no port in %q", text[:n])
	}
	time.Sleep(settling + time.Duration(4*c.rttMs*float64(time.Millisecond)))
	if c.what == "pf-setup" {
		return &course{first: up, last: up, exit: up, until: time.Now()}, nil
	}
	if c.what == "pf-idle" {
		seen := idleFrom(up)
		time.Sleep(time.Until(seen.until))
		return seen, nil
	}
	seen := &course{from: time.Now()}
	if err := c.talk("127.0.0.1:"+port[1], seen); err != nil {
		return nil, err
	}
	time.Sleep(time.Duration(4*c.rttMs*float64(time.Millisecond)) + linger)
	seen.until = time.Now()
	return seen, nil
}

func (c command) talk(address string, seen *course) error {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer connection.Close()
	want := c.bytes
	if c.what == "pf-down" {
		if _, err := fmt.Fprintf(connection, "down %d\n", c.bytes); err != nil {
			return err
		}
	} else {
		want = len("ok")
		go connection.Write([]byte(fmt.Sprintf("up %d\n", c.bytes) + strings.Repeat("x", c.bytes)))
	}
	buffer := make([]byte, 1<<20)
	for want > 0 {
		n, err := connection.Read(buffer)
		if err != nil {
			return err
		}
		want -= n
		seen.last = time.Now()
		if seen.first.IsZero() {
			seen.first = seen.last
		}
	}
	seen.exit = seen.last
	return nil
}

func milliseconds(from, to time.Time) float64 { return float64(to.Sub(from).Nanoseconds()) / 1e6 }

// Prints the figures that bench/fidelity/README.md names.
func (c command) print(packets []packet, seen *course) error {
	if len(packets) == 0 {
		return errors.New("no packet was captured")
	}
	if end := seen.exit; !end.IsZero() && seen.from.IsZero() && packets[0].at.After(end) {
		return errors.New("the kernel does not stamp packets yet")
	}
	start, newest, connections := packets[0].at, uint16(0), 0
	for _, p := range packets {
		if p.isUp && p.flags&(syn|ack) == syn {
			newest = p.port
			connections++
		}
	}
	isAlone := !seen.from.IsZero()
	if isAlone {
		start, connections = seen.from, 0
	}
	figures := map[string]float64{}
	add := func(name string, value float64) { figures[name] += value }
	pings, lastUp := 0, time.Time{}
	var firstPing, lastPing time.Time
	for _, p := range packets {
		isOutside := p.at.Before(seen.from) || (!seen.until.IsZero() && p.at.After(seen.until))
		if isOutside || (isAlone && p.port != newest) {
			continue
		}
		way := "down"
		if p.isUp {
			way = "up"
		}
		isData := p.payload > 0
		if isData && p.isUp {
			if seen.pings && p.at.Sub(lastUp) > time.Second {
				pings++
				lastPing = p.at
				if firstPing.IsZero() {
					firstPing = p.at
				}
			}
			lastUp = p.at
		}
		add("pkts_"+way, 1)
		add("ip_bytes_"+way, float64(p.bytes))
		add("tcp_bytes_"+way, float64(p.payload))
		add("data_pkts_"+way, count(isData))
		add("retrans_"+way, count(p.isRetransmitted))
	}
	if seen.pings && pings > 1 {
		for name := range figures {
			figures[name] /= float64(pings)
		}
		figures["ping_interval_ms"] = milliseconds(firstPing, lastPing) / float64(pings-1)
	}
	figures["conns"] = float64(connections)
	for name, at := range map[string]time.Time{"first_ms": seen.first, "last_ms": seen.last, "exit_ms": seen.exit} {
		if !at.IsZero() {
			figures[name] = milliseconds(start, at)
		}
	}
	if len(seen.keyMs) > 0 {
		sort.Float64s(seen.keyMs)
		figures["key_median_ms"] = seen.keyMs[len(seen.keyMs)/2]
	}
	for name, value := range figures {
		fmt.Printf("%s %.4f\n", name, value)
	}
	return nil
}

func count(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
