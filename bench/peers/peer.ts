/** A program and its arguments. */
export type Program = readonly [file: string, ...words: string[]]

/** A run of the hold model: so many pending events, and operations in each of so many segments. */
export interface HoldSize {
  readonly pending: number
  readonly operations: number
  readonly segments: number
}

/** A peer that is on this machine. */
export interface FoundPeer {
  readonly version: string
  /** Prints, for each segment, a checksum and the CPU nanoseconds an operation. Absent: it has no queue of events. */
  readonly hold?: (size: HoldSize) => Program
  /** Transfers so many bytes, and counts the packets that arrive, at both ends. Absent: it has no TCP. */
  readonly bulk?: (bytes: number) => { readonly program: Program; readonly packets: () => number }
}

/** A peer that is not on this machine. */
export interface MissingPeer {
  /** The command that installs it. */
  readonly get: string
}

/** Another simulator, or a queue, that does the same work. Adding one is a file, and a line in `peers.ts`. */
export interface Peer {
  readonly name: string
  /** True if it takes events of one tick in the order of onpath, so that the checksums must be equal. */
  readonly keepsOrder: boolean
  /** Looks for it on this machine, and builds what it needs in a folder, which is removed later. */
  readonly find: (folder: string) => FoundPeer | MissingPeer
}
