import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { PROBLEM_CODES } from '../../src/scenario/problems/problem-codes.ts'

const sound = ['first-steps', 'failures', 'wan-tls'].map((name) =>
  readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8'),
)
const tokens = sound.join('\n').match(/[\w.%-]+|\s+|[^\s\w]/g) ?? []

/** Every problem must lie within the text that it is about, and show as a line, a caret line and perhaps a hint. */
function checkProblems(text: string, set: readonly string[] = []): void {
  const loaded = loadScenario({ text, file: 'x.yaml' }, { set })
  if (loaded.ok) return
  expect(loaded.problems.length).toBeGreaterThan(0)
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  for (const problem of loaded.problems) {
    const { file, line, column, endColumn, code, sourceLine } = problem
    expect(Object.keys(PROBLEM_CODES)).toContain(code)
    if (file === 'x.yaml') expect(sourceLine).toBe((lines[line - 1] ?? '').replace(/^\uFEFF/, ''))
    else expect(set.join('\n')).toContain(sourceLine)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual(sourceLine.length + 1)
    if (endColumn !== undefined) expect(endColumn).toBeLessThanOrEqual(sourceLine.length + 1)
    const shown = formatProblem(problem).split('\n')
    expect(shown.length).toBeLessThanOrEqual(4)
    expect(shown[2].trim()).toMatch(/^\^+$/)
  }
}

const mutation = fc.record({
  text: fc.constantFrom(...sound),
  edits: fc.array(
    fc.record({
      at: fc.nat(),
      removed: fc.nat({ max: 30 }),
      inserted: fc.oneof(
        fc.constantFrom(...tokens),
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('\t', '\r\n', '*a', '&a ', '!!x ', '? ', '{', ']', '"', '__proto__: 1', '.nan', '1e999', '- '),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  ),
})

describe('loadScenario, for every text,', () => {
  it('loadScenario refuses damaged scenarios with positions inside the text, or loads them', () => {
    fc.assert(
      fc.property(mutation, ({ text, edits }) => {
        let damaged = text
        for (const { at, removed, inserted } of edits) {
          const start = at % (damaged.length + 1)
          damaged = damaged.slice(0, start) + inserted + damaged.slice(start + removed)
        }
        checkProblems(damaged)
      }),
      { numRuns: 200 },
    )
  })

  it('loadScenario refuses random values with positions inside the text, or loads them', () => {
    const leaf = fc.oneof(
      fc.constantFrom(...tokens.map((token) => token.trim())),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
    )
    const keys = fc.constantFrom(
      'hosts',
      'links',
      'paths',
      'workloads',
      'events',
      'expect',
      'routes',
      'identities',
      'version',
      'seed',
      'toString',
      'a',
      'tls',
      'tunnel',
      'set',
      'at',
      'loss',
      'jitter',
      'between',
      'kind',
      'from',
      'to',
    )
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
      ),
    }))
    const top = fc.dictionary(keys, fc.dictionary(keys, tree, { maxKeys: 4 }), { maxKeys: 9 })
    fc.assert(
      fc.property(top, (value) => checkProblems(JSON.stringify({ version: 1, ...value }, null, 1))),
      { numRuns: 200 },
    )
  })

  it('loadScenario refuses random overrides with positions inside them, or applies them', () => {
    const path = fc.array(
      fc.constantFrom('links', 'wire', 'loss', 'hosts', 'client', 'paths', 'web', 'events', '0', '', 'x'),
      { maxLength: 5 },
    )
    fc.assert(
      fc.property(
        path,
        fc.constantFrom('=', '', '=='),
        fc.oneof(fc.constantFrom(...tokens), fc.string()),
        (steps, separator, value) => {
          checkProblems(sound[0], [`${steps.join('.')}${separator}${value}`])
        },
      ),
      { numRuns: 120 },
    )
  })

  it('loadScenario prints no control characters to a terminal', () => {
    const loaded = loadScenario({ text: 'version: 1\n"\\e[31mred": 1\n', file: '\u001b]0;title\u0007.yaml' })
    const shown = loaded.ok ? '' : loaded.problems.map(formatProblem).join('\n')
    expect(shown).toContain('has no key')
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  const floods: Record<string, string> = {
    '200,000 commas': `[${','.repeat(2e5)}]`,
    '200,000 quotes': '"'.repeat(2e5),
    '100,000 lines with a tab': '\t\n'.repeat(1e5),
    '20,000 duplicates': 'a:\n'.repeat(2e4),
    '100,000 aliases': `a: &a 1\nb: [${'*a,'.repeat(1e5)}]`,
    '500,000 open brackets': '['.repeat(5e5),
    '100,000 indents': '- '.repeat(1e5),
    '260,000 lines of one key': 'a: b\n'.repeat(2.6e5),
    '20,000 hosts': `version: 1\nhosts:\n${Array.from({ length: 2e4 }, (_, i) => `  h${i}: {}\n`).join('')}`,
  }
  it.each(Object.keys(floods))('loadScenario reports a readable list of problems for %s', (name) => {
    const loaded = loadScenario({ text: floods[name], file: 'x.yaml' })
    expect(loaded.ok).toBe(false)
    if (!loaded.ok) expect(loaded.problems.length).toBeLessThanOrEqual(101)
  })
})
