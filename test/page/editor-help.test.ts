import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { keysAt, type Schema, schemasAt, valuesAt } from '../../src/page/editor/scenario-schema.ts'
import { yamlPlaceAt } from '../../src/page/editor/yaml-place.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const SCHEMA: Schema = JSON.parse(readFileSync(join(root, 'schema/scenario.schema.json'), 'utf8'))

/** Returns the place of `|` in a text. */
function placeIn(text: string) {
  return yamlPlaceAt(text.replace('|', ''), text.indexOf('|'))
}

describe('the place of the cursor in a scenario', () => {
  test('a word at the start of a line is a key of the document, and other keys are known', () => {
    expect(placeIn('version: 1\nho|\nlinks: {}\n')).toEqual({
      path: [],
      key: null,
      word: 'ho',
      others: ['version', 'links'],
    })
  })

  test('a word in an indented line is a key of the map above it', () => {
    expect(placeIn('links:\n  wan:\n    between: [a, b]\n    de|\n')).toMatchObject({
      path: ['links', 'wan'],
      key: null,
      word: 'de',
      others: ['between'],
    })
  })

  test('a word behind a colon is the value of the key before it', () => {
    expect(placeIn('paths:\n  logs:\n    kind: api|\n')).toMatchObject({
      path: ['paths', 'logs'],
      key: 'kind',
      word: 'api',
    })
  })

  test('a word within braces is a key of the map in braces', () => {
    expect(placeIn('links: { wan: { delay: 5ms, lo| } }')).toMatchObject({
      path: ['links', 'wan'],
      key: null,
      word: 'lo',
      others: ['delay'],
    })
  })

  test('a word behind a dash is a key of an entry of a list', () => {
    expect(placeIn('attackers:\n  a:\n    plan:\n      - tech|\n').path).toEqual(['attackers', 'a', 'plan', '[]'])
  })
})

describe('completion from the schema', () => {
  test('the keys of a link are those that the schema has, each with a description', () => {
    const keys = keysAt(SCHEMA, ['links', 'wan'])
    expect([...keys.keys()]).toEqual(expect.arrayContaining(['between', 'delay', 'loss', 'rate', 'queue']))
    expect([...keys.values()].filter((text) => text === '')).toEqual([])
  })

  test('the values of a path kind are words', () => {
    expect(valuesAt(SCHEMA, ['paths', 'logs', 'kind'])).toEqual(expect.arrayContaining(['apiserver-kubelet', 'custom']))
  })

  test('every key of every shipped scenario stands at a place where the schema allows it', () => {
    const files = readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.yaml') && !file.startsWith('attacks'),
    )
    const unknown = files.flatMap((file) => {
      const text = readFileSync(join(root, 'scenarios', file), 'utf8')
      return [...text.matchAll(/^ *(?:- )?(\w[\w-]*):(?=\s)/gm)].flatMap((match) => {
        const place = yamlPlaceAt(text, match.index + match[0].length - 1)
        const isKnown = schemasAt(SCHEMA, [...place.path, match[1]]).length > 0
        return isKnown ? [] : [`${file}: ${[...place.path, match[1]].join('.')}`]
      })
    })
    expect(files.length).toBeGreaterThan(20)
    expect(unknown).toEqual([])
  })
})
