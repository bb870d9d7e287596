import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { LAYERS } from './tidy/layers.ts'
import { readSources } from './tidy/source.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const tower = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')
const text = [
  tower,
  readFileSync(`${root}docs/state.md`, 'utf8'),
  readFileSync(`${root}docs/adding/README.md`, 'utf8'),
].join('\n')
const sources = readSources(root, ['src'])
const named = [...new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name))]

/** Returns whether a class of this name has such a member. */
function hasMember(className: string, member: string): boolean {
  return sources.some((source) => {
    const [, body] = source.text.split(new RegExp(`^export class ${className}\\b`, 'm'))
    return body !== undefined && new RegExp(`^  (private |readonly |get )*${member}[(:]`, 'm').test(body)
  })
}

describe('ARCHITECTURE.md, docs/state.md and docs/adding/README.md', () => {
  test('ARCHITECTURE.md, docs/state.md and docs/adding/README.md name files that exist', () => {
    const files = named.filter((name) => /^[\w/-]+\.ts$/.test(name) && !name.includes('NAME'))
    expect(files.length).toBeGreaterThan(40)
    expect(files.filter((file) => !sources.some(({ path }) => path.endsWith(`/${file}`) || path === file))).toEqual([])
  })

  test('ARCHITECTURE.md, docs/state.md and docs/adding/README.md name methods that exist', () => {
    const methods = named.filter((name) => /^[A-Z]\w+\.\w+$/.test(name) && !name.startsWith('Math.'))
    expect(methods.length).toBeGreaterThan(20)
    expect(methods.filter((method) => !hasMember(...(method.split('.') as [string, string])))).toEqual([])
  })

  test('ARCHITECTURE.md lists the layers from the lowest up', () => {
    const rows = [...tower.matchAll(/^\| `(\w+)\/` \|/gm)].map(([, layer]) => layer)
    expect(rows.slice(0, LAYERS.length)).toEqual(LAYERS)
  })

  test('ARCHITECTURE.md lists every folder of a layer in the order of imports', () => {
    const orders = [...text.matchAll(/^(\w+)\/ +([\w-]+(?:\s+< [\w-]+)+)$/gm)]
    for (const [, layer, order] of orders) {
      const folders = sources.flatMap(({ path }) => (path.startsWith(`src/${layer}/`) ? [path.split('/')] : []))
      const named = folders.flatMap((parts) => (parts.length > 3 ? [parts[2]] : []))
      expect(order.split(/\s+< /).sort(), layer).toEqual([...new Set(named)].sort())
    }
  })

  test('ARCHITECTURE.md, docs/state.md and docs/adding/README.md name folders that exist', () => {
    const folders = named.filter(
      (name) => /^[a-z0-9/-]+\/$/.test(name) && !/^(schema|scenarios|results|docs|bench|test)\//.test(name),
    )
    const paths = sources.map(({ path }) => path)
    expect(folders.length).toBeGreaterThan(20)
    expect(folders.filter((folder) => !paths.some((path) => `/${path}`.includes(`/${folder}`)))).toEqual([])
  })

  test('ARCHITECTURE.md, docs/state.md and docs/adding/README.md name functions, types and constants that exist', () => {
    const identifiers = named.filter((name) =>
      /^([a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+|[A-Z]+_[A-Z_]+)(\(\))?$/.test(name),
    )
    const words = new Set(sources.flatMap(({ text }) => text.match(/\b\w{4,}\b/g) ?? []))
    expect(identifiers.length).toBeGreaterThan(30)
    expect(identifiers.filter((name) => !words.has(name.replace('()', '')) && name !== 'ArrayBuffer')).toEqual([])
  })

  test('docs/state.md quotes the lines that order events', () => {
    const lines = text.match(/^return (?:tick|key) < other.*$/gm) ?? []
    expect(lines).toHaveLength(2)
    const source = sources.find(({ path }) => path === 'src/engine/event-order.ts')?.text
    for (const line of lines) expect(source).toContain(line)
  })
})
