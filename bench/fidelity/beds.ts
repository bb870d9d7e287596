import type { CpuProfile } from '../../src/security/cpu-profile.ts'

/** The programs and the machine of a stack: a CPU profile of scenarios, and what differs from it. */
interface Bed {
  readonly cpu: 'go' | 'nodejs'
  /** Returns what differs, in a tunnel's cells also from the quickest (0) to the slowest (1) that its sshd was. */
  readonly figures: (isTunnel: boolean, slowness: number) => Partial<CpuProfile>
}

/** The bytes that the server of `npm run lab` writes at once (lab/go/main.go). */
const SERVED_BYTES = 1024 * 1024
/** The buffer of io.Discard, with which the client of `npm run lab` reads. */
const DISCARD_BYTES = 8192

/**
 * Returns the figures of a bed on which all programs share a core. `bufferByteNs`: least and most nanoseconds per byte of
 * sshd's buffer.
 */
function sharedCore(figures: Partial<CpuProfile>, [least, most]: readonly [number, number]): Bed['figures'] {
  const { coldPacketNs = 0 } = figures
  return (isTunnel, slowness) =>
    isTunnel
      ? {
          ...figures,
          bodyWriteBytes: SERVED_BYTES,
          bodyReadBytes: DISCARD_BYTES,
          sshBufferByteNs: least + slowness * (most - least),
        }
      : { coldPacketNs, bodyWriteBytes: SERVED_BYTES }
}

/**
 * The stacks of measurements. `go-lab` is the stack `go` on the bed of docs/models/ssh.md, whose sshd is about twice as
 * fast, and keeps the core that it shares with the client for 23 to 29 ms instead of 43. Its server fills its socket in
 * 0.9 ms. How much later a packet leaves after a pause is the mean of both ends, which took 2 and 10 us.
 */
const BEDS: Readonly<Record<string, Bed>> = {
  go: { cpu: 'go', figures: () => ({ bodyWriteBytes: SERVED_BYTES }) },
  nodejs: { cpu: 'nodejs', figures: () => ({}) },
  'go-lab': {
    cpu: 'go',
    figures: sharedCore({ sshByteNs: 0.9, sshPacketNs: 5_000, socketByteNs: 0.23, coldPacketNs: 6_000 }, [0.31, 0.4]),
  },
}

/** Returns the bed of a stack, or null for a stack that has no model. */
export function bedOf(stack: string): Bed | null {
  return BEDS[stack] ?? null
}
