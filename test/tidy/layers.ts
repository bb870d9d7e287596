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
 * The folders inside a layer, from the bottom up; ARCHITECTURE.md shows them. Files directly in a layer are beside all
 * of them, but for `transport/`, where they are above.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  transport: [
    'streams',
    'connections',
    'timing',
    'congestion',
    'recovery',
    'profiles',
    'segments',
    'sending',
    'receiving',
    'lifecycle',
  ],
  cluster: [
    'messages',
    'versions',
    'flags',
    'access',
    'paths',
    'tunnels',
    'upstreams',
    'kubelet',
    'objects',
    'bootstrapping',
    'kube-proxy',
    'node-lifecycle',
    'pods',
    'apiserver',
    'konnectivity',
  ],
  attack: ['parameters', 'state', 'agents', 'techniques', 'wiretap', 'sockets'],
  measure: ['laws', 'limits', 'verdicts'],
  simulation: [
    'lookups',
    'given',
    'network',
    'security',
    'http',
    'events',
    'own-code',
    'sampling',
    'ssh-tunnels',
    'konnectivity',
    'paths',
    'accounts',
    'heartbeats',
    'object-watches',
    'bootstrapping',
    'kube-proxy',
    'pods',
    'node-addresses',
    'background',
    'apiserver',
    'workloads',
    'attack',
  ],
  packets: ['record', 'describe', 'encode', 'pcap', 'list', 'trace', 'playback'],
  scenario: [
    'presets',
    'problems',
    'tree',
    'schema',
    'sweep',
    'configuration',
    'identities',
    'link-keys',
    'tcp-keys',
    'host-keys',
    'topology',
    'cluster',
    'events',
    'attackers',
    'paths',
    'workloads',
    'expectations',
    'print',
    'policy',
  ],
  import: ['programs', 'report', 'x509', 'profiles', 'readers', 'build', 'patch', 'scanners'],
  report: [
    'link',
    'screen',
    'comparison',
    'fix',
    'limits',
    'run',
    'check',
    'sweep',
    'ci',
    'graph',
    'matrix',
    'view',
    'html',
  ],
  study: ['compare', 'matrix', 'simulator', 'check', 'limits', 'sweep', 'fix'],
  page: ['worker', 'editor', 'view'],
  cli: [
    'files',
    'options',
    'watch',
    'ci',
    'completion',
    'lists',
    'packets',
    'points',
    'report',
    'simulation',
    'init',
    'queue',
    'run',
    'sweep',
    'input',
    'kubernetes',
    'check',
    'fix',
    'limits',
    'commands',
  ],
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
  mend: `The order is ${LAYERS.join(' < ')} (and that of FOLDERS in test/tidy/layers.ts inside a layer): move what is shared down, or hand it in from above.`,
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
  const folders = FOLDERS[layer]
  if (folders === undefined) return null
  const [own, other] = [from, to].map((path) => posix.dirname(path).split('/')[2])
  if (own === undefined || (other === undefined && !CAPPED.includes(layer))) return null
  if (!folders.includes(own)) return `${layer}/${own}/ is not in the order of folders of ${layer}/`
  // The types of handles, which know nothing but the engine.
  if (posix.basename(to) === 'rows.ts') return null
  if (other === undefined) return `${own}/ imports ${to}, which is above the folders of ${layer}/`
  return folders.indexOf(other) > folders.indexOf(own) ? `${own}/ imports ${other}/` : null
}
