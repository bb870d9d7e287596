import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { noCircles } from './tidy/circles.ts'
import { clockAndChance, exactMath, noLocale, stableOrder } from './tidy/determinism.ts'
import {
  kebabCase,
  noAny,
  nothingPostponed,
  oneFormOfRegistries,
  oneWriter,
  onlyCliKnowsTheMachine,
  smallFiles,
  smallFunctions,
} from './tidy/hygiene.ts'
import { layerOrder, packageChoice } from './tidy/layers.ts'
import { breaches, type Rule } from './tidy/rule.ts'
import { noScans } from './tidy/scans.ts'
import { parse, readSources } from './tidy/source.ts'
import { staleViews } from './tidy/stale-views.ts'
import { citationsLeadSomewhere, docstringsSayWhatItIs, plainWords, testNamesStandAlone } from './tidy/words.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const sources = readSources(ROOT, ['src', 'test', 'bench'])

const RULES: readonly Rule[] = [
  layerOrder,
  packageChoice,
  exactMath,
  clockAndChance,
  noLocale,
  stableOrder,
  noScans,
  onlyCliKnowsTheMachine,
  oneWriter,
  noAny,
  nothingPostponed,
  smallFiles,
  smallFunctions,
  kebabCase,
  oneFormOfRegistries,
  staleViews(sources),
  noCircles(sources),
  docstringsSayWhatItIs,
  testNamesStandAlone,
  citationsLeadSomewhere,
  plainWords,
]

describe('the sources keep the house rules', () => {
  test('the checked sources include src/ and test/', () => {
    expect(sources.map(({ path }) => path)).toContain('src/engine/exact-math.ts')
    expect(sources.map(({ path }) => path)).toContain('test/tidy.test.ts')
  })

  for (const rule of RULES) {
    test(rule.name, () => {
      expect(breaches(rule, sources)).toEqual([])
    })
  }
})

/** What `rule` finds in `text`, without reason and mend, as if it were the file at `path`. */
function found(rule: Rule, text: string, path = 'src/network/link.ts'): string[] {
  const source = parse(path, text)
  return rule.appliesTo(path) ? rule.find(source).map(({ line, what }) => `${line}: ${what}`) : []
}

/** Code with what the rule says to it. */
function examples(rule: Rule, rows: [text: string, expected: string[]][]): void {
  test.each(rows)(`${rule.name}: %s`, (text, expected) => {
    expect(found(rule, text)).toEqual(expected)
  })
}

test('a violation of a house rule is reported with its place, reason and remedy', () => {
  expect(breaches(stableOrder, [parse('src/network/link.ts', '\nnames.sort()')])).toEqual([
    'src/network/link.ts:2: uses sort() without a comparison. ' +
      'for...in and the garbage collector have an order of their own, and sort() without one compares as strings. ' +
      'Use for...of over a sorted array, and hand sort a comparison that decides every tie.',
  ])
})

describe('scans', () => {
  examples(noScans, [
    [
      'class A { find() { for (const row of this.table.everyRow()) use(row) } }',
      ['1: find goes over all rows of a table'],
    ],
    ['const all = [...table.everyRow()]', ['1: the file goes over all rows of a table']],
    ['class A { find() { return this.rows.find(1) } }', []],
  ])

  test('a method that may scan a table is not reported, and collecting results may', () => {
    const text = 'class A { find() { return [...table.everyRow()] } }'
    expect(found(noScans, text, 'src/network/neighbours.ts')).toEqual([])
    expect(found(noScans, text, 'src/simulation/workloads/collect-x.ts')).toEqual([])
  })
})

