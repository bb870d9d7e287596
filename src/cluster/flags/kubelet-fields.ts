import type { Flags } from './flag.ts'
import { anonymousEnabled } from './kubelet/authentication-anonymous-enabled.ts'
import { webhookCacheTtlNs } from './kubelet/authentication-webhook-cache-ttl.ts'
import { webhookEnabled } from './kubelet/authentication-webhook-enabled.ts'
import { clientCa } from './kubelet/authentication-x509-client-ca-file.ts'
import { authorizationMode } from './kubelet/authorization-mode.ts'
import { cacheAuthorizedTtlNs } from './kubelet/authorization-webhook-cache-authorized-ttl.ts'
import { cacheUnauthorizedTtlNs } from './kubelet/authorization-webhook-cache-unauthorized-ttl.ts'
import { featureGates } from './kubelet/feature-gates.ts'
import { nodeLeaseDurationNs } from './kubelet/node-lease-duration-seconds.ts'
import { nodeStatusReportFrequencyNs } from './kubelet/node-status-report-frequency.ts'
import { nodeStatusUpdateFrequencyNs } from './kubelet/node-status-update-frequency.ts'
import { port } from './kubelet/port.ts'
import { readOnlyPort } from './kubelet/read-only-port.ts'
import { rotateCertificates } from './kubelet/rotate-certificates.ts'
import { serverTlsBootstrap } from './kubelet/server-tls-bootstrap.ts'
import { streamingConnectionIdleTimeoutNs } from './kubelet/streaming-connection-idle-timeout.ts'

/**
 * The registry of the modelled fields of a kubelet's configuration file (KubeletConfiguration v1beta1), one line each,
 * with the command line flags that set the same. The key is the field's property of KubeletConfiguration in
 * this model.
 */
export const KUBELET_FIELDS = {
  anonymousEnabled,
  webhookCacheTtlNs,
  webhookEnabled,
  clientCa,
  authorizationMode,
  cacheAuthorizedTtlNs,
  cacheUnauthorizedTtlNs,
  featureGates,
  nodeLeaseDurationNs,
  nodeStatusReportFrequencyNs,
  nodeStatusUpdateFrequencyNs,
  port,
  readOnlyPort,
  rotateCertificates,
  serverTlsBootstrap,
  streamingConnectionIdleTimeoutNs,
} satisfies Flags
