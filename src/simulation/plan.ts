import type { Listener, Path, Tunnel } from '../cluster/path.ts'
import type { AddressBook } from '../network/address-book.ts'
import type { LinkStreams } from '../network/link-direction.ts'
import type { LinkOptions } from '../network/link-options.ts'
import type { RoutedDirection, Routing } from '../network/routing.ts'
import type { CpuProfile } from '../security/cpu-profile.ts'
import type { SshDirectory } from '../security/ssh.ts'
import type { TlsDirectory } from '../security/tls-peers.ts'
import type { TcpHost } from '../transport/connection-factory.ts'
import type { Workload } from '../workload/workload.ts'

/**
 * A blueprint with names turned into numbers: all that never changes while a simulation runs. Forks share it. Rows
 * are in the order of names, so that no order of declaration shows.
 */
export interface Plan {
  readonly name: string
  readonly seed: number
  readonly durationNs: number | null
  readonly targets: TargetNumbers
  readonly hosts: readonly PlannedHost[]
  readonly addresses: AddressBook
  readonly directions: readonly PlannedDirection[]
  readonly routing: Routing
  readonly tls: TlsDirectory
  readonly ssh: SshDirectory
  readonly listeners: readonly Listener[]
  readonly tunnels: readonly Tunnel[]
  readonly paths: readonly Path[]
  readonly workloads: readonly Workload[]
  readonly events: readonly PlannedEvent[]
}

/** Events of one tick come in the order of their targets: host/..., link/..., loopback/..., scenario, tunnel/..., workload/... */
export interface TargetNumbers {
  readonly firstHost: number
  readonly firstDirection: number
  readonly scenario: number
  readonly firstTunnel: number
  readonly firstWorkload: number
}

export interface PlannedHost {
  readonly name: string
  readonly cores: number
  readonly cpu: CpuProfile
  readonly tcp: TcpHost
}

export interface PlannedDirection extends RoutedDirection {
  /** `link/wan/forward`, `loopback/master`. */
  readonly name: string
  readonly options: LinkOptions
  readonly streams: LinkStreams
}

export type PlannedEvent =
  | {
      readonly kind: 'link-state'
      readonly atNs: number
      readonly forNs: number | null
      readonly directions: readonly number[]
      readonly isUp: boolean
    }
  | { readonly kind: 'restart'; readonly atNs: number; readonly forNs: null; readonly host: number }
  | {
      readonly kind: 'set-link'
      readonly atNs: number
      readonly forNs: number | null
      readonly changes: readonly {
        readonly direction: number
        readonly options: LinkOptions
        readonly before: LinkOptions
      }[]
    }
