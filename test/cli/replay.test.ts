import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { InterruptedBeforeStart } from '../../src/cli/simulation/interrupted-before-start.ts'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const simulate: Simulate = async (scenario, { recordPackets, perInstance = false, describePacket }) =>
  run(scenario, { recordPackets, perInstance, ...(describePacket === undefined ? {} : { describePacket }) })

async function recorded(): Promise<string> {
  const out = join(aFolder(), 'run')
  await invoke(['run', '-', '--out', out], { stdin: SMALL_SCENARIO, simulate })
  return out
}

test('replay reports a recorded run with identical bytes', async () => {
  const folder = await recorded()
  const { code, out } = await invoke(['replay', folder], { simulate })
  expect(code).toBe(0)
  expect(out).toMatch(/^identical {2}\S+: \d+ packets, digest [0-9a-f]{16}\n$/)
})

test('replay exits with 6 and describes the first packet that differs', async () => {
  const folder = await recorded()
  const file = join(folder, 'packets.digest')
  const digests = readFileSync(file)
  digests[4 * 2] ^= 1
  digests[4 * 5] ^= 1
  writeFileSync(file, digests)
  const { code, out } = await invoke(['replay', folder], { simulate })
  expect(code).toBe(6)
  expect(out).toMatch(
    /^DIFFERENT {2}\S+: packet 3 is the first difference\. It is now [\d.]+:\d+ > [\d.]+:\d+, seq \d+, ack \d+, ACK, 0 bytes, on link\/\S+ at \d+ ns\n$/,
  )
})

test('replay reports a recording with more or fewer packets', async () => {
  const folder = await recorded()
  const file = join(folder, 'packets.digest')
  const digests = readFileSync(file)
  writeFileSync(file, Buffer.concat([digests, Buffer.from([1, 2, 3, 4])]))
  const { code, out } = await invoke(['replay', folder], { simulate })
  expect([
    code,
    out.includes(`it ends after packet ${digests.length / 4}, and the recorded run has more packets`),
  ]).toEqual([6, true])
})

test('replay names the first value of a result that differs although packets are identical', async () => {
  const folder = await recorded()
  const file = join(folder, 'summary.json')
  const summary = JSON.parse(readFileSync(file, 'utf8'))
  summary.workloads[0].completed = 99
  writeFileSync(file, JSON.stringify(summary, null, 2))
  const { code, out } = await invoke(['replay', folder], { simulate })
  expect([code, out]).toEqual([
    6,
    expect.stringContaining('all packets are identical, but the result differs: workloads[0].completed: '),
  ])
})

test('replay names the first line of a CSV file that differs', async () => {
  const folder = await recorded()
  const file = join(folder, 'results.csv')
  const lines = readFileSync(file, 'utf8').split('\n')
  lines[1] = `${lines[1]}0`
  writeFileSync(file, lines.join('\n'))
  const { code, out } = await invoke(['replay', folder], { simulate })
  expect([code, out]).toEqual([
    6,
    expect.stringContaining('all packets are identical, but the result differs: results.csv, line 2'),
  ])
})

test('replay of several runs exits with the most severe code', async () => {
  const [good, bad] = [await recorded(), await recorded()]
  writeFileSync(join(bad, 'packets.digest'), '')
  const { code, out } = await invoke(['replay', good, bad, '--json'], { simulate })
  expect(code).toBe(6)
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ run, identical }) => [run, identical])).toEqual([
    [good, true],
    [bad, false],
  ])
})

test('replay refuses a path that is not a run folder', async () => {
  const folder = aFolder({ 'notes.txt': 'mine' })
  const { code, err } = await invoke(['replay', folder])
  expect([code, err]).toEqual([2, expect.stringContaining('cannot read')])
})

