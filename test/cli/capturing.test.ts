import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diskFiles } from '../../src/cli/files/files.ts'
import { Capturing } from '../../src/cli/run/capturing.ts'
import type { RunOptions } from '../../src/cli/run/run-options.ts'
import type { Captured, CaptureTask } from '../../src/cli/simulation/capture-task.ts'
import { runWithCaptures } from '../../src/cli/simulation/write-captures.ts'
import { type RunOptions as RunOptionsOfSimulation, takeAllTurns } from '../../src/simulation/run.ts'
import { anIo } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { aResult } from '../fixtures/results.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'
import { scenarioOf } from '../fixtures/simulations.ts'

const SCENARIO = scenarioOf(SMALL_SCENARIO)
/** The beginning of a capture of onpath. */
const OURS = `\n\r\r\n....onpath....`

function open(options: Partial<RunOptions>, count = 1, inputs: readonly string[] = []): Capturing | null {
  return Capturing.open(options as RunOptions, Array(count).fill(SCENARIO), inputs, diskFiles)
}

describe('the captures of a run', () => {
  test('a run captures nothing without a file, and the options for size and subject need a file', () => {
    expect(open({})).toBe(null)
    for (const options of [{ pcapOf: 'wire' }, { pcapSize: 5 }])
      expect(() => open(options)).toThrow('--pcap-of and --pcap-size need --pcap or --pcap-plaintext')
  })

  test('a capture has every packet, up to a gibibyte, by default', () => {
    const path = join(aFolder(), 'a.pcapng')
    const tasksOf = (options: Partial<RunOptions>) =>
      open({ pcap: path, ...options })?.tasks.map(({ subject, isPlaintext, mostBytes }) => ({
        subject,
        isPlaintext,
        mostBytes,
      }))
    const plain = { isPlaintext: false, mostBytes: 2 ** 30 }
    expect(tasksOf({})).toEqual([{ ...plain, subject: { kind: 'everything' } }])
    expect(tasksOf({ pcapOf: 'wire', pcapSize: 100 })).toEqual([
      { isPlaintext: false, mostBytes: 100, subject: { kind: 'link', name: 'wire' } },
    ])
    const other = `${path}.plain`
    const host = { kind: 'host', name: 'client' }
    expect(tasksOf({ pcapOf: 'client', pcapPlaintext: other })).toEqual([
      { ...plain, subject: host },
      { isPlaintext: true, mostBytes: 2 ** 30, subject: host },
    ])
    expect(open({ pcapOf: 'client', pcapPlaintext: other })?.tasks.map(({ isPlaintext }) => isPlaintext)).toEqual([
      true,
    ])
  })

  test('a capture needs one scenario, distinct files, and an attacker that decrypts', () => {
    const folder = aFolder()
    const [pcap, other] = ['a', 'b'].map((name) => join(folder, name))
    expect(() => open({ pcap }, 2)).toThrow('need exactly one scenario file')
    expect(() => open({ pcap, pcapPlaintext: pcap })).toThrow('need different files')
    for (const pcapOf of [undefined, 'wire'])
      expect(() => open({ pcapPlaintext: other, ...(pcapOf === undefined ? {} : { pcapOf }) })).toThrow(
        '--pcap-plaintext needs --pcap-of with the host or the attacker whose keys decrypt',
      )
    for (const path of ['', '-']) {
      expect(() => open({ pcap: path })).toThrow('--pcap needs the name of a file')
      expect(() => open({ pcapPlaintext: path, pcapOf: 'client' })).toThrow('--pcap-plaintext needs the name of a file')
    }
    expect(readdirSync(folder)).toEqual([])
  })

  test('a capture can be limited to what an attacker decrypts', () => {
    const attackers = 'attackers: { eve: { on: wire, vantage: passive, plan: [{ technique: eavesdrop, path: web }] } }'
    const scenario = scenarioOf(`${SMALL_SCENARIO}${attackers}\n`)
    const options: Partial<RunOptions> = { pcapPlaintext: join(aFolder(), 'a'), pcapOf: 'eve' }
    const capturing = Capturing.open(options as RunOptions, [scenario], [], diskFiles)
    expect(capturing?.tasks).toMatchObject([{ subject: { kind: 'attacker', name: 'eve' }, isPlaintext: true }])
  })

  test('a capture names a link or attacker of the scenario', () => {
    const pcap = join(aFolder(), 'a')
    expect(() => open({ pcap, pcapOf: 'wir' })).toThrow(
      /^--pcap-of wir: no link, host or attacker is called wir; .*wire/,
    )
    expect(() => open({ pcap, pcapOf: 'zzzzzz' })).toThrow(
      'no link, host or attacker is called zzzzzz; the scenario has host/client, host/server, link/wire',
    )
  })

  test('a capture replaces earlier captures, and no other file', () => {
    const folder = aFolder({
      ours: OURS,
      late: `${'x'.repeat(9)}${OURS}`,
      far: `\n\r\r\n${'.'.repeat(300)}onpath`,
      other: 'x',
    })
    const isOpened = (name: string) => {
      try {
        return open({ pcap: join(folder, name) }) !== null
      } catch {
        return false
      }
    }
    expect(['ours', 'late', 'far', 'other', 'new'].map(isOpened)).toEqual([true, false, false, false, true])
    expect(() => open({ pcap: join(folder, 'ours') }, 1, [join(folder, 'ours')])).toThrow('this command reads it')
  })
})

