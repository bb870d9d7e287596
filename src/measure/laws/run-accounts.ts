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
  /** The number of serials that the direction gave to packets, modulo 2^32. */
  readonly numbered: number
  /** Packets that have a serial, but that a rule dropped or diverted before they were sent. */
  readonly withheld: number
  /** Copies that a rule made of packets that had arrived. They have serials, but were never sent. */
  readonly copied: number
  readonly delivered: number
  readonly deliveredBytes: number
  readonly lost: number
  readonly droppedAtQueue: number
  readonly droppedWhileDown: number
  /** Packets that were sent and have not arrived. */
  readonly underWay: number
  /** The highest rate during the run, in bits per second; null if packets take no time to serialize. */
  readonly highestRateBps: number | null
  readonly mtuBytes: number
}

/** The requests of a workload on one instance of its path. For streams, chunks or keys take the place of requests. */
export interface WorkloadAccount {
  readonly name: string
  /** Requests that began, that ended, and that clients still have under way. */
  readonly issued: number
  readonly settled: number
  readonly underWay: number
  readonly completed: number
  readonly latencySumNs: number
  readonly partsSumNs: number
  /** Body bytes that were delivered; null if attackers or agents may have carried some of them. */
  readonly deliveredBytes: number | null
  /** IP bytes that were sent for the workload. */
  readonly wireBytes: number
  /** The shortest latency, and the shortest time from dialling to the first byte; null for none. */
  readonly shortestLatencyNs: number | null
  readonly shortestSetupNs: number | null
  /** The least time that signals need to the server and back; 0 if a nearer host may answer. */
  readonly leastRoundTripNs: number
  readonly usesTls: boolean
}

/** The cores of a machine, and the work that was finished on them. */
export interface MachineAccount {
  readonly name: string
  readonly cores: number
  readonly busyNs: number
}
