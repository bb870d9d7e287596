import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diskFiles } from '../../src/cli/files/files.ts'
import { sha256 } from '../../src/cli/sha256.ts'
import { readShards, removeManifest, writeManifest } from '../../src/cli/sweep/shard-files.ts'
import { encodeRecord } from '../../src/study/sweep/record.ts'
import type { ShardManifest } from '../../src/study/sweep/shard-manifest.ts'
import { aFolder } from '../fixtures/folder.ts'

const KEY = '0'.repeat(64)

function manifestOf(number: number, of: number, changes: object = {}): ShardManifest {
  const value = { path: 'a', setting: '1', label: '1', json: 1 }
  return {
    shard: { number, of },
    sweep: {
      build: 'b',
      name: 'small',
      scenario: 'version: 1\n',
      dimensions: [{ path: 'a', values: [value] }],
      maxEvents: null,
      command: { file: '-', attack: [], set: [], sweep: [] },
      ...changes,
    },
    points: number === 1 ? [KEY] : [],
  }
}

/** Returns the names and contents of shards in a folder that has these files. */
function shardsIn(files: Readonly<Record<string, string>>) {
  const folder = aFolder(Object.fromEntries(Object.entries(files).map(([name, text]) => [`shards/${name}`, text])))
  return readShards(folder, diskFiles)
}

describe('the list of the points of a shard', () => {
  test('the list of a shard’s points is read as it was written, in the order of the shards', async () => {
    const folder = aFolder()
    const manifests = [
      manifestOf(10, 11, { maxEvents: 5 }),
      manifestOf(2, 11, {
        command: { file: 'a', attack: ['x'], set: ['b=1'], sweep: ['c=[1]'], seed: 3, seeds: '1..2' },
      }),
    ]
    for (const manifest of manifests) await writeManifest(folder, manifest, diskFiles)
    const paths = ['2-of-11.json', '10-of-11.json'].map((name) => join(folder, 'shards', name))
    expect(readShards(folder, diskFiles)).toEqual(
      manifests.toReversed().map((manifest, i) => ({ folder, path: paths[i], shard: manifest.shard, manifest })),
    )
    expect(readdirSync(join(folder, 'shards')).sort()).toEqual(['10-of-11.json', '2-of-11.json'])
  })

  test('a new list of a shard’s points removes lists of another split, and no other file', async () => {
    const folder = aFolder({
      'shards/1-of-3.json': '',
      'shards/1-of-2.json': '',
      'shards/notes.json': 'mine',
      'shards/1-of-3.json.bak': 'mine',
    })
    mkdirSync(join(folder, 'shards/2-of-3.json'))
    await writeManifest(folder, manifestOf(2, 2), diskFiles)
    expect(readdirSync(join(folder, 'shards')).sort()).toEqual([
      '1-of-2.json',
      '1-of-3.json.bak',
      '2-of-2.json',
      '2-of-3.json',
      'notes.json',
    ])
  })

  test('a folder without lists of points has none, nor has a file with another name', () => {
    expect(readShards(aFolder(), diskFiles)).toEqual([])
    const names = ['x1-of-2.json', '1-of-2.json~', '1-of-2_json', '123456-of-2.json', '1-of-123456.json', '-of-2.json']
    expect(shardsIn(Object.fromEntries(names.map((name) => [name, ''])))).toEqual([])
    expect(shardsIn({ '12345-of-12345.json': '' })).toMatchObject([{ shard: { number: 12_345, of: 12_345 } }])
  })

  test.each<[string, unknown]>([
    ['a field is missing', { ...manifestOf(1, 2), points: undefined }],
    ['a field is unknown', { ...manifestOf(1, 2), more: 1 }],
    ['a field of the sweep is unknown', manifestOf(1, 2, { more: 1 })],
    ['a key is no key of a point', { ...manifestOf(1, 2), points: ['../x'] }],
    ['a shard has no number', { ...manifestOf(1, 2), shard: { number: 0, of: 2 } }],
    ['there are more shards than may be', { ...manifestOf(1, 2), shard: { number: 1, of: 10_001 } }],
    ['a dimension has no value', manifestOf(1, 2, { dimensions: [{ path: 'a', values: [] }] })],
    ['there is a limit of no events', manifestOf(1, 2, { maxEvents: 0 })],
    ['it is no object', [1]],
  ])('the list of a shard’s points counts as damaged if %s', (_, value) => {
    expect(shardsIn({ '1-of-2.json': encodeRecord('1-of-2.json', value, sha256) })).toMatchObject([{ manifest: null }])
  })

  test('the list of a shard’s points counts as damaged if it was changed or belongs to another shard', () => {
    const text = encodeRecord('1-of-2.json', manifestOf(1, 2), sha256)
    expect(shardsIn({ '1-of-2.json': text })).toMatchObject([{ manifest: { shard: { number: 1, of: 2 } } }])
    for (const files of [{ '1-of-2.json': text.replace('small', 'large') }, { '2-of-2.json': text }])
      expect(shardsIn(files)).toMatchObject([{ manifest: null }])
  })

  test('the list of a shard’s points is removed once, also if another process has removed it', () => {
    const [found] = shardsIn({ '1-of-2.json': '' })
    removeManifest(found, diskFiles)
    expect(readdirSync(join(found.folder, 'shards'))).toEqual([])
    removeManifest(found, diskFiles)
    mkdirSync(found.path)
    writeFileSync(join(found.path, 'mine'), 'mine')
    removeManifest(found, diskFiles)
    expect(readFileSync(join(found.path, 'mine'), 'utf8')).toBe('mine')
  })
})
