// The ports of a kubelet where no flag gives others (pkg/cluster/ports/ports.go).

/** HTTPS, for the apiserver. */
export const KUBELET_PORT = 10_250
/** HTTP without authentication. */
export const READ_ONLY_PORT = 10_255
/** HTTP on 127.0.0.1, for health checks. */
export const HEALTHZ_PORT = 10_248
