import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import wrapAnsi from 'wrap-ansi'
import { runTable } from '../../src/report/run/run-table.ts'
import { commandLines, hangingLines } from '../../src/report/screen/lines.ts'
import { PLAIN_SCREEN, type Screen } from '../../src/report/screen/screen.ts'
import { stylesOf } from '../../src/report/screen/styles.ts'
import { stackedText, tableText } from '../../src/report/screen/table.ts'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'

function aTerminal(columns: number, hasColor = false): Screen {
  return { columns, hasColor, widthOf: (text) => stringWidth(text), wrap: (text, width) => wrapAnsi(text, width) }
}

const FIGURES = {
  head: ['path', 'p50 ms', 'p99 ms'],
  rows: [
    ['  a-workload', '12.5', '-'],
    ['  b', '1.25', '3.5'],
  ],
  wordColumns: 1,
  keyColumns: 1,
}

test('a table that fits has two blanks between columns, and figures are aligned right', () => {
  expect(tableText(FIGURES, aTerminal(28))).toBe(`path          p50 ms  p99 ms
  a-workload    12.5       -
  b             1.25     3.5`)
})

test('a table that is a little too wide has one blank between figures', () => {
  expect(tableText(FIGURES, aTerminal(27))).toBe(`path         p50 ms p99 ms
  a-workload   12.5      -
  b            1.25    3.5`)
})

test('a table whose figures alone fit has the key of each row above them', () => {
  expect(tableText(FIGURES, aTerminal(20))).toBe(`p50 ms  p99 ms
  a-workload
  12.5       -
  b
  1.25     3.5`)
})

test('a table that is much too wide becomes short lines that name their columns', () => {
  expect(tableText(FIGURES, aTerminal(12))).toBe(`  a-workload
    p50 12.5
      ms
  b
    p50 1.25
      ms
    p99 3.5 ms`)
})

test('wide characters and colours count as the columns that a terminal gives them', () => {
  const rows = [
    ['東京', 'x'],
    [stylesOf({ hasColor: true }).bad('ab'), 'y'],
  ]
  const text = tableText({ head: ['', ''], rows, wordColumns: 2, keyColumns: 1 }, aTerminal(80))
  const [, wide, styled] = text.split('\n')
  expect(stringWidth(wide)).toBe(stringWidth(styled))
})

test('a matrix that is too wide is cut between columns, and each part has the key', () => {
  const table = { head: ['', 'left', 'right'], rows: [['key', 'aaaa', 'bbbb']], wordColumns: 3, keyColumns: 1 }
  expect(stackedText(table, aTerminal(10))).toBe('     left\nkey  aaaa\n\n     right\nkey  bbbb')
  expect(stackedText(table, aTerminal(16))).toBe('     left  right\nkey  aaaa  bbbb')
})

test('a command is wrapped so that a shell reads it as one, and an option keeps its value', () => {
  const command = "npx onpath check wan.yaml --place 'the link that it crosses' --seed 7"
  const lines = commandLines('repeat: ', command, aTerminal(40), '  ')
  expect(lines).toEqual([
    '  repeat: npx onpath check wan.yaml \\',
    "    --place 'the link that it crosses' \\",
    '    --seed 7',
  ])
  expect(
    lines
      .join('\n')
      .replace('  repeat: ', '')
      .replaceAll(/ \\\n +/g, ' '),
  ).toBe(command)
  expect(commandLines('repeat: ', command, PLAIN_SCREEN)).toEqual([`repeat: ${command}`])
})

test('texts are wrapped between words on a terminal, and not in a pipe', () => {
  expect(hangingLines('one two three', aTerminal(12))).toEqual(['one two', '  three'])
  expect(hangingLines('one two three', PLAIN_SCREEN)).toEqual(['one two three'])
})

test.each([50, 60, 80])('the table of a run fits into %i columns, and loses no figure', (columns) => {
  const result = aResult({
    workloads: [aWorkload({ name: 'a-workload-with-a-name' }), aWorkload({ name: 'bulk', path: 'other' })],
    verdicts: [aVerdict({})],
    expectations: [{ expect: 'latency(a-workload-with-a-name) p50 < 120ms', met: false, measured: '130.5ms' }],
  })
  const print = (screen: Screen) =>
    runTable.each(result, {
      reproduce: 'npx onpath run x.yaml --seed 7',
      isOnly: true,
      screen,
      tolerances: [],
      packets: '',
    })
  const text = print(aTerminal(columns))
  for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
  const figures = (printed: string) => (printed.match(/\d+\.\d+/g) ?? []).sort()
  expect(figures(text)).toEqual(figures(print(PLAIN_SCREEN)))
})

test('outcomes have colours, and the same words without them', () => {
  const { outcome } = stylesOf({ hasColor: true })
  expect(outcome('impersonated')).toBe('\u001b[1m\u001b[31mimpersonated\u001b[39m\u001b[22m')
  expect(outcome('no-effect')).toBe('\u001b[32mno-effect\u001b[39m')
  expect(stylesOf({ hasColor: false }).outcome('impersonated')).toBe('impersonated')
})
