import { HAS_SCALE, HAS_TIMESTAMPS, PERMITS_SACK } from '../../../src/network/syn-options.ts'
import { ACK, CE, CWR, ECE, ECT_0, FIN, PSH, RST, SYN } from '../../../src/transport/connections/flags.ts'
import type { ScriptPacket, TcpOption } from './script.ts'
import type { SentPacket, WirePacket } from './world.ts'

const LETTERS: readonly (readonly [string, number])[] = [
  ['S', SYN],
  ['F', FIN],
  ['R', RST],
  ['P', PSH],
  ['E', ECE],
  ['W', CWR],
  ['.', ACK],
]
const KNOWN_BITS = SYN | FIN | RST | PSH | ECE | CWR | ACK

/** The names that scripts have for the ECN field of IP. */
const ECN_FIELDS: Readonly<Record<string, number>> = { noecn: 0, ect0: ECT_0, ect1: CE & ~ECT_0, ce: CE }

/** Thrown for a property of a segment that no packet of onpath has: a script that sends or expects it fails. */
export class Inexpressible extends Error {}

/**
 * A connection as a script sees it: both sides' sequence numbers begin at 0, and the host's timestamps at the one that the
 * script expects first.
 */
export class Flow {
  readonly localPort: number
  readonly remotePort: number
  private readonly remoteStart: number
  private localStart: number | null = null
  /** Live less script, once both have been seen. */
  private timestampShift: number | null = null
  /** The live timestamp that the script knows by each of its own. */
  private readonly liveTimestamps = new Map<number, number>()

  constructor(localPort: number, remotePort: number, remoteStart: number) {
    this.localPort = localPort
    this.remotePort = remotePort
    this.remoteStart = remoteStart
  }

  /** Notes the host's first sequence number, which its SYN or SYN-ACK has. */
  begin(packet: WirePacket): void {
    this.localStart ??= packet.sequence
  }

  toWire(packet: ScriptPacket): WirePacket {
    const options = packet.options ?? []
    const has = (kind: TcpOption['kind']) => options.some((option) => option.kind === kind)
    const timestamps = options.find((option) => option.kind === 'TS')
    const blocks = options.flatMap((option) => (option.kind === 'sack' ? option.blocks : []))
    const figureOf = (kind: 'mss' | 'wscale') =>
      options.flatMap((option) => (option.kind === kind ? [option.value] : []))[0]
    return {
      localPort: this.localPort,
      remotePort: this.remotePort,
      sequence: (this.remoteStart + packet.sequence) >>> 0,
      acknowledgement: packet.acknowledges === null ? 0 : this.local(packet.acknowledges),
      flags: bitsOf(packet.flags) | ecnOf(packet.ecn ?? 'noecn'),
      window: packet.window ?? 0,
      payloadBytes: packet.payloadBytes,
      // The SYN takes the first number.
      streamOffset: Math.max(packet.sequence - 1, 0),
      timestamp: timestamps?.value ?? 0,
      timestampEcho: timestamps === undefined ? 0 : this.liveTimestamp(timestamps.echo),
      blocks: blocks.map(([left, right]) => [this.local(left), this.local(right)] as const),
      maximumSegmentBytes: figureOf('mss') ?? DEFAULT_SEGMENT_BYTES,
      windowScale: figureOf('wscale') ?? 0,
      synOptions:
        (has('TS') ? HAS_TIMESTAMPS : 0) | (has('sackOK') ? PERMITS_SACK : 0) | (has('wscale') ? HAS_SCALE : 0),
    }
  }

  /** Returns what is wrong with a segment of the host, or null. */
  difference(expected: ScriptPacket, actual: SentPacket): string | null {
    const wanted: readonly (readonly [string, string | number, string | number])[] = [
      ['flags', namesOf(bitsOf(expected.flags)), namesOf(actual.flags)],
      ['sequence number', expected.sequence, this.scriptSequence(actual)],
      ['payload', expected.payloadBytes, actual.payloadBytes],
      ['acknowledgement', expected.acknowledges ?? 0, this.scriptAcknowledgement(actual)],
      ['window', expected.window ?? actual.window, actual.window],
      ['ECN', ecnOf(expected.ecn ?? 'noecn'), expected.ecn === null ? ecnOf('noecn') : actual.flags & CE],
    ]
    const wrong = wanted.find(([, want, is]) => want !== is)
    if (wrong !== undefined) return `${wrong[0]}: expected ${wrong[1]}, got ${wrong[2]}`
    if (expected.options === null) return null
    const want = textOf(expected.options)
    const is = this.optionsOf(actual)
    this.noteTimestamps(expected.options, actual)
    return want === is ? null : `options: expected <${want}>, got <${is}>`
  }

  /** Returns by how much the host's timestamp is ahead of the script's, in its ticks; null where there is none. */
  timestampError(expected: ScriptPacket, actual: SentPacket): number | null {
    const wanted = expected.options?.find((option) => option.kind === 'TS')
    if (wanted === undefined || this.timestampShift === null) return null
    return (actual.timestamp - this.timestampShift - wanted.value) | 0
  }

