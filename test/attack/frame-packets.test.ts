import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import type { AttackState } from '../../src/attack/state/attack-state.ts'
import { NO_PACKET } from '../../src/attack/state/event-counts.ts'
import type { UsedTechnique } from '../../src/attack/techniques.ts'
import { recordArrivals } from '../../src/attack/wiretap/arrivals.ts'
import { FramePackets } from '../../src/attack/wiretap/frame-packets.ts'
import type { StepAttribution } from '../../src/attack/wiretap/step-attribution.ts'
import { Arena } from '../../src/engine/arena.ts'
import { NONE } from '../../src/engine/table.ts'
import { BODY, REQUEST_HEAD, RESPONSE_HEAD } from '../../src/http/marks.ts'
import type { Network } from '../../src/network/network.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { PASS, type PacketRule } from '../../src/network/packet-rule.ts'
import { APPLICATION_DATA } from '../../src/security/tls-session.ts'
import type { Content } from '../../src/transport/rows.ts'
import { Contents } from '../../src/transport/streams/content.ts'
import { KEY } from '../../src/workload/messages.ts'

const [ME, OTHER] = [0, 1]

function someFrames() {
  const arena = new Arena()
  const contents = new Contents(arena)
  const content = contents.create(1, 1, 0)
  contents.append(content, 1000)
  return { contents, content, frames: new FramePackets(arena, contents) }
}

const at = (direction: number, serial: number) => ({ direction, serial })

describe('the packet of a frame', () => {
  test('the evidence of a frame is the last packet in which the observer saw it', () => {
    const { frames, content } = someFrames()
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
    frames.note(ME, content, 100, at(1, 5))
    frames.note(ME, content, 100, at(2, 6))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(2, 6))
  })

  test('the evidence of a frame is separate for each observer, content and end', () => {
    const { contents, frames, content } = someFrames()
    const another = contents.create(2, 2, 0)
    frames.note(ME, content, 100, at(1, 5))
    frames.note(OTHER, content, 100, at(2, 6))
    frames.note(NONE, content, 200, at(3, 7))
    frames.note(ME, another, 100, at(4, 8))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(1, 5))
    expect(frames.packetOf(OTHER, content, 100)).toEqual(at(2, 6))
    expect(frames.packetOf(NONE, content, 200)).toEqual(at(3, 7))
    expect(frames.packetOf(ME, another, 100)).toEqual(at(4, 8))
    expect([frames.packetOf(ME, content, 200), frames.packetOf(OTHER, another, 100)]).toEqual([NO_PACKET, NO_PACKET])
  })

  test('the evidence of a frame in an altered copy is that of the original', () => {
    const { contents, frames, content } = someFrames()
    const copy = contents.alter(content, 1, 9, 9)
    frames.note(ME, copy, 100, at(1, 5))
    expect(frames.packetOf(ME, content, 100)).toEqual(at(1, 5))
    expect(frames.packetOf(ME, copy, 100)).toEqual(at(1, 5))
    frames.release(copy, 100)
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
  })

  test('the evidence of frames is kept for any number of contents', () => {
    const { contents, frames } = someFrames()
    const all = Array.from({ length: 200 }, (_, i) => contents.create(i, i, 0))
    all.forEach((content, i) => {
      frames.note(ME, content, 100, at(1, i))
    })
    expect(all.map((content) => frames.packetOf(ME, content, 100).serial)).toEqual(all.map((_, i) => i))
    expect(frames.packetOf(ME, contents.create(7, 7, 0), 100)).toBe(NO_PACKET)
  })
})

