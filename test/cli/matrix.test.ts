import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import type { MatrixResult } from '../../src/measure/matrix.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const TWO_WAYS = `
version: 1
name: two-ways
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths:
  plain: { from: client, to: server, port: 80 }
  sealed: { from: client, to: server, port: 443, tls: { version: 1.3, verify: ca } }
workloads:
  get: { path: plain, requests: 20, response: 1000B }
  get-sealed: { path: sealed, requests: 20, response: 1000B }
`

async function matrixOf(...more: string[]): Promise<MatrixResult> {
  const { out } = await invoke(['matrix', '-', '--json', ...more], { stdin: TWO_WAYS, simulate })
  return JSON.parse(out)
}

function cell({ cells }: MatrixResult, path: string, vantage: string, technique: string) {
  return cells.find((one) => one.path === path && one.vantage === vantage && one.technique === technique)
}

describe('matrix', () => {
  test('matrix says so if no attack has an effect, instead of an empty table', async () => {
    const narrow = ['matrix', '-', '--path', 'sealed', '--vantage', 'passive', '--technique', 'impersonate-server']
    const { out } = await invoke(narrow, { stdin: TWO_WAYS, simulate })
    expect(out).toContain('\n\nNo attack has an effect on any path; --all shows what was tried.\n')
    const all = await invoke([...narrow, '--all'], { stdin: TWO_WAYS, simulate })
    expect(all.out).toMatch(/\npassive +impersonate-server +no-effect\n/)
  })

  test('matrix simulates a cell for every technique, vantage and place of each path', async () => {
    const matrix = await matrixOf()
    expect(matrix.paths.map(({ name, medium }) => `${name} over ${medium}`)).toEqual([
      'plain over wan',
      'sealed over wan',
    ])
    expect(cell(matrix, 'plain', 'passive', 'eavesdrop')).toMatchObject({ worst: 'read', on: 'wan', noticed: 'none' })
    expect(cell(matrix, 'plain', 'passive', 'eavesdrop')?.exposure).toMatchObject({ messages: 12, of: 12 })
    expect(cell(matrix, 'sealed', 'passive', 'eavesdrop')).toMatchObject({ worst: 'metadata' })
    expect(cell(matrix, 'plain', 'inline', 'impersonate-server')).toMatchObject({ worst: 'impersonated' })
    expect(cell(matrix, 'sealed', 'inline', 'impersonate-server')).toMatchObject({
      worst: 'outage',
      noticed: 'security',
    })
    const digests = matrix.cells.flatMap(({ digest }) => (digest === null ? [] : [digest]))
    expect(new Set(digests).size).toBeGreaterThan(10)
  })

  test('matrix --path selects paths, and a missing place is not simulated', async () => {
    const matrix = await matrixOf('--path', 'sealed')
    expect(new Set(matrix.cells.map(({ path }) => path))).toEqual(new Set(['sealed']))
    expect(matrix.cells.find(({ place }) => place === 'the far side of the tunnel')).toMatchObject({
      digest: null,
      worst: 'not-applicable',
      outcomes: ['not-applicable'],
      scope: 'other',
      exposure: { messages: 0, of: 0, bytes: 0 },
      noticed: 'none',
      requests: [],
    })
  })

  test('an attacker on a link cannot reach a path within a host', async () => {
    const inside = TWO_WAYS.replace('from: client, to: server, port: 80', 'from: server, to: server, port: 80')
    const { out } = await invoke(['matrix', '-', '--json', '--path', 'plain'], { stdin: inside, simulate })
    expect(cell(JSON.parse(out), 'plain', 'inline', 'drop')).toMatchObject({ worst: 'unreachable', digest: null })
  })

  test('matrix shows only rows in which an attacker gains something, unless --all is given', async () => {
    const some = await invoke(['matrix', '-', '--path', 'sealed'], { stdin: TWO_WAYS, simulate })
    const all = await invoke(['matrix', '-', '--path', 'sealed', '--all'], { stdin: TWO_WAYS, simulate })
    expect(some.out).toMatch(/^passive +eavesdrop +metadata$/m)
    expect(some.out).not.toMatch(/^blind +drop/m)
    expect(all.out).toMatch(/^blind +drop +/m)
  })

  test('matrix --csv prints a line for each cell, and --out writes the same to a file', async () => {
    const file = join(aFolder(), 'matrix.csv')
    const { out } = await invoke(['matrix', '-', '--path', 'plain', '--csv', '--out', file], {
      stdin: TWO_WAYS,
      simulate,
    })
    expect(out.split('\n')[0]).toBe(
      'scenario,path,letter,place,on,vantage,technique,worst,outcomes,scope,messages_exposed,messages,bytes_exposed,noticed,requests,digest',
    )
    expect(readFileSync(file, 'utf8')).toBe(out)
  })

  test('matrix --junit, --sarif and --github write what the policy forbids, and the exit code follows the policy', async () => {
    const folder = aFolder({ 'two-ways.yaml': TWO_WAYS })
    const [scenario, junit, sarif] = ['two-ways.yaml', 'j.xml', 's.sarif'].map((name) => join(folder, name))
    const narrow = ['--path', 'plain', '--vantage', 'passive', '--technique', 'eavesdrop', '--policy', 'never read']
    const reports = ['--junit', junit, '--sarif', sarif, '--github']
    const { code, err } = await invoke(['matrix', scenario, ...narrow, ...reports, '--jobs', '1'], { simulate })
    expect(code).toBe(4)
    expect(err).toMatch(/^::error file=.*two-ways\.yaml/m)
    expect(readFileSync(junit, 'utf8').match(/<failure /g)).toHaveLength(1)
    expect(JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results).toHaveLength(1)
  })

  test('matrix --json with --csv is a usage error that asks for one of them', async () => {
    const { code, out, err } = await invoke(['matrix', '-', '--json', '--csv'], { stdin: TWO_WAYS, simulate })
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe('onpath: --json and --csv cannot be combined; give one of them\nSee `onpath matrix --help`.\n')
  })

  test('matrix of an invalid scenario exits with 3 and prints the position of the problem', async () => {
    const { code, err } = await invoke(['matrix', '-'], { stdin: 'version: 2', simulate })
    expect(code).toBe(3)
    expect(err).toContain('-:1:10: error')
  })

  test('matrix of a scenario whose duration ends its workloads equals that of workloads that end by themselves', async () => {
    const endless = TWO_WAYS.replaceAll('requests: 20', 'rate: 10/s')
    const narrow = ['--path', 'plain', '--technique', 'eavesdrop']
    const run = (text: string) => invoke(['matrix', '-', '--json', ...narrow], { stdin: text, simulate })
    expect((await run(endless)).err).toContain('and the scenario has no duration')
    const { code, out } = await run(`${endless}duration: 5m\n`)
    expect(code).toBe(0)
    expect(cell(JSON.parse(out), 'plain', 'passive', 'eavesdrop')?.worst).toBe('read')
    expect((await run(`${endless}duration: 10ms\n`)).out).toBe(out)
    expect((await run(`${TWO_WAYS}duration: 1s\n`)).out).toBe((await run(TWO_WAYS)).out)
    const late = TWO_WAYS.replaceAll('requests: 20', 'requests: 20, start: 5m')
    expect(cell(JSON.parse((await run(late)).out), 'plain', 'passive', 'eavesdrop')?.worst).toBe('read')
  })

  test('matrix with an unknown --path exits with 2 and names it', async () => {
    const { code, err } = await invoke(['matrix', '-', '--path', 'sealde'], { stdin: TWO_WAYS, simulate })
    expect(code).toBe(2)
    expect(err).toContain('there is no path sealde; did you mean sealed?; the paths are plain, sealed')
  })

  test('matrix shows a cell as `detected` if a certificate check noticed the attacker', async () => {
    const { out } = await invoke(['matrix', '-', '--path', 'sealed'], { stdin: TWO_WAYS, simulate })
    expect(out).toMatch(/^inline +impersonate-server +outage detected$/m)
    expect(out).toMatch(/^inline +drop +outage$/m)
  })

  test('matrix exits with 4 only if a policy is given and forbids a cell, and names the cell', async () => {
    const judged = (stdin: string, ...more: string[]) =>
      invoke(['matrix', '-', '--vantage', 'passive', ...more], { stdin, simulate })
    expect((await judged(TWO_WAYS)).code).toBe(0)
    const { code, out } = await judged(TWO_WAYS, '--policy', 'nothing-of-others')
    expect(code).toBe(4)
    expect(out).toContain('FAILED: on 1 of 2 paths attackers get what the policy forbids: plain')
    expect((await judged(`${TWO_WAYS}policy: nothing-of-others\n`)).code).toBe(4)
    expect((await judged(TWO_WAYS, '--policy', 'no-takeover')).code).toBe(0)
    const accepted = `${TWO_WAYS}accept: [{ verdict: read by passive on plain, reason: known }]\n`
    expect((await judged(accepted, '--policy', 'nothing-of-others')).code).toBe(0)
  })

  test('matrix exits with 4 for several files as soon as the policy forbids a cell of one of them', async () => {
    const sealed = TWO_WAYS.replace(/^ {2}(plain|get): .*\n/gm, '')
    const folder = aFolder({ 'open.yaml': TWO_WAYS, 'sealed.yaml': sealed })
    const narrow = ['--vantage', 'passive', '--technique', 'eavesdrop', '--policy', 'nothing-of-others']
    const codeOf = async (...names: string[]) =>
      (await invoke(['matrix', ...names.map((name) => join(folder, name)), ...narrow], { simulate })).code
    expect(await codeOf('sealed.yaml')).toBe(0)
    expect(await codeOf('sealed.yaml', 'open.yaml')).toBe(4)
    expect(await codeOf('open.yaml', 'sealed.yaml')).toBe(4)
  })

  test('matrix says what the policy forbids with --worst too, and with --csv on standard error', async () => {
    const forbidden = 'FAILED: on 1 of 2 paths attackers get what the policy forbids: plain'
    const judged = (format: string) =>
      invoke(['matrix', '-', '--vantage', 'passive', '--policy', 'nothing-of-others', format], {
        stdin: TWO_WAYS,
        simulate,
      })
    expect(await judged('--worst')).toMatchObject({ code: 4, out: expect.stringContaining(forbidden), err: '' })
    const csv = await judged('--csv')
    expect(csv).toMatchObject({ code: 4, err: expect.stringContaining(forbidden) })
    expect(csv.out).not.toContain('FAILED')
  })

  test('matrix --vantage and --technique select rows, and --json includes the judgement of a policy', async () => {
    const more = ['--vantage', 'passive', '--technique', 'eavesdrop', '--policy', 'never read, metadata']
    const { cells, check } = await matrixOf(...more)
    expect(new Set(cells.map(({ vantage, technique }) => `${vantage} ${technique}`))).toEqual(
      new Set(['passive eavesdrop']),
    )
    expect(check?.findings.map(({ path }) => path)).toEqual(['plain', 'sealed'])
    for (const { look } of check?.findings ?? []) expect(look).toContain('npx onpath matrix - --path ')
  })
})