describe('layer order', () => {
  examples(layerOrder, [
    [`import { connect } from '../transport/connection.ts'`, ['1: network/ imports transport/']],
    [`export * from '../report/json.ts'`, ['1: network/ imports report/']],
    [`const late = await import('../cli/main.ts')`, ['1: network/ imports cli/']],
    [`let x: import('../attack/agent.ts').Agent`, ['1: network/ imports attack/']],
    [`import type { Result } from '../measure/result.ts'`, ['1: network/ imports measure/']],
    [`import { simulate } from '../index.ts'`, ['1: network/ imports src/index.ts, which is above all layers']],
    [`import { sample } from '../../test/sample.ts'`, ['1: imports test/sample.ts from outside src/']],
    [`import { mix32 } from '../engine/hash.ts'\nimport { Packet } from './packet.ts'`, []],
    [`// import { connect } from '../transport/connection.ts'`, []],
  ])

  test('the library may import every layer except cli/ and disk/', () => {
    expect(found(layerOrder, `import './scenario/load.ts'`, 'src/index.ts')).toEqual([])
    expect(found(layerOrder, `import './cli/main.ts'`, 'src/index.ts')).toEqual(['1: the library imports cli/'])
    expect(found(layerOrder, `import './disk/read-text.ts'`, 'src/index.ts')).toEqual(['1: the library imports disk/'])
  })

  test('layers that stand beside each other import nothing of each other', () => {
    const beside = (from: string, to: string) => found(layerOrder, `import '../${to}/x.ts'`, `src/${from}/y.ts`)
    expect(beside('testing', 'cli')).toEqual(['1: testing/ imports cli/, which stands beside it'])
    expect(beside('cli', 'testing')).toEqual(['1: cli/ imports testing/, which stands beside it'])
    expect([beside('testing', 'disk'), beside('cli', 'study')]).toEqual([[], []])
    expect(beside('study', 'disk')).toEqual(['1: study/ imports disk/'])
  })

  test('a folder that is not a layer is reported', () => {
    expect(found(layerOrder, `import '../engine/hash.ts'`, 'src/utils/misc.ts')).toEqual(['1: utils/ is no layer'])
  })

  test('a folder of a layer may import only the folders below it', () => {
    const path = 'src/transport/recovery/undo.ts'
    expect(found(layerOrder, `import { OPEN } from '../connections/connection.ts'`, path)).toEqual([])
    expect(found(layerOrder, `import './scoreboard.ts'`, path)).toEqual([])
    expect(found(layerOrder, `import '../sending/sender.ts'`, path)).toEqual(['1: recovery/ imports sending/'])
    expect(found(layerOrder, `import '../tcp.ts'`, path)).toEqual([
      '1: recovery/ imports src/transport/tcp.ts, which is above the folders of transport/',
    ])
    expect(found(layerOrder, `import '../tcp.ts'`, 'src/transport/misc/x.ts')).toEqual([
      '1: transport/misc/ is not in the order of folders of transport/',
    ])
    expect(found(layerOrder, `import './sending/sender.ts'`, 'src/transport/tcp.ts')).toEqual([])
    expect(found(layerOrder, `import '../rows.ts'`, 'src/cluster/paths/x.ts')).toEqual([])
    expect(found(layerOrder, `import '../tunnels/tunnels.ts'`, 'src/cluster/paths/x.ts')).toEqual([
      '1: paths/ imports tunnels/',
    ])
  })

  test('a layer may import only listed packages, and not the main file of seedrandom', () => {
    const main = `import seedrandom from 'seedrandom'`
    expect(found(packageChoice, main, 'src/engine/streams.ts')).toEqual(['1: imports seedrandom'])
    expect(found(packageChoice, `import alea from 'seedrandom/lib/alea.js'`, 'src/engine/streams.ts')).toEqual([])
    expect(found(packageChoice, `import { z } from 'zod'`, 'src/engine/streams.ts')).toEqual(['1: imports zod'])
    expect(found(packageChoice, `import { stringify } from 'csv-stringify/sync'`, 'src/report/csv.ts')).toEqual([])
  })
})

describe('determinism', () => {
  examples(exactMath, [
    ['Math.pow(x, 2)', ['1: uses Math.pow']],
    [`Math['cbrt'](x)`, ['1: uses Math.cbrt']],
    ['const { log } = Math', ['1: uses Math other than by a named member']],
    ['apply(Math)', ['1: uses Math other than by a named member']],
    ['x ** 2', ['1: uses **']],
    ['10n ** digits', []],
    ['x **= 2', ['1: uses **=']],
    ['Math.sqrt(Math.imul(x, 2)) + this.pow(2) + matrix.Math', []],
    ['// Math.pow(x, 2)\nconst text = "Math.log(x) ** 2"', []],
  ])
  examples(clockAndChance, [
    ['Math.random()', ['1: uses Math.random']],
    ['Date.now() + performance.now()', ['1: uses Date', '1: uses performance']],
    ['new Date()', ['1: uses Date']],
    ['setTimeout(f)\nsetInterval(f, 1)', ['1: uses setTimeout', '2: uses setInterval']],
    ['globalThis[name]()', ['1: uses globalThis']],
    ['crypto.randomUUID()', ['1: uses randomUUID']],
    ['certificate.Date + stream.random()\nconst x = { performance: 1 }', []],
  ])
  examples(noLocale, [
    ['a.localeCompare(b)', ['1: uses localeCompare']],
    ['n.toLocaleString() + s.toLocaleLowerCase()', ['1: uses toLocaleString', '1: uses toLocaleLowerCase']],
    ['new Intl.NumberFormat()', ['1: uses Intl']],
    [`text.normalize('NFC')`, ['1: uses normalize']],
    ['text.toLowerCase() // not toLocaleLowerCase', []],
  ])
  examples(stableOrder, [
    ['for (const key in table) use(key)', ['1: uses for...in']],
    ['new WeakRef(x)', ['1: uses WeakRef']],
    ['names.sort()', ['1: uses sort() without a comparison']],
    ['names?.toSorted()', ['1: uses toSorted() without a comparison']],
    ['names.sort(byName)\nfor (const name of names) use(name)', []],
  ])

  test('code of reports may use functions that simulation code may not', () => {
    expect(found(exactMath, 'Math.log(x)', 'src/report/axis.ts')).toEqual([])
    expect(found(clockAndChance, 'Date.now()', 'src/cli/main.ts')).toEqual([])
    expect(found(exactMath, 'Math.log(x)', 'src/scenario/load.ts')).toEqual(['1: uses Math.log'])
  })
})

