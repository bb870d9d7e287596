import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diskFiles } from '../../src/cli/files/files.ts'
import { onpath } from '../../src/cli/onpath.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { anIo, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult } from '../fixtures/results.ts'

const neverSimulated: Simulate = () => Promise.reject(new Error('packets are observed in this process'))

const SCENARIO = `
version: 1
seed: 1
hosts: { client: { addresses: [10.0.0.1] }, server: { addresses: [10.0.0.2] } }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { requests: { path: web, requests: 2 } }
`

function packets(...options: string[]) {
  const folder = aFolder({ 'web.yaml': SCENARIO })
  return invoke(['packets', `${folder}/web.yaml`, ...options])
}

describe('onpath packets', () => {
  test('onpath packets prints a line for each packet, in the manner of tcpdump', async () => {
    const { code, out } = await packets('--most', '4')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(
      /^0\.000159283 {2}packet 0 on link\/wan\/forward {2}10\.0\.0\.1\.\d+ > 10\.0\.0\.2\.80: Flags \[S\], seq \d+, win 64240, mss 1460, wscale 10, length 0 \(arrives 0\.010159283\)$/,
    )
    expect(lines[3]).toMatch(/Flags \[P\.\], seq 1:\d+, ack 1, win 63, length \d+: HTTP GET \/ \(arrives/)
  })

  test('onpath packets counts what it leaves out on standard error', async () => {
    const { err } = await packets('--most', '4')
    expect(err).toMatch(/^\d+ more packets; see them with --most/)
  })

  test('packets --around marks the packet that evidence names, and shows its connection in both directions', async () => {
    const { code, out } = await packets('packet 2 on link/wan/forward', '--most', '6')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.filter((line) => line.startsWith('> '))).toEqual([
      expect.stringContaining('packet 2 on link/wan/forward'),
    ])
    expect(lines.some((line) => line.includes(' on link/wan/backward '))).toBe(true)
    expect(lines.length).toBeLessThanOrEqual(7)
  })

  test('packets --link with --around equals the command in an evidence line', async () => {
    const byWords = await packets('packet 2 on link/wan/forward')
    expect(await packets('--link', 'link/wan/forward', '--around', '2')).toEqual(byWords)
    expect(await packets(' packet 2 on link/wan/forward\n')).toEqual(byWords)
  })

  test('packets --connection selects by host, address and port, in both directions', async () => {
    const all = await packets()
    expect((await packets('--connection', 'client,server:80')).out).toBe(all.out)
    expect((await packets('--connection', '10.0.0.2:80 > 10.0.0.1')).out).toBe(all.out)
    const none = await packets('--connection', ':443')
    expect(none).toEqual({ code: 0, out: '', err: 'no packet matches\n' })
  })

  test('packets --from and --to select by the time of sending, both inclusive', async () => {
    const { out } = await packets('--from', '159283ns', '--to', '159283ns')
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect((await packets('--from', '159284ns', '--to', '10ms')).out).toBe('')
  })

  test('packets lists those that are on their way when the run ends', async () => {
    const { out } = await packets('--set', 'duration=15ms')
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      /packet 0 on link\/wan\/backward .*\(still on its way at the end\)$/,
    )
  })

  test('packets --json prints an object for each packet', async () => {
    const { out } = await packets('--json', '--most', '1')
    expect(JSON.parse(out)).toMatchObject({ link: 'link/wan/forward', packet: 0, from: 'client', to: 'server' })
  })

  test('packets --around shows only packets of its connection, half before and half after', async () => {
    const several = ['--set', 'workloads.others={ path: web, requests: 3 }']
    const all = (await packets(...several)).out.trimEnd().split('\n')
    const port = (line: string) => /10\.0\.0\.1\.(\d+)/.exec(line)?.[1]
    const own = all.filter((line) => port(line) === port(all[0]))
    expect(own.length).toBeLessThan(all.length)
    const at = Math.floor(own.length / 2)
    const [pointer = ''] = /packet \d+ on \S+/.exec(own[at]) ?? []
    const around = async (most: number) => {
      const { out } = await packets(pointer, ...several, '--most', `${most}`)
      return out.trimEnd().split('\n')
    }
    expect(at).toBeGreaterThan(3)
    const marked = own.map((line, i) => `${i === at ? '>' : ' '} ${line}`)
    expect(await around(1000)).toEqual(marked)
    expect(await around(4)).toEqual(marked.slice(at - 2, at + 3))
    expect(await around(3)).toEqual(marked.slice(at - 1, at + 3))
  })

  test('packets --json --around prints one packet a line, without a mark', async () => {
    const { out } = await packets('packet 2 on link/wan/forward', '--json', '--most', '4')
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => line.slice(0, 1)).join('')).toBe('{{{{{')
    expect(lines.map((line) => JSON.parse(line).packet)).toContain(2)
  })

  test('onpath packets prints all packets, each once, if there are more than one batch', async () => {
    const { out } = await packets('--set', 'workloads.requests.requests=400', '--most', '5000')
    const names = [...out.matchAll(/packet \d+ on \S+/g)].map(([name]) => name)
    expect(names.length).toBeGreaterThan(500)
    expect(new Set(names).size).toBe(names.length)
    for (const link of ['link/wan/forward', 'link/wan/backward']) {
      const numbers = names.filter((name) => name.endsWith(` ${link}`)).map((name) => Number(name.split(' ')[1]))
      expect(numbers).toEqual(numbers.map((_, i) => i))
    }
  })

  test.each([
    [['packet 99999 on link/wan/forward'], 'there is no packet 99999 on link/wan/forward'],
    [['packet 1'], 'names no packet'],
    [['--around', '1'], '--around needs --link with a direction'],
    [['--around', '1', '--link', 'wan'], '--around needs --link with a direction'],
    [['packet 1 on link/wan/forward', '--around', '1'], 'use one of them'],
    [['packet 1 on link/wan'], 'there is no packet 1 on link/wan;'],
  ])('onpath packets refuses %j', async (options, message) => {
    const { code, err } = await packets(...options)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})

