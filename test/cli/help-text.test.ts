import { expect, test } from 'vitest'
import { fittedNotes, helpColumns } from '../../src/cli/help-text.ts'

test('help wraps notes between words, and its commands so that a shell reads them as one', () => {
  const notes = 'One two\nthree four.\n\nExamples:\n  onpath run a.yaml --seed 7'
  expect(fittedNotes(notes, 24)).toBe('One two three four.\n\nExamples:\n  onpath run a.yaml \\\n    --seed 7')
})

test('help joins consecutive lines to a paragraph, up to an empty line, heading or indented line', () => {
  const notes = ['One', 'two', '', 'three', 'Examples:', 'four', '  five', '  six', 'seven', 'eight'].join('\n')
  expect(fittedNotes(notes, 80)).toBe(
    ['One two', '', 'three', 'Examples:', 'four', '  five', '  six', 'seven eight'].join('\n'),
  )
})

test('help wraps an indented line that is no command with the same indentation', () => {
  const text = '  one two three four five six seven eight nine ten'
  expect(text.length).toBe(50)
  expect(fittedNotes(text, 50)).toBe(text)
  expect(fittedNotes(text, 49)).toBe('  one two three four five six seven eight nine\n  ten')
  // The last word but one ends in the last column.
  expect(fittedNotes(text, 46)).toBe('  one two three four five six seven eight nine\n  ten')
  expect(fittedNotes(text, 45)).toBe('  one two three four five six seven eight\n  nine ten')
})

test.each(['kubectl', 'kube-bench', 'cat', 'source', 'onpath'])(
  'help treats a line that begins with %s as a command',
  (name) => {
    expect(fittedNotes(`  ${name} one two --three`, name.length + 12)).toContain(' \\\n    ')
    expect(fittedNotes(`  not-${name} one two --three`, name.length + 12)).not.toContain('\\')
  },
)

test('help is as wide as the terminal up to 100 columns, and 80 columns wide in a file', () => {
  expect([null, 40, 99, 100, 101, 250].map(helpColumns)).toEqual([80, 40, 99, 100, 100, 100])
})
