import { describe, expect, test } from 'vitest'
import type { PlannedAttacker } from '../../src/attack/planned-attackers.ts'
import { AttackState, NEVER } from '../../src/attack/state/attack-state.ts'
import { OpenedConnections } from '../../src/attack/state/opened-connections.ts'
import { type Refusal, Refusals } from '../../src/attack/state/refusals.ts'
import { Arena } from '../../src/engine/arena.ts'
import { ACK, RST, SYN } from '../../src/network/header-flags.ts'
import { PacketTable } from '../../src/network/packet.ts'
import { aStep, aTimeline } from '../fixtures/event-counts.ts'

const NO_ATTACKERS: readonly PlannedAttacker[] = []

function stateOf(...steps: Parameters<typeof aStep>[0][]) {
  const { arena, timeline } = aTimeline()
  const plan = { attackers: NO_ATTACKERS, steps: steps.map(aStep), victims: [] }
  return { state: new AttackState(arena, timeline, plan), timeline }
}

describe('a step', () => {
  test('a step of an attack is active from its start to before its end', () => {
    const { state, timeline } = stateOf({ startTick: 10, endTick: 20 })
    const activeAt = (tick: number) => {
      timeline.now = tick
      return state.isActive(0)
    }
    expect([9, 10, 19, 20].map(activeAt)).toEqual([false, true, true, false])
  })

  test('a step of an attack is active until it has acted as often as its count allows', () => {
    const { state } = stateOf({ count: 2 }, {})
    state.recordAct(0)
    expect([state.isActive(0), state.acts(0)]).toEqual([true, 1])
    state.recordEffect(0)
    expect([state.isActive(0), state.acts(0)]).toEqual([true, 1])
    state.recordAct(0)
    expect([state.isActive(0), state.acts(0)]).toEqual([false, 2])
    expect([state.isActive(1), state.acts(1)]).toEqual([true, 0])
  })

  test('a step that is disabled is not active, and other steps are', () => {
    const { state } = stateOf({}, {}, {})
    state.disable([1])
    expect([0, 1, 2].map((step) => state.isActive(step))).toEqual([true, false, true])
    expect([0, 1, 2].map((step) => state.isDisabled(step))).toEqual([false, true, false])
    expect(state.areAllDisabled).toBe(false)
    state.disable([0, 2])
    expect(state.areAllDisabled).toBe(true)
  })

  test('all steps of attacks can be disabled at once', () => {
    const { state } = stateOf({}, {})
    state.disableAll()
    expect([state.isActive(0), state.isActive(1), state.areAllDisabled]).toEqual([false, false, true])
  })

  test('a step of an attack records the ticks of its first and last act or effect', () => {
    const { state, timeline } = stateOf({}, {})
    expect([state.firstActTick(0), state.lastActTick(0)]).toEqual([NEVER, NEVER])
    for (const tick of [0, 5, 9]) {
      timeline.now = tick
      if (tick === 5) state.recordAct(0)
      else state.recordEffect(0)
    }
    expect([state.firstActTick(0), state.lastActTick(0)]).toEqual([0, 9])
    expect([state.firstActTick(1), state.lastActTick(1)]).toEqual([NEVER, NEVER])
  })

  test('a step of an attack can have its first act at tick 1', () => {
    const { state, timeline } = stateOf({})
    expect(state.firstActTick(0)).toBe(NEVER)
    timeline.now = 1
    state.recordAct(0)
    timeline.now = 2
    state.recordAct(0)
    expect([state.firstActTick(0), state.lastActTick(0)]).toEqual([1, 2])
  })

  test('a step of an attack has begun when its start has come, even if it is disabled', () => {
    const { state } = stateOf({}, {})
    state.disableAll()
    expect(state.hasBegun(0)).toBe(false)
    state.begin(0)
    expect([state.hasBegun(0), state.hasBegun(1)]).toEqual([true, false])
  })
})

describe('refusals', () => {
  const refusal: Refusal = {
    host: 1,
    reason: 'record broken',
    clientAddress: 2,
    serverAddress: 3,
    serverPort: 443,
  }

  test('refusals of one kind are counted, with the place of the first', () => {
    const refusals = new Refusals(new Arena())
    expect(refusals.all()).toEqual([])
    refusals.add(refusal)
    refusals.add({ ...refusal, host: 9 })
    refusals.add(refusal)
    refusals.add({ ...refusal })
    expect(refusals.all()).toEqual([
      { ...refusal, amount: 3 },
      { ...refusal, host: 9, amount: 1 },
    ])
  })

  test.each<Partial<Refusal>>([
    { host: 2 },
    { reason: 'certificate refused' },
    { clientAddress: 3 },
    { serverAddress: 4 },
    { serverPort: 80 },
  ])('refusals that differ in %o are counted apart', (other) => {
    const refusals = new Refusals(new Arena())
    refusals.add(refusal)
    refusals.add({ ...refusal, ...other })
    expect(refusals.all()).toEqual([
      { ...refusal, amount: 1 },
      { ...refusal, ...other, amount: 1 },
    ])
  })
})

describe('a connection that opens during a step', () => {
  interface Ends {
    readonly client: number
    readonly clientPort: number
    readonly server: number
    readonly serverPort: number
  }
  const ENDS: Ends = { client: 1, clientPort: 1000, server: 2, serverPort: 443 }

  function lab() {
    const arena = new Arena()
    const packets = new PacketTable(arena)
    const packet = packets.allocate()
    const opened = new OpenedConnections(arena, packets)
    const write = ({ client, clientPort, server, serverPort }: Ends, flags: number, isTowardServer: boolean) => {
      packets.flags[packet] = flags
      packets.source[packet] = isTowardServer ? client : server
      packets.sourcePort[packet] = isTowardServer ? clientPort : serverPort
      packets.destination[packet] = isTowardServer ? server : client
      packets.destinationPort[packet] = isTowardServer ? serverPort : clientPort
      return packet
    }
    return {
      see: (step: number, ends: Ends, flags: number, isTowardServer = true) =>
        opened.see(step, write(ends, flags, isTowardServer), isTowardServer),
      has: (step: number, ends: Ends, isTowardServer = true) =>
        opened.has(step, write(ends, ACK, isTowardServer), isTowardServer),
    }
  }

  test.each([
    ['SYN', SYN, true, true],
    ['SYN-ACK', SYN | ACK, false, true],
    ['ACK', ACK, true, false],
    ['RST', RST, true, false],
    ['SYN with RST', SYN | RST, true, false],
  ])('a connection that opens during a step is identified by its %s', (_, flags, isTowardServer, isKnown) => {
    const { see, has } = lab()
    see(0, ENDS, flags, isTowardServer)
    expect([has(0, ENDS, true), has(0, ENDS, false)]).toEqual([isKnown, isKnown])
  })

  test('a connection that opens during one step is not recorded for another connection or step', () => {
    const { see, has } = lab()
    see(0, ENDS, SYN)
    expect(has(1, ENDS)).toBe(false)
    for (const other of [{ client: 3 }, { clientPort: 1001 }, { server: 3 }, { serverPort: 80 }])
      expect(has(0, { ...ENDS, ...other })).toBe(false)
  })

  test('many connections can open during one step', () => {
    const { see, has } = lab()
    const many = Array.from({ length: 2000 }, (_, i) => ({ ...ENDS, clientPort: 1000 + i }))
    for (const ends of many.slice(0, 1000)) see(0, ends, SYN)
    for (const ends of many.slice(0, 1000)) see(0, ends, SYN | ACK, false)
    expect(many.map((ends) => has(0, ends))).toEqual(many.map((_, i) => i < 1000))
  })
})