function trace(...options: string[]) {
  const folder = aFolder({ 'web.yaml': SCENARIO })
  return invoke(['trace', `${folder}/web.yaml`, ...options])
}

describe('packets of a run folder', () => {
  const runFolder = (scenario = SCENARIO) =>
    aFolder({ 'summary.json': JSON.stringify(aResult()), 'scenario.yaml': scenario })

  test('packets of a run folder are simulated again from its scenario, and the output says so', async () => {
    const folder = runFolder()
    const { code, out, err } = await invoke(['packets', folder])
    expect([code, out]).toEqual([0, (await packets()).out])
    expect(err).toBe(
      `simulating ${folder} again: a run folder has no packets, and each run of a scenario has the same\n`,
    )
    expect((await packets()).err).toBe('')
  })

  test.each([
    ['--seed', '0'],
    ['--set', 'links.wan.loss=1%'],
    ['--attack', 'unchecked-kubelet'],
  ])('packets of a run folder are not changed by %s', async (option, given) => {
    const folder = runFolder()
    const message = `${folder} is a run folder; --seed, --set and --attack change a scenario file`
    const { code, out, err } = await invoke(['packets', folder, option, given])
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)])
  })

  test('packets of a run folder are refused if the run is incomplete or its scenario invalid', async () => {
    const { code, err } = await invoke(['packets', aFolder({ 'scenario.yaml': SCENARIO })])
    expect([code, err]).toEqual([2, expect.stringContaining('it holds no complete run')])
    const invalid = await invoke(['packets', runFolder(SCENARIO.replace('delay', 'dealy'))])
    expect([invalid.code, invalid.out, invalid.err]).toEqual([3, '', expect.stringContaining('1 error;')])
    expect(invalid.err).not.toContain('simulating')
  })
})

test('onpath packets prints some hundred packets at a time, so that few are kept in memory', async () => {
  const folder = aFolder({ 'web.yaml': SCENARIO })
  const { io } = anIo()
  const lines: number[] = []
  const counting = { ...io, out: (text: string) => void lines.push(text.split('\n').length - 1) }
  const argv = ['packets', `${folder}/web.yaml`, '--set', 'workloads.requests.requests=600', '--most', '1100']
  expect(await onpath(argv, counting, neverSimulated, diskFiles)).toBe(0)
  expect(lines.filter((count) => count > 0)).toEqual([500, 500, 100])
})

