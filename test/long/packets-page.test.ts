import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { runWithCaptures } from '../../src/cli/simulation/write-captures.ts'
import { takeAllTurns } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const PAGE = readFileSync(new URL('../../docs/packets.md', import.meta.url), 'utf8')
const COMMANDS = [...PAGE.matchAll(/^npx onpath (.*)$/gm)].map(([, command]) => command)

/** Simulates in this thread, with captures. */
const simulate: Simulate = async (scenario, { captures = [], recordPackets }) =>
  takeAllTurns(runWithCaptures(scenario, captures, { recordPackets }))

/** Returns the words of a command of the page, with its files in a folder. */
function wordsOf(command: string, folder: string): string[] {
  const [line] = command.split(' > ')
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => {
    const word = double ?? single ?? plain
    return word.endsWith('.pcapng') ? join(folder, word) : word
  })
}

describe('the commands of docs/packets.md', () => {
  test.each(COMMANDS)('the command npx onpath %s of docs/packets.md prints what the page shows', async (command) => {
    const folder = aFolder({})
    const words = wordsOf(command, folder)
    const { code, out, err } = await invoke(words, { simulate })
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    expect(out).not.toBe('')
    for (const file of words.filter((word) => word.endsWith('.pcapng'))) {
      expect(existsSync(file)).toBe(true)
      expect(err).toMatch(new RegExp(`written: ${file} \\([1-9]\\d* packets\\)`))
    }
  })

  test('the commands of docs/packets.md lead from the evidence of a verdict to its packet', async () => {
    const [first] = COMMANDS.filter((command) => command.includes('--attack unchecked-kubelet --pcap'))
    const { out } = await invoke(wordsOf(first, aFolder({})), { simulate })
    expect(out).toContain('first evidence at 2.15 ms, packet 42 on link/control-node-1/forward')
    const [look] = COMMANDS.filter((command) => command.startsWith('packets') && command.includes('unchecked-kubelet'))
    expect(out).toContain(`look: npx onpath ${look}\n`)
    const shown = await invoke(wordsOf(look, aFolder({})))
    expect(shown.out).toMatch(
      /^> 0\.002\d+ {2}packet 42 on link\/control-node-1\/forward {2}.*HTTP GET \/containerLogs\//m,
    )
  })
})

describe('run --pcap', () => {
  const SCENARIO = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms } }
paths: { web: { from: client, to: server } }
workloads: { requests: { path: web, requests: 2 } }
`
  const files = { 'web.yaml': SCENARIO, 'mine.pcapng': 'mine' }

  test('run --pcap does not change the printed result, and replaces its own file', async () => {
    const folder = aFolder(files)
    const [yaml, capture] = [join(folder, 'web.yaml'), join(folder, 'web.pcapng')]
    const without = await invoke(['run', yaml], { simulate })
    const first = await invoke(['run', yaml, '--pcap', capture], { simulate })
    const bytes = readFileSync(capture)
    const second = await invoke(['run', yaml, '--pcap', capture], { simulate })
    expect([first.code, first.out]).toEqual([without.code, without.out])
    expect([second.code, second.err]).toEqual([0, first.err])
    expect(readFileSync(capture)).toEqual(bytes)
  })

  test.each([
    [['--pcap-of', 'wan'], '--pcap-of and --pcap-size need --pcap'],
    [['--pcap', 'FOLDER/mine.pcapng'], 'it is another file'],
    [['--pcap', 'FOLDER/new.pcapng', '--pcap-of', 'wam'], 'did you mean wan?'],
    [['--pcap-plaintext', 'FOLDER/new.pcapng'], '--pcap-plaintext needs --pcap-of'],
    [['--pcap', '-'], '--pcap needs the name of a file'],
    [['--pcap', 'FOLDER/new.pcapng', 'FOLDER/web.yaml'], 'need exactly one scenario file'],
  ])('run --pcap refuses %j, and writes nothing', async (options, message) => {
    const folder = aFolder(files)
    const words = options.map((word) => word.replace('FOLDER', folder))
    const { code, err } = await invoke(['run', join(folder, 'web.yaml'), ...words], { simulate })
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
    expect(existsSync(join(folder, 'new.pcapng'))).toBe(false)
    expect(readFileSync(join(folder, 'mine.pcapng'), 'utf8')).toBe('mine')
  })

  test('run --pcap says how many packets a full capture leaves out', async () => {
    const folder = aFolder(files)
    const words = ['run', join(folder, 'web.yaml'), '--pcap', join(folder, 'web.pcapng'), '--pcap-size', '1KB']
    const { code, err } = await invoke(words, { simulate })
    expect([code, err]).toEqual([0, expect.stringMatching(/is full; \d+ packets are left out/)])
  })
})
