import { NEWEST_MINOR, OLDEST_MINOR } from './kubernetes-version.ts'

/** A value that applies from a minor release until the next step. */
export interface Step<Value> {
  readonly from: number
  readonly value: Value
  /** The file, pull request or proposal that documents the value. */
  readonly source: string
  /** True if the source was not read, but cited from memory or from another text that only mentions it. */
  readonly unverified: boolean
}

export type Steps<Value> = readonly Step<Value>[]

/**
 * Makes a table of values by release, from triples `[from, value, source]`, oldest first. The first must be from 1.6.
 */
export function over<Value>(...steps: readonly (readonly [number, Value, string])[]): Steps<Value> {
  return steps.map(([from, value, source]) => ({ from, value, source, unverified: false }))
}

/** Makes a table with the same value for every release. */
export const always = <Value>(value: Value, source: string): Steps<Value> => over([OLDEST_MINOR, value, source])

/** Marks the steps that begin at these releases as unverified. */
export function unverified<Value>(steps: Steps<Value>, ...at: readonly number[]): Steps<Value> {
  return steps.map((step) => (at.includes(step.from) ? { ...step, unverified: true } : step))
}

export function stepAt<Value>(steps: Steps<Value>, minor: number): Step<Value> {
  const last = steps.findLast(({ from }) => from <= minor)
  if (last === undefined) throw new RangeError(`nothing is known of Kubernetes 1.${minor}`)
  return last
}

/** The last release of the step at `index`. */
export function lastMinorOf(steps: Steps<unknown>, index: number): number {
  return index + 1 < steps.length ? steps[index + 1].from - 1 : NEWEST_MINOR
}

/** Derives steps with the same releases and sources, and with mapped values. */
export function mapSteps<Value, Result>(steps: Steps<Value>, map: (value: Value) => Result): Steps<Result> {
  return steps.map((step) => ({ ...step, value: map(step.value) }))
}
