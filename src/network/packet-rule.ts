import type { PacketView } from './packet-view.ts'

/** The decision of a rule about a packet. */
export type RuleVerdict =
  | { readonly action: 'pass' }
  /** The rule has changed the packet, which continues with the changes. */
  | { readonly action: 'modify' }
  | { readonly action: 'drop' }
  | { readonly action: 'delay'; readonly delayNs: number }
  /** A copy follows the packet after `delayNs`. */
  | { readonly action: 'duplicate'; readonly delayNs: number }
  /** The packet is put on another link direction instead. */
  | { readonly action: 'divert'; readonly direction: number }
  /** Only at an exit: the host there receives the packet, whatever its destination, before firewall and translation. */
  | { readonly action: 'take' }

/** The decisions that rules and attackers of users can make. */
export type InterceptionVerdict = Extract<RuleVerdict, { readonly action: 'pass' | 'drop' | 'delay' | 'duplicate' }>

/** The decisions that rules of users can make. */
export type LinkVerdict =
  | InterceptionVerdict
  /** The packet goes on with these headers. */
  | { readonly action: 'rewrite'; readonly headers: RewrittenHeaders }

/** The fields of a packet's headers that a rule of a user sets; those that are absent stay as they are. */
export interface RewrittenHeaders {
  /** Addresses that the scenario has, such as `10.0.0.2`. */
  readonly sourceAddress?: string
  readonly destinationAddress?: string
  readonly sourcePort?: number
  readonly destinationPort?: number
  /** The window as in the TCP header, scaled except on a SYN: 0 to 65535. */
  readonly window?: number
  /** The MSS option of a SYN. It can be lowered to at least 64 bytes, as routers before a tunnel do. */
  readonly maximumSegmentBytes?: number
}

/**
 * Examines each packet that is put on a link direction, before loss and queueing, or each packet that arrives at its
 * end, before the host there. A rule that a fork shares must be a pure function of its arguments.
 */
export interface PacketRule {
  judge(packet: PacketView): RuleVerdict
}

export const PASS = { action: 'pass' } as const satisfies RuleVerdict
export const MODIFY: RuleVerdict = { action: 'modify' }
export const DROP = { action: 'drop' } as const satisfies RuleVerdict
export const TAKE: RuleVerdict = { action: 'take' }
