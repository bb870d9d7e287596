import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { messageAt, type Playback } from '../../src/packets/playback/playback.ts'
import { type PlaybackLimits, PlaybackRecorder } from '../../src/packets/playback/playback-recorder.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const ATTACKED = `version: 1
name: attacked
cluster: { preset: kubeadm-default }
attackers:
  reader: { on: control-node-1, vantage: inline, plan: [{ technique: impersonate-server, path: logs }] }
`

/** Records a run, and returns it with its result. */
function recorded(text: string, limits: PlaybackLimits = { packets: 1e6, messages: 1e6 }) {
  const loaded = loadScenario({ text, file: 'a.yaml' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const recorders: PlaybackRecorder[] = []
  const plain = run(loaded.scenario).result
  const { result } = run(loaded.scenario, {
    observe: (simulation) => recorders.push(new PlaybackRecorder(simulation, limits)),
  })
  expect(result.digest).toBe(plain.digest)
  const [recorder] = recorders
  return { playback: recorder.finish(), result }
}

function messagesOf({ messages }: Playback) {
  return Array.from(messages.sentNs, (_, row) => messageAt(messages, row))
}

test('a playback has every packet of a run, in the order in which they were sent', () => {
  const text = readFileSync(new URL('../../scenarios/first-steps.yaml', import.meta.url), 'utf8')
  const { playback, result } = recorded(text)
  const { sentNs, arrivedNs } = playback.packets
  // The network counts those that were delivered; a playback also has those that were lost.
  expect(arrivedNs.filter((arrived) => !Number.isNaN(arrived))).toHaveLength(result.packets)
  expect(sentNs).toEqual(sentNs.toSorted())
  expect(playback.longestNs).toBe(Math.max(...Array.from(sentNs, (sent, i) => arrivedNs[i] - sent || 0)))
})

test('messages are in the order in which they were sent, with who could read them', () => {
  const { playback } = recorded(ATTACKED)
  const { sentNs } = playback.messages
  expect(sentNs).toEqual(sentNs.toSorted())
  const read = messagesOf(playback).filter(({ readBy }) => readBy.length > 0)
  expect(new Set(read.flatMap(({ readBy }) => readBy))).toEqual(new Set(['reader']))
  // A request for logs is read where the attacker answers it.
  expect(read.some(({ text, to }) => text.startsWith('GET /containerLogs/') && to?.startsWith('~') === true)).toBe(true)
  // Requests of the user to the apiserver are encrypted for others.
  expect(read.some(({ from }) => from === 'alice')).toBe(false)
})

test('a playback within limits is the beginning of the whole one, and says how much is left out', () => {
  const whole = recorded(ATTACKED).playback
  const part = recorded(ATTACKED, { packets: 100, messages: 40 }).playback
  expect(part.packets.sentNs).toEqual(whole.packets.sentNs.slice(0, 100))
  expect(part.packetsLeftOut).toBe(whole.packets.sentNs.length - 100)
  expect(part.messagesLeftOut).toBe(whole.messages.sentNs.length - 40)
  expect(messagesOf(part).map(({ text }) => text)).toEqual(
    messagesOf(whole)
      .slice(0, 40)
      .map(({ text }) => text),
  )
})

test('a playback from a later time on is that part of the whole one, and says until when it is complete', () => {
  const whole = recorded(ATTACKED).playback
  const { sentNs } = whole.packets
  const fromNs = sentNs[5_000]
  const first = sentNs.indexOf(fromNs)
  const part = recorded(ATTACKED, { packets: 200, messages: 1e6, fromNs }).playback
  for (const column of ['sentNs', 'arrivedNs', 'direction', 'serial', 'marks'] as const)
    expect(part.packets[column]).toEqual(whole.packets[column].slice(first, first + 200))
  expect([part.fromNs, part.untilNs]).toEqual([fromNs, sentNs[first + 199]])
  expect([whole.fromNs, whole.untilNs]).toEqual([0, null])
  expect(messagesOf(part)).toEqual(messagesOf(whole).filter((message) => message.sentNs >= fromNs))
})
