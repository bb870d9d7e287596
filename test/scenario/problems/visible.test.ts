import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  visible,
  visibleCommands,
  visibleIn,
  visibleJson,
  visibleLines,
} from '../../../src/scenario/problems/visible.ts'

/** Clears the screen, sets the title, is an 8-bit escape sequence, turns text around, and joins invisibly. */
const HOSTILE = '\u001b[2J\u001b]0;title\u0007\u009b31m\u202eright to left\u200d\u{e0041}'

test('hidden characters are shown as one visible character each', () => {
  expect(visible('a\u001b[2Jb')).toBe('a␛[2Jb')
  expect(visible('a\nb\r\tc\u007f\0')).toBe('a␊b␍ c␡␀')
  expect(visible('a\u202eb\u200dc\u009bd\u2028e\ud800f')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf')
  expect(visible('\u{e0041}')).toBe('\ufffd\ufffd')
  expect(visible('Zoë → 東京 🚀 é')).toBe('Zoë → 東京 🚀 é')
})

test('printed lines keep line breaks, tabs, bold and colour, and no other terminal control', () => {
  const styled = '\u001b[1mhead\u001b[22m\n\u001b[31mred\u001b[39m'
  expect(visibleLines(styled, true)).toBe(styled)
  expect(visibleLines('\u001b[2Jgone\u001b[8mhid\rden\r\n', true)).toBe('␛[2Jgone␛[8mhid␍den\r\n')
  expect(visibleLines('-\tno\n+\tyes\n', true)).toBe('-\tno\n+\tyes\n')
  expect(visibleLines('\u001b[11m\u001b[1m', true)).toBe('␛[11m\u001b[1m')
})

test('printed lines without styles keep only line breaks', () => {
  expect(visibleLines('\u001b[1mhead\u001b[22m\n', false)).toBe('␛[1mhead␛[22m\n')
})

test('JSON escapes hidden characters, and is read back unchanged', () => {
  expect(visibleJson({ a: HOSTILE, 'k\u202e': 1 }, 2)).not.toMatch(/[^\P{C}\n]/u)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(JSON.parse(visibleJson([text]))).toEqual([text])
    }),
  )
})

test('texts and keys at any depth are made visible, and nothing else changes', () => {
  const value = { list: [HOSTILE, 1, null, true], map: { 'k\n': 'v\n' } }
  expect(visibleIn(value)).toEqual({ list: [visible(HOSTILE), 1, null, true], map: { 'k␊': 'v␊' } })
})

test('a visible text has no control or format characters, and its length stays', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(visible(text)).toHaveLength(text.length)
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(visibleLines(text, false)).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }),
  )
})

test('printed lines have no commands for CI systems', () => {
  const runner = /^\s*::[a-z-]+(?: [^\n]*?)?::|##(?:vso|teamcity)?\[/im
  for (const line of [
    '::error::x',
    ' \t::stop-commands::x',
    'a\n\u00a0::add-mask::x',
    '::set-output name=a::b',
    '::ERROR file=x::y',
    'a ##[error]x',
    '####[error]x',
    '##vso[task.setvariable variable=a]b',
    "##teamcity[message text='x']",
  ]) {
    expect(line).toMatch(runner)
    expect(visibleLines(line, false)).not.toMatch(runner)
    expect(visibleLines(line, true)).not.toMatch(runner)
    const json = visibleJson({ [line]: [line] }, 2)
    expect(json).not.toMatch(runner)
    expect(JSON.parse(json)).toEqual({ [line]: [line] })
    expect(visibleCommands(line, false)).toMatch(runner)
  }
  for (const line of ['::1', '2001:db8::1', 'a::error::b', '# [x]', 'name::'])
    expect(visibleLines(line, false)).toBe(line)
})
