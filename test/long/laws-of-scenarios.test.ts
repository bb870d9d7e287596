import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readTextFile } from '../../src/disk/read-text.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { judge, withoutNoise } from '../measure/laws/judge.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A run of it takes a quarter of an hour, also of its beginning. */
const LARGE = ['cluster-5000.yaml', 'heartbeats-500.yaml']

/** Every scenario that ships, and every recorded attack with its scenario. */
const FILES = ['scenarios', 'test/golden/attacks'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.startsWith('attacks/') && !LARGE.includes(file))
    .map((file) => join(folder, file))
    .sort(),
)

describe('laws of nature and of counting', () => {
  const total = new Map<string, number>()

  test.each(FILES)('no law is violated by %s', (file) => {
    const path = join(root, file)
    const loaded = loadScenario({ file: path, text: readFileSync(path, 'utf8'), read: readTextFile })
    if (!loaded.ok) throw new Error(`${file} has problems`)
    const { breaches, times } = judge(withoutNoise(loaded.scenario))
    for (const [law, count] of times) total.set(law, (total.get(law) ?? 0) + count)
    expect(breaches).toEqual([])
  })

  test('every law judges some of the scenarios', () => {
    expect([...total].filter(([, count]) => count === 0)).toEqual([])
  })
})
