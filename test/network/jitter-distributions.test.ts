import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import type { JitterDistribution } from '../../src/network/jitter-distributions/jitter-distribution.ts'
import { distributionOf, JITTER_DISTRIBUTIONS } from '../../src/network/jitter-distributions.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { configText } from '../../src/scenario/print/config-text.ts'

const ALL: Readonly<Record<string, JitterDistribution>> = JITTER_DISTRIBUTIONS

function loaded(jitter: string, extra = '') {
  const link = `{ between: [a, b], delay: 50ms, jitter: ${jitter} }`
  const text = `version: 1\nname: jitter\nhosts: { a: {}, b: {} }\nlinks: { wan: ${link} }\n`
  const rest =
    'paths: { web: { kind: custom, from: a, to: b, scheme: http } }\nworkloads: { get: { path: web, requests: 1 } }\n'
  return loadScenario({ file: 'jitter.yaml', text: text + rest + extra })
}

/** The contract of every distribution of jitter. */
describe.each(namesOf(ALL))('jitter %s', (name) => {
  const { figures, shortensByNs, kept, addedNs } = ALL[name]
  const examples = namesOf(figures).map((figure) => [figure, figures[figure].example] as const)
  const written = examples.length === 1 ? examples[0][1] : `{ ${examples.map((one) => one.join(': ')).join(', ')} }`

  test('is read from its example, printed, and read again as the same', () => {
    const once = loaded(`{ ${name}: ${written} }`)
    if (!once.ok) throw new Error(once.problems.map(({ message }) => message).join('; '))
    const [{ forward }] = once.scenario.blueprint.links
    expect(forward.jitter).toMatchObject({ kind: name, canReorder: false })
    const again = loadScenario({ file: 'again.yaml', text: configText(once) })
    if (!again.ok) throw new Error(again.problems.map(({ message }) => message).join('; '))
    expect(again.scenario.blueprint.links[0].forward.jitter).toEqual(forward.jitter)
  })

  test('adds more at a larger fraction, a finite time, and shortens a delay by no more than it says', () => {
    const once = loaded(`{ ${name}: ${written} }`)
    if (!once.ok) throw new Error('it is not read')
    const figuresNs = distributionOf(once.scenario.blueprint.links[0].forward.jitter)?.figures ?? {}
    const { widthNs, shape } = kept(figuresNs)
    const fraction = fc.integer({ min: 1, max: 2 ** 32 - 1 }).map((part) => part / 2 ** 32)
    fc.assert(
      fc.property(fraction, fraction, (one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)].map((at) => addedNs(at, widthNs, shape))
        expect(less).toBeLessThanOrEqual(more)
        expect(Number.isFinite(more)).toBe(true)
        expect(less).toBeGreaterThanOrEqual(-shortensByNs(figuresNs))
      }),
    )
  })

  test('refuses a figure that must be positive and is zero', () => {
    for (const [figure] of examples) {
      const zero = examples.map(([own, text]) => `${own}: ${own === figure ? '0ms' : text}`).join(', ')
      const { ok } = loaded(`{ ${name}: ${examples.length === 1 ? '0ms' : `{ ${zero} }`} }`)
      expect(ok).toBe(figures[figure].isPositive !== true)
    }
  })
})

test('two distributions of jitter at once are refused, as is none', () => {
  const [one, other] = namesOf(ALL)
  for (const jitter of [`{ ${one}: 1ms, ${other}: 1ms }`, '{ reorder: true }']) {
    const read = loaded(jitter)
    expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual(['jitter has exactly one distribution'])
  }
})
