import { type Fault, type KernelTrace, USUAL_LINK } from '../../../bench/fidelity/traces/kernel-trace.ts'
import type { TcpOverrides } from '../../../src/transport/profiles/tcp-profiles.ts'
import { Lab, ms } from '../../fixtures/lab.ts'
import type { Clause } from '../../fixtures/rules.ts'
import { ScriptedEnd } from '../../fixtures/scripted-end.ts'
import { asSeen, type SeenSegment } from './seen-segment.ts'
import { UPTIMES_MS } from './uptimes.ts'

/**
 * Time that the kernel takes for a packet at each end, and the relay in between: the reply to a SYN comes 55 us later
 * than the links alone would have it.
 */
const EXTRA_US = 25

/**
 * Plays the description of a trace in onpath, for as long as the trace lasts. Both ends ran in one kernel, whose clock
 * had ticked for `uptimeMs` at the start.
 */
export function playTrace(trace: KernelTrace, uptimeMs = UPTIMES_MS[trace.name] ?? 0): SeenSegment[] {
  const { link = USUAL_LINK, congestion = 'cubic', client, server, faults = [], lastsMs } = trace
  const bufferOf = (end: KernelTrace['server']) =>
    end === 'refuses' || end.receiveBuffer === undefined ? null : (end.receiveBuffer * 5) / 4
  const tcp = { congestion, profile: 'linux' as const, sendBufferBytes: null, overrides: overridesOf(trace) }
  const lab = new Lab({
    link: `delay: ${link.onewayUs + EXTRA_US}us, rate: ${link.rateMbps}Mbps, queue: ${link.queuePackets} packets`,
    a: { ...tcp, receiveBufferBytes: bufferOf(client) },
    b: { ...tcp, receiveBufferBytes: bufferOf(server) },
    uptimeNs: ms(uptimeMs),
    toB: faultsOf('a', faults),
    toA: faultsOf('b', faults),
  })
  lab.connect(
    new ScriptedEnd('a', client.steps, lab),
    server === 'refuses' ? server : new ScriptedEnd('b', server.steps, lab),
    '',
    80,
    client.keepalive === undefined ? {} : { silence: { keepalive: keepaliveOf(client.keepalive) } },
  )
  lab.run(ms(lastsMs))
  return lab.trace.packets.map(asSeen)
}

/**
 * Converts settings of the kernel: SYNs at equal intervals are additional, and tcp_retries2 counts doubling timeouts
 * from 200 ms on.
 */
function overridesOf({ settings = {} }: KernelTrace): TcpOverrides {
  const { syn_retries: retries, syn_linear_timeouts: synLinearTimeouts = 4, retries2 } = settings
  return {
    hasSocketBuffer: true,
    timerTickNs: ms(4), // CONFIG_HZ=250
    ...(retries === undefined ? {} : { synLinearTimeouts, synRetries: retries + synLinearTimeouts }),
    ...(retries2 === undefined ? {} : { giveUpNs: ms(200 * ((2 << retries2) - 1)) }),
  }
}

function keepaliveOf([idle, interval, count]: readonly [number, number, number]) {
  return { idleNs: ms(idle * 1_000), intervalNs: ms(interval * 1_000), count }
}

/** Packets are named by their ordinal, so the clause counts them. */
function faultsOf(way: 'a' | 'b', faults: readonly Fault[]): Clause[] {
  const own = faults.flatMap((fault) => {
    const [, first, last, action, us] = /^[ab]:(\d+)-(\d+):(\w+)=?(\d*)$/.exec(fault)!
    if (!fault.startsWith(way)) return []
    return [{ first: Number(first), last: Number(last), action, delayNs: Number(us) * 1_000 }]
  })
  let ordinal = 0
  return [
    () => {
      ordinal++
      const fault = own.find(({ first, last }) => first <= ordinal && ordinal <= last)
      if (fault === undefined) return null
      if (fault.action === 'drop') return { action: 'drop' }
      return { action: fault.action === 'copy' ? 'duplicate' : 'delay', delayNs: fault.delayNs }
    },
  ]
}
