package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/net/http2"
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"
	"k8s.io/apimachinery/pkg/util/httpstream/wsstream"
	"k8s.io/apimachinery/pkg/util/proxy"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/tools/remotecommand"
)

// The settings of the API server (k8s.io/apiserver pkg/server/secure_serving.go).
const (
	idleTime             = 90 * time.Second
	streamBytes          = 256 * 1024
	mostStreams          = 100
	kubeletPingInterval  = 5 * time.Second
	tunnelProtocol       = "SPDY/3.1+portforward.k8s.io"
	remoteCommandChannel = "v5.channel.k8s.io"
)

func serve(directory, address string) error {
	if err := keepStamping(); err != nil {
		return err
	}
	own, err := makeIdentities(directory, address)
	if err != nil {
		return err
	}
	node, err := startNode(own.server)
	if err != nil {
		return err
	}
	unverified := func() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }
	api := &apiserver{
		node:      &url.URL{Scheme: "https", Host: node},
		upgrades:  &http.Transport{TLSClientConfig: unverified()},
		transport: &http.Transport{TLSClientConfig: unverified(), ForceAttemptHTTP2: true},
	}
	server := &http.Server{
		Handler: api, MaxHeaderBytes: 1 << 20, IdleTimeout: idleTime, ReadHeaderTimeout: 32 * time.Second,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{own.server}, ClientCAs: own.clients, ClientAuth: tls.RequestClientCert,
			MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		},
	}
	if err := http2.ConfigureServer(server, &http2.Server{
		IdleTimeout: idleTime, MaxUploadBufferPerStream: streamBytes, MaxReadFrameSize: 1 << 20,
		MaxConcurrentStreams: mostStreams, MaxUploadBufferPerConnection: streamBytes * mostStreams,
	}); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	return server.ServeTLS(listener, "", "")
}

type apiserver struct {
	node *url.URL
	// An upgrade needs HTTP/1.1, and a log has HTTP/2.
	upgrades, transport *http.Transport
}

func (api *apiserver) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	header := writer.Header()
	header.Set("Audit-Id", "0c8a4ef0-1c57-4d35-a0b0-4d6a8c8f6b1e")
	header.Set("Cache-Control", "no-cache, private")
	parts := strings.Split(request.URL.Path, "/")
	switch last := parts[len(parts)-1]; last {
	case "api", "apis":
		discover(writer, last)
	case "exec", "attach":
		api.runCommand(writer, request, last)
	case "portforward":
		api.forward(writer, request)
	case "log":
		api.sendLog(writer, request)
	default:
		header.Set("Content-Type", "application/json")
		header.Set("X-Kubernetes-Pf-Flowschema-Uid", "7c5d1c33-4b2f-4a35-9f0f-2d9c1b2f6f11")
		header.Set("X-Kubernetes-Pf-Prioritylevel-Uid", "5a0b7c1d-9a44-4f0b-8d5b-7a3d0a6c9e22")
		writer.Write(podObject)
	}
}

func (api *apiserver) kubeletUrl(request *http.Request, path string) *url.URL {
	query := url.Values{}
	for key, values := range request.URL.Query() {
		switch key {
		case "stdin":
			key = "input"
		case "stdout":
			key = "output"
		case "stderr":
			key = "error"
		case "container":
			continue
		}
		for _, value := range values {
			if value == "true" {
				value = "1"
			}
			query.Add(key, value)
		}
	}
	return &url.URL{Scheme: api.node.Scheme, Host: api.node.Host, Path: "/" + path + "/default/web/web", RawQuery: query.Encode()}
}

// SPDY is passed on as it is, and a WebSocket's streams by a client of SPDY.
func (api *apiserver) runCommand(writer http.ResponseWriter, request *http.Request, path string) {
	location := api.kubeletUrl(request, path)
	if !wsstream.IsWebSocketRequest(request) {
		proxy.NewUpgradeAwareHandler(location, api.upgrades, false, true, failing{}).ServeHTTP(writer, request)
		return
	}
	wants := func(stream string, kind wsstream.ChannelType) wsstream.ChannelType {
		if location.Query().Get(stream) == "1" {
			return kind
		}
		return wsstream.IgnoreChannel
	}
	channels := []wsstream.ChannelType{
		wants("input", wsstream.ReadChannel), wants("output", wsstream.WriteChannel), wants("error", wsstream.WriteChannel),
		wsstream.WriteChannel, wsstream.ReadChannel,
	}
	connection := wsstream.NewConn(map[string]wsstream.ChannelProtocolConfig{remoteCommandChannel: {Binary: true, Channels: channels}})
	connection.SetIdleTimeout(4 * time.Hour)
	_, streams, err := connection.Open(writer, request)
	if err != nil {
		return
	}
	defer connection.Close()
	status := streams[3]
	// An empty message says that the connection is up.
	streams[1].Write(nil)
	options := remotecommand.StreamOptions{Stdout: streams[1]}
	if channels[0] == wsstream.ReadChannel {
		options.Stdin = streams[0]
	}
	if channels[2] == wsstream.WriteChannel {
		options.Stderr = streams[2]
	}
	dialler, err := spdy.NewRoundTripperWithConfig(spdy.RoundTripperConfig{UpgradeTransport: api.upgrades, PingPeriod: kubeletPingInterval})
	if err != nil {
		return
	}
	executor, err := remotecommand.NewSPDYExecutorRejectRedirects(dialler, dialler, http.MethodPost, location)
	if err != nil {
		return
	}
	if err := executor.StreamWithContext(context.Background(), options); err != nil {
		fmt.Fprintf(status, failure, err)
		return
	}
	io.WriteString(status, success)
}

