import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { readTextFile } from '../../src/disk/read-text.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { scenarioJsonSchema } from '../../src/scenario/schema/json-schema.ts'
import { anyEdgeText } from './any-edge.ts'
import { anyHostileText, anyScenarioText } from './any-text.ts'
import type { Schema } from './any-value.ts'
import { checkText, type TextOutcome } from './check-text.ts'

/** The repository: compiled or not, the fuzzer is run from there. */
const ROOT = process.cwd()

/** The generators of texts, by the names that `npm run fuzz` takes. */
export const GENERATORS = {
  scenarios: () => anyScenarioText(committedTexts(), scenarioJsonSchema() as Schema),
  edges: () => anyEdgeText,
  hostile: () => anyHostileText(committedTexts()),
} as const

export type GeneratorName = keyof typeof GENERATORS

/** A text that broke a promise, as small as it was found to be. */
export interface Finding {
  readonly text: string
  readonly message: string
  /** Repeats the search for it. */
  readonly seed: number
  readonly path: string | null
}

export interface FuzzOptions {
  readonly generator: GeneratorName
  readonly seed: number
  readonly runs: number
  /** The time after which the search ends, in milliseconds; Infinity for all runs. */
  readonly timeMs: number
}

export interface FuzzReport {
  readonly runs: number
  readonly counts: Readonly<Record<TextOutcome, number>>
  readonly finding: Finding | null
}

/** Tries generated texts until one breaks a promise, and makes that one small. */
export function fuzz({ generator, seed, runs, timeMs }: FuzzOptions): FuzzReport {
  const counts: Record<TextOutcome, number> = { refused: 0, simulated: 0, budget: 0, large: 0 }
  let isShrinking = false
  const property = fc.property(GENERATORS[generator](), (text) => {
    try {
      const outcome = checkText(text)
      if (!isShrinking) counts[outcome]++
    } catch (error) {
      isShrinking = true
      throw error
    }
  })
  const limit = Number.isFinite(timeMs) ? { interruptAfterTimeLimit: timeMs, markInterruptAsFailure: false } : {}
  const { numRuns, failed, counterexample, counterexamplePath, errorInstance } = fc.check(property, {
    seed,
    numRuns: runs,
    ...limit,
  })
  if (!failed || counterexample === null) return { runs: numRuns, counts, finding: null }
  const message =
    errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance)
  return { runs: numRuns, counts, finding: { text: counterexample[0], message, seed, path: counterexamplePath } }
}

/** The committed scenarios, whole: with their bases merged in, so that a change can be anywhere. */
function committedTexts(): string[] {
  const folder = join(ROOT, 'scenarios')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') && !path.startsWith('attacks') && !LARGE.test(path))
    .sort()
    .map((path) => {
      const file = join(folder, path)
      const loaded = loadScenario({ file: relative(ROOT, file), text: readFileSync(file, 'utf8'), read: readTextFile })
      if (!loaded.ok) throw new Error(`${path} is no scenario`)
      return JSON.stringify(loaded.document)
    })
}

/** Scenarios whose single run takes longer than hundreds of others. */
const LARGE = /cluster-5000|heartbeats-500|real-stacks/
