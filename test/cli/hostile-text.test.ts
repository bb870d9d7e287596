import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { FORMATS } from '../../src/report/formats.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { shellLine } from '../../src/study/reproduce.ts'
import { optionName } from '../../src/values/option-name.ts'
import { cannedRun, invoke, type Spoken } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult, aVerdict, aWorkload } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

/** Clears the screen, is an 8-bit escape sequence, turns text around, and forges a line of the output. */
const HOSTILE = '\u001b[2J\u009b31m\u202e\n✓ met       forged'
const WRITTEN = JSON.stringify(HOSTILE).replace('\u009b', '\\u009b').replace('\u202e', '\\u202e')

const SCENARIO = `version: 1
name: hostile
hosts: { client: {}, server: {} }
links: { wire: { between: [client, server], delay: 1ms } }
paths: { web: { from: client, to: server, port: 80 } }
workloads: { visits: { path: web, requests: 2 } }
attackers: { mallory: { on: wire, vantage: inline, plan: [{ technique: eavesdrop }] } }
expect: [never read by mallory]
accept: [{ verdict: read by mallory on web, reason: ${WRITTEN} }]
`

const VERDICT = aVerdict({
  technique: 'eavesdrop',
  path: 'web',
  outcomes: ['read'],
  worst: 'read',
  exposure: { messages: 1, of: 2, bytes: 10 },
  asIdentity: HOSTILE,
  secrets: [HOSTILE],
  noticedBy: [{ host: 'client', log: 'client', reason: HOSTILE }],
  credentials: [{ name: HOSTILE, identity: HOSTILE, acceptedBy: 'server', validUntilNs: null }],
  evidence: [{ atNs: 1, link: null, packet: null, shows: 'read', what: HOSTILE }],
})

function expectHarmless({ out, err }: Pick<Spoken, 'out' | 'err'>): void {
  expect(out + err).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
  expect(`${out}\n${err}`.split('\n').filter((line) => line.startsWith('✓ met '))).toEqual([])
}

test('control characters in a problem, an unknown option or an unknown file are escaped', async () => {
  for (const argv of [
    ['validate', '-'],
    ['run', '-', `--${HOSTILE}`],
    ['run', HOSTILE],
    ['explain', HOSTILE],
  ]) {
    const spoken = await invoke(argv, { stdin: `version: 1\n${WRITTEN}: 1\n` })
    expect(spoken.err).not.toBe('')
    expect(spoken.out + spoken.err).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
  }
})

test('the reason of an accepted verdict is printed on one line', async () => {
  const simulate = async () => ({
    result: aResult({
      verdicts: [VERDICT],
      expectations: [{ expect: 'never read by mallory', met: false, measured: HOSTILE }],
    }),
    packetDigests: new Uint32Array(),
  })
  const spoken = await invoke(['run', '-'], { stdin: SCENARIO, simulate })
  expect(spoken.err).toContain('accepted: never read by mallory (read by mallory on web: ␛[2J')
  expect(spoken.out).toContain('~ accepted  never read by mallory')
  expectHarmless(spoken)
})

test('a summary of another source is printed on lines of its own', async () => {
  const folder = aFolder()
  for (const side of ['a', 'b']) {
    mkdirSync(join(folder, side))
    const result = aResult({ scenario: `${side}${HOSTILE}`, verdicts: [VERDICT] })
    writeFileSync(join(folder, side, 'summary.json'), JSON.stringify(result))
  }
  for (const more of [[], ['--json']]) {
    const spoken = await invoke(['compare', join(folder, 'a'), join(folder, 'b'), ...more])
    expect(spoken.out).toContain('[2J')
    expectHarmless(spoken)
  }
})

/** Returns what simulates any scenario, with texts in its result that others write. */
const simulateHostile: Simulate = async ({ blueprint, expectations }) => ({
  result: aResult({
    scenario: blueprint.name,
    seed: blueprint.seed,
    expectations: expectations.map(({ text }) => ({ expect: text, met: false, measured: HOSTILE })),
    workloads: blueprint.workloads.map(({ name, path }) => aWorkload({ name, path })),
    verdicts: blueprint.attackers.flatMap(({ name, vantage, plan }) =>
      plan.flatMap(({ technique, paths }) =>
        paths.map((path) => aVerdict({ ...VERDICT, attacker: name, vantage, technique, path })),
      ),
    ),
  }),
  packetDigests: new Uint32Array(),
})

/** A command line for each command with formats, by scenarios and results with such texts. */
const LINES: Readonly<Record<keyof typeof FORMATS, (file: string, folders: readonly string[]) => readonly string[]>> = {
  run: (file) => ['run', file],
  check: (file) => ['check', file, '--technique', 'eavesdrop', 'relay'],
  matrix: (file) => ['matrix', file, '--technique', 'eavesdrop', '--policy', 'nothing-of-others'],
  sweep: (file) => [
    'sweep',
    file,
    '--seeds',
    '1..2',
    '--sweep',
    `accept=[[{ verdict: read by mallory on web, reason: ${WRITTEN} }]]`,
  ],
  compare: (_, folders) => ['compare', ...folders],
  limits: (file) => ['limits', file, '--axis', 'outage', '--only', 'logs', '--profile', 'as-it-is', '--seeds', '1'],
}

