import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LAYERS } from './tidy/layers.ts'

const root = new URL('../', import.meta.url)
const text = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8')
const scripts: string[] = Object.keys(JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).scripts)

/** What npm runs by itself. */
const AUTOMATIC = ['prepare']

test('CONTRIBUTING.md names every command of package.json, and no other', () => {
  const named = [...text.matchAll(/`npm (?:run )?([a-z:]+)/g)].map(([, name]) => name).filter((name) => name !== 'ci')
  const described = scripts.filter((name) => !AUTOMATIC.includes(name))
  expect([...new Set(named)].sort()).toEqual([...described].sort())
})

test('CONTRIBUTING.md states the order of the layers that the test of imports has', () => {
  expect(text).toContain(`\`${LAYERS.join(' < ')}\``)
})

test('each change of a source that is listed as equivalent replaces a text of that source', async () => {
  const listed: { readonly EQUIVALENT: readonly { readonly file: string; readonly was: string }[] } = await import(
    new URL('scripts/mutation/equivalent.mjs', root).href
  )
  const gone = listed.EQUIVALENT.filter(({ file, was }) => !readFileSync(new URL(file, root), 'utf8').includes(was))
  expect(gone).toEqual([])
})
