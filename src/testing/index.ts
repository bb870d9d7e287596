/**
 * For tests: run a scenario, and hold verdicts, secrets and digests against what they must be. Importing this adds the
 * matchers to Vitest's `expect`.
 */
import { expect } from 'vitest'
import { type Matched, type ResistOptions, toHaveDigest, toLeak, toResist, type VerdictFilter } from './matchers.ts'

export { type RunScenarioOptions, runScenario, type ScenarioRun } from './run-scenario.ts'
export type { ResistOptions, VerdictFilter }

interface OnpathMatchers<R = unknown> {
  /** The technique brought its attacker nothing of others. */
  toResist(technique: string, options?: ResistOptions): R
  /** Some attacker learned it: what a workload `carries`, a token or a key, by name. */
  toLeak(secret: string, options?: Pick<VerdictFilter, 'attacker'>): R
  /** The run's digest, or its first 8 digits and more. */
  toHaveDigest(digest: string): R
}

declare module 'vitest' {
  interface Matchers<T> extends OnpathMatchers<T> {}
}

const matchers = { toResist, toLeak, toHaveDigest } satisfies Record<string, (...args: never[]) => Matched>

expect.extend(matchers)
