import { formatAddress } from '../../network/address-book.ts'
import type { Series } from '../../simulation/sampling/series.ts'
import { packetEntry } from '../describe/describe-packet.ts'
import { flagsText } from '../describe/flags-text.ts'
import type { PacketEntry } from '../packet-entry.ts'
import type { RecordedPacket } from '../record/recorded-packet.ts'
import type { Traced, TraceFormat } from './trace-format.ts'

/**
 * Writes a trace in the Trace Event Format, which ui.perfetto.dev opens: a process for each host and one for attackers,
 * a track for each connection at the host that sends, a slice for each packet while it is on a link, an instant for each
 * act of an attacker, and counters of windows. Times are in microseconds, with nanoseconds as decimals.
 */
export const perfetto: TraceFormat = {
  meaning: 'Trace Event JSON, which ui.perfetto.dev opens: hosts, connections, packets, attacks, windows',
  sampleEveryNs: 10_000_000,
  mostPackets: 200_000,
  write(traced) {
    const events = [...new Tracks(traced).events()]
    const body = events.map((event) => JSON.stringify(event)).join(',\n')
    return `{"displayTimeUnit":"ns","otherData":{"scenario":${JSON.stringify(traced.scenario)},"packetsLeftOut":${traced.packetsLeftOut}},"traceEvents":[\n${body}\n]}\n`
  },
}

const NS_PER_US = 1000
const ATTACKERS = 'attackers'

/** An event of the Trace Event Format. */
type TraceEvent = Readonly<Record<string, unknown>>

class Tracks {
  private readonly traced: Traced
  private readonly processes = new Map<string, number>()
  private readonly threads = new Map<string, number>()
  private readonly metadata: TraceEvent[] = []

  constructor(traced: Traced) {
    this.traced = traced
  }

  /** Returns all events; the names of processes and tracks come first. */
  events(): readonly TraceEvent[] {
    const { packets, plan, acts, series } = this.traced
    const slices = packets.flatMap((packet) => this.packetEvents(packet, packetEntry(packet, plan)))
    const instants = acts.map(({ attacker, technique, atNs, text }) => ({
      name: `${technique}: ${text}`,
      cat: 'attack',
      ph: 'i',
      s: 'g',
      ts: atNs / NS_PER_US,
      ...this.trackOf(ATTACKERS, attacker),
    }))
    const counters = series.flatMap((one) => this.counterEvents(one))
    return [...this.metadata, ...slices, ...instants, ...counters]
  }

  private packetEvents(packet: RecordedPacket, entry: PacketEntry): readonly TraceEvent[] {
    const { from, source, destination, link, carries, fate } = entry
    const track = this.trackOf(from, `${source} > ${destination} on ${link}`)
    const name = nameOf(entry, packet)
    const args = { packet: `packet ${entry.packet} on ${link}`, to: entry.to, fate, carries, bytes: entry.wireBytes }
    const ts = entry.sentNs / NS_PER_US
    if (entry.arrivedNs === null)
      return [{ name: `${name} (${fate})`, cat: 'lost', ph: 'i', s: 't', ts, ...track, args }]
    // Packets on a link overlap, which only asynchronous slices may. Their number tells them apart.
    const id = `${packet.direction}/${packet.serial}`
    const common = { name, cat: 'packet', id, ...track }
    return [
      { ...common, ph: 'b', ts, args },
      { ...common, ph: 'e', ts: entry.arrivedNs / NS_PER_US },
    ]
  }

  private counterEvents(series: Series): readonly TraceEvent[] {
    if (series.kind !== 'connection') return []
    const { host, local, remote, ticksNs, values } = series
    const { pid } = this.trackOf(host, 'windows')
    const events: TraceEvent[] = []
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

  /** Returns the process and the track with these names, which are numbered in the order in which they come. */
  private trackOf(owner: string, track: string): { readonly pid: number; readonly tid: number } {
    const pid = numberOf(this.processes, owner, () =>
      this.metadata.push({ name: 'process_name', ph: 'M', pid: this.processes.size + 1, args: { name: owner } }),
    )
    const tid = numberOf(this.threads, `${pid}/${track}`, () =>
      this.metadata.push({ name: 'thread_name', ph: 'M', pid, tid: this.threads.size + 1, args: { name: track } }),
    )
    return { pid, tid }
  }
}

const WINDOWS = [
  ['congestionWindowBytes', 'congestion window'],
  ['inFlightBytes', 'in flight'],
] as const

function numberOf(numbers: Map<string, number>, name: string, announce: () => void): number {
  const known = numbers.get(name)
  if (known !== undefined) return known
  announce()
  numbers.set(name, numbers.size + 1)
  return numbers.size
}

function nameOf({ carries, isRetransmission }: PacketEntry, packet: RecordedPacket): string {
  const { flags, payloadBytes, source, sourcePort } = packet
  const what = carries.at(-1) ?? `${flagsText(flags)} from ${formatAddress(source)}:${sourcePort}`
  const size = payloadBytes > 0 ? `, ${payloadBytes} bytes` : ''
  return `${what}${size}${isRetransmission ? ' (again)' : ''}`
}
