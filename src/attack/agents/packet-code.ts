import type { InterceptionVerdict } from '../../network/packet-rule.ts'
import type { PacketView } from '../../network/packet-view.ts'
import type { NamedNumbers } from '../../network/remembered.ts'

/** The verdicts of a user's attacker about a packet. */
export type AttackVerdict =
  | InterceptionVerdict
  /** Changes the data of the packet, and corrects its checksums. */
  | { readonly action: 'tamper' }
  /** Lets the packet pass, and sends a forged RST to both ends of its connection. */
  | { readonly action: 'reset' }

/** Decides the verdict of an attacker on each packet of the attacked paths that it sees. */
export interface PacketCode {
  /** The attacker's name. */
  readonly name: string
  /** The numbers that it remembers, with their first values. */
  readonly state?: NamedNumbers
  onPacket(packet: PacketView, state: NamedNumbers, isTowardServer: boolean): AttackVerdict
}