  describe(packet: SentPacket): string {
    const first = this.scriptSequence(packet)
    const last = first + packet.payloadBytes
    const ack = (packet.flags & ACK) === 0 ? '' : ` ack ${this.scriptAcknowledgement(packet)}`
    const options = this.optionsOf(packet)
    return `${namesOf(packet.flags)} ${first}:${last}(${packet.payloadBytes})${ack} win ${packet.window}${options === '' ? '' : ` <${options}>`}`
  }

  private noteTimestamps(options: readonly TcpOption[], actual: SentPacket): void {
    const wanted = options.find((option) => option.kind === 'TS')
    if (wanted === undefined) return
    this.liveTimestamps.set(wanted.value, actual.timestamp)
    this.timestampShift ??= actual.timestamp - wanted.value
  }

  private liveTimestamp(echo: number): number {
    const known = this.liveTimestamps.get(echo)
    if (known === undefined && echo !== 0) throw new Inexpressible(`no segment with the timestamp ${echo} was sent`)
    return known ?? 0
  }

  private local(sequence: number): number {
    return ((this.localStart ?? 0) + sequence) >>> 0
  }

  private scriptSequence(packet: SentPacket): number {
    return (packet.sequence - (this.localStart ?? 0)) >>> 0
  }

  private scriptAcknowledgement(packet: SentPacket): number {
    return (packet.flags & ACK) === 0 ? 0 : (packet.acknowledgement - this.remoteStart) >>> 0
  }

  /** Returns the options in the order in which Linux writes them; timestamps without their values. */
  private optionsOf(packet: SentPacket): string {
    if ((packet.flags & SYN) === 0) return textOf(segmentOptions(packet, (edge) => (edge - this.remoteStart) >>> 0))
    return textOf(synOptions(packet))
  }
}

const DEFAULT_SEGMENT_BYTES = 536

function segmentOptions(packet: SentPacket, script: (edge: number) => number): TcpOption[] {
  const nops: TcpOption[] = [{ kind: 'nop' }, { kind: 'nop' }]
  const options: TcpOption[] = []
  if (packet.timestamp !== 0) options.push(...nops, { kind: 'TS', value: 0, echo: 0 })
  if (packet.blocks.length > 0)
    options.push(...nops, { kind: 'sack', blocks: packet.blocks.map(([left, right]) => [script(left), script(right)]) })
  return options
}

function synOptions({ maximumSegmentBytes, windowScale, synOptions: bits }: SentPacket): TcpOption[] {
  const options: TcpOption[] = [{ kind: 'mss', value: maximumSegmentBytes }]
  const hasTimestamps = (bits & HAS_TIMESTAMPS) !== 0
  const permitsSack = (bits & PERMITS_SACK) !== 0
  if (permitsSack && !hasTimestamps) options.push({ kind: 'nop' }, { kind: 'nop' })
  if (hasTimestamps && !permitsSack) options.push({ kind: 'nop' }, { kind: 'nop' })
  if (permitsSack) options.push({ kind: 'sackOK' })
  if (hasTimestamps) options.push({ kind: 'TS', value: 0, echo: 0 })
  if ((bits & HAS_SCALE) !== 0) options.push({ kind: 'nop' }, { kind: 'wscale', value: windowScale })
  return options
}

function textOf(options: readonly TcpOption[]): string {
  return options.map(optionText).join(',')
}

function optionText(option: TcpOption): string {
  if (option.kind === 'mss' || option.kind === 'wscale') return `${option.kind} ${option.value}`
  if (option.kind === 'sack') return `sack ${option.blocks.map((edges) => edges.join(':')).join(' ')}`
  return option.kind
}

function ecnOf(name: string): number {
  const field = ECN_FIELDS[name]
  if (field === undefined) throw new Inexpressible(`the ECN field ${name}`)
  return field
}

function bitsOf(flags: string): number {
  let bits = 0
  for (const letter of flags) {
    const known = LETTERS.find(([name]) => name === letter)
    if (known === undefined) throw new Inexpressible(`the flag ${letter}`)
    bits |= known[1]
  }
  return bits
}

function namesOf(bits: number): string {
  const names = LETTERS.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name)
  return (bits & KNOWN_BITS) === 0 ? '-' : names.join('')
}

/**
 * Joins segments that follow each other to the one that a script expects, up to its length, as packetdrill does: a script
 * shows what the host gives to its device, which cuts it.
 */
export function joined(expectedBytes: number, sent: readonly SentPacket[]): { packet: SentPacket; count: number } {
  let packet = sent[0]
  let count = 1
  while (packet.payloadBytes < expectedBytes && count < sent.length) {
    const next = sent[count]
    const isNext =
      next.localPort === packet.localPort &&
      next.remotePort === packet.remotePort &&
      next.sequence === (packet.sequence + packet.payloadBytes) >>> 0 &&
      sent[count - 1].payloadBytes === sent[0].payloadBytes &&
      next.payloadBytes > 0 &&
      next.payloadBytes <= sent[0].payloadBytes
    if (!isNext) break
    packet = { ...packet, flags: packet.flags | next.flags, payloadBytes: packet.payloadBytes + next.payloadBytes }
    // PSH and FIN are those of the last segment.
    packet = { ...packet, flags: (packet.flags & ~(PSH | FIN)) | (next.flags & (PSH | FIN)) }
    count++
  }
  return { packet, count }
}
