/**
 * The registry of the modelled fields of a kubelet's configuration file (KubeletConfiguration v1beta1), one line each,
 * with the command line flags that set the same. The exported name is the field's property of KubeletConfiguration in
 * this model.
 */
export { anonymousEnabled } from './kubelet/authentication-anonymous-enabled.ts'
export { webhookCacheTtlNs } from './kubelet/authentication-webhook-cache-ttl.ts'
export { webhookEnabled } from './kubelet/authentication-webhook-enabled.ts'
export { clientCa } from './kubelet/authentication-x509-client-ca-file.ts'
export { authorizationMode } from './kubelet/authorization-mode.ts'
export { cacheAuthorizedTtlNs } from './kubelet/authorization-webhook-cache-authorized-ttl.ts'
export { cacheUnauthorizedTtlNs } from './kubelet/authorization-webhook-cache-unauthorized-ttl.ts'
export { featureGates } from './kubelet/feature-gates.ts'
export { nodeLeaseDurationNs } from './kubelet/node-lease-duration-seconds.ts'
export { nodeStatusReportFrequencyNs } from './kubelet/node-status-report-frequency.ts'
export { nodeStatusUpdateFrequencyNs } from './kubelet/node-status-update-frequency.ts'
export { port } from './kubelet/port.ts'
export { readOnlyPort } from './kubelet/read-only-port.ts'
export { rotateCertificates } from './kubelet/rotate-certificates.ts'
export { serverTlsBootstrap } from './kubelet/server-tls-bootstrap.ts'
export { streamingConnectionIdleTimeoutNs } from './kubelet/streaming-connection-idle-timeout.ts'
