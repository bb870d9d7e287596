/** A transfer by HTTP through an SSH tunnel over the relay of the lab: Go's client and server, and OpenSSH's sshd. */
export interface TunnelTrace {
  readonly name: string
  readonly about: string
  readonly bytes: number
  readonly congestion: 'cubic' | 'reno'
  readonly link: { readonly onewayUs: number; readonly rateMbps: number; readonly queuePackets: number }
}

/** Transfers that overflow a short queue in slow start. `npm run trace` records them, and onpath repeats them. */
export const TUNNEL_TRACES: readonly TunnelTrace[] = [
  {
    name: 'tunnel-20ms',
    about: '2 MB by Reno; sshd has the core when the first ACKs are due',
    bytes: 2_000_000,
    congestion: 'reno',
    link: { onewayUs: 10_000, rateMbps: 100, queuePackets: 50 },
  },
  {
    name: 'tunnel-40ms',
    about: '1.5 MB by CUBIC; sshd has the core until just after the first data arrive',
    bytes: 1_500_000,
    congestion: 'cubic',
    link: { onewayUs: 20_000, rateMbps: 50, queuePackets: 30 },
  },
  {
    name: 'tunnel-60ms',
    about: '2 MB by CUBIC; sshd waits when the first data arrive',
    bytes: 2_000_000,
    congestion: 'cubic',
    link: { onewayUs: 30_000, rateMbps: 100, queuePackets: 50 },
  },
  {
    name: 'tunnel-80ms',
    about: '1.5 MB by CUBIC; sshd waits long before the first data arrive',
    bytes: 1_500_000,
    congestion: 'cubic',
    link: { onewayUs: 40_000, rateMbps: 50, queuePackets: 40 },
  },
]
