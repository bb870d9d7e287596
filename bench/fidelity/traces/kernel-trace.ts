/** What an end does, one after the other (see endpoint.c): the same words for the real kernel and for onpath. */
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
  /** Bytes of SO_RCVBUF; left out: the kernel lets it grow. */
  readonly receiveBuffer?: number
  /** Seconds before the first question and between questions, and how many. */
  readonly keepalive?: readonly [idle: number, interval: number, count: number]
}

/**
 * What befalls packets: which way (`a`: from the client to the server), from which to which ordinal (each way counts its
 * own, from 1, SYN included), and what. `delay` holds up these packets alone; a `copy` follows the packet. In microseconds.
 */
export type Fault = `${'a' | 'b'}:${number}-${number}:${'drop' | `delay=${number}` | `copy=${number}`}`

/** A short transfer between two ends over the lab's relay, as data: `npm run trace` takes it, and onpath plays it again. */
export interface KernelTrace {
  readonly name: string
  readonly about: string
  readonly client: TraceEnd
  /** `refuses`: nobody listens. */
  readonly server: TraceEnd | 'refuses'
  readonly faults?: readonly Fault[]
  /** Default: cubic. */
  readonly congestion?: 'cubic' | 'reno' | 'bbr'
  /** Default: 10 ms one way, 100 Mbps, a queue of 200 packets. */
  readonly link?: { readonly onewayUs: number; readonly rateMbps: number; readonly queuePackets: number }
  /** Of both namespaces, where it is not the kernel's default: `net.ipv4.tcp_` goes before. */
  readonly settings?: Readonly<Record<string, number>>
  /** For so long packets are looked at. */
  readonly lastsMs: number
}

export const USUAL_LINK = { onewayUs: 10_000, rateMbps: 100, queuePackets: 200 }

/** The client asks with 100 bytes, and the server answers with so many; then both finish. */
export function answer(bytes: number): Pick<KernelTrace, 'client' | 'server'> {
  return {
    client: { steps: ['send=100', `receive=${bytes}`, 'finish', 'end'] },
    server: { steps: ['receive=100', `send=${bytes}`, 'end', 'finish'] },
  }
}
