import type { CpuProfile } from '../../src/security/cpu-profile.ts'

/** The programs and the machine of a stack: a CPU profile of scenarios, and what differs from it in a tunnel's cells. */
interface Bed {
  readonly cpu: 'go' | 'nodejs'
  /** Returns what differs, from the quickest (0) to the slowest (1) that the machine was. */
  readonly inTunnels: (slowness: number) => Partial<CpuProfile>
}

/** Least and most nanoseconds per byte of sshd's buffer, for 23 to 29 ms in which it keeps the core. */
const QUICKEST_BYTE_NS = 0.36
const SLOWEST_BYTE_NS = 0.46

/**
 * The stacks of measurements. `go-lab` is the stack `go` on the bed of docs/models/ssh.md, whose sshd is about twice as
 * fast, and keeps the core that it shares with the client for 23 to 29 ms instead of 43. It first reads when the server,
 * on that core too, has filled its socket, so that it does not read the response's head alone.
 */
const BEDS: Readonly<Record<string, Bed>> = {
  go: { cpu: 'go', inTunnels: () => ({}) },
  nodejs: { cpu: 'nodejs', inTunnels: () => ({}) },
  'go-lab': {
    cpu: 'go',
    inTunnels: (slowness) => ({
      sshByteNs: 0.9,
      sshPacketNs: 5_000,
      sshBufferByteNs: QUICKEST_BYTE_NS + slowness * (SLOWEST_BYTE_NS - QUICKEST_BYTE_NS),
      firstWriteBytes: Number.POSITIVE_INFINITY,
    }),
  },
}

/** Returns the bed of a stack, or null for a stack that has no model. */
export function bedOf(stack: string): Bed | null {
  return BEDS[stack] ?? null
}
