import { NS_PER_S, NS_PER_US } from '../../../src/engine/ticks.ts'
import { ACK, RST, SYN } from '../../../src/transport/connections/flags.ts'
import { AssertionFailure, checkStatements } from './assertion.ts'
import { BUSY_FIELDS, BusyTimes } from './busy-times.ts'
import { Flow, Inexpressible, joined } from './flow.ts'
import type { EventTime, Script, ScriptEvent, ScriptPacket, SystemCall } from './script.ts'
import { readSettings, type Settings, UnknownSetting } from './settings.ts'
import { type Outcome, PORT, type Socket, Sockets } from './sockets.ts'
import { type Attempt, SystemCalls } from './system-calls.ts'
import { CONSTANTS, FIELDS } from './tcp-info.ts'
import { World } from './world.ts'

/** Why a script failed, and at which line. */
export interface Failure {
  readonly line: number
  readonly reason: string
}

const FIRST_REMOTE_PORT = 40_001
/** The peer's first sequence number. It is such that the numbers of most scripts wrap. */
const REMOTE_START = 2 ** 32 - 500
/** The time for which an event waits that may come at any time, and a call without a time of return. */
const LONGEST_WAIT_NS = 60 * NS_PER_S
const DEFAULT_TOLERANCE_US = 4000
const DEFAULT_TOLERANCE_PERCENT = 12.5
const HEADROOM_NS = 100 * NS_PER_US

/** A command that expects a counter of the host, and the columns of connections that add up to counters. */
const COUNTER = /^nstat \| grep (\w+) \| grep -q "\s*(\d+)\s*"$/
const COUNTERS: Readonly<Record<string, 'segmentsBeyondWindow'>> = { TcpExtBeyondWindow: 'segmentsBeyondWindow' }

/** A call that blocks while the script goes on. */
interface Waiting {
  readonly attempt: Attempt
  readonly call: SystemCall
  readonly event: ScriptEvent
  readonly fromTick: number
  outcome: Outcome | null
  tick: number
}

/** Plays a script against one host. Returns null where everything happened as it says. */
export function playScript(script: Script, readFile: (path: string) => string | null): Failure | null {
  try {
    const settings = readSettings(script.setUp ?? '', readFile)
    return new Player(script, settings).play()
  } catch (error) {
    if (!(error instanceof UnknownSetting)) throw error
    return { line: 1, reason: `cannot be expressed: ${error.message}` }
  }
}

class ExpectationFailure extends Error {}

class Player {
  private readonly script: Script
  private readonly settings: Settings
  private readonly world: World
  private readonly sockets: Sockets
  private readonly calls: SystemCalls
  private readonly busyTimes = new BusyTimes()
  private flow: Flow | null = null
  private flows = 0
  private waiting: Waiting | null = null
  /** The tick at which the event before should have happened. */
  private lastScriptTick = 0
  private wasInbound = false

  constructor(script: Script, settings: Settings) {
    this.script = script
    this.settings = settings
    this.world = new World(settings)
    this.sockets = new Sockets(this.world, settings.notSentLowBytes)
    this.calls = new SystemCalls(this.world, this.sockets)
    this.world.afterEvent = () => {
      this.tryWaiting()
      this.noteBusy()
    }
  }

  play(): Failure | null {
    for (const event of this.script.events) {
      try {
        this.take(event)
      } catch (error) {
        if (error instanceof Inexpressible) return { line: event.line, reason: `cannot be expressed: ${error.message}` }
        if (error instanceof ExpectationFailure || error instanceof AssertionFailure)
          return { line: event.line, reason: error.message }
        throw error
      }
    }
    try {
      this.endWaiting()
    } catch (error) {
      if (!(error instanceof ExpectationFailure)) throw error
      return { line: this.script.events.at(-1)!.line, reason: error.message }
    }
    return null
  }

  private take(event: ScriptEvent): void {
    const { action, time } = event
    const isInbound = action.kind === 'packet' && action.isInbound
    const base = this.wasInbound && isInbound ? this.lastScriptTick : this.clock()
    const due = time.anchor === 'absolute' ? time.fromNs : base + time.fromNs
    if (action.kind === 'packet' && !action.isInbound) this.expect(event, action, due, due - time.fromNs)
    else {
      this.waitUntil(due)
      if (action.kind === 'packet') this.inject(action)
      else if (action.kind === 'call') this.call(event, action, due)
      else if (action.kind === 'code') checkStatements(action.text, (name) => this.valueOf(name))
      else if (action.kind === 'command') this.runCommand(action.text)
      else throw new Inexpressible(action.what)
    }
    this.wasInbound = isInbound
    this.lastScriptTick = time.anchor === 'any' ? this.clock() : due
  }

