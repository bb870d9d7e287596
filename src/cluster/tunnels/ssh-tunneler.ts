import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { EventKind } from '../../engine/event-kind.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { SshHealthChecks } from './ssh-tunneler-health.ts'
import type { SshTunnelerPlan } from './ssh-tunneler-plan.ts'
import type { Tunnels } from './tunnels.ts'

/** The SSH tunneler of a host (the target) checks its tunnels. */
export const TUNNELER_TURN = new EventKind('tunneler turn')
/** The health check of a tunnel (the target) is due, or has timed out. */
export const TUNNEL_CHECK = new EventKind('tunnel check')

/** Period at which missing tunnels are dialled (Kubernetes 1.6 to 1.21, pkg/master/tunneler/ssh.go, nodesSyncLoop). */
const SYNC_PERIOD_NS = 15 * NS_PER_S
/** Period in which each tunnel is checked once (pkg/ssh/ssh.go, healthCheckPoll). */
export const CHECK_PERIOD_NS = 60 * NS_PER_S

/**
 * The steps of a health check: the argument of an event TUNNEL_CHECK is STEPS times the number of the dial, plus the
 * step.
 */
const BEGINS = 0
const FAILED = 1
const STEPS = 2

class TunnelerState implements ArenaTable {
  /** The tick at which the tunneler started, or the start of its current round of checks; negative before the run. */
  startTick!: Float64Array
  nextSyncTick!: Float64Array

  layOut(columns: Columns): void {
    this.startTick = columns.float64()
    this.nextSyncTick = columns.float64()
  }
}

/**
 * The SSH tunneler of kube-apiserver 1.6 to 1.21. Every 15 s it dials, all at the same time, the nodes whose tunnel
 * is not listed. Once a minute it checks the listed tunnels, spread over the minute; a tunnel whose check fails is
 * closed and dialled once more. A lost tunnel stays listed until its check fails.
 */
export class SshTunneler {
  private readonly plan: SshTunnelerPlan | null
  private readonly timeline: Timeline
  private readonly tunnels: Tunnels
  private readonly checks: SshHealthChecks
  private readonly hostTarget: number
  private readonly firstTunnelTarget: number
  private readonly state = new TunnelerState()

  /** `plan` is null if the cluster has no tunneler. */
  constructor(
    arena: Arena,
    timeline: Timeline,
    tunnels: Tunnels,
    checks: SshHealthChecks,
    plan: SshTunnelerPlan | null,
    targets: { readonly firstHost: number; readonly firstTunnel: number },
  ) {
    this.plan = plan
    this.timeline = timeline
    this.tunnels = tunnels
    this.checks = checks
    this.hostTarget = targets.firstHost + (plan?.host ?? 0)
    this.firstTunnelTarget = targets.firstTunnel
    arena.attach(this.state, 1)
    timeline.handle(TUNNELER_TURN, this.hostTarget, () => this.onSync())
    timeline.handle(TUNNEL_CHECK, targets.firstTunnel, (tunnel, check) => this.onCheck(tunnel, check))
    checks.connectObserver((tunnel, dial) => this.scheduleFailure(tunnel, dial))
  }

  /**
   * Begins at tick 0. The SSH keys are assumed to be distributed to the nodes. A tunneler that was already running
   * continues its rounds of checks; its tunnels are still dialled at tick 0.
   */
  begin(): void {
    const { plan, timeline, state } = this
    if (plan === null) return
    state.startTick[0] = timeline.now - plan.ageNs
    for (const tunnel of plan.tunnels) this.tunnels.dial(tunnel)
    this.scheduleSync(timeline.now + SYNC_PERIOD_NS - (plan.ageNs % SYNC_PERIOD_NS))
    if (plan.ageNs > 0) this.spreadChecks(plan.tunnels)
  }

  /** Handles the event TUNNELER_TURN of the tunneler's host. Events scheduled before a restart are ignored. */
  private onSync(): void {
    if (this.plan !== null && this.state.nextSyncTick[0] === this.timeline.now) this.sync(this.plan)
    else this.timeline.noteIdleWakeUp()
  }

  /** Restarts the tunneler, with no tunnel listed, if it runs on `host`. */
  restart(host: number): void {
    if (this.plan === null || this.plan.host !== host) return
    for (const tunnel of this.plan.tunnels) this.tunnels.unlist(tunnel)
    this.state.startTick[0] = this.timeline.now + 1
    this.scheduleSync(this.timeline.now + 1)
  }

  /** Handles the event TUNNEL_CHECK of a tunnel. It is ignored if the tunnel has been dialled again since. */
  private onCheck(tunnel: number, check: number): void {
    if (!this.isCurrent(tunnel, check)) return this.timeline.noteIdleWakeUp()
    if (check % STEPS === BEGINS) return this.check(tunnel)
    this.tunnels.close(tunnel)
    this.tunnels.dial(tunnel)
  }

  private isCurrent(tunnel: number, check: number): boolean {
    return this.tunnels.isListed(tunnel) && this.tunnels.table.dials[tunnel] === Math.floor(check / STEPS)
  }

  private sync(plan: SshTunnelerPlan): void {
    const { now } = this.timeline
    this.scheduleSync(now + SYNC_PERIOD_NS)
    for (const tunnel of plan.tunnels) if (!this.tunnels.isListed(tunnel)) this.tunnels.dial(tunnel)
    if ((now - this.state.startTick[0]) % CHECK_PERIOD_NS === 0) this.spreadChecks(this.listed(plan))
  }

  /**
   * Returns the listed tunnels, in the order of listing. Tunnels of a tunneler that was already running were listed
   * before the run, and keep their places of its first round.
   */
  private listed({ tunnels, ageNs }: SshTunnelerPlan): number[] {
    const { listedTick, dials } = this.tunnels.table
    const since = (tunnel: number) => (ageNs > 0 && dials[tunnel] === 1 ? 0 : listedTick[tunnel])
    return tunnels.filter((tunnel) => this.tunnels.isListed(tunnel)).sort((a, b) => since(a) - since(b) || a - b)
  }

  /**
   * Schedules a check of each tunnel at equal intervals over the minute of the current round, unless its time was
   * before the run. Checks of tunnels that are not listed by then do nothing.
   */
  private spreadChecks(tunnels: readonly number[]): void {
    const { timeline, firstTunnelTarget } = this
    const { now } = timeline
    const roundTick = now - ((now - this.state.startTick[0]) % CHECK_PERIOD_NS)
    for (const [place, tunnel] of tunnels.entries()) {
      const tick = roundTick + Math.floor((CHECK_PERIOD_NS * place) / tunnels.length)
      const check = this.tunnels.table.dials[tunnel] * STEPS + BEGINS
      if (tick === now && this.isCurrent(tunnel, check)) this.check(tunnel)
      else if (tick > now) timeline.schedule(tick, firstTunnelTarget + tunnel, TUNNEL_CHECK, check)
    }
  }

  private check(tunnel: number): void {
    if (this.plan !== null) this.checks.begin(tunnel, this.plan)
  }

  /**
   * Schedules the reaction to a failed check for the next tick, because the check fails inside the handling of
   * another failure.
   */
  private scheduleFailure(tunnel: number, dial: number): void {
    const { timeline, firstTunnelTarget } = this
    timeline.schedule(timeline.now + 1, firstTunnelTarget + tunnel, TUNNEL_CHECK, dial * STEPS + FAILED)
  }

  private scheduleSync(tick: number): void {
    this.state.nextSyncTick[0] = tick
    this.timeline.schedule(tick, this.hostTarget, TUNNELER_TURN, 0)
  }
}
