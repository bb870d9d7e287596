import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unifiedDiff } from '../../../src/study/fix/unified-diff.ts'

/** Applies a unified diff as `patch` does, and expects that each line of context and each removed line is there. */
function applied(before: string, diff: string): string {
  const old = linesOf(before)
  const after: string[] = []
  let at = 0
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [, start, length, newStart, newLength] = (/^@@ -(\d+),(\d+) \+(\d+),(\d+) @@\n/.exec(hunk) ?? []).map(Number)
    const first = length === 0 ? start : start - 1
    after.push(...old.slice(at, first))
    expect(newLength === 0 ? newStart : newStart - 1).toBe(after.length)
    const sizes = [after.length, first]
    at = first
    // A line without an end is marked by the line after it.
    const marked = hunk.slice(hunk.indexOf('\n') + 1).replaceAll('\n\\ No newline at end of file\n', '\0')
    for (const text of marked.match(/[^\n\0]*[\n\0]/g) ?? []) {
      const line = text.replace('\0', '')
      if (line[0] !== '+') expect(old[at++]).toBe(line.slice(1))
      if (line[0] !== '-') after.push(line.slice(1))
    }
    expect([after.length - sizes[0], at - sizes[1]]).toEqual([newLength, length])
  }
  return [...after, ...old.slice(at)].join('')
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

/** Returns the length of the longest common subsequence, a row of its table at a time. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0)
  for (const line of a) {
    const next: number[] = []
    for (const [j, other] of b.entries())
      next.push(line === other ? (row[j - 1] ?? 0) + 1 : Math.max(row[j], next[j - 1] ?? 0))
    row = next
  }
  return row.at(-1) ?? 0
}

const lines = (...all: readonly (string | number)[]) => all.map((line) => `${line}\n`).join('')

const TEN = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)

describe('a unified diff', () => {
  test('a unified diff has three lines of context around a change, and the numbers of its first lines', () => {
    expect(unifiedDiff('etc/a.yaml', TEN, TEN.replace('6\n', 'six\n'))).toBe(
      '--- a/etc/a.yaml\n+++ b/etc/a.yaml\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n',
    )
  })

  test('a unified diff has less context at both ends of the file', () => {
    expect(unifiedDiff('a', lines(1, 2), lines('one', 2))).toBe('--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n-1\n+one\n 2\n')
    expect(unifiedDiff('a', lines(1, 2), lines(1, 2, 3))).toBe('--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n 1\n 2\n+3\n')
  })

  test('a unified diff joins changes whose context touches, and separates others', () => {
    const hunks = (second: string) =>
      unifiedDiff('a', TEN, TEN.replace('1\n', 'I\n').replace(`${second}\n`, 'V\n')).match(/^@@ .*$/gm)
    expect(hunks('8')).toEqual(['@@ -1,10 +1,10 @@'])
    expect(hunks('9')).toEqual(['@@ -1,4 +1,4 @@', '@@ -6,5 +6,5 @@'])
  })

  test('a unified diff of a new file begins with nothing', () => {
    expect(unifiedDiff('./b.yaml', null, lines(1, 2))).toBe('--- /dev/null\n+++ b/b.yaml\n@@ -0,0 +1,2 @@\n+1\n+2\n')
  })

  test('a unified diff of a file that is emptied ends with nothing', () => {
    expect(unifiedDiff('/b', lines(1), '')).toBe('--- a/b\n+++ b/b\n@@ -1,1 +0,0 @@\n-1\n')
  })

  test('a unified diff says if a last line has no line break', () => {
    expect(unifiedDiff('a', '1', '2\n')).toBe(
      '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-1\n\\ No newline at end of file\n+2\n',
    )
    expect(unifiedDiff('a', '1\n', '1')).toBe(
      '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-1\n+1\n\\ No newline at end of file\n',
    )
  })

  test('a unified diff of equal texts has only a head', () => {
    expect(unifiedDiff('a', TEN, TEN)).toBe('--- a/a\n+++ b/a\n')
  })

  test('a unified diff removes before it adds, and keeps common lines', () => {
    expect(
      unifiedDiff('a', lines('a', 'b', 'c', 'd'), lines('b', 'x', 'd', 'e'))
        .split('\n')
        .slice(3),
    ).toEqual(['-a', ' b', '-c', '+x', ' d', '+e', ''])
  })

  test('a unified diff replaces parts that are too large to compare as a whole', () => {
    const long = (prefix: string) => lines(...Array.from({ length: 2100 }, (_, i) => `${prefix}${i}`), 'same', prefix)
    const diff = unifiedDiff('a', long('a'), long('b'))
    expect(applied(long('a'), diff)).toBe(long('b'))
    expect(diff).not.toContain('\n same\n')
  })

  test('a unified diff of a long file has only the changes, at its beginning and at its end', () => {
    const rest = Array.from({ length: 3000 }, (_, i) => i)
    expect(
      unifiedDiff('a', lines('a', ...rest), lines('b', ...rest))
        .split('\n')
        .slice(2),
    ).toEqual(['@@ -1,4 +1,4 @@', '-a', '+b', ' 0', ' 1', ' 2', ''])
    expect(
      unifiedDiff('a', lines(...rest), lines(...rest, 'b'))
        .split('\n')
        .slice(2),
    ).toEqual(['@@ -2998,3 +2998,4 @@', ' 2997', ' 2998', ' 2999', '+b', ''])
  })

  test('a unified diff gives the new text when it is applied to the old one, with as few changed lines as possible', () => {
    const text = fc
      .tuple(fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 25 }), fc.boolean())
      .map(([all, hasEnd]) => (hasEnd ? lines(...all) : all.join('\n')))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('a', before, after)
        expect(applied(before, diff)).toBe(after)
        const removed = diff.match(/^-(?!--)/gm)?.length ?? 0
        expect(linesOf(before).length - removed).toBe(commonLines(linesOf(before), linesOf(after)))
      }),
    )
  })
})

test('a patch has the lines around each change, and says if a line has no line break', () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}\n`)
  const before = lines.join('')
  const after = lines.with(1, 'two\n').with(18, 'nineteen\n').join('').trimEnd()
  expect(unifiedDiff('/etc/a.yaml', before, after)).toBe(`--- a/etc/a.yaml
+++ b/etc/a.yaml
@@ -1,5 +1,5 @@
 line 1
-line 2
+two
 line 3
 line 4
 line 5
@@ -16,5 +16,5 @@
 line 16
 line 17
 line 18
-line 19
-line 20
+nineteen
+line 20
\\ No newline at end of file
`)
})
