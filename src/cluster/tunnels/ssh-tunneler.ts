import type { Arena, ArenaTable, Columns } from '../../engine/arena.ts'
import { TUNNEL_CHECK, TUNNELER_TURN } from '../../engine/event-kinds.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { Timeline } from '../../engine/timeline.ts'
import type { SshHealthChecks } from './ssh-tunneler-health.ts'
import type { SshTunnelerPlan } from './ssh-tunneler-plan.ts'
import type { Tunnels } from './tunnels.ts'

/** pkg/master/tunneler/ssh.go, nodesSyncLoop. */
const SYNC_PERIOD_NS = 15 * NS_PER_S
/** pkg/ssh/ssh.go, healthCheckPoll. */
const CHECK_PERIOD_NS = 60 * NS_PER_S

/** What an event TUNNEL_CHECK says. */
const BEGINS = 0
const FAILED = 1
const STEPS = 2

class TunnelerState implements ArenaTable {
  startTick!: Float64Array
  nextTurnTick!: Float64Array

  layOut(columns: Columns): void {
    this.startTick = columns.float64()
    this.nextTurnTick = columns.float64()
  }
}

/**
 * Kubernetes' SSH tunneler. Every 15 s it dials each node that is on no list, all at the same time. Once a minute it
 * checks the health of those on its list, spread over the minute; one that fails is closed and dialled again, once. A
 * tunnel that is lost stays on the list until its check finds that out.
 */
export class SshTunneler {
  private readonly plan: SshTunnelerPlan | null
  private readonly timeline: Timeline
  private readonly tunnels: Tunnels
  private readonly checks: SshHealthChecks
  private readonly hostTarget: number
  private readonly firstTunnelTarget: number
  private readonly state = new TunnelerState()

  /** `plan` is null where nobody keeps up tunnels. */
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
    checks.connectObserver((tunnel, dial) => this.noteFailure(tunnel, dial))
  }

  /** At tick 0: the keys are there, and nodes take them. */
  begin(): void {
    if (this.plan === null) return
    this.state.startTick[0] = this.timeline.now
    this.takeTurn(this.plan)
  }

  /** The event TUNNELER_TURN of its host; of those that a restart has overtaken nothing comes. */
  onTurn(): void {
    if (this.plan !== null && this.state.nextTurnTick[0] === this.timeline.now) this.takeTurn(this.plan)
  }

  /** The process begins anew, with an empty list. */
  restart(host: number): void {
    if (this.plan === null || this.plan.host !== host) return
    for (const tunnel of this.plan.tunnels) this.tunnels.unlist(tunnel)
    this.state.startTick[0] = this.timeline.now + 1
    this.scheduleTurn(this.timeline.now + 1)
  }

  /** The event TUNNEL_CHECK of a tunnel, for the attempt that it belongs to. */
  onCheck(tunnel: number, check: number): void {
    const step = check % STEPS
    if (!this.tunnels.isListed(tunnel) || this.tunnels.table.dials[tunnel] !== (check - step) / STEPS) return
    if (step === BEGINS) return this.check(tunnel)
    this.tunnels.close(tunnel)
    this.tunnels.dial(tunnel)
  }

  private takeTurn({ tunnels }: SshTunnelerPlan): void {
    const { now } = this.timeline
    this.scheduleTurn(now + SYNC_PERIOD_NS)
    for (const tunnel of tunnels) if (!this.tunnels.isListed(tunnel)) this.tunnels.dial(tunnel)
    if ((now - this.state.startTick[0]) % CHECK_PERIOD_NS === 0) this.spreadChecks(tunnels)
  }

  /** In the order in which they came on the list, at equal distances over the minute. */
  private spreadChecks(tunnels: readonly number[]): void {
    const { timeline, firstTunnelTarget } = this
    const { table } = this.tunnels
    const listed = tunnels
      .filter((tunnel) => this.tunnels.isListed(tunnel))
      .sort((a, b) => table.listedTick[a] - table.listedTick[b] || a - b)
    for (const [place, tunnel] of listed.entries()) {
      const delayNs = Math.floor((CHECK_PERIOD_NS * place) / listed.length)
      const check = table.dials[tunnel] * STEPS + BEGINS
      if (delayNs === 0) this.check(tunnel)
      else timeline.schedule(timeline.now + delayNs, firstTunnelTarget + tunnel, TUNNEL_CHECK, check)
    }
  }

  private check(tunnel: number): void {
    if (this.plan !== null) this.checks.begin(tunnel, this.plan)
  }

  /** A check fails while something else comes to its end: what follows from it waits for a tick of its own. */
  private noteFailure(tunnel: number, dial: number): void {
    const { timeline, firstTunnelTarget } = this
    timeline.schedule(timeline.now + 1, firstTunnelTarget + tunnel, TUNNEL_CHECK, dial * STEPS + FAILED)
  }

  private scheduleTurn(tick: number): void {
    this.state.nextTurnTick[0] = tick
    this.timeline.schedule(tick, this.hostTarget, TUNNELER_TURN, 0)
  }
}
