import type { PacketTable } from './packet.ts'
import type { Packet } from './rows.ts'

/** What becomes of a packet that a rule has seen. */
export type RuleVerdict =
  | { readonly action: 'pass' }
  /** The rule has written into its columns; it goes on as it is now. */
  | { readonly action: 'modify' }
  | { readonly action: 'drop' }
  | { readonly action: 'delay'; readonly delayNs: number }
  /** A second one follows the first after `delayNs`. */
  | { readonly action: 'duplicate'; readonly delayNs: number }
  /** It is put on another link direction instead. */
  | { readonly action: 'divert'; readonly direction: number }
  /** At an exit alone: the host there has it, whoever it is for, and before firewall and address translation. */
  | { readonly action: 'take' }

/**
 * Somebody on a link direction who sees each packet that is put on it, before loss and queue do, or each that comes off
 * it, before the host there does. It must be a function of what it is shown, so that a fork may share it.
 */
export interface PacketRule {
  judge(packets: PacketTable, packet: Packet, tick: number): RuleVerdict
}

export const PASS: RuleVerdict = { action: 'pass' }
export const MODIFY: RuleVerdict = { action: 'modify' }
export const DROP: RuleVerdict = { action: 'drop' }
export const TAKE: RuleVerdict = { action: 'take' }
