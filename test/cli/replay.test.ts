import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
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

test('replay exits with 6 and describes the first different packet', async () => {
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

test('replay names the first different value of a result with identical packets', async () => {
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

test('replay names the first different line of a CSV file', async () => {
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
