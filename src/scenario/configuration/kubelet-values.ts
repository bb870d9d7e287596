import type { Abilities } from '../../cluster/versions/abilities.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { KubeletConfigSection, KubeletFlags } from '../schema/cluster-flags.ts'
import type { Settings } from './configuration-settings.ts'

/** Both ways to set kubelets up; undefined: not written at all. */
export interface KubeletSetUp {
  readonly flags: KubeletFlags | undefined
  readonly config: KubeletConfigSection | undefined
}

/** Fields of the configuration file, and the flags that say the same. */
export const FLAG_OF = {
  port: 'port',
  readOnlyPort: 'read-only-port',
  'authentication.anonymous.enabled': 'anonymous-auth',
  'authentication.webhook.enabled': 'authentication-token-webhook',
  'authentication.webhook.cacheTTL': 'authentication-token-webhook-cache-ttl',
  'authentication.x509.clientCAFile': 'client-ca-file',
  'authorization.mode': 'authorization-mode',
  'authorization.webhook.cacheAuthorizedTTL': 'authorization-webhook-cache-authorized-ttl',
  'authorization.webhook.cacheUnauthorizedTTL': 'authorization-webhook-cache-unauthorized-ttl',
  serverTLSBootstrap: 'rotate-server-certificates',
  rotateCertificates: 'rotate-certificates',
  nodeStatusUpdateFrequency: 'node-status-update-frequency',
  nodeStatusReportFrequency: null,
  nodeLeaseDurationSeconds: null,
  streamingConnectionIdleTimeout: 'streaming-connection-idle-timeout',
} as const satisfies Readonly<Record<string, keyof KubeletFlags | null>>

export type KubeletField = keyof typeof FLAG_OF
export const KUBELET_FIELDS = Object.keys(FLAG_OF) as readonly KubeletField[]

type KubeletDefaults = Abilities['kubelet']
type DefaultsByStyle = Abilities['kubeletConfig']

export interface WrittenValue {
  readonly value: unknown
  /** From `cluster.kubelet`: `config.readOnlyPort`, `flags.read-only-port`. */
  readonly at: string
  readonly isFlag: boolean
}

/** What is written of a field: a flag wins over the configuration file, in which 0 stands for the default. */
export function writtenValue(setUp: KubeletSetUp, field: KubeletField): WrittenValue | null {
  const flag = FLAG_OF[field]
  const byFlag = flag === null ? undefined : setUp.flags?.[flag]
  if (byFlag !== undefined) return { value: byFlag, at: `flags.${flag}`, isFlag: true }
  const byConfig = fieldOf(setUp.config, field)
  const saysNothing = byConfig === undefined || (byConfig === 0 && field !== 'readOnlyPort')
  return saysNothing ? null : { value: byConfig, at: `config.${field}`, isFlag: false }
}

function fieldOf(config: KubeletConfigSection | undefined, field: string): unknown {
  let value: unknown = config
  for (const step of field.split('.')) value = (value as Record<string, unknown> | undefined)?.[step]
  return value
}

/** A kubelet has a configuration file where one is written, or where kubeadm of the time would have written one. */
export function hasConfigFile({ flags, config }: KubeletSetUp, { kubelet }: Abilities): boolean {
  return config !== undefined || (flags === undefined && kubelet.setUpBy === 'config')
}

export class KubeletValues {
  readonly #setUp: KubeletSetUp
  readonly #settings: Settings

  constructor(setUp: KubeletSetUp, settings: Settings) {
    this.#setUp = setUp
    this.#settings = settings
  }

  /** A field whose default is the same in a file and by flags. */
  take<Key extends keyof KubeletDefaults>(field: KubeletField, key: Key): KubeletDefaults[Key] {
    const written = this.#takeWritten<KubeletDefaults[Key]>(field)
    return written ?? this.#settings.takeDefault(field, 'kubelet', key)
  }

  takeByStyle<Key extends keyof DefaultsByStyle>(field: KubeletField, key: Key): DefaultsByStyle[Key] {
    const written = this.#takeWritten<DefaultsByStyle[Key]>(field)
    const style = hasConfigFile(this.#setUp, this.#settings.defaults) ? 'kubeletConfig' : 'kubeletFlags'
    return written ?? this.#settings.takeDefault(field, style, key)
  }

  takeClientCa(provided: string | null, origin: string): string | null {
    const field = 'authentication.x509.clientCAFile'
    return this.#takeWritten<string>(field) ?? this.#settings.takeDerived(field, provided, origin)
  }

  /** v1beta1/defaults.go: a file that sets the one frequency sets the other too. */
  takeReportFrequencyNs(updateFrequencyNs: number): number {
    const settings = this.#settings
    const field = 'nodeStatusReportFrequency'
    const follows = `as nodeStatusUpdateFrequency (${settings.origins.get('nodeStatusUpdateFrequency')})`
    if (settings.defaults.kubelet.heartbeat === 'node-status') {
      return settings.takeDerived(field, updateFrequencyNs, follows)
    }
    const written = this.#takeWritten<number>(field)
    if (written !== null) return written
    const updates = writtenValue(this.#setUp, 'nodeStatusUpdateFrequency')
    return updates !== null && !updates.isFlag
      ? settings.takeDerived(field, updateFrequencyNs, follows)
      : settings.takeDefault(field, 'kubelet', 'nodeStatusReportFrequencyNs')
  }

  #takeWritten<Value>(field: KubeletField): Value | null {
    const written = writtenValue(this.#setUp, field)
    if (written === null) return null
    const value = field === 'nodeLeaseDurationSeconds' ? Number(written.value) * NS_PER_S : written.value
    return this.#settings.takeWritten(field, value as Value, written.at)
  }
}
