import { formatAddress } from '../../network/address-book.ts'
import type { Series } from '../../simulation/sampling/series.ts'
import { packetEntry } from '../describe/describe-packet.ts'
import { flagsText } from '../describe/flags-text.ts'
import type { PacketEntry } from '../packet-entry.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { Traced, TraceFormat } from './trace-format.ts'

/**
 * Writes a trace in the Trace Event Format, which ui.perfetto.dev opens. Each host is a process, and attackers are one.
 * Each connection is a track at the host that sends; a packet is a slice while it is on a link, an act of an attacker
 * an instant, a window a counter. Times are in microseconds, with nanoseconds as decimals.
 *
 * Packets overlap, so they are asynchronous slices. Perfetto's importer (`json_trace_parser_impl.cc`) gives each such
 * slice a track that is named by its first event, and its page joins tracks of one name in a process. So the outer
 * event has the name of the connection, and the inner event says what the packet carries. Threads are identified by
 * number alone, so processes and threads are numbered in one sequence.
 */
export const perfetto: TraceFormat = {
  meaning: 'Trace Event JSON, which ui.perfetto.dev opens: hosts, connections, packets, attacks, windows',
  sampleEveryNs: 10_000_000,
  mostPackets: 200_000,
  write(traced) {
    const events = new Tracks(traced).events()
    const body = events.map((event) => JSON.stringify(event)).join(',\n')
    return `{"displayTimeUnit":"ns","otherData":{"scenario":${JSON.stringify(traced.scenario)},"packetsLeftOut":${traced.packetsLeftOut}},"traceEvents":[\n${body}\n]}\n`
  },
}

const NS_PER_US = 1000
const ATTACKERS = 'attackers'

/** An event of the Trace Event Format. */
type TraceEvent = Readonly<Record<string, unknown>>

type TimedEvent = TraceEvent & { readonly ts: number }

class Tracks {
  private readonly traced: Traced
  /** The numbers of processes and threads, in the order of first use. */
  private readonly numbers = new Map<string, number>()
  private readonly metadata: TraceEvent[] = []

  constructor(traced: Traced) {
    this.traced = traced
  }

  /** Returns all events by time, after the events that name processes and threads. */
  events(): readonly TraceEvent[] {
    const { packets, plan, acts, series } = this.traced
    const slices = packets.flatMap((packet, i) => this.packetEvents(packet, packetEntry(packet, plan), i))
    const instants = acts.map(({ attacker, technique, atNs, text }) => ({
      name: `${technique}: ${text}`,
      cat: 'attack',
      ph: 'i',
      s: 't',
      ts: atNs / NS_PER_US,
      ...this.threadOf(ATTACKERS, attacker),
    }))
    const counters = series.flatMap((one) => this.counterEvents(one))
    const timed = [...slices, ...instants, ...counters].sort((a, b) => a.ts - b.ts)
    return [...this.metadata, ...timed]
  }

  private packetEvents(packet: RecordedPacket, entry: PacketEntry, index: number): readonly TimedEvent[] {
    const { from, source, destination, link, carries, stage } = entry
    const track = `${source} > ${destination} on ${link}`
    const name = nameOf(entry, packet)
    const args = { packet: `packet ${entry.packet} on ${link}`, to: entry.to, stage, carries, bytes: entry.wireBytes }
    const ts = entry.sentNs / NS_PER_US
    if (entry.arrivedNs === null) {
      const thread = this.threadOf(from, `${track}: not arrived`)
      return [{ name: `${name} (${stage})`, cat: 'lost', ph: 'i', s: 't', ts, ...thread, args }]
    }
    const end = entry.arrivedNs / NS_PER_US
    const common = { cat: 'packet', id: `0x${(index + 1).toString(16)}`, pid: this.processOf(from) }
    return [
      { ...common, name: track, ph: 'b', ts },
      { ...common, name, ph: 'b', ts, args },
      { ...common, name, ph: 'e', ts: end },
      { ...common, name: track, ph: 'e', ts: end },
    ]
  }

  private counterEvents(series: Series): readonly TimedEvent[] {
    if (series.kind !== 'connection') return []
    const { host, local, remote, ticksNs, values } = series
    const pid = this.processOf(host)
    const events: TimedEvent[] = []
    for (const [name, label] of WINDOWS)
      for (const [i, tick] of ticksNs.entries()) {
        const value = values[name][i]
        if (Number.isFinite(value) && value !== values[name][i - 1])
          events.push({
            name: `${label} ${local} > ${remote}`,
            ph: 'C',
            ts: tick / NS_PER_US,
            pid,
            args: { bytes: value },
          })
      }
    return events
  }

  /** Returns the number of a process. */
  private processOf(name: string): number {
    return this.numberOf(`process ${name}`, (pid) => ({ name: 'process_name', ph: 'M', pid, args: { name } }))
  }

  /** Returns the numbers of a thread and its process. */
  private threadOf(owner: string, name: string): { readonly pid: number; readonly tid: number } {
    const pid = this.processOf(owner)
    const tid = this.numberOf(`thread ${pid} ${name}`, (number) => ({
      name: 'thread_name',
      ph: 'M',
      pid,
      tid: number,
      args: { name },
    }))
    return { pid, tid }
  }

  /** Returns the number for a key. A new key gets the next number, and `naming` announces it. */
  private numberOf(key: string, naming: (number: number) => TraceEvent): number {
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.numbers.size + 1
    this.numbers.set(key, number)
    this.metadata.push(naming(number))
    return number
  }
}

const WINDOWS = [
  ['congestionWindowBytes', 'congestion window'],
  ['inFlightBytes', 'in flight'],
] as const

function nameOf({ carries, isRetransmission }: PacketEntry, packet: RecordedPacket): string {
  const { flags, payloadBytes, source, sourcePort } = packet
  const what = carries.at(-1) ?? `${flagsText(flags)} from ${formatAddress(source)}:${sourcePort}`
  const size = payloadBytes > 0 ? `, ${payloadBytes} bytes` : ''
  return `${what}${size}${isRetransmission ? ' (again)' : ''}`
}
