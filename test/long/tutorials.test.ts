import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pathOf, walk } from '../fixtures/tutorial.ts'

const PAGES = readdirSync(pathOf('.')).filter((name) => name !== 'README.md')

test('the list of tutorials names every page', () => {
  const list = readFileSync(pathOf('README.md'), 'utf8')
  expect([...list.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page]) => page).sort()).toEqual([...PAGES].sort())
})

// With -u the outputs are written into the pages. Those of tshark are tested in test/tshark/, and those of Vitest in
// consumer.test.ts.
test.each(PAGES)('the commands of docs/tutorials/%s exit as it says, and print what it shows', async (page) => {
  const { text, wrong } = await walk(page)
  expect(wrong).toEqual([])
  await expect(text).toMatchFileSnapshot(pathOf(page))
})
