import type { PacketTable } from './packet.ts'

/** What becomes of a packet that a rule has seen. */
export type RuleVerdict =
  | { readonly action: 'pass' }
  | { readonly action: 'drop' }
  | { readonly action: 'delay'; readonly delayNs: number }
  /** A second one follows the first after `delayNs`. */
  | { readonly action: 'duplicate'; readonly delayNs: number }

/**
 * Somebody on a link direction who sees each packet that is put on it, before loss and queue do. It must be a
 * function of what it is shown, so that a fork may share it.
 */
export interface PacketRule {
  judge(packets: PacketTable, packet: number, tick: number): RuleVerdict
}
