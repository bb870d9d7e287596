import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkText } from './check-text.ts'
import { fuzz, GENERATORS, type GeneratorName } from './fuzz.ts'

const CORPUS = fileURLToPath(new URL('./corpus/', import.meta.url))
/** `npm run nightly` and `npm run fuzz` try many more. */
const RUNS: Readonly<Record<GeneratorName, number>> = { scenarios: 20, edges: 8, hostile: 250 }

describe('a text that once broke a promise', () => {
  it.each(readdirSync(CORPUS).filter((name) => name.endsWith('.yaml')))(
    'a fuzzed text that once broke a promise keeps all promises: %s',
    (name) => {
      expect(() => checkText(readFileSync(`${CORPUS}${name}`, 'utf8'))).not.toThrow()
    },
  )
})

it.each(Object.keys(GENERATORS) as GeneratorName[])(
  'no generated text breaks a promise of the command line: %s',
  (generator) => {
    const { finding, counts } = fuzz({ generator, seed: 20_261_127, runs: RUNS[generator], timeMs: Infinity })
    expect(finding).toBeNull()
    // A generator whose texts are all refused would look at half of what it is to look at, and so would the reverse.
    if (generator === 'edges') expect(4 * counts.refused).toBeLessThan(RUNS.edges)
    else expect(counts.refused).toBeGreaterThan(0)
    expect(counts.simulated).toBeGreaterThan(0)
  },
)