  /** Returns the time after the event before, in whole microseconds: calls and packets take some time, as on a machine. */
  private clock(): number {
    return Math.ceil(this.world.timeline.now / NS_PER_US) * NS_PER_US
  }

  private waitUntil(tick: number): void {
    if (tick > this.world.timeline.now) this.world.run(tick)
  }

  private runCommand(command: string): void {
    const [, counter, count] = COUNTER.exec(command) ?? []
    if (counter !== undefined) return this.checkCounter(counter, Number(count))
    try {
      readSettings(command, () => null)
    } catch (error) {
      if (error instanceof UnknownSetting) throw new Inexpressible(error.message)
      throw error
    }
  }

  private checkCounter(name: string, expected: number): void {
    const { connections } = this.world.tcp
    const column = COUNTERS[name]
    if (column === undefined) throw new Inexpressible(`the counter ${name}`)
    const count = connections.ofHost(this.world.localHost).reduce((sum, row) => sum + connections[column][row], 0)
    if (count !== expected) throw new ExpectationFailure(`${name} is ${count}, not ${expected}`)
  }

  // Packets

  private inject(packet: ScriptPacket): void {
    this.flow ??= new Flow(PORT, FIRST_REMOTE_PORT + this.flows++, (REMOTE_START - packet.sequence) >>> 0)
    this.world.inject(this.flow.toWire(packet))
    this.tryWaiting()
    this.noteBusy()
  }

  private expect(event: ScriptEvent, packet: ScriptPacket, due: number, base: number): void {
    const { world } = this
    const toleranceNs = this.toleranceNs(due)
    const last = this.lastTickOf(event.time, due, base)
    this.adoptDialled(packet)
    world.run(last + toleranceNs + HEADROOM_NS, () => this.hasEnough(packet))
    const { sent } = world
    this.dropForeign()
    if (sent.length === 0) throw new ExpectationFailure(`no packet was sent${this.waitedText(event.time)}`)
    this.adoptDialled(packet)
    const { flow } = this
    if (flow === null) throw new ExpectationFailure('a packet of no connection was sent')
    if ((sent[0].flags & SYN) !== 0) flow.begin(sent[0])
    const { packet: actual, count } = this.settings.isSegmentedByTcp
      ? { packet: sent[0], count: 1 }
      : joined(packet.payloadBytes, sent)
    sent.splice(0, count)
    const difference = flow.difference(packet, actual)
    if (difference !== null) throw new ExpectationFailure(`${difference} (sent: ${flow.describe(actual)})`)
    this.checkTime(event.time, actual.tick, due, last, toleranceNs, 'the packet')
    this.checkTimestamp(flow.timestampError(packet, actual), due)
  }

  private lastTickOf({ anchor, toNs }: EventTime, due: number, base: number): number {
    if (anchor === 'any') return this.world.timeline.now + LONGEST_WAIT_NS
    if (toNs === null) return due
    return anchor === 'absolute' ? toNs : base + toNs
  }

  /** Forgets what belongs to connections before the present one, as packetdrill does. */
  private dropForeign(): void {
    const { sent } = this.world
    while (this.flow !== null && sent.length > 0 && sent[0].remotePort !== this.flow.remotePort) sent.shift()
  }

  private hasEnough({ payloadBytes }: ScriptPacket): boolean {
    const { sent } = this.world
    this.dropForeign()
    if (sent.length === 0) return false
    // What follows at the same tick may belong to it.
    return sent[0].tick < this.world.timeline.now - 2 || joined(payloadBytes, sent).packet.payloadBytes >= payloadBytes
  }

  /** Takes the host's SYN as the begin of a connection. */
  private adoptDialled({ flags }: ScriptPacket): void {
    const first = this.world.sent[0]
    if (first === undefined || (first.flags & (SYN | ACK | RST)) !== SYN || !flags.includes('S')) return
    this.flow ??= new Flow(first.localPort, first.remotePort, REMOTE_START)
  }

  private checkTime(time: EventTime, tick: number, due: number, last: number, toleranceNs: number, what: string): void {
    if (time.anchor === 'any' || (tick >= due - toleranceNs && tick <= last + toleranceNs)) return
    throw new ExpectationFailure(`${what} came at ${seconds(tick)}, not at ${seconds(due)}`)
  }

  private toleranceNs(due: number): number {
    const { options } = this.script
    const fixedNs = Number(options.get('tolerance_usecs') ?? DEFAULT_TOLERANCE_US) * NS_PER_US
    const percent = Number(options.get('tolerance_percent') ?? DEFAULT_TOLERANCE_PERCENT)
    return Math.max(fixedNs, ((due - this.lastScriptTick) * percent) / 100)
  }

