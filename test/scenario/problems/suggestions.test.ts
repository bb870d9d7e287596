import { expect, test } from 'vitest'
import { loadScenario } from '../../../src/scenario/load.ts'
import { problemAt, sortProblems } from '../../../src/scenario/problems/problem.ts'
import { SourceText } from '../../../src/scenario/problems/source-text.ts'
import { didYouMean, nearest } from '../../../src/values/did-you-mean.ts'

test('the nearest name is suggested, if at most a third of its letters differ', () => {
  expect(nearest('wam', ['lan', 'wan', 'man'])).toBe('wan')
  expect(nearest('requets', ['request', 'requests', 'response'])).toBe('request')
  expect(nearest('abcdef', ['abcxyz'])).toBeUndefined()
  expect(nearest('abcdef', ['abcxef'])).toBe('abcxef')
  expect(nearest('abcdef', ['abxyef'])).toBe('abxyef')
  expect(nearest('ab', ['cd', 'abcdefgh'])).toBeUndefined()
})

test('the first replica is suggested for the name without its number, if no name is nearer', () => {
  expect(nearest('agent', ['web-1', 'agent-1', 'agent-2'])).toBe('agent-1')
  expect(nearest('agent', ['agent-1', 'agent-2', 'agents'])).toBe('agents')
  expect(nearest('ag', ['agent-1', 'agent-2'])).toBeUndefined()
})

test('the scenario’s name for a term of the field is suggested', () => {
  const keys = ['rate', 'delay', 'loss', 'jitter', 'queue', 'mtu', 'between']
  for (const [written, meant] of [
    ['bandwidth', 'rate'],
    ['latency', 'delay'],
    ['packet_loss', 'loss'],
    ['packetLoss', 'loss'],
    ['Loss Rate', 'loss'],
    ['endpoints', 'between'],
  ])
    expect(nearest(written, keys)).toBe(meant)
  expect(nearest('bandwidth', ['delay', 'loss'])).toBeUndefined()
  expect(nearest('at', ['on', 'as', 'plan', 'vantage'])).toBe('on')
  expect(nearest('at', ['path', 'start', 'rate'])).toBe('start')
  expect(nearest('latency', ['throughput', 'latency'])).toBe('latency')
  expect(nearest('constructor', keys)).toBeUndefined()
})

test('two swapped adjacent letters count as one error, and two distant ones as two', () => {
  expect(nearest('lsos', ['loss'])).toBe('loss')
  expect(nearest('ol', ['lo'])).toBe('lo')
  expect(nearest('soll', ['llos'])).toBeUndefined()
})

test('the only name that begins with the text is suggested, however long it is', () => {
  expect(nearest('con', ['connection', 'rate'])).toBe('connection')
  expect(nearest('con', ['connection', 'control'])).toBeUndefined()
  expect(nearest('co', ['connection'])).toBeUndefined()
})

test('no name is suggested for a text of more than 100 characters', () => {
  const long = 'a'.repeat(100)
  expect(nearest(long, [`${long}b`])).toBe(`${long}b`)
  expect(nearest(`${long}a`, [`${long}b`])).toBeUndefined()
})

test('a suggested name that is planned is marked', () => {
  expect(didYouMean('natt', ['link'], ['nat'])).toBe('did you mean nat, which is not modelled yet?')
})

test('suggestions are searched only for displayed problems', () => {
  const source = new SourceText('x.yaml', 'a\n'.repeat(500))
  let searches = 0
  const problems = Array.from({ length: 500 }, (_, line) =>
    problemAt({ source, start: 2 * line, end: 2 * line + 1 }, 'unknown-key', 'no such key', () => {
      searches++
      return line % 2 === 0 ? `hint ${line}` : undefined
    }),
  )
  const shown = sortProblems(problems.toReversed())
  expect([shown.length, searches]).toEqual([101, 100])
  expect(shown.slice(0, 2).map((problem) => problem.hint)).toEqual(['hint 0', undefined])
  expect(shown[1]).not.toHaveProperty('hint')
  expect(shown[100]).toMatchObject({ code: 'more-problems', line: 101 })
})

test('ten thousand undeclared names are reported, the first hundred with suggestions', () => {
  const lines = (of: (i: number) => string) => Array.from({ length: 3_000 }, (_, i) => of(i)).join('')
  const text = `version: 1
hosts:\n${lines((i) => `  host${i}a: {}\n`)}links: {}
paths:\n${lines((i) => `  p${i}: { from: host${i}b, to: host${i}c, port: 1 }\n`)}workloads:
  w: { path: p0, requests: 1 }\n`
  const loaded = loadScenario({ text, file: 'x.yaml' })
  const problems = loaded.ok ? [] : loaded.problems
  expect(problems).toHaveLength(101)
  expect(problems[0]).toMatchObject({ code: 'unknown-name', hint: 'did you mean host0a?' })
})
