import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { GAINS } from '../../audit/audit.ts'
import { MORE_VANTAGE } from '../../audit/more.ts'

type Row = Readonly<Record<'scenario' | 'path' | 'place' | 'vantage' | 'technique' | 'outcomes', string>>

const MATRIX: readonly Row[] = parse(readFileSync(new URL('../../../results/matrix.csv', import.meta.url), 'utf8'), {
  columns: true,
})

/** Judges each pair of attackers at one place of a path, of whom one can do more, by all that their techniques achieve. */
function judge(rows: readonly Row[]) {
  const gains = new Map<string, Set<string>>()
  const keyOf = ({ scenario, path, place }: Row, vantage: string) => [scenario, path, place, vantage].join('/')
  for (const row of rows) {
    const key = keyOf(row, row.vantage)
    const known = gains.get(key) ?? new Set()
    gains.set(key, known)
    for (const outcome of row.outcomes.split(' ')) if (GAINS.some((gain) => gain === outcome)) known.add(outcome)
  }
  const pairs = [...new Map(rows.map((row) => [keyOf(row, ''), row])).values()].flatMap((row) =>
    MORE_VANTAGE.flatMap(([less, more]) => {
      const [had, has] = [gains.get(keyOf(row, less)), gains.get(keyOf(row, more))]
      return had === undefined || has === undefined || had.size === 0 ? [] : [{ row, less, more, had, has }]
    }),
  )
  return {
    times: new Set(pairs.map(({ more }) => more)),
    breaches: pairs.flatMap(({ row, more, had, has }) =>
      [...had]
        .filter((outcome) => !has.has(outcome))
        .map((outcome) => `more vantage: ${outcome} of ${keyOf(row, more)} is lost`),
    ),
  }
}

test('more vantage gives no less in the recorded matrix of every preset', () => {
  const { times, breaches } = judge(MATRIX)
  expect(breaches).toEqual([])
  expect([...times].sort((a, b) => (a < b ? -1 : 1))).toEqual(['inline', 'node', 'side'])
})

test('a law finds attackers in the middle that achieve less than those beside the link', () => {
  const planted = MATRIX.map((row) => (row.vantage === 'inline' ? { ...row, outcomes: 'no-effect' } : row))
  const { breaches } = judge(planted)
  expect(breaches.length).toBeGreaterThan(0)
  expect(breaches.every((breach) => breach.startsWith('more vantage: '))).toBe(true)
})
