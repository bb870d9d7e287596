import { mapEntries } from '../../engine/registry.ts'
import type { CongestionControlDescriptor } from '../../transport/congestion/congestion-control.ts'
import type { CongestionControlsByName } from '../../transport/congestion/congestion-controls.ts'
import type { CongestionColumns, CongestionControl } from '../../transport/connections/congestion-control.ts'
import type { RateSample } from '../../transport/connections/rate-sample.ts'
import type { Connection } from '../../transport/rows.ts'
import { OwnCodeFailed, thrownBy } from './own-code.ts'

const LEAST_WINDOW = 1
const LEAST_THRESHOLD = 2

type Hook = keyof CongestionControl

/** Wraps congestion controls of a user. An error names the one that throws, or that sets an invalid value. */
export function checkedControls(own: CongestionControlsByName): CongestionControlsByName {
  return mapEntries(own, (descriptor, name): CongestionControlDescriptor => {
    const checked = (control: CongestionControl) => new CheckedControl(`congestion control ${name}`, control)
    return {
      ...descriptor,
      standard: checked(descriptor.standard),
      variants: Object.fromEntries(Object.entries(descriptor.variants ?? {}).map(([key, one]) => [key, checked(one)])),
    }
  })
}

class CheckedControl implements CongestionControl {
  readonly sendBufferWindows?: number
  readonly control?: NonNullable<CongestionControl['control']>
  readonly #object: string
  readonly #own: CongestionControl

  constructor(object: string, own: CongestionControl) {
    this.#object = object
    this.#own = own
    if (own.sendBufferWindows !== undefined) this.sendBufferWindows = own.sendBufferWindows
    if (own.control !== undefined) this.control = (...ack) => this.#controlByRate(...ack)
  }

  initialize(connections: CongestionColumns, connection: Connection, tick: number): void {
    try {
      this.#own.initialize(connections, connection, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'initialize', tick, error)
    }
    this.#check('initialize', connections, connection, tick)
  }

  onRoundTrip(connections: CongestionColumns, connection: Connection, rttNs: number, tick: number): void {
    try {
      this.#own.onRoundTrip(connections, connection, rttNs, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'onRoundTrip', tick, error)
    }
    this.#check('onRoundTrip', connections, connection, tick)
  }

  onAcknowledged(connections: CongestionColumns, connection: Connection, segments: number, tick: number): void {
    try {
      this.#own.onAcknowledged(connections, connection, segments, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'onAcknowledged', tick, error)
    }
    this.#check('onAcknowledged', connections, connection, tick)
  }

  thresholdAfterLoss(connections: CongestionColumns, connection: Connection, tick: number): number {
    let segments: number
    try {
      segments = this.#own.thresholdAfterLoss(connections, connection, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'thresholdAfterLoss', tick, error)
    }
    return this.#returned('thresholdAfterLoss', segments, LEAST_THRESHOLD, tick)
  }

  windowAfterUndo(connections: CongestionColumns, connection: Connection): number {
    let segments: number
    try {
      segments = this.#own.windowAfterUndo(connections, connection)
    } catch (error) {
      throw thrownBy(this.#object, 'windowAfterUndo', null, error)
    }
    return this.#returned('windowAfterUndo', segments, LEAST_WINDOW, null)
  }

  onIdleEnd(connections: CongestionColumns, connection: Connection, idleNs: number, tick: number): void {
    try {
      this.#own.onIdleEnd(connections, connection, idleNs, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'onIdleEnd', tick, error)
    }
    this.#check('onIdleEnd', connections, connection, tick)
  }

  onTimeout(connections: CongestionColumns, connection: Connection, tick: number): void {
    try {
      this.#own.onTimeout(connections, connection, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'onTimeout', tick, error)
    }
    this.#check('onTimeout', connections, connection, tick)
  }

  #controlByRate(connections: CongestionColumns, connection: Connection, sample: RateSample, tick: number): void {
    try {
      this.#own.control?.(connections, connection, sample, tick)
    } catch (error) {
      throw thrownBy(this.#object, 'control', tick, error)
    }
    this.#check('control', connections, connection, tick)
  }

  /** Checks the values that a hook has set. */
  #check(hook: Hook, connections: CongestionColumns, connection: Connection, tick: number): void {
    const window = connections.congestionWindow[connection]
    const threshold = connections.slowStartThreshold[connection]
    const rate = connections.pacingBytesPerS[connection]
    if (!(window >= LEAST_WINDOW && Number.isFinite(window)))
      throw this.#hasSet(hook, 'congestionWindow', window, 'a finite number of segments, at least 1', tick)
    if (!(threshold >= LEAST_THRESHOLD))
      throw this.#hasSet(hook, 'slowStartThreshold', threshold, 'a number of segments, at least 2, or Infinity', tick)
    if (!(rate >= 0 && Number.isFinite(rate)))
      throw this.#hasSet(hook, 'pacingBytesPerS', rate, 'a finite number, at least 0', tick)
  }

  #hasSet(hook: Hook, column: string, value: number, must: string, tick: number): OwnCodeFailed {
    return new OwnCodeFailed(this.#object, `${hook}() set ${column} to ${value}; it must be ${must}`, tick)
  }

  /** Checks the number of segments that a hook returned. */
  #returned(hook: Hook, segments: number, least: number, tick: number | null): number {
    if (segments >= least && Number.isFinite(segments)) return segments
    const must = `a finite number of segments, at least ${least}`
    throw new OwnCodeFailed(this.#object, `${hook}() returned ${String(segments)}; it must return ${must}`, tick)
  }
}