describe('when an end has read a frame', () => {
  test.each([
    [50, [100, 200, 300]],
    [100, [200, 300]],
    [250, [300]],
    [300, []],
  ])(
    'after an end reads a frame up to %d, the packets of that frame and earlier ones are forgotten for all observers',
    (read, left) => {
      const { frames, content } = someFrames()
      for (const observer of [ME, OTHER])
        for (const end of [200, 100, 300]) frames.note(observer, content, end, at(observer, end))
      frames.release(content, read)
      const known = (observer: number) =>
        [100, 200, 300].filter((end) => frames.packetOf(observer, content, end) !== NO_PACKET)
      expect([known(ME), known(OTHER)]).toEqual([left, left])
      frames.note(ME, content, 400, at(9, 9))
      expect([...known(ME), frames.packetOf(ME, content, 400)]).toEqual([...left, at(9, 9)])
    },
  )

  test('reading a frame changes nothing for a content that no attacker observed', () => {
    const { contents, frames, content } = someFrames()
    frames.release(content, 1000)
    frames.release(contents.create(3, 3, 0), 1000)
    expect(frames.packetOf(ME, content, 100)).toBe(NO_PACKET)
  })
})

test('frames of a released content are not attributed to the next content in its row', () => {
  const { contents, frames, content } = someFrames()
  for (const end of [100, 200]) frames.note(ME, content, end, at(1, end))
  contents.drop(content)
  const next = contents.create(2, 2, 0)
  expect(contents.table.indexOf(next)).toBe(contents.table.indexOf(content))
  expect(frames.packetOf(ME, next, 100)).toBe(NO_PACKET)
  frames.note(ME, next, 300, at(2, 1))
  expect([100, 200, 300].map((end) => frames.packetOf(ME, next, end))).toEqual([NO_PACKET, NO_PACKET, at(2, 1)])
})

