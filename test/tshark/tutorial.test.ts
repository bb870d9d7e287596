import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hasProgram, pathOf, walk } from '../fixtures/tutorial.ts'

const PAGE = 'attackers-capture.md'

test.skipIf(!hasProgram('tshark'))(
  'the commands of docs/tutorials/attackers-capture.md, also those of tshark, print what it shows',
  async () => {
    const { text, wrong } = await walk(PAGE)
    expect(wrong).toEqual([])
    expect(text).toBe(readFileSync(pathOf(PAGE), 'utf8'))
  },
)
