// Servers and clients of the rows of stack go (bench/fidelity/README.md): Go's net/http and x/crypto/ssh.
//
//	lab serve DIRECTORY                  until killed; prints ready
//	lab measure DIRECTORY HOST PATH WHAT REPETITIONS    prints a value a line
//
// The directory holds certificates and keys.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

const (
	httpPort = "8080"
	tlsPort  = "8443"
	mtlsPort = "8444"
	sshPort  = "2222"
	patience = 60 * time.Second
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve(os.Args[2])
	case len(os.Args) == 7 && os.Args[1] == "measure":
		err = measure(os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6])
	default:
		err = errors.New("lab serve DIRECTORY | lab measure DIRECTORY HOST PATH WHAT REPETITIONS")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(directory string) error {
	own, err := tls.LoadX509KeyPair(filepath.Join(directory, "server.pem"), filepath.Join(directory, "server.key"))
	if err != nil {
		return err
	}
	authorities, err := authoritiesIn(directory)
	if err != nil {
		return err
	}
	basic := parameters()
	basic.Certificates = []tls.Certificate{own}
	mutual := basic.Clone()
	mutual.ClientAuth, mutual.ClientCAs = tls.RequireAndVerifyClientCert, authorities
	failed := make(chan error)
	for port, config := range map[string]*tls.Config{httpPort: nil, tlsPort: basic, mtlsPort: mutual} {
		listener, err := net.Listen("tcp", ":"+port)
		if err != nil {
			return err
		}
		// An empty map, not nil: HTTP/1.1 only.
		server := &http.Server{Handler: http.HandlerFunc(answer), TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
		if config != nil {
			listener = tls.NewListener(listener, config)
		}
		go func() { failed <- server.Serve(listener) }()
	}
	fmt.Println("ready")
	return <-failed
}

var payload = make([]byte, 1<<20)

// GET /N gives N bytes.
func answer(writer http.ResponseWriter, request *http.Request) {
	left, err := strconv.Atoi(strings.TrimPrefix(request.URL.Path, "/"))
	if err != nil || left < 0 {
		http.Error(writer, "how many bytes?", http.StatusBadRequest)
		return
	}
	writer.Header().Set("Content-Type", "application/octet-stream")
	writer.Header().Set("Content-Length", strconv.Itoa(left))
	for left > 0 {
		written, err := writer.Write(payload[:min(left, len(payload))])
		if err != nil {
			return
		}
		left -= written
	}
}

func parameters() *tls.Config {
	return &tls.Config{
		CurvePreferences: []tls.CurveID{tls.X25519},
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	}
}

func authoritiesIn(directory string) (*x509.CertPool, error) {
	text, err := os.ReadFile(filepath.Join(directory, "ca.pem"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("ca.pem holds no certificate")
	}
	return pool, nil
}

// How one reaches the server: over SSH it listens on the far end's loopback.
type way struct {
	directory, host, path string
}

func (w way) usesSsh() bool { return strings.HasPrefix(w.path, "ssh") }

func (w way) address() string {
	host, port := w.host, httpPort
	if w.usesSsh() {
		host = "127.0.0.1"
	}
	switch strings.TrimPrefix(w.path, "ssh+") {
	case "tls13", "tls12":
		port = tlsPort
	case "mtls":
		port = mtlsPort
	}
	return net.JoinHostPort(host, port)
}

func (w way) url(size string) string {
	if strings.HasSuffix(w.path, "http") {
		return "http://" + w.address() + "/" + size
	}
	return "https://" + w.address() + "/" + size
}

func (w way) tunnel() (*ssh.Client, error) {
	text, err := os.ReadFile(filepath.Join(w.directory, "user"))
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, err
	}
	return ssh.Dial("tcp", net.JoinHostPort(w.host, sshPort), &ssh.ClientConfig{
		User:            "root",
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(signer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		Timeout:         patience,
	})
}

func (w way) client(through *ssh.Client) (*http.Client, error) {
	config := parameters()
	authorities, err := authoritiesIn(w.directory)
	if err != nil {
		return nil, err
	}
	config.RootCAs, config.ServerName = authorities, "node"
	if strings.HasSuffix(w.path, "tls12") {
		config.MaxVersion = tls.VersionTLS12
	} else {
		config.MinVersion = tls.VersionTLS13
	}
	if w.path == "mtls" {
		own, err := tls.LoadX509KeyPair(filepath.Join(w.directory, "client.pem"), filepath.Join(w.directory, "client.key"))
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{own}
	}
	transport := &http.Transport{
		TLSClientConfig:    config,
		TLSNextProto:       map[string]func(string, *tls.Conn) http.RoundTripper{},
		DisableCompression: true,
	}
	if through != nil {
		transport.DialContext = func(_ context.Context, network, address string) (net.Conn, error) {
			return through.Dial(network, address)
		}
	}
	return &http.Client{Transport: transport, Timeout: patience}, nil
}

func measure(directory, host, path, what, times string) error {
	w := way{directory, host, path}
	repetitions, err := strconv.Atoi(times)
	if err != nil {
		return err
	}
	switch {
	case what == "setup":
		return w.measureSetup(repetitions)
	case what == "fresh" || what == "keep":
		return w.measureLatency(what, repetitions)
	case strings.HasPrefix(what, "bulk"):
		return w.measureBulk(strings.TrimPrefix(what, "bulk"), repetitions)
	}
	return errors.New("what is " + what + "?")
}

func (w way) measureSetup(repetitions int) error {
	for range repetitions {
		start := time.Now()
		tunnel, err := w.tunnel()
		if err != nil {
			return err
		}
		fmt.Printf("%.4f\n", milliseconds(start))
		tunnel.Close()
	}
	return nil
}

// One request that is not counted comes first: it warms up the programs, and with keep the connection.
func (w way) measureLatency(what string, repetitions int) error {
	tunnel, err := w.tunnelIfNeeded()
	if err != nil {
		return err
	}
	client, err := w.client(tunnel)
	if err != nil {
		return err
	}
	for i := range repetitions + 1 {
		start := time.Now()
		if err := get(client, w.url("1000")); err != nil {
			return err
		}
		if i > 0 {
			fmt.Printf("%.4f\n", milliseconds(start))
		}
		if what == "fresh" {
			client.CloseIdleConnections()
		}
	}
	return nil
}

func (w way) measureBulk(size string, repetitions int) error {
	bytes, err := strconv.Atoi(size)
	if err != nil {
		return err
	}
	for range repetitions {
		tunnel, err := w.tunnelIfNeeded()
		if err != nil {
			return err
		}
		client, err := w.client(tunnel)
		if err != nil {
			return err
		}
		start := time.Now()
		if err := get(client, w.url(size)); err != nil {
			return err
		}
		fmt.Printf("%.4f\n", float64(bytes)*8/1000/milliseconds(start))
		client.CloseIdleConnections()
		if tunnel != nil {
			tunnel.Close()
		}
	}
	return nil
}

func (w way) tunnelIfNeeded() (*ssh.Client, error) {
	if !w.usesSsh() {
		return nil, nil
	}
	return w.tunnel()
}

func get(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func milliseconds(start time.Time) float64 {
	return float64(time.Since(start).Nanoseconds()) / 1e6
}
