import type { Result } from '../../measure/result.ts'
import { inOrder, isWorse } from '../../measure/verdicts/outcomes.ts'
import { TYPED_KEY } from '../../packets/describe/describe-message.ts'
import { MESSAGE_LAYERS, messageAt, type Playback, type PlayedMessages } from '../../packets/playback/playback.ts'
import { viewBreakdown } from '../../report/view/breakdown-view.ts'
import { viewExpectations } from '../../report/view/expectation-view.ts'
import { viewTopology } from '../../report/view/topology-view.ts'
import { viewVerdict } from '../../report/view/verdict-view.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { Causes } from '../../study/check/causes.ts'
import type { PlayedView, RunView, Sightings, TimeMark } from '../protocol.ts'
import { adminsOf } from './load-view.ts'

/** The head of a request. */
const REQUEST = /^[A-Z]+ \//

const MOST_REQUESTS = 30

/** Returns the rows of the first of the messages that differ in who writes them and what they are for. */
function firstOfEach(messages: PlayedMessages, isWanted: (row: number) => boolean): Iterable<number> {
  const first = new Map<string, number>()
  const paths = messages.texts.map((text) => text.replace(/\?.*/, ''))
  for (let row = 0; row < messages.sentNs.length; row++) {
    const key = `${messages.from[row]} ${paths[messages.text[row]]}`
    if (isWanted(row) && !first.has(key)) first.set(key, row)
  }
  return first.values()
}

function isHttp({ layer }: PlayedMessages, row: number): boolean {
  return MESSAGE_LAYERS[layer[row]] === 'http'
}

/** The messages that keep a connection going and say nothing to a person. */
const SILENT = /^(WINDOW_UPDATE|SETTINGS|PING|the beginning of a frame)/

/** Returns whether a message of a playback tells a person something. */
function telling({ messages }: Playback): (row: number) => boolean {
  const isSilent = messages.texts.map((text) => SILENT.test(text))
  return (row) => isHttp(messages, row) && !isSilent[messages.text[row]]
}

/** Returns the messages that users of a cluster send and receive. */
function seenBy(blueprint: Blueprint, playback: Playback): Sightings {
  const { messages } = playback
  const { from, to, sentNs, arrivedNs } = messages
  const admins = adminsOf(blueprint)
  const isAdmin = messages.hosts.map((host) => admins.includes(host))
  const isTelling = telling(playback)
  const seen: { readonly row: number; readonly atNs: number }[] = []
  for (let row = 0; row < sentNs.length; row++) {
    const atNs = isAdmin[from[row]] ? sentNs[row] : isAdmin[to[row]] ? arrivedNs[row] : Number.NaN
    if (!Number.isNaN(atNs) && isTelling(row)) seen.push({ row, atNs })
  }
  return sightings(playback, seen)
}

/** Returns the messages that an attacker reads. */
function readBy(attacker: number, playback: Playback): Sightings {
  const { readings } = playback.messages
  const isTelling = telling(playback)
  const read: { readonly row: number; readonly atNs: number }[] = []
  for (let i = 0; i < readings.message.length; i++)
    if (readings.attacker[i] === attacker && isTelling(readings.message[i]))
      read.push({ row: readings.message[i], atNs: readings.atNs[i] })
  return sightings(playback, read)
}

function sightings(
  { messages: { text, texts } }: Playback,
  seen: { readonly row: number; readonly atNs: number }[],
): Sightings {
  seen.sort((a, b) => a.atNs - b.atNs)
  const isKey = texts.map((one) => one.startsWith(TYPED_KEY))
  const keys = seen.filter(({ row }) => isKey[text[row]])
  return {
    message: Int32Array.from(seen, ({ row }) => row),
    atNs: Float64Array.from(seen, ({ atNs }) => atNs),
    keysAtNs: Float64Array.from(keys, ({ atNs }) => atNs),
  }
}

/** The most marks on the slider of time. */
const MOST_MARKS = 60

/** Returns what the page shows of a run. */
export function viewRun(loaded: LoadedScenario, result: Result, playback: Playback): RunView {
  const { policy = [] } = loaded.scenario
  return {
    verdict: viewVerdict(result, viewExpectations(result, []), policy),
    words: wordsOf(result),
    causes: causesOf(loaded, result),
    harm: harmOf(loaded, result),
    breakdown: viewBreakdown(result, []),
    workloads: result.workloads.map(({ name, path, completed, failed, latencyMs, breakdownNs }) => ({
      name,
      path,
      completed,
      failed,
      p50Ms: latencyMs.p50,
      breakdownNs,
    })),
    verdicts: result.verdicts,
    marks: marksOf(loaded, result, playback),
    ...viewPlayback(loaded, playback),
    readiness: Object.fromEntries(
      result.nodes.flatMap(({ name, transitions }) => (transitions.length === 0 ? [] : [[name, transitions]])),
    ),
    digest: result.digest,
    trafficDigest: result.trafficDigest,
    ended: result.ended,
    simulatedNs: result.simulatedNs,
    events: result.events,
    packets: result.packets,
    expectations: result.expectations,
  }
}

