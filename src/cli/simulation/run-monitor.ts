/** The progress of a run in another thread, and a way to stop it, in memory that both threads share. */
export class RunMonitor {
  readonly shared: {
    /** Two numbers: 1 makes the run stop; 1 says that it has begun. */
    readonly flags: Int32Array
    /** The simulated time in nanoseconds, and the number of events. */
    readonly progress: Float64Array
  }

  constructor(
    shared: RunMonitor['shared'] = {
      flags: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
      progress: new Float64Array(new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT)),
    },
  ) {
    this.shared = shared
  }

  stop(): void {
    Atomics.store(this.shared.flags, STOP, 1)
  }

  get isToStop(): boolean {
    return Atomics.load(this.shared.flags, STOP) === 1
  }

  get hasBegun(): boolean {
    return Atomics.load(this.shared.flags, BEGUN) === 1
  }

  get simulatedNs(): number {
    return this.shared.progress[SIMULATED_NS]
  }

  get events(): number {
    return this.shared.progress[EVENTS]
  }

  report(simulatedNs: number, events: number): void {
    this.shared.progress[SIMULATED_NS] = simulatedNs
    this.shared.progress[EVENTS] = events
    Atomics.store(this.shared.flags, BEGUN, 1)
  }
}

const STOP = 0
const BEGUN = 1
const SIMULATED_NS = 0
const EVENTS = 1