const (
	success = `{"metadata":{},"status":"Success"}`
	failure = `{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: %v","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"1"}]}}`
)

// A WebSocket carries the bytes of SPDY, as messages.
func (api *apiserver) forward(writer http.ResponseWriter, request *http.Request) {
	location := api.kubeletUrl(request, "portForward")
	if !wsstream.IsWebSocketRequest(request) {
		proxy.NewUpgradeAwareHandler(location, api.upgrades, false, true, failing{}).ServeHTTP(writer, request)
		return
	}
	kubelet, reader, err := upgradeToSpdy(location)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer kubelet.Close()
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{tunnelProtocol}}
	socket, err := upgrader.Upgrade(writer, request, nil)
	if err != nil {
		return
	}
	user := portforward.NewTunnelingConnection("server", socket)
	defer user.Close()
	ended := make(chan struct{}, 2)
	pass := func(to io.Writer, from io.Reader) {
		// Nothing but Read and Write is seen, so that the buffer is that of io.Copy.
		io.Copy(struct{ io.Writer }{to}, struct{ io.Reader }{from})
		ended <- struct{}{}
	}
	go pass(kubelet, user)
	go pass(user, reader)
	<-ended
}

func upgradeToSpdy(location *url.URL) (net.Conn, io.Reader, error) {
	connection, err := tls.Dial("tcp", location.Host, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, nil, err
	}
	head := "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\nContent-Length: 0\r\n\r\n"
	if _, err := fmt.Fprintf(connection, head, location.RequestURI(), location.Host); err != nil {
		return nil, nil, err
	}
	reader := bufio.NewReader(connection)
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return nil, nil, err
	}
	if response.StatusCode != http.StatusSwitchingProtocols {
		return nil, nil, fmt.Errorf("the kubelet answered %s", response.Status)
	}
	if reader.Buffered() == 0 {
		return connection, connection, nil
	}
	return connection, reader, nil
}

// What the kubelet sends is passed on as it is read. Without -f the API server does not flush.
func (api *apiserver) sendLog(writer http.ResponseWriter, request *http.Request) {
	location := api.kubeletUrl(request, "containerLogs")
	response, err := (&http.Client{Transport: api.transport}).Get(location.String())
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	defer response.Body.Close()
	writer.Header().Set("Content-Type", "text/plain")
	io.Copy(struct{ io.Writer }{writer}, response.Body)
}

// The pod of the cell's test bed: 4.66 kB.
var podObject = func() []byte {
	object := map[string]any{
		"kind": "Pod", "apiVersion": "v1",
		"metadata": map[string]any{"name": "web", "namespace": "default", "uid": "f3a6c2d4-6a5f-4f43-9d6e-1c7f4f1b8a90", "resourceVersion": "4711", "annotations": map[string]string{"fill": ""}},
		"spec":     map[string]any{"nodeName": "node-1", "containers": []any{map[string]any{"name": "web", "image": "web:1", "ports": []any{map[string]any{"containerPort": 8080}}}}},
		"status":   map[string]any{"phase": "Running", "podIP": "10.244.0.7"},
	}
	bytes, _ := json.Marshal(object)
	fill := make([]byte, podBytes-len(bytes))
	for i := range fill {
		fill[i] = 'a' + byte(i*i*7%26)
	}
	object["metadata"].(map[string]any)["annotations"] = map[string]string{"fill": string(fill)}
	bytes, _ = json.Marshal(object)
	return bytes
}()

const podBytes = 4660

// Discovery in one document for each of /api and /apis, as kubectl asks for it.
func discover(writer http.ResponseWriter, root string) {
	writer.Header().Set("Content-Type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
	resource := func(name, kind string, verbs ...string) any {
		return map[string]any{
			"resource": name, "responseKind": map[string]string{"group": "", "version": "", "kind": kind}, "scope": "Namespaced",
			"singularResource": strings.ToLower(kind), "verbs": verbs,
		}
	}
	all := []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
	var items []any
	if root == "api" {
		resources := []any{resource("pods", "Pod", all...), resource("services", "Service", all...), resource("configmaps", "ConfigMap", all...), resource("secrets", "Secret", all...), resource("endpoints", "Endpoints", all...), resource("events", "Event", all...), resource("serviceaccounts", "ServiceAccount", all...)}
		items = []any{map[string]any{"metadata": map[string]any{"creationTimestamp": nil}, "versions": []any{map[string]any{"version": "v1", "resources": resources, "freshness": "Current"}}}}
	} else {
		resources := []any{resource("deployments", "Deployment", all...), resource("daemonsets", "DaemonSet", all...), resource("replicasets", "ReplicaSet", all...), resource("statefulsets", "StatefulSet", all...)}
		items = []any{map[string]any{"metadata": map[string]any{"name": "apps", "creationTimestamp": nil}, "versions": []any{map[string]any{"version": "v1", "resources": resources, "freshness": "Current"}}}}
	}
	json.NewEncoder(writer).Encode(map[string]any{"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": map[string]any{}, "items": items})
}
