/** The steps of one end, in order (see endpoint.c). They are the same for the real kernel and for onpath. */
export type Step =
  | `send=${number}`
  | `receive=${number}`
  /** Reads until the other end finishes. */
  | 'end'
  | `wait=${number}`
  | 'finish'
  /** Finishes, and reads no more. */
  | 'close'

export interface TraceEnd {
  readonly steps: readonly Step[]
  /** The value of SO_RCVBUF in bytes. Default: the buffer grows. */
  readonly receiveBuffer?: number
  /** The seconds before the first keepalive probe and between probes, and the number of probes. */
  readonly keepalive?: readonly [idle: number, interval: number, count: number]
}

/**
 * A fault of packets: the direction (`a` is from the client to the server), the first and last ordinal (counted from 1
 * in each direction, with the SYN), and the kind. `delay` delays only these packets; a `copy` follows the packet. Times
 * are in microseconds.
 */
export type Fault = `${'a' | 'b'}:${number}-${number}:${'drop' | `delay=${number}` | `copy=${number}`}`

/** A short transfer between two ends over the relay of the lab. `npm run trace` records it, and onpath replays it. */
export interface KernelTrace {
  readonly name: string
  readonly about: string
  readonly client: TraceEnd
  /** The behaviour of the server; `refuses` means that no process listens. */
  readonly server: TraceEnd | 'refuses'
  readonly faults?: readonly Fault[]
  /** The congestion control. Default: cubic. */
  readonly congestion?: 'cubic' | 'reno' | 'bbr'
  /** The link. Default: 10 ms one way, 100 Mbps, a queue of 200 packets. */
  readonly link?: { readonly onewayUs: number; readonly rateMbps: number; readonly queuePackets: number }
  /** Kernel settings of both namespaces, without the prefix `net.ipv4.tcp_`. Default: those of the kernel. */
  readonly settings?: Readonly<Record<string, number>>
  /** The time for which packets are recorded, in ms. */
  readonly lastsMs: number
}

export const USUAL_LINK = { onewayUs: 10_000, rateMbps: 100, queuePackets: 200 }

/** The client sends a request of 100 bytes, the server responds with this number of bytes, and both close. */
export function answer(bytes: number): Pick<KernelTrace, 'client' | 'server'> {
  return {
    client: { steps: ['send=100', `receive=${bytes}`, 'finish', 'end'] },
    server: { steps: ['receive=100', `send=${bytes}`, 'end', 'finish'] },
  }
}