test('replay of several runs starts none if one scenario is invalid, and prints its problems', async () => {
  const [good, bad] = [await recorded(), await recorded()]
  const file = join(bad, 'scenario.yaml')
  writeFileSync(file, `colour: red\n${readFileSync(file, 'utf8')}`)
  for (const folders of [
    [good, bad],
    [bad, good],
  ]) {
    const { code, out, err } = await invoke(['replay', ...folders], { simulate })
    expect([code, out, err]).toEqual([3, '', expect.stringContaining(`${file}:1:1: error[unknown-key]`)])
  }
})

test('replay --json of one run prints one document, on several lines', async () => {
  const { out } = await invoke(['replay', await recorded(), '--json'], { simulate })
  expect(out).toMatch(/^\{\n {2}"run"/)
  expect(JSON.parse(out)).toMatchObject({ identical: true, difference: null })
})

test('replay that is interrupted exits with the code of the signal, and prints nothing of the interrupted run', async () => {
  const controller = new AbortController()
  const folders = [await recorded(), await recorded()]
  let runs = 0
  const interrupted: Simulate = async (...given) => {
    if (++runs === 2) controller.abort(143)
    return simulate(...given)
  }
  const { code, out } = await invoke(['replay', ...folders], { simulate: interrupted, interruption: controller.signal })
  expect([code, out.split('\n').length]).toEqual([143, 2])
})

test('replay that is interrupted before its simulation says so, without the help', async () => {
  const folder = await recorded()
  const { code, out, err } = await invoke(['replay', folder], {
    simulate: async () => {
      throw new InterruptedBeforeStart(143)
    },
  })
  expect([code, out, err]).toEqual([143, '', 'onpath: interrupted before the simulation began\n'])
})

test('replay simulates instances if the recorded result has instances', async () => {
  const out = join(aFolder(), 'run')
  await invoke(['run', '-', '--out', out, '--per-instance'], { stdin: SMALL_SCENARIO, simulate })
  expect((await invoke(['replay', out], { simulate })).code).toBe(0)
})

test('replay refuses a file in place of a run folder', async () => {
  const file = join(aFolder({ file: '' }), 'file')
  const { code, err } = await invoke(['replay', file])
  expect([code, err]).toEqual([2, expect.stringContaining(`cannot replay ${file}: it is not a run folder`)])
})

test('replay names the flags of the first packet that differs, or only its number if it cannot be described', async () => {
  const folder = await recorded()
  const file = join(folder, 'packets.digest')
  const digests = readFileSync(file)
  digests[0] ^= 1
  writeFileSync(file, digests)
  expect((await invoke(['replay', folder], { simulate })).out).toContain('packet 1 is the first difference. It is now ')
  expect((await invoke(['replay', folder], { simulate })).out).toContain(', SYN, 0 bytes, ')
  const silent: Simulate = async (scenario, { recordPackets = false }) => run(scenario, { recordPackets })
  expect((await invoke(['replay', folder], { simulate: silent })).out).toMatch(/: packet 1 is the first difference\n$/)
})

test('replay of a long run names the thousand packets among which one differs, and describes the last', async () => {
  const packets = 100_001
  const described: (number | undefined)[] = []
  const long: Simulate = async (scenario, { describePacket, perInstance }) => {
    if (described.push(describePacket) > 1) expect(perInstance).toBe(false)
    const run = cannedRun(scenario)
    return { result: { ...run.result, packets }, packetDigests: new Uint32Array(packets) }
  }
  const folder = join(aFolder(), 'run')
  await invoke(['run', '-', '--out', folder], { stdin: SMALL_SCENARIO, simulate: long })
  const file = join(folder, 'packets.digest')
  const digests = readFileSync(file)
  expect(digests).toHaveLength(400)
  digests[4 * 2] ^= 1
  writeFileSync(file, digests)
  described.length = 0
  const { code, out } = await invoke(['replay', folder], { simulate: long })
  expect([code, out, described]).toEqual([
    6,
    expect.stringContaining('one of the packets 2001 to 3000 is the first difference\n'),
    [undefined, 2999],
  ])
})