describe('the packets that bring data of an attacker to an end', () => {
  /** Hosts; the attacker controls the last two. Addresses have the number of their host, and 10 added. */
  const [CLIENT, SERVER, ROUTER, MINE, POD] = [0, 1, 2, 3, 4]
  const leg = (clientAddress: number, serverAddress: number) => ({ clientAddress, serverAddress })

  interface LabStep {
    readonly technique: UsedTechnique
    readonly legs: readonly { readonly clientAddress: number; readonly serverAddress: number }[]
  }

  const TAMPER: LabStep = { technique: 'tamper', legs: [leg(10 + CLIENT, 10 + SERVER)] }

  /** A direction to each host, of the same number. */
  function arriving(...steps: readonly LabStep[]) {
    const arena = new Arena()
    const contents = new Contents(arena)
    const frames = new FramePackets(arena, contents)
    const packets = new PacketTable(arena)
    const rules = new Map<number, PacketRule>()
    const network = {
      packets,
      directions: { count: 4, endOf: (direction: number) => [CLIENT, SERVER, ROUTER, MINE, POD][direction] },
      addresses: { hostOf: (address: number) => address - 10 },
      rules: {
        attach: (direction: number, at: string, rule: PacketRule) => {
          expect([at, rules.has(direction)]).toEqual(['exit', false])
          rules.set(direction, rule)
        },
      },
    } as unknown as Network
    const controls = (...mine: readonly number[]) =>
      Uint8Array.from([0, 1, 2, 3, 4], (host) => (mine.includes(host) ? 1 : 0))
    const attackers = [{ controls: controls(MINE) }, { controls: controls(POD) }]
    const plan = { attackers, steps, requests: [{ step: NONE }, { step: 0 }] } as unknown as AttackPlan
    const state = { areAllDisabled: false, acts: () => (hasActed ? 1 : 0) } as unknown as AttackState
    const attribution = { plan, state, controlled: controls(MINE, POD) } as unknown as StepAttribution
    let hasActed = false
    recordArrivals({ network, contents, frames, attribution, servers: [{ host: CLIENT, port: 443 }] })
    const arrive = (content: Content, from: number, until: number, serial: number, port = 80) => {
      const row = packets.allocate()
      packets.destinationPort[row] = port
      packets.content[row] = content
      packets.contentOffset[row] = from
      packets.payloadBytes[row] = until - from
      packets.serial[row] = serial
      expect(rules.get(CLIENT)?.judge({ row } as Parameters<PacketRule['judge']>[0])).toBe(PASS)
      packets.release(row)
    }
    const record = (to: Content, kind: number, carried: Content = NONE, carriedOffset = 0, value = 0) =>
      contents.appendMarked(to, 10, kind, value, 0, carried, carriedOffset, NONE)
    const serials = (content: Content, ends: readonly number[]) =>
      ends.map((end) => frames.packetOf(NONE, content, end).serial)
    const act = () => {
      hasActed = true
    }
    return { contents, rules, arrive, record, serials, act }
  }

  test('the packet that brings an attacker’s data is recorded at the ends of connections into which a step sends', () => {
    expect([...arriving(TAMPER).rules.keys()]).toEqual([CLIENT, SERVER])
    expect([...arriving({ technique: 'eavesdrop', legs: TAMPER.legs }).rules.keys()]).toEqual([CLIENT])
    const unknown = {
      technique: 'inject' as const,
      legs: [leg(NONE, 10 + ROUTER), leg(10 + MINE, NONE), leg(10 + POD, NONE)],
    }
    expect([...arriving(unknown).rules.keys()]).toEqual([CLIENT, ROUTER, MINE])
  })

  test('the packet that brings an attacker’s data is the last one with bytes of a forged frame', () => {
    for (const [author, is] of [
      [MINE, [2, 2, NONE, 3]],
      [POD, [2, 2, NONE, 3]],
      [SERVER, [NONE, NONE, NONE, NONE]],
    ] as const) {
      const { contents, arrive, record, serials } = arriving(TAMPER)
      const content = contents.create(1, 1, author)
      for (const kind of [REQUEST_HEAD, BODY, KEY, RESPONSE_HEAD]) record(content, kind)
      arrive(content, 0, 10, 1)
      expect(serials(content, [20])).toEqual([NONE])
      arrive(content, 9, 11, 2)
      arrive(content, 20, 40, 3)
      arrive(NONE, 0, 10, 4)
      expect(serials(content, [10, 20, 30, 40])).toEqual(is)
    }
  })

  test('the packet that brings an attacker’s data is known for frames inside TLS or SSH records too', () => {
    const { contents, arrive, record, serials } = arriving(TAMPER)
    const [sealed, plain] = [contents.create(1, 1, MINE), contents.create(2, 2, SERVER)]
    for (let i = 0; i < 4; i++) record(plain, BODY)
    record(sealed, APPLICATION_DATA, plain, 10, 15)
    arrive(sealed, 0, 10, 7)
    expect(serials(plain, [10, 20, 30, 40])).toEqual([NONE, 7, 7, NONE])
  })

  test('the packet that brings the attacker’s own request to a server is recorded', () => {
    const { contents, arrive, record, serials } = arriving({ technique: 'direct-request', legs: [] })
    const passedOn = contents.create(1, 1, SERVER)
    for (const request of [0, 1]) record(passedOn, REQUEST_HEAD, NONE, 0, request)
    arrive(passedOn, 0, 20, 5)
    expect(serials(passedOn, [10, 20])).toEqual([NONE, NONE])
    arrive(passedOn, 0, 20, 6, 443)
    expect(serials(passedOn, [10, 20])).toEqual([NONE, 6])
  })

  test('the packet that brings altered data through an honest relay is recorded once a step has altered some', () => {
    const { contents, arrive, record, serials, act } = arriving(TAMPER)
    const [passedOn, altered] = [contents.create(1, 1, SERVER), contents.create(2, 2, MINE)]
    record(passedOn, BODY, altered, 0, 5)
    record(passedOn, BODY)
    arrive(passedOn, 0, 20, 5)
    expect(serials(passedOn, [10, 20])).toEqual([NONE, NONE])
    act()
    arrive(passedOn, 0, 20, 6)
    expect(serials(passedOn, [10, 20])).toEqual([6, NONE])
  })
})
