import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import type { Rule } from './rule.ts'
import { importsOf, lineOf, type Source } from './source.ts'

/** From the bottom up. */
export const LAYERS: readonly string[] = [
  'engine',
  'network',
  'transport',
  'security',
  'http',
  'workload',
  'values',
  'cluster',
  'attack',
  'measure',
  'simulation',
  'packets',
  'scenario',
  'import',
  'report',
  'study',
  'disk',
  'cli',
  'page',
  'testing',
]

/**
 * The folders inside a layer, from the bottom up, as ARCHITECTURE.md shows them. Files directly in a layer are beside all
 * of them, but for `transport/`, where they are above.
 */
const FOLDERS = ordersIn(readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8'))

/** Reads lines such as `transport/ streams < connections`, which may go on in the next line with `< timing`. */
function ordersIn(text: string): ReadonlyMap<string, readonly string[]> {
  const orders = text.matchAll(/^(\w+)\/ +([\w-]+(?:\s+< [\w-]+)+)$/gm)
  return new Map([...orders].map(([, layer, order]) => [layer, order.split(/\s+< /)]))
}

/** Layers whose folders import no file that lies directly in the layer. */
const CAPPED: readonly string[] = ['transport']

/** Layers above `study` that import nothing of each other. */
const SIBLINGS: readonly string[] = ['cli', 'page', 'testing']

/** What may be imported from npm where simulated values come from; `report` and `cli` are free to choose. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  engine: ['seedrandom/lib/alea.js'],
  values: ['fastest-levenshtein'],
  simulation: ['fastest-levenshtein'],
  scenario: ['yaml', 'zod'],
  import: ['@peculiar/asn1-schema', '@peculiar/asn1-x509', 'yaml'],
}

/** The layer of a file below `src/`; null for those directly in it, such as the library's entry. */
export function layerOf(path: string): string | null {
  const parts = path.split('/')
  return parts[0] === 'src' && parts.length > 2 ? parts[1] : null
}

export function isSource(path: string): boolean {
  return path.startsWith('src/')
}

/** Where simulated values come from. */
export function isBelowReport(path: string): boolean {
  const layer = layerOf(path)
  return layer !== null && LAYERS.indexOf(layer) < LAYERS.indexOf('report')
}

export const layerOrder: Rule = {
  name: 'a folder imports only folders below it',
  reason: 'A packet is to be followed straight down and up again, and a layer understood without those above it.',
  mend: `The order is ${LAYERS.join(' < ')} (and ARCHITECTURE.md has that of the folders inside a layer): move what is shared down, or hand it in from above.`,
  appliesTo: isSource,
  find: (source) =>
    importsOf(source).flatMap(({ specifier, node }) => {
      const what = breachOf(source, specifier)
      return what === null ? [] : [{ line: lineOf(source, node.getStart(source.tree)), what }]
    }),
}

export const packageChoice: Rule = {
  name: 'npm packages below report/ are chosen one by one',
  reason:
    'A library may use the clock, chance, the locale or an inexact Math function where a simulated value depends on it.',
  mend: 'Read it for those, then add it to PACKAGES in test/tidy/layers.ts; of seedrandom, only lib/alea.js is safe to import.',
  appliesTo: isBelowReport,
  find: (source) =>
    importsOf(source)
      .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .filter(({ specifier }) => !(PACKAGES[layerOf(source.path) ?? ''] ?? []).includes(specifier))
      .map(({ specifier, node }) => ({
        line: lineOf(source, node.getStart(source.tree)),
        what: `imports ${specifier}`,
      })),
}

function breachOf(source: Source, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null
  const target = posix.join(posix.dirname(source.path), specifier)
  const own = layerOf(source.path)
  const other = layerOf(target)
  if (!target.startsWith('src/')) return `imports ${target} from outside src/`
  if (own === null)
    return other === 'cli' || other === 'disk' || other === 'page' ? `the library imports ${other}/` : null
  if (!LAYERS.includes(own)) return `${own}/ is no layer`
  if (other === null) return own === 'testing' ? null : `${own}/ imports ${target}, which is above all layers`
  if (own === 'page' && other === 'disk') return 'page/ imports disk/, which uses Node'
  if (own === other) return breachInside(own, source.path, target)
  if (SIBLINGS.includes(own) && SIBLINGS.includes(other)) return `${own}/ imports ${other}/, which stands beside it`
  return LAYERS.indexOf(other) > LAYERS.indexOf(own) ? `${own}/ imports ${other}/` : null
}

function breachInside(layer: string, from: string, to: string): string | null {
  const [own, other] = [from, to].map((path) => posix.dirname(path).split('/')[2])
  if (own === undefined || own === other || (other === undefined && !CAPPED.includes(layer))) return null
  const folders = FOLDERS.get(layer) ?? []
  const unlisted = [own, other].find((folder) => folder !== undefined && !folders.includes(folder))
  if (unlisted !== undefined) return `${layer}/${unlisted}/ is not in the order of folders of ${layer}/`
  // The types of handles, which know nothing but the engine.
  if (posix.basename(to) === 'rows.ts') return null
  if (other === undefined) return `${own}/ imports ${to}, which is above the folders of ${layer}/`
  return folders.indexOf(other) > folders.indexOf(own) ? `${own}/ imports ${other}/` : null
}
