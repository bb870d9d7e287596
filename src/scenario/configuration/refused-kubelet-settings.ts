import type { KubeletConfiguration } from '../../cluster/versions/configuration.ts'
import type { ControllerManagerFlags } from '../schema/cluster-flags.ts'
import { formatDuration } from '../schema/units.ts'
import type { Settings } from './configuration-settings.ts'
import {
  KUBELET_FIELDS,
  type KubeletField,
  type KubeletSetUp,
  type WrittenValue,
  writtenValue,
} from './kubelet-values.ts'
import { isPort } from './refused-apiserver-flags.ts'

/** What the kubelet refuses, in its words: pkg/kubelet/apis/config/validation/validation.go, as it is today. */
export function checkKubelet(setUp: KubeletSetUp, settings: Settings): void {
  const { kubelet } = settings.defaults
  if (setUp.config !== undefined && kubelet.configFile === 'absent') {
    const hint = 'configuration files came with 1.8; before, write cluster.kubelet.flags'
    settings.refuse('config', 'unknown-key', 'unknown flag: --config', { at: 'key', hint })
  }
  if (setUp.flags?.['rotate-certificates'] !== undefined && kubelet.rotateCertificatesFlag === 'absent') {
    settings.refuse('flags.rotate-certificates', 'unknown-key', 'unknown flag: --rotate-certificates', {
      at: 'key',
      hint: 'it came with 1.8',
    })
  }
  for (const field of KUBELET_FIELDS) {
    const written = writtenValue(setUp, field)
    const message = written === null ? null : complaintAbout(field, written, settings)
    const hint = field === 'serverTLSBootstrap' ? 'the gate is open from 1.12 on' : undefined
    if (written !== null && message !== null) settings.refuse(written.at, 'out-of-range', message, { hint })
  }
}

function complaintAbout(field: KubeletField, { value, isFlag }: WrittenValue, settings: Settings): string | null {
  switch (field) {
    case 'port':
      return isPort(value as number, 1)
        ? null
        : `invalid configuration: port (--port) ${value} must be between 1 and 65535, inclusive`
    case 'readOnlyPort':
      return isPort(value as number, 0)
        ? null
        : `invalid configuration: readOnlyPort (--read-only-port) ${value} must be between 0 and 65535, inclusive`
    case 'nodeLeaseDurationSeconds':
      return (value as number) > 0 ? null : 'invalid configuration: nodeLeaseDurationSeconds must be greater than 0'
    case 'serverTLSBootstrap':
      return value === false || settings.defaults.kubelet.serverTlsBootstrapGate
        ? null
        : 'invalid configuration: serverTLSBootstrap true requires feature gate RotateKubeletServerCertificate'
    case 'nodeStatusUpdateFrequency':
      return (value as number) > 0 || (value === 0 && !isFlag) ? null : 'it must be more than 0s'
    default:
      return typeof value === 'number' && value < 0 ? 'a duration cannot be negative' : null
  }
}

/** apiserver pkg/authentication/authenticatorfactory/delegating.go. */
export function checkAuthentication(configuration: KubeletConfiguration, settings: Settings): void {
  const { anonymousEnabled, webhookEnabled, clientCa } = configuration
  if (anonymousEnabled || webhookEnabled || clientCa !== null) return
  settings.refuse('config.authentication', 'contradiction', 'no authentication method configured', {
    hint: 'give it a client CA, or enable the webhook',
  })
}

/** Kubernetes checks neither; a period of nothing would never let go of the processor. */
export function checkControllerManager(flags: ControllerManagerFlags, settings: Settings): void {
  for (const name of ['node-monitor-grace-period', 'node-monitor-period'] as const) {
    if ((flags[name] ?? 1) <= 0) settings.refuse(name, 'out-of-range', 'it must be more than 0s')
  }
  const graceNs = flags['node-monitor-grace-period']
  const { http2ReadIdleTimeoutNs, http2PingTimeoutNs } = settings.defaults.client
  if (graceNs === undefined || http2ReadIdleTimeoutNs === null || http2PingTimeoutNs === null) return
  const noticedNs = http2ReadIdleTimeoutNs + http2PingTimeoutNs
  if (graceNs > 0 && graceNs <= noticedNs) {
    settings.note(
      `node-monitor-grace-period ${formatDuration(graceNs)} should be greater than the sum of HTTP2_PING_TIMEOUT_SECONDS and HTTP2_READ_IDLE_TIMEOUT_SECONDS, ${formatDuration(noticedNs)}`,
    )
  }
}
