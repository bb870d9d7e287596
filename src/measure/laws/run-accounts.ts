/** The counters of a run at its end, from which laws judge it. All are integers below 2^53. */
export interface RunAccounts {
  readonly endTick: number
  readonly links: readonly LinkAccount[]
  readonly workloads: readonly WorkloadAccount[]
  readonly machines: readonly MachineAccount[]
}

/** The packets of a link direction. */
export interface LinkAccount {
  readonly name: string
  /** The numbers that it gave to packets, modulo 2^32. */
  readonly numbered: number
  /** Packets with a number that a rule dropped or diverted before they were sent. */
  readonly withheld: number
  /** Copies that a rule made of packets which had arrived. They have numbers, and were never sent. */
  readonly copied: number
  readonly delivered: number
  readonly deliveredBytes: number
  readonly lost: number
  readonly droppedAtQueue: number
  readonly droppedWhileDown: number
  /** Packets that were sent and have not arrived. */
  readonly underWay: number
  /** The highest rate that it had, in bits per second; null where packets serialize in no time. */
  readonly highestRateBps: number | null
  readonly mtuBytes: number
}

/** The requests of a workload on one instance of its path, or the chunks or keys of its streams. */
export interface WorkloadAccount {
  readonly name: string
  /** Requests that began, that ended, and those that clients have under way. */
  readonly issued: number
  readonly settled: number
  readonly underWay: number
  readonly completed: number
  readonly latencySumNs: number
  readonly partsSumNs: number
  /** Body bytes that were delivered; null where attackers or agents may have carried some for others. */
  readonly deliveredBytes: number | null
  /** IP bytes that were sent for the workload. */
  readonly wireBytes: number
  /** The shortest latency and time from dialling to the first byte; null for none. */
  readonly shortestLatencyNs: number | null
  readonly shortestSetupNs: number | null
  /** The least time that signals need to the server and back; 0 where something nearer may answer. */
  readonly leastRoundTripNs: number
  readonly usesTls: boolean
}

/** The cores of a machine, and the work that ended on them. */
export interface MachineAccount {
  readonly name: string
  readonly cores: number
  readonly busyNs: number
}
