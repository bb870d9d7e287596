// The default ports of a kubelet (pkg/cluster/ports/ports.go).

/** The HTTPS port, for the API server. */
export const KUBELET_PORT = 10_250
/** The port for HTTP without authentication. */
export const READ_ONLY_PORT = 10_255
/** The port for health checks by HTTP, on 127.0.0.1. */
export const HEALTHZ_PORT = 10_248
