/**
 * Helpers for tests: `runScenario` and matchers for verdicts, secrets and digests. Importing this module adds the matchers
 * to Vitest's `expect`.
 * @example
 * import { runScenario } from 'onpath/testing'
 *
 * test('the apiserver refuses a false kubelet', () => {
 *   const result = runScenario('cluster.yaml', { attack: 'unchecked-kubelet' })
 *   expect(result).toResist('impersonate-server', { path: 'logs' })
 * })
 */
import { expect } from 'vitest'
import type { UsedTechnique } from '../attack/techniques.ts'
import { type Matched, type ResistOptions, toHaveDigest, toLeak, toResist, type VerdictFilter } from './matchers.ts'

export type { UsedTechnique as TechniqueName } from '../attack/techniques.ts'
export type { Vantage } from '../attack/vantages.ts'
export type { Outcome } from '../measure/verdict.ts'
export { ATTACKS, type AttackName, type AttackReference } from './attack-names.ts'
export { type RunScenarioOptions, runScenario, type ScenarioRun } from './run-scenario.ts'
export type { ResistOptions, VerdictFilter }

interface OnpathMatchers<R = unknown> {
  /** Expects that a technique gained the attacker nothing that belongs to others. */
  toResist(technique: UsedTechnique, options?: ResistOptions): R
  /** Expects that an attacker learned a secret: one that a workload `carries`, a token or a key, by its name. */
  toLeak(secret: string, options?: Pick<VerdictFilter, 'attacker'>): R
  /** Expects the digest of the run, or a prefix of at least 8 digits. */
  toHaveDigest(digest: string): R
}

declare module 'vitest' {
  interface Matchers<T> extends OnpathMatchers<T> {}
}

const matchers = { toResist, toLeak, toHaveDigest } satisfies Record<string, (...args: never[]) => Matched>

expect.extend(matchers)