describe.each(namesOf(FORMATS))('the texts of others in what %s prints', (command) => {
  test.each(['', ...namesOf<string>(FORMATS[command])])(
    'control characters in the output are escaped, in the format %j',
    async (format) => {
      const file = `${HOSTILE}.yaml`
      const folder = aFolder({ [file]: command === 'limits' ? 'version: 1\ncluster: { nodes: 1 }\n' : SCENARIO })
      const folders = ['a', 'b'].map((side) => join(folder, side))
      for (const one of folders) {
        mkdirSync(one)
        writeFileSync(
          join(one, 'summary.json'),
          JSON.stringify(aResult({ scenario: `${one}${HOSTILE}`, verdicts: [VERDICT] })),
        )
      }
      const line = LINES[command](join(folder, file), folders)
      const spoken = await invoke([...line, ...(format === '' ? [] : [`--${optionName(format)}`])], {
        simulate: simulateHostile,
      })
      expect(spoken.out, spoken.err).not.toBe('')
      expect([0, 4, 5], spoken.err).toContain(spoken.code)
      // The CSV of limits has nothing that others wrote.
      if (`${command} ${format}` !== 'limits csv') expect(spoken.out + spoken.err).toContain('[2J')
      expectHarmless(spoken)
    },
  )
})

test('control characters in labels of a sweep are escaped in a table, in JSON and in CSV', async () => {
  const stdin = SCENARIO.replace(/attackers[\s\S]*/, `identities: { ca: { kind: ca } }\n`)
  for (const more of [[], ['--json'], ['--csv']]) {
    const spoken = await invoke(['sweep', '-', '--sweep', `identities.ca.cn=[${WRITTEN}, "=1+1"]`, ...more], { stdin })
    expect(spoken.code).toBe(0)
    expect(spoken.out).toMatch(/\[2J/)
    expectHarmless(spoken)
    if (more[0] === '--csv') expect(spoken.out).toContain("\n'=1+1,")
  }
})

test('--print-config escapes hidden characters, and loads to the same scenario', async () => {
  const spoken = await invoke(['run', '-', '--print-config'], { stdin: SCENARIO })
  expectHarmless(spoken)
  const loaded = loadScenario({ text: spoken.out, file: '-' })
  expect(loaded.ok && loaded.scenario.acceptances?.[0].reason).toBe(HOSTILE)
})

/** A path that is not modelled, for a reason. */
const OTHER = (reason: string) => ({ from: 'client', to: 'server', port: 81, 'not-modelled': reason })

describe('names with ends of lines', () => {
  const NAME = "it's\n::error::forged\r\u2028::error::forged.yaml"

  test('names with line breaks make no extra line in the output', async () => {
    const folder = aFolder({ [NAME]: SMALL_SCENARIO, [`bad${NAME}`]: 'version: 1\nx: 1\n', 'b.yaml': SMALL_SCENARIO })
    const file = join(folder, NAME)
    const out = join(folder, 'b', NAME)
    for (const argv of [
      ...[[], ['--csv'], ['--json'], ['--out', out], ['--set', `name=${NAME}`]].map((more) => ['run', file, ...more]),
      ['run', join(folder, `bad${NAME}`)],
      ['validate', file],
      ['check', file, '--github'],
      ['sweep', file, '--seeds', '1..2', '--out', join(folder, 'c', NAME)],
      ['merge', out],
      ['replay', join(folder, NAME, 'none')],
      ['compare', out, join(folder, NAME)],
      ['init', file],
      ['explain', NAME],
      ['run', '-', `--${NAME}`],
    ]) {
      const { out: printed, err } = await invoke(argv, {
        stdin: SMALL_SCENARIO,
        simulate: async (one) => cannedRun(one),
      })
      expect(printed + err, argv[0]).not.toBe('')
      expect(`${printed}\n${err}`, argv.join(' ')).not.toMatch(/^::error::forged/m)
    }
  })

  test('names, files and reasons with "::" are no commands for GitHub Actions', async () => {
    const line = 'x\n::error::forged'
    const accepted = { verdict: 'read by inline on web', reason: line }
    const more = [`accept=[${JSON.stringify(accepted)}]`, `paths.other=${JSON.stringify(OTHER(line))}`]
    for (const argv of [
      ['check', '-', '--set', more[0], '--set', more[1]],
      ['matrix', '-', '--set', more[1]],
      ['validate', '-', '--set', more[1]],
    ]) {
      const { code, out, err } = await invoke(argv, { stdin: SMALL_SCENARIO, simulate: async (one) => cannedRun(one) })
      expect([argv[0], code]).not.toEqual([argv[0], 3])
      expect(out + err).toContain('x␊::error::forged')
      expect(`${out}\n${err}`).not.toMatch(/^\s*::error::forged/m)
    }
    const problem = { line: 1, column: 1, code: 'bad-name', message: 'm', sourceLine: '' } as const
    expect(formatProblem({ ...problem, file: '::error::forged' })).toMatch(/^\.\/::error::forged:1:1: /)
    expect(formatProblem({ ...problem, file: '##[error]forged' })).toMatch(/^\.\/##\[error\]forged:1:1: /)
    expect(formatProblem({ ...problem, file: 'a::error::b' })).toMatch(/^a::error::b:1:1: /)
  })

  test('names with line breaks are quoted so that bash reads the same name', () => {
    const line = shellLine(['run', NAME, '\t\u0085\u009b1\u{e0001}\\é'])
    expect(line).toMatch(/^npx onpath run [^\p{Cc}\p{Cf}\p{Zl}]+$/u)
    const read = execFileSync('bash', ['-c', `npx() { printf '%s\\0' "$@"; }; ${line}`], { encoding: 'utf8' })
    expect(read.split('\0').slice(1, -1)).toEqual(['run', NAME, '\t\u0085\u009b1\u{e0001}\\é'])
  })
})
