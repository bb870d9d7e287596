import type { FoundPeer, HoldSize, Peer } from './peer.ts'
import { cpuSecondsOf, outputOf } from './programs.ts'

/** A peer as it is found on this machine. */
export interface Contestant {
  readonly peer: Peer
  readonly found: FoundPeer
}

/** A measurement of one peer: what it is in this round. */
export type Measure = () => number

/** Some work that several peers do. */
export interface Work {
  readonly name: string
  readonly unit: string
  /** Returns how to measure a peer, or null if it does no such work. */
  readonly measureOf: (contestant: Contestant) => Measure | null
}

const OPERATIONS = 300_000
const US_PER_S = 1e6

/** All works. `bulkBytes` is the size of the bulk transfer. */
export function worksOf(bulkBytes: number): readonly Work[] {
  return [
    bulk(bulkBytes),
    hold({ pending: 100, operations: OPERATIONS, segments: 5 }),
    hold({ pending: 10_000, operations: OPERATIONS, segments: 5 }),
    hold({ pending: 1_000_000, operations: OPERATIONS, segments: 3 }),
  ]
}

/** The CPU time of a whole process that transfers so many bytes, for each packet that arrives at either end. */
function bulk(bytes: number): Work {
  return {
    name: `bulk/${bytes / 1e6}MB`,
    unit: 'CPU us/packet',
    measureOf: ({ found }) => {
      const run = found.bulk?.(bytes)
      if (run === undefined) return null
      const packets = run.packets()
      return () => (cpuSecondsOf(run.program) * US_PER_S) / packets
    },
  }
}

/** The fastest segment of the hold model: what disturbs a segment only makes it slower. */
function hold(size: HoldSize): Work {
  let expected: string | null = null
  return {
    name: `hold/${size.pending}`,
    unit: 'CPU ns/event',
    measureOf: ({ peer, found }) => {
      const program = found.hold?.(size)
      if (program === undefined) return null
      return () => {
        const segments = outputOf(program)
          .trim()
          .split('\n')
          .map((line) => line.split(' '))
        const checksum = segments.map(([sum]) => sum).join(' ')
        if (peer.keepsOrder) {
          expected ??= checksum
          if (checksum !== expected) throw new Error(`${peer.name} takes events in another order than onpath`)
        }
        return Math.min(...segments.map(([, ns]) => Number(ns)))
      }
    },
  }
}
