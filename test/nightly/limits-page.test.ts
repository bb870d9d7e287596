import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')

test('docs/limits.md has the output and the plot of its command', async () => {
  const [, command, output] = /^npx onpath (limits .*)\n```\n\n```text\n([\s\S]*?)```$/m.exec(read('limits.md')) ?? []
  const plot = join(aFolder({}), 'limits.svg')
  const { code, out } = await invoke([...command.split(' '), '--plot', plot], { simulate: async (one) => run(one) })
  expect(code).toBe(0)
  expect(out).toBe(output)
  expect(readFileSync(plot, 'utf8')).toBe(read('images/limits.svg'))
})