  private checkTimestamp(errorTicks: number | null, due: number): void {
    const { options } = this.script
    const tickUs = Number(options.get('tcp_ts_tick_usecs') ?? 0)
    if (errorTicks === null || tickUs === 0) return
    const fixedUs = Number(options.get('tolerance_usecs') ?? DEFAULT_TOLERANCE_US)
    const allowedUs = Math.max(fixedUs, ((due / NS_PER_US) * DEFAULT_TOLERANCE_PERCENT) / 100)
    if (Math.abs(errorTicks) * tickUs > allowedUs)
      throw new ExpectationFailure(`the timestamp is wrong by ${errorTicks} ticks`)
  }

  private waitedText({ anchor }: EventTime): string {
    return anchor === 'any' ? '' : ` until ${seconds(this.world.timeline.now)}`
  }

  // System calls

  private call(event: ScriptEvent, call: SystemCall, due: number): void {
    this.endWaiting()
    // What packets say of a connection holds for the one that is opened next.
    if (call.name === 'listen' || call.name === 'connect') this.flow = null
    const attempt = this.calls.begin(call)
    const outcome = attempt()
    this.noteBusy()
    if (event.time.returnNs !== null) {
      const { now } = this.world.timeline
      const fromTick = due - event.time.fromNs
      this.waiting = { attempt, call, event, fromTick, outcome, tick: now }
      this.world.settle()
      return
    }
    this.world.settle()
    this.checkOutcome(call, outcome ?? this.awaitOutcome(attempt))
  }

  private awaitOutcome(attempt: Attempt): Outcome {
    const { world } = this
    let outcome: Outcome | null = null
    world.run(world.timeline.now + LONGEST_WAIT_NS, () => {
      outcome ??= attempt()
      return outcome !== null
    })
    if (outcome === null) throw new ExpectationFailure('the call does not return')
    return outcome
  }

  private tryWaiting(): void {
    const { waiting } = this
    if (waiting === null || waiting.outcome !== null) return
    waiting.outcome = waiting.attempt()
    waiting.tick = this.world.timeline.now
  }

  /** Waits for the call that blocks, and compares what it returned. */
  private endWaiting(): void {
    const { waiting, world } = this
    if (waiting === null) return
    this.tryWaiting()
    const { time } = waiting.event
    const returnTick = time.anchor === 'absolute' ? time.returnNs! : waiting.fromTick + time.returnNs!
    const toleranceNs = this.toleranceNs(returnTick)
    world.run(Math.max(returnTick + toleranceNs, world.timeline.now), () => waiting.outcome !== null)
    this.waiting = null
    const what = `${waiting.call.name} of line ${waiting.event.line}`
    if (waiting.outcome === null) throw new ExpectationFailure(`${what} does not return`)
    this.checkOutcome(waiting.call, waiting.outcome)
    if (Math.abs(waiting.tick - returnTick) > toleranceNs)
      throw new ExpectationFailure(`${what} returned at ${seconds(waiting.tick)}, not at ${seconds(returnTick)}`)
  }

  private checkOutcome(call: SystemCall, { value, error }: Outcome): void {
    const isSame = (call.result === null || call.result === value) && (call.error === null || call.error === error)
    if (isSame && (error === null || value >= 0 || call.result === value)) return
    const is = error === null ? `${value}` : `${value} ${error}`
    const wanted = call.error === null ? `${call.result}` : `${call.result} ${call.error}`
    throw new ExpectationFailure(`${call.name} returned ${is}, not ${wanted}`)
  }

  // Statements

  private valueOf(name: string): number {
    const constant = CONSTANTS[name]
    if (constant !== undefined) return constant
    if ((BUSY_FIELDS as readonly string[]).includes(name)) {
      this.noteBusy()
      return Math.floor(this.busyTimes.nsOf(name) / NS_PER_US)
    }
    const field = FIELDS[name]
    const socket = this.socketUnderTest()
    if (field === undefined) throw new Inexpressible(`the field ${name}`)
    if (socket === undefined) throw new Inexpressible(`${name} of a connection that is over`)
    return field(this.world.tcp.connections, this.sockets.connectionOf(socket), this.world.timeline.now)
  }

  private noteBusy(): void {
    const { tcp, timeline } = this.world
    const socket = this.socketUnderTest()
    this.busyTimes.note(tcp.connections, socket === undefined ? null : this.sockets.connectionOf(socket), timeline.now)
  }

  /** Returns the connection that was opened last. */
  private socketUnderTest(): Socket | undefined {
    return [...this.sockets.byNumber.values()].filter((socket) => this.sockets.isCarried(socket)).at(-1)
  }
}

function seconds(tick: number): string {
  return `${(tick / NS_PER_S).toFixed(6)} s`
}
