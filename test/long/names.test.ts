import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'
import { NameRule, type Names } from '../tidy/named-elsewhere.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A congestion control names the profiles for which it has a variant. */
const NAMES: readonly Names[] = [
  { what: 'path kind', declaredAs: 'PathKindName', own: ['src/cluster/paths/'] },
  { what: 'technique', declaredAs: 'TechniqueName', own: ['src/attack/techniques', 'src/attack/vantage'] },
  { what: 'vantage', declaredAs: 'Vantage', own: ['src/attack/vantage'] },
  { what: 'congestion control', declaredAs: 'CongestionControlName', own: ['src/transport/congestion/'] },
  { what: 'loss recovery', declaredAs: 'LossRecoveryName', own: ['src/transport/recovery/'] },
  { what: 'TCP profile', declaredAs: 'TcpProfileName', own: ['src/transport/profiles/', 'src/transport/congestion/'] },
  { what: 'link profile', declaredAs: 'LINK_PROFILES', own: ['src/network/link-profiles'] },
  { what: 'CPU profile', declaredAs: 'CPU_PROFILES', own: ['src/security/cpu-profiles'] },
  { what: 'report format', declaredAs: 'RUN_FORMATS', own: ['src/report/formats.ts'] },
  { what: 'CI output', declaredAs: 'CI_OUTPUTS', own: ['src/report/formats.ts'] },
  { what: 'preset', declaredAs: 'PresetName', own: ['src/scenario/cluster/presets/'] },
  { what: 'command', declaredAs: 'COMMANDS', own: ['src/cli/commands.ts'] },
]

function ruleFor(root: string, options: ts.CompilerOptions, names: readonly Names[]): NameRule {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const sources = files.filter((name) => name.endsWith('.ts')).map((name) => join(root, 'src', name))
  return new NameRule(ts.createProgram(sources, { ...options, noEmit: true, strict: true }), root, names)
}

test('only a registry and its entry files compare values with names of entries', () => {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile)
  expect(ruleFor(ROOT, ts.parseJsonConfigFileContent(config, ts.sys, ROOT).options, NAMES).find()).toEqual([])
})

const COLOURS = `
export const COLOURS = { red: 1, green: 2, blue: 3 }
export type Colour = keyof typeof COLOURS
export const isWarm = (colour: Colour) => colour === 'red'
`

function foundIn(text: string): string[] {
  const root = aFolder({
    'src/colours.ts': COLOURS,
    'src/other.ts': `import type { Colour } from './colours'\n${text}`,
  })
  const names = [{ what: 'colour', declaredAs: 'COLOURS', own: ['src/colours'] }]
  return ruleFor(root, { lib: ['lib.es2022.d.ts'], types: [] }, names).find()
}

test.each([
  ["export const f = (colour: Colour) => colour === 'red'", ['src/other.ts:2: compares with the colour red']],
  ["export const f = (colour: Colour | null) => 'red' !== colour", ['src/other.ts:2: compares with the colour red']],
  [
    "export const f = (it: { colour: Colour | 'no' }) => it.colour === 'red' || it.colour === 'no'",
    ['src/other.ts:2: compares with the colour red'],
  ],
  [
    "export const f = (colour: Colour) => ['red', 'blue'].includes(colour)",
    ['src/other.ts:2: searches a list with the colour red', 'src/other.ts:2: searches a list with the colour blue'],
  ],
  [
    "export function f(colour: Colour) { switch (colour) { case 'red': return 1; default: return 2 } }",
    ['src/other.ts:2: has a case for the colour red'],
  ],
  [
    'export const f: Partial<Record<Colour, number>> = { red: 1 }',
    ['src/other.ts:2: has a record with the colour red'],
  ],
  [
    "export const f = (colour: Colour) => colour !== 'red' && colour === 'green'",
    ['src/other.ts:2: compares with the colour red', 'src/other.ts:2: compares with the colour green'],
  ],
  ["export const f = (light: 'red' | 'amber') => light === 'red'", []],
  ["export const f = (text: string) => text === 'red'", []],
  ['export const f = (colour: Colour) => colour', []],
  ['export const f = (x: number) => ({ red: x })', []],
])('the rule about names of registry entries finds: %s', (text, found) => {
  expect(foundIn(text)).toEqual(found)
})

test('the rule about names of registry entries throws if a registry is not declared, for example after a renaming', () => {
  const root = aFolder({ 'src/colours.ts': COLOURS })
  expect(() => ruleFor(root, { types: [] }, [{ what: 'shade', declaredAs: 'SHADES', own: [] }])).toThrow('SHADES')
})