describe('hygiene', () => {
  examples(onlyCliKnowsTheMachine, [
    ['process.exit(1)', ['1: uses process']],
    ['console.log(x)', ['1: uses console']],
    [`import { readFileSync } from 'node:fs'`, ['1: imports node:fs']],
    [`import path from 'path'`, ['1: imports path']],
    ['cpu.process(work)\ninterface Cpu { process(work: Work): void }', []],
  ])
  examples(noAny, [
    ['let x: any', ['1: uses any']],
    ['\nconst y = x as any', ['2: uses any']],
    ['// @ts-ignore\nlet x: unknown', ['1: says @ts-ignore']],
    ['const any = "any" // of any kind', []],
  ])
  examples(oneFormOfRegistries, [
    [
      "const KINDS = { a: 'x' } as const\ntype Kind = keyof typeof KINDS",
      ['1: names types after KINDS, without satisfies'],
    ],
    [
      'export const KINDS = { a: {} }\ntype Kind = keyof typeof KINDS',
      ['1: names types after KINDS, without satisfies'],
    ],
    ["const KINDS = { a: 'x' } satisfies Readonly<Record<string, string>>\ntype Kind = keyof typeof KINDS", []],
    ['const KINDS = { a: {} }\nuse(KINDS)', []],
  ])
  examples(nothingPostponed, [
    ['{\n  f()\n  // TODO later\n}', ['3: says TODO']],
    ['/**\n * FIXME: wrong.\n */\nf()', ['2: says FIXME']],
    ['const label = "TODO"', []],
  ])

  test.each([
    [`import { readFileSync, statSync as look } from 'node:fs'`, []],
    [`import { existsSync, writeFileSync as put } from 'fs'`, ['1: imports writeFileSync']],
    [`import { readFile } from 'node:fs/promises'`, ['1: imports readFile']],
    [`import * as fs from 'node:fs'`, ['1: imports all of node:fs']],
    [`await import('node:fs')`, ['1: imports all of node:fs']],
  ])('files are written in one place: %s', (text, expected) => {
    expect(found(oneWriter, text, 'src/cli/run/x.ts')).toEqual(expected)
    expect(found(oneWriter, text, 'src/cli/files/x.ts')).toEqual([])
  })

  test('only disk/ and cli/ know the machine', () => {
    expect(found(onlyCliKnowsTheMachine, `import 'node:fs'`, 'src/disk/x.ts')).toEqual([])
    expect(found(onlyCliKnowsTheMachine, `import 'node:util'`, 'src/study/fix/x.ts')).toEqual(['1: imports node:util'])
    expect(found(onlyCliKnowsTheMachine, 'process.exit(1)', 'src/cli/main.ts')).toEqual([])
    expect(found(onlyCliKnowsTheMachine, 'console.log(1)', 'src/report/json.ts')).toEqual(['1: uses console'])
  })

  test('a file may have 700 lines, and not 701', () => {
    expect(found(smallFiles, 'f()\n'.repeat(700))).toEqual([])
    expect(found(smallFiles, 'f()\n'.repeat(701))).toEqual(['701: has 701 lines'])
  })

  test('a function may have 60 lines, and not 61', () => {
    const f = (lines: number) => `\nfunction f() {\n${'g()\n'.repeat(lines - 2)}}`
    expect(found(smallFunctions, f(60))).toEqual([])
    expect(found(smallFunctions, f(61))).toEqual(['2: has a function of 61 lines'])
    expect(found(smallFunctions, `const x = () => {\n${'g()\n'.repeat(59)}}`)).toEqual([
      '1: has a function of 61 lines',
    ])
    expect(found(smallFunctions, f(61), 'test/network/link.test.ts')).toEqual([])
  })

  test.each([
    ['src/network/linkDirection.ts', ['1: is not kebab-case']],
    ['src/Network/link.ts', ['1: is not kebab-case']],
    ['src/network/link_direction.ts', ['1: is not kebab-case']],
    ['src/network/link-direction.ts', []],
    ['test/network/link-direction.test.ts', []],
  ])('the house rule about columns of the arena: %s', (path, expected) => {
    expect(found(kebabCase, '', path)).toEqual(expected)
  })
})

