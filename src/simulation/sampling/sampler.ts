import { namesOf } from '../../engine/registry.ts'
import { NONE } from '../../engine/table.ts'
import { LONGEST_RUN_NS } from '../../engine/ticks.ts'
import { formatAddress } from '../../network/address-book.ts'
import type { Connection } from '../../transport/rows.ts'
import type { Blueprint } from '../blueprint.ts'
import type { Pause, Simulation } from '../simulation.ts'
import { ConnectionFinder, isOpen } from './connection-finder.ts'
import { CONNECTION_METRICS, type ConnectionMetricName, LINK_METRICS, type LinkMetricName } from './metrics.ts'
import type { SampleRequest } from './sample-request.ts'
import { type ConnectionSeries, Recording, type Series } from './series.ts'
import { findSubjects, type Subjects } from './subjects.ts'

const CONNECTION_NAMES = namesOf(CONNECTION_METRICS)
const LINK_NAMES = namesOf(LINK_METRICS)
const CONNECTION_RATES = CONNECTION_NAMES.map((name) => 'isRate' in CONNECTION_METRICS[name])
const LINK_RATES = LINK_NAMES.map((name) => 'isRate' in LINK_METRICS[name])

/** A connection that is sampled. */
interface SampledConnection {
  readonly connection: Connection
  /** The generation of the row. A later connection in the same row has another one. */
  readonly generation: number
  readonly ordinal: number
  readonly host: number
  readonly sinceTick: number
  readonly about: Omit<ConnectionSeries, 'ticksNs' | 'values'>
  readonly recording: Recording<ConnectionMetricName>
}

interface SampledDirection {
  readonly direction: number
  readonly recording: Recording<LinkMetricName>
}

/** A request under way. */
interface Probe {
  readonly everyNs: number
  /** The next tick at which samples are taken. */
  dueTick: number
  readonly directions: readonly SampledDirection[]
  readonly connections: SampledConnection[]
  readonly byRow: Map<Connection, SampledConnection>
}

/**
 * Samples a simulation between its events: it stops the simulation at a tick, reads, and continues. Sampling does not
 * change events, and costs nothing where it is not used.
 */
export class Sampler {
  readonly #simulation: Simulation
  readonly #probes: readonly Probe[]
  readonly #finder: ConnectionFinder

  /** @throws InvalidSampleRequest for a request about something that the scenario does not have */
  constructor(simulation: Simulation, requests: readonly SampleRequest[], blueprint: Blueprint) {
    this.#simulation = simulation
    const subjects = requests.map((request) => findSubjects(request, simulation, blueprint))
    this.#probes = requests.map(({ everyNs }, n) => this.#probe(everyNs, subjects[n]))
    this.#finder = new ConnectionFinder(simulation.parts.tcp.connections, subjects)
    this.#finder.findNew((n, connection) => this.#add(this.#probes[n], connection, simulation.timeline.now, true))
  }

  /** The memory that the samples take, in bytes. */
  get bytes(): number {
    let bytes = 0
    for (const { directions, connections } of this.#probes)
      for (const { recording } of [...directions, ...connections]) bytes += recording.bytes
    return bytes
  }

  /** Does what `Simulation.runUntil` does, and takes the samples that become due. */
  runUntil(untilTick: number, maxEvents: number): Pause {
    const simulation = this.#simulation
    const lastTick = Math.min(untilTick, simulation.plan.durationNs ?? LONGEST_RUN_NS)
    for (;;) {
      const { nextTick } = simulation
      if (nextTick !== Number.POSITIVE_INFINITY) this.#take(Math.min(nextTick - 1, lastTick))
      const stop = Math.min(untilTick, nextTick === Number.POSITIVE_INFINITY ? untilTick : this.#dueTick())
      const pause = simulation.runUntil(stop, maxEvents)
      if (pause === 'tick' || pause === 'duration') this.#take(simulation.timeline.now)
      if (pause === 'finished') this.#takeLast()
      if (pause !== 'tick' || stop === untilTick) return pause
    }
  }

  /**
   * Returns the samples so far: for each request, link directions by name, then connections in the order in which they
   * began.
   */
  series(): Series[] {
    const { plan } = this.#simulation
    return this.#probes.flatMap(({ directions, connections }) => [
      ...directions.map(
        ({ direction, recording }) =>
          ({ kind: 'link', link: plan.directions[direction].name, ...recording.samples() }) as const,
      ),
      ...[...connections].sort(byBeginning).map(({ about, recording }) => ({ ...about, ...recording.samples() })),
    ])
  }

