package main

import (
	"archive/tar"
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/containerd/pkg/cri/streaming"
	"k8s.io/apimachinery/pkg/util/proxy"
	"k8s.io/client-go/tools/remotecommand"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
	utilexec "k8s.io/utils/exec"
)

const writeBytes = 32 * 1024

// Starts containerd's streaming server and a kubelet in front of it on the loopback, and returns the kubelet's address.
func startNode(certificate tls.Certificate) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	config := streaming.DefaultConfig
	config.BaseURL = &url.URL{Scheme: "http", Host: listener.Addr().String()}
	runtime, err := streaming.NewServer(config, programs{})
	if err != nil {
		return "", err
	}
	go http.Serve(listener, runtime)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: kubelet{runtime}, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}}}
	go server.ServeTLS(inner, "", "")
	return inner.Addr().String(), nil
}

// Passes each upgrade on to the address that the runtime names.
type kubelet struct {
	runtime streaming.Server
}

func (k kubelet) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	query := request.URL.Query()
	has := func(name string) bool { return query.Get(name) == "1" || query.Get(name) == "true" }
	address, err := "", fmt.Errorf("no such path: %s", request.URL.Path)
	switch strings.Split(request.URL.Path, "/")[1] {
	case "containerLogs":
		bytes, _ := strconv.Atoi(query.Get("limitBytes"))
		writeMany(flushing{writer}, bytes)
		return
	case "exec":
		var response *runtimeapi.ExecResponse
		if response, err = k.runtime.GetExec(&runtimeapi.ExecRequest{
			ContainerId: "web", Cmd: query["command"],
			Stdin: has("input"), Stdout: has("output"), Stderr: has("error"), Tty: has("tty"),
		}); err == nil {
			address = response.Url
		}
	case "attach":
		var response *runtimeapi.AttachResponse
		if response, err = k.runtime.GetAttach(&runtimeapi.AttachRequest{
			ContainerId: "web", Stdin: has("input"), Stdout: has("output"), Stderr: has("error"), Tty: has("tty"),
		}); err == nil {
			address = response.Url
		}
	case "portForward":
		var response *runtimeapi.PortForwardResponse
		if response, err = k.runtime.GetPortForward(&runtimeapi.PortForwardRequest{PodSandboxId: "web"}); err == nil {
			address = response.Url
		}
	}
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	location, _ := url.Parse(address)
	proxy.NewUpgradeAwareHandler(location, nil, false, true, failing{}).ServeHTTP(writer, request)
}

// A kubelet flushes after each write of a log.
type flushing struct {
	http.ResponseWriter
}

func (f flushing) Write(data []byte) (int, error) {
	written, err := f.ResponseWriter.Write(data)
	f.ResponseWriter.(http.Flusher).Flush()
	return written, err
}

type failing struct{}

func (failing) Error(writer http.ResponseWriter, _ *http.Request, err error) {
	http.Error(writer, err.Error(), http.StatusInternalServerError)
}

// What runs in the pod.
type programs struct{}

func (programs) Exec(_ string, words []string, in io.Reader, out, _ io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize) error {
	switch words[0] {
	case "out":
		return writeMany(out, numberIn(words))
	case "x":
		_, err := out.Write([]byte("ok\n"))
		return err
	case "count":
		count, err := io.Copy(io.Discard, in)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%d\n", count)
		return err
	case "echo":
		// What comes back shows the driver that the command runs.
		if _, err := out.Write([]byte("$")); err != nil {
			return err
		}
		_, err := io.Copy(out, in)
		return err
	case "idle":
		if _, err := out.Write([]byte("$")); err != nil {
			return err
		}
		time.Sleep(time.Duration(numberIn(words)) * time.Second)
		return nil
	case "test":
		return utilexec.CodeExitError{Err: fmt.Errorf("no folder"), Code: 1}
	case "tar":
		if in != nil {
			_, err := io.Copy(io.Discard, in)
			return err
		}
		return writeTar(out, words[len(words)-1])
	}
	return fmt.Errorf("no such program: %s", words[0])
}

func (programs) Attach(_ string, _ io.Reader, out, _ io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize) error {
	_, err := out.Write([]byte("ok\n"))
	return err
}

// The pod reads a line that says how many bytes it is to send, or that it gets.
func (programs) PortForward(_ string, _ int32, stream io.ReadWriteCloser) error {
	reader := bufio.NewReaderSize(stream, writeBytes)
	line, err := reader.ReadString('\n')
	if err != nil {
		return err
	}
	words := strings.Fields(line)
	if words[0] == "down" {
		return writeMany(stream, numberIn(words))
	}
	if _, err := io.CopyN(io.Discard, reader, int64(numberIn(words))); err != nil {
		return err
	}
	_, err = stream.Write([]byte("ok"))
	return err
}

func numberIn(words []string) int {
	if len(words) < 2 {
		return 0
	}
	number, _ := strconv.Atoi(words[1])
	return number
}

var payload = func() []byte {
	bytes := make([]byte, writeBytes)
	for i := range bytes {
		bytes[i] = "0123456789abcdef\n"[i%17]
	}
	return bytes
}()

func writeMany(out io.Writer, left int) error {
	for left > 0 {
		written, err := out.Write(payload[:min(left, len(payload))])
		if err != nil {
			return err
		}
		left -= written
	}
	return nil
}

// A file's name says how many bytes it has.
func writeTar(out io.Writer, name string) error {
	size, _ := strconv.Atoi(name[strings.LastIndex(name, "/")+1:])
	buffer := bufio.NewWriterSize(out, writeBytes)
	archive := tar.NewWriter(buffer)
	if err := archive.WriteHeader(&tar.Header{Name: strings.TrimPrefix(name, "/"), Mode: 0o644, Size: int64(size)}); err != nil {
		return err
	}
	if err := writeMany(archive, size); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return buffer.Flush()
}