describe('columns of the arena', () => {
  const table = parse(
    'src/network/some-table.ts',
    `class SomeTable extends Table {
      layOutColumns(columns) { this.ticks = columns.float64() }
      open() { return this.allocate() }
      allocate() { this.arena.grow(this, 2) }
      find(row) { return this.ticks[row] }
    }
    function addAll(list) { list.push(1) }`,
  )

  examples(staleViews([table]), [
    ['this.ticks[row] = this.open()', ['1: stores into this.ticks what open() returns']],
    ['table.ticks[row] += 2 * table.allocate()', ['1: stores into table.ticks what allocate() returns']],
    ['const tick = this.open()\nthis.ticks[row] = tick', []],
    ['this.ticks[row] = this.find(other) + Math.max(addAll(list), 1)', []],
    [
      'function f() {\n const { ticks } = table\n table.open()\n return ticks[0]\n}',
      ['4: still holds ticks after open()'],
    ],
    ['function f() {\n const held = this.ticks\n this.open()\n held[0] = 1\n}', ['4: still holds held after open()']],
    ['function f() {\n const { ticks } = table\n ticks[0] = table.find(1)\n table.open()\n}', []],
    [
      'function f() {\n const { ticks } = table\n for (;;) {\n  ticks[0]++\n  table.open()\n }\n}',
      ['4: still holds ticks after open()'],
    ],
    ['function f() {\n for (;;) {\n  const { ticks } = table\n  ticks[0]++\n  table.open()\n }\n}', []],
    ['function f() {\n const row = table.open()\n const { ticks } = table\n return ticks[row]\n}', []],
  ])
})

test('an import cycle is reported for each file in it, and not for files that only lead to it', () => {
  const circle = [
    parse('src/network/link.ts', `import type { Packet } from './packet.ts'`),
    parse('src/network/packet.ts', `import { tick } from '../engine/ticks.ts'\nimport { route } from './routing.ts'`),
    parse('src/network/routing.ts', `export type { Link } from './link.ts'`),
    parse('src/transport/tcp.ts', `import { link } from '../network/link.ts'`),
  ]
  const said = circle.flatMap((source) =>
    noCircles(circle)
      .find(source)
      .map(({ line, what }) => `${line}: ${what}`),
  )
  expect(said).toEqual([
    '1: imports src/network/packet.ts, which leads back',
    '2: imports src/network/routing.ts, which leads back',
    '1: imports src/network/link.ts, which leads back',
  ])
})

describe('words', () => {
  examples(docstringsSayWhatItIs, [
    ['/** What the hosts share. */\nconst a = 1', ['1: opens with "What"']],
    ['class A {\n  /** By host. */\n  x = 1\n}', ['2: opens with "By"']],
    ['/**\n * Who has sent FIN.\n */\nfunction f() {}', ['1: opens with "Who"']],
    ['/** The hosts of a cluster. */\nconst a = 1\n/** Whether it is up. */\nconst b = 2', []],
    ['// What follows is a comment.\nconst a = "/** What */"', []],
  ])
  examples(plainWords, [
    ['// Whoever asks is refused.\nf()', ['1: says "Whoever"']],
    ['const passage = "whoever"', []],
  ])
  examples(citationsLeadSomewhere, [
    ['/** As DESIGN section 3 says. */\nconst a = 1', ['1: says "DESIGN"']],
    ['/** RFC 9293 section 3.4. */\nconst a = 1', []],
  ])

  test('a test name that continues another is found', () => {
    const at = 'test/a.test.ts'
    expect(found(testNamesStandAlone, `test('and closes', () => {})`, at)).toEqual(['1: "and closes"'])
    expect(found(testNamesStandAlone, `describe('a stream', () => test('closes', f))`, at)).toEqual([])
  })
})