describe('onpath trace', () => {
  describe('as perfetto', () => {
    interface TraceEvent {
      readonly name: string
      readonly ph: string
      readonly ts: number
      readonly pid: number
      readonly tid?: number
      readonly id?: string
      readonly args?: { readonly name: string; readonly bytes: number }
    }
    const eventsOf = async (...words: readonly string[]): Promise<readonly TraceEvent[]> =>
      JSON.parse((await trace('--as', 'perfetto', ...words)).out).traceEvents

    test('trace as perfetto shows hosts as processes, with counters for windows', async () => {
      const events = await eventsOf()
      const processes = events.filter(({ name }) => name === 'process_name')
      expect(processes.map(({ args }) => args?.name).sort()).toEqual(['client', 'server'])
      const counters = events.filter(({ ph }) => ph === 'C')
      expect(counters.some(({ name }) => name.startsWith('congestion window'))).toBe(true)
      for (const { args, pid } of counters)
        expect([Number.isFinite(args?.bytes), processes.some((one) => one.pid === pid)]).toEqual([true, true])
    })

    test('trace as perfetto shows a packet as a slice that names its connection and ends at its arrival', async () => {
      const events = await eventsOf()
      const byId = new Map<string, TraceEvent[]>()
      for (const event of events) if (event.id !== undefined) byId.set(event.id, [...(byId.get(event.id) ?? []), event])
      expect(byId.size).toBeGreaterThan(5)
      for (const [id, own] of byId) {
        const [outer, inner, innerEnd, outerEnd] = own
        expect(id).toMatch(/^0x[0-9a-f]+$/)
        expect(own.map(({ ph }) => ph).join('')).toBe('bbee')
        expect([innerEnd.name, outerEnd.name]).toEqual([inner.name, outer.name])
        expect(outer.name).toMatch(/^10\.\S+ > 10\.\S+ on \S+$/)
        expect([outer.ts, innerEnd.ts]).toEqual([inner.ts, outerEnd.ts])
        expect(innerEnd.ts).toBeGreaterThan(inner.ts)
      }
    })

    test('trace as perfetto orders events by time and gives each track its own number', async () => {
      const events = await eventsOf('--set', 'links.wan.loss=30%')
      const times = events.filter(({ ph }) => ph !== 'M').map(({ ts }) => ts)
      expect(times).toEqual([...times].sort((a, b) => a - b))
      const named = events.filter(({ ph }) => ph === 'M')
      const numbers = named.map(({ pid, tid }) => tid ?? pid)
      expect(new Set(numbers).size).toBe(numbers.length)
      // What did not arrive is an instant on a track of its own.
      const lost = events.filter(({ ph }) => ph === 'i')
      expect(lost.length).toBeGreaterThan(0)
      for (const { tid } of lost) expect(named.some((one) => one.tid === tid)).toBe(true)
    })
  })

  test('trace as mermaid draws messages between aliased participants', async () => {
    const { out } = await trace('--as', 'mermaid', '--to', '60ms')
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.trim())
    expect(lines.slice(0, 4)).toEqual([
      'sequenceDiagram',
      expect.stringMatching(/^%%/),
      'participant h1 as client',
      'participant h2 as server',
    ])
    expect(lines).toContainEqual(expect.stringMatching(/^h1->>h2: 0\.\d{9} TCP SYN$/))
    expect(lines).toContainEqual(expect.stringMatching(/^h1->>h2: 0\.\d{9} HTTP GET \/$/))
    expect(lines).toContainEqual(expect.stringMatching(/^h2->>h1: 0\.\d{9} HTTP 200, to GET \/$/))
  })

  test('trace as ndjson has a line for each packet on each link', async () => {
    const { out } = await trace('--as', 'ndjson')
    const kinds = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
    expect(new Set(kinds)).toEqual(new Set(['packet']))
  })

  test('onpath trace selects packets by link, ends and time, and says what it left out', async () => {
    const sent = async (...words: readonly string[]) => {
      const { out, err } = await trace('--as', 'ndjson', ...words)
      expect(err).toBe('')
      const lines = out === '' ? [] : out.trimEnd().split('\n')
      return lines.map((line) => (JSON.parse(line) as { sentNs: number }).sentNs)
    }
    const all = await sent()
    expect(all.every(Number.isInteger)).toBe(true)
    expect(await sent('--connection', 'client,server:80')).toEqual(all)
    expect(await sent('--connection', ':443')).toEqual([])
    expect(await sent('--link', 'wan')).toEqual(all)
    const [from, to] = [all[2], all[all.length - 2]]
    expect(await sent('--from', `${from}ns`)).toEqual(all.filter((ns) => ns >= from))
    expect(await sent('--to', `${to}ns`)).toEqual(all.filter((ns) => ns <= to))
    expect((await trace('--as', 'mermaid')).err).toBe('')
  })

  test('onpath trace simulates with --seed and with --attack files', async () => {
    const folder = aFolder({
      'web.yaml': SCENARIO,
      'eavesdrop.yaml':
        'version: 1\nattackers: { mallory: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: web }] } }\n',
    })
    const linesOf = async (...words: readonly string[]) =>
      (await invoke(['trace', join(folder, 'web.yaml'), '--as', 'ndjson', ...words])).out.trimEnd().split('\n')
    const [plain, again, reseeded] = [await linesOf(), await linesOf('--seed', '1'), await linesOf('--seed', '2')]
    expect(again).toEqual(plain)
    expect(reseeded).toHaveLength(plain.length)
    expect(reseeded).not.toEqual(plain)
    const attacked = await linesOf('--attack', join(folder, 'eavesdrop.yaml'))
    expect(attacked.slice(0, plain.length)).toEqual(plain)
    expect(JSON.parse(attacked[plain.length])).toMatchObject({ kind: 'attack', attacker: 'mallory' })
  })

  test('trace as ndjson lists what attackers did after the packets, in order of time, without what was not tried', async () => {
    const attackers = `{
      late: { on: wan, vantage: inline, plan: [{ at: 45ms, technique: drop, path: web }] },
      never: { on: wan, vantage: inline, plan: [{ at: 1h, technique: drop, path: web }] },
      prompt: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: web }] },
    }`
    const { out } = await trace('--as', 'ndjson', '--set', `attackers=${attackers}`)
    type Line = { readonly kind: string; readonly attacker: string; readonly atNs: number; readonly text: string }
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line))
    const acts = lines.filter(({ kind }) => kind === 'attack')
    expect(lines.slice(-acts.length)).toEqual(acts)
    expect(acts.map(({ attacker, text }) => [attacker, text])).toEqual([
      ['prompt', 'the attacker read a request'],
      ['late', 'the attacker acted on a packet of the path'],
      ['late', expect.stringContaining('from here on no request')],
    ])
    expect(acts[0].atNs).toBeLessThan(acts[1].atNs)
  })

  test('onpath trace says how many packets it leaves out', async () => {
    const { code, err } = await trace('--as', 'mermaid', '--set', 'workloads.requests.response=10MB')
    expect([code, err]).toEqual([0, expect.stringMatching(/^[1-9]\d* packets left out; narrow with --link/)])
  })

  test('onpath trace of an invalid scenario shows its problems and no trace', async () => {
    const { code, out, err } = await trace('--as', 'ndjson', '--set', 'links.wan.dealy=1ms')
    expect([code, out, err]).toEqual([3, '', expect.stringContaining('error[unknown-key]')])
  })

  test('onpath trace needs a format', async () => {
    expect(await trace()).toMatchObject({ code: 2, err: expect.stringContaining('--as is missing; the formats are') })
  })

  test('onpath trace refuses an unknown format', async () => {
    expect(await trace('--as', 'svg')).toMatchObject({
      code: 2,
      err: expect.stringContaining('perfetto, mermaid, ndjson'),
    })
  })
})