/** Returns the packets and messages of a run, and who sees them. */
export function viewPlayback({ scenario }: LoadedScenario, playback: Playback): PlayedView {
  return {
    playback,
    seen: seenBy(scenario.blueprint, playback),
    read: Object.fromEntries(playback.messages.attackers.map((name, i) => [name, readBy(i, playback)])),
  }
}

/** Returns the memory of the columns, which a worker passes on without a copy. */
export function buffersOf({ playback, seen, read }: PlayedView): readonly ArrayBuffer[] {
  const { packets, messages } = playback
  return [packets, messages, messages.readings, seen, ...Object.values(read)].flatMap((columns) =>
    Object.values(columns).flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : [])),
  )
}

/** The degrees of notice, the strongest last. */
const NOTICES = ['none', 'fault', 'security'] as const

function wordsOf({ verdicts }: Result): RunView['words'] {
  const all = verdicts.filter(({ scope }) => scope === 'other')
  const tried = all.filter(({ worst }) => isWorse(worst, 'not-tried'))
  const others = tried.length === 0 ? all : tried
  const noticed = NOTICES.findLast((notice) => others.some((verdict) => verdict.noticed === notice)) ?? 'none'
  return { outcomes: inOrder(others.flatMap(({ outcomes }) => outcomes)), noticed }
}

function causesOf({ scenario, printable }: LoadedScenario, { verdicts }: Result): readonly string[] {
  const causes = new Causes(scenario.blueprint, printable)
  const found = verdicts
    .filter(({ scope, worst }) => scope === 'other' && isWorse(worst, 'metadata'))
    .flatMap((verdict) => causes.of({ path: verdict.path, verdict }).map(({ what }) => what))
  return [...new Set(found)]
}

function harmOf({ scenario }: LoadedScenario, result: Result): RunView['harm'] {
  const { edges } = viewTopology(scenario.blueprint, result)
  const harmed = edges.flatMap(({ names, from, to, broken, level }) =>
    broken === null || level === null
      ? []
      : (names.length === 0 ? [`${from} ${to}`] : names).map((name) => [name, { outcome: broken, level }] as const),
  )
  return Object.fromEntries(harmed)
}

/**
 * The moments to which the clock jumps: first actions of attackers, evidence of what they got, nodes that
 * become NotReady or ready again, and requests.
 */
function marksOf(
  { scenario }: LoadedScenario,
  { verdicts, simulatedNs, nodes }: Result,
  { messages }: Playback,
): readonly TimeMark[] {
  const begins = scenario.blueprint.attackers.flatMap(({ name, plan }) => {
    const first = Math.min(...plan.map(({ atNs }) => atNs))
    return Number.isFinite(first) && first <= simulatedNs
      ? [{ atNs: first, kind: 'attack' as const, text: `${name} begins` }]
      : []
  })
  const evidence = verdicts.flatMap(({ attacker, evidence: all }) =>
    all.map(({ atNs, what, shows }) => ({ atNs, kind: 'evidence' as const, text: `${attacker}, ${shows}: ${what}` })),
  )
  const isRequest = messages.texts.map((text) => REQUEST.test(text))
  const requests = [...firstOfEach(messages, (row) => isRequest[messages.text[row]] && isHttp(messages, row))].map(
    (row) => {
      const { sentNs, from, text } = messageAt(messages, row)
      return { atNs: sentNs, kind: 'dial' as const, text: `${from}: ${text}` }
    },
  )
  const readiness = nodes.flatMap(({ name, transitions }) =>
    transitions.map(({ atNs, ready }) => ({
      atNs,
      kind: 'not-ready' as const,
      text: `${name} becomes ${ready ? 'ready again' : 'NotReady'}`,
    })),
  )
  const distinct = new Map(
    [...begins, ...evidence, ...readiness.slice(0, MOST_REQUESTS), ...requests.slice(0, MOST_REQUESTS)].map((mark) => [
      `${mark.atNs} ${mark.text}`,
      mark,
    ]),
  )
  return [...distinct.values()].sort((a, b) => a.atNs - b.atNs).slice(0, MOST_MARKS)
}
