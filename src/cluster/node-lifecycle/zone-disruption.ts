import { NS_PER_S } from '../../engine/ticks.ts'
import type { ControllerManagerConfiguration } from '../flags/configuration.ts'

// States of a zone, from the view of the node lifecycle controller, and how fast it evicts in each
// (pkg/controller/nodelifecycle/node_lifecycle_controller.go: ZoneState, ComputeZoneState, setLimiterInZone).

/** Before the controller's first check. */
export const ZONE_INITIAL = 0
/** Few nodes, or none, are NotReady. */
export const ZONE_NORMAL = 1
/** A large part of the nodes is NotReady. */
export const ZONE_PARTIAL = 2
/** No node is Ready. */
export const ZONE_FULL = 3

/** The interval of evictions in a zone without a rate: there are none. */
export const NEVER = Number.POSITIVE_INFINITY

/** `--node-eviction-rate` and `--secondary-node-eviction-rate`, 0.1 and 0.01 a second, as intervals. */
export const EVICTION_INTERVAL_NS = 10 * NS_PER_S
const SECONDARY_EVICTION_INTERVAL_NS = 100 * NS_PER_S

/** `--unhealthy-zone-threshold`, a fraction. */
const UNHEALTHY_FRACTION = 0.55
/** The number of NotReady nodes that every zone tolerates. */
const TOLERATED_NODES = 2

/** Judges zones by the number of their nodes, with the flags of the controller manager. Immutable. */
export class ZoneDisruption {
  private readonly flags: ControllerManagerConfiguration

  constructor(flags: ControllerManagerConfiguration) {
    this.flags = flags
  }

  /** Returns the state of a zone with these numbers of nodes. */
  stateOf(ready: number, notReady: number): number {
    if (ready === 0 && notReady > 0) return ZONE_FULL
    const isUnhealthy = notReady / (ready + notReady) >= UNHEALTHY_FRACTION
    return notReady > TOLERATED_NODES && isUnhealthy ? ZONE_PARTIAL : ZONE_NORMAL
  }

  /**
   * Returns the time between two evictions in a zone of `nodes` nodes, in nanoseconds, while another zone has a Ready
   * node. A zone without any Ready node evicts as fast as a healthy zone.
   */
  evictionIntervalNs(state: number, nodes: number): number {
    if (state !== ZONE_PARTIAL) return EVICTION_INTERVAL_NS
    return nodes > this.flags.largeZoneNodes ? SECONDARY_EVICTION_INTERVAL_NS : NEVER
  }
}