describe('captures, while a scenario is simulated,', () => {
  const taskAt = (path: string, mostBytes = 2 ** 30): CaptureTask => ({
    path,
    subject: { kind: 'everything' },
    isPlaintext: false,
    mostBytes,
  })
  const captured = (tasks: readonly CaptureTask[], options: RunOptionsOfSimulation = {}) =>
    takeAllTurns(runWithCaptures(SCENARIO, tasks, options))

  test('a capture is written piece by piece to a new file during the simulation', () => {
    const [first, second] = ['a', 'b'].map((name) => join(aFolder({ a: 'what an earlier thread has written' }), name))
    const run = captured([taskAt(first), taskAt(second)])
    const [written, other] = [first, second].map((path) => readFileSync(path))
    expect(written.subarray(0, 4)).toEqual(Buffer.from(OURS.slice(0, 4), 'latin1'))
    expect(written.equals(other)).toBe(true)
    const counts = { packets: run.captured?.[0].packets, bytes: written.length, leftOut: 0, failure: null }
    expect(run.captured).toEqual([counts, counts])
    expect(counts.packets).toBeGreaterThan(0)
  })

  test('a capture that the file system refuses says why, and the run goes on', () => {
    const folder = aFolder()
    const run = captured([taskAt(join(folder, 'none', 'a')), taskAt(join(folder, 'b'))])
    expect(run.captured?.map(({ failure }) => failure)).toEqual(['there is no such file', null])
    expect(run.result).toEqual(captured([]).result)
    expect(readdirSync(folder)).toEqual(['b'])
  })

  test('without captures, other observers of the run still work', () => {
    expect('captured' in captured([])).toBe(false)
    let observed = 0
    const observe = () => {
      observed++
    }
    captured([taskAt(join(aFolder(), 'a'))], { observe })
    captured([], { observe })
    expect(observed).toBe(2)
  })
})

describe('captures that were written', () => {
  /** Writes two captures, places them with these counts, and returns what is there and what is said. */
  function placed(...captured: readonly Partial<Captured>[]) {
    const folder = aFolder()
    const names = ['a.pcapng', 'b.pcapng']
    const [pcap, pcapPlaintext] = names.map((name) => join(folder, name))
    const capturing = open({ pcap, pcapPlaintext, pcapOf: 'client' })
    if (capturing === null) throw new Error('there are captures')
    for (const { path, isPlaintext } of capturing.tasks) writeFileSync(path, isPlaintext ? 'plain' : 'sealed')
    const { io, printed } = anIo()
    const run = {
      result: aResult(),
      packetDigests: new Uint32Array(),
      captured: captured.map((one) => ({ packets: 3, bytes: 100, leftOut: 0, failure: null, ...one })),
    }
    let error: unknown = null
    try {
      capturing.place(run, io)
    } catch (thrown) {
      error = thrown
    }
    const there = names.filter((name) => existsSync(join(folder, name)))
    return { folder, there, count: readdirSync(folder).length, said: printed.err.replaceAll(`${folder}/`, ''), error }
  }

  test('a finished capture takes its final name, with its content', () => {
    const { folder, there, count, said, error } = placed({}, { packets: 1 })
    expect([there, count, error]).toEqual([['a.pcapng', 'b.pcapng'], 2, null])
    expect(['a.pcapng', 'b.pcapng'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      'sealed',
      'plain',
    ])
    expect(said).toContain('a.pcapng (3 packets)')
    expect(said).toContain('b.pcapng (1 packets)')
    expect(said).not.toContain('warning')
  })

  test('a capture warns of packets that it left out, and if it is empty', () => {
    const { said } = placed({ leftOut: 4 }, { packets: 0 })
    expect(said).toContain('warning: a.pcapng is full; 4 packets are left out. Ask for more with --pcap-size')
    expect(said).toContain('warning: b.pcapng has no packets: its host, link or attacker sees none')
    expect(said.match(/warning/g)).toHaveLength(2)
  })

  test('a capture that could not be written is removed, and others are kept', () => {
    const { there, count, error } = placed({ failure: 'the disk is full' }, {})
    expect([there, count]).toEqual([['b.pcapng'], 1])
    expect(String(error)).toMatch(/cannot write to .*a\.pcapng: the disk is full$/)
    const both = placed({ failure: 'one' }, { failure: 'two' })
    expect([both.there, both.count]).toEqual([[], 0])
    expect(String(both.error)).toMatch(/a\.pcapng: one; cannot write to .*b\.pcapng: two$/)
  })

  test('captures are removed if the run ends early', () => {
    const folder = aFolder()
    const capturing = open({ pcap: join(folder, 'a') })
    for (const { path } of capturing?.tasks ?? []) writeFileSync(path, 'x')
    expect(readdirSync(folder)).toHaveLength(1)
    capturing?.discard()
    expect(readdirSync(folder)).toEqual([])
  })
})