  #probe(everyNs: number, subjects: Subjects): Probe {
    const { timeline, network } = this.#simulation
    const directions = subjects.directions.map((direction) => ({
      direction,
      recording: new Recording(
        LINK_NAMES,
        LINK_RATES,
        timeline.now,
        LINK_NAMES.map((name) => LINK_METRICS[name].read(network, direction, timeline.now)),
      ),
    }))
    return {
      everyNs,
      dueTick: Math.ceil(timeline.now / everyNs) * everyNs,
      directions,
      connections: [],
      byRow: new Map(),
    }
  }

  #dueTick(): number {
    return this.#probes.reduce((due, { dueTick }) => Math.min(due, dueTick), Number.POSITIVE_INFINITY)
  }

  /**
   * Takes the samples that are due until `tick`, during a pause between events. In a long pause, only the first and the
   * last are taken.
   */
  #take(tick: number): void {
    for (const probe of this.#probes) {
      if (probe.dueTick > tick) continue
      this.#sample(probe, probe.dueTick)
      const last = Math.floor(tick / probe.everyNs) * probe.everyNs
      if (last > probe.dueTick) this.#sample(probe, last)
      probe.dueTick = last + probe.everyNs
    }
  }

  /** Takes a sample at the end, unless one was due at that tick. */
  #takeLast(): void {
    const { now } = this.#simulation.timeline
    this.#take(now)
    for (const probe of this.#probes) if (probe.dueTick - probe.everyNs < now) this.#sample(probe, now)
  }

  #sample(probe: Probe, tick: number): void {
    const { network, parts } = this.#simulation
    const { connections } = parts.tcp
    for (const { direction, recording } of probe.directions)
      recording.add(tick, (nth) => LINK_METRICS[LINK_NAMES[nth]].read(network, direction, tick))
    this.#finder.findNew((n, connection) => {
      const { dueTick, everyNs } = this.#probes[n]
      this.#add(this.#probes[n], connection, Math.max(0, dueTick - everyNs), false)
    })
    for (const { connection, generation, recording } of probe.byRow.values())
      if (!isOpen(connections, connection) || connections.generation[connection] !== generation)
        probe.byRow.delete(connection)
      else recording.add(tick, (nth) => CONNECTION_METRICS[CONNECTION_NAMES[nth]].read(connections, connection))
  }

  #add(probe: Probe, connection: Connection, sinceTick: number, isKnown: boolean): void {
    const { plan, parts, network } = this.#simulation
    const { connections } = parts.tcp
    const place = (address: number, port: number) => `${formatAddress(network.addresses.valueOf(address))}:${port}`
    const counts = CONNECTION_NAMES.map((name) => CONNECTION_METRICS[name].read(connections, connection))
    const { host, localAddress, localPort, remoteAddress, remotePort, listener, generation, ordinal } = connections
    const sampled = {
      connection,
      generation: generation[connection],
      ordinal: ordinal[connection],
      host: host[connection],
      sinceTick,
      about: {
        kind: 'connection',
        host: plan.hosts[host[connection]].name,
        local: place(localAddress[connection], localPort[connection]),
        remote: place(remoteAddress[connection], remotePort[connection]),
        hasDialled: listener[connection] === NONE,
      },
      recording: new Recording(CONNECTION_NAMES, CONNECTION_RATES, sinceTick, isKnown ? counts : undefined),
    } as const
    probe.connections.push(sampled)
    probe.byRow.set(connection, sampled)
  }
}

function byBeginning(a: SampledConnection, b: SampledConnection): number {
  return a.sinceTick - b.sinceTick || a.host - b.host || a.ordinal - b.ordinal
}
