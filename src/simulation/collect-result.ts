import { assert } from '../engine/assert.ts'
import { combineDigests, foldHighText, foldLowText, formatDigest, type NamedDigest } from '../engine/digest.ts'
import type { Expectation } from '../measure/expectation.ts'
import { judge } from '../measure/judge-expectation.ts'
import { breachesOf } from '../measure/laws/law.ts'
import { COUNTING_LAWS } from '../measure/laws/laws.ts'
import type { LinkResult, Result } from '../measure/result.ts'
import type { VerdictResult } from '../measure/verdict.ts'
import { collectAccounts } from './accounts/collect-accounts.ts'
import { Shares } from './accounts/shares.ts'
import type { Comparison } from './attack/aftermath.ts'
import { joinDeliveries, undeliveredPaths } from './attack/collect-deliveries.ts'
import { collectSecrets } from './attack/collect-secrets.ts'
import { collectKnowledge, collectVerdicts } from './attack/collect-verdicts.ts'
import { collectBackground, collectPods } from './background/collect-background.ts'
import { collectNodes } from './background/collect-nodes.ts'
import type { Blueprint } from './blueprint.ts'
import { agentResults } from './konnectivity/collect-konnectivity.ts'
import { collectListeners } from './paths/collect-listeners.ts'
import type { Simulation } from './simulation.ts'
import { tunnelResults } from './ssh-tunnels/collect-tunnels.ts'
import { collectInstances, collectWorkloads, workloadDigestOf } from './workloads/collect-workloads.ts'

/**
 * Reads the result of a simulation that has ended. `comparisons`, by step, are needed only for verdicts.
 * @throws ModelError when the run breaks a law (measure/laws)
 */
export function collectResult(
  simulation: Simulation,
  blueprint: Blueprint,
  expectations: readonly Expectation[],
  ended: Result['ended'],
  perInstance = false,
  comparisons: readonly Comparison[] = [],
): Result {
  const { plan, network, timeline } = simulation
  const { directions } = network
  const [breach] = breachesOf(COUNTING_LAWS, collectAccounts(simulation))
  assert(breach === undefined, breach)
  const traffic = plan.directions.flatMap(({ name }, direction) => {
    const isUnused = isAttackersOwn(name) && directions.deliveredPackets[directions.rowOf(direction)] === 0
    return isUnused ? [] : [trafficDigestOf(simulation, direction, name)]
  })
  const workloadDigests = plan.workloads.map(({ name }, workload) => ({
    ...workloadDigestOf(simulation, workload),
    name: `workload/${name}`,
  }))
  const trafficDigest = combineDigests(traffic)
  const verdicts = collectVerdicts(simulation, comparisons, blueprint)
  const digest = combineDigests([
    ...workloadDigests,
    { name: 'traffic', ...trafficDigest },
    ...verdicts.map(verdictDigest),
  ])
  const measured = {
    schemaVersion: 1,
    scenario: blueprint.name,
    seed: blueprint.seed,
    kubernetes: blueprint.cluster?.version.text ?? null,
    digest: formatDigest(digest.hi, digest.lo),
    trafficDigest: formatDigest(trafficDigest.hi, trafficDigest.lo),
    ended,
    simulatedNs: timeline.now,
    events: simulation.events,
    packets: plan.directions.reduce(
      (sum, _, direction) => sum + directions.deliveredPackets[directions.rowOf(direction)],
      0,
    ),
    workloads: collectWorkloads(simulation, blueprint),
    ...(perInstance ? { instances: collectInstances(simulation, blueprint) } : {}),
    tunnels: [...agentResults(simulation), ...tunnelResults(simulation)],
    nodes: collectNodes(simulation, blueprint),
    pods: collectPods(simulation),
    background: collectBackground(simulation, new Shares(simulation)),
    links: plan.directions.map((_, direction) => linkResult(simulation, direction)),
    listeners: collectListeners(plan),
    verdicts,
    ...exposed(simulation, comparisons, blueprint),
    knowledge: collectKnowledge(simulation),
  } as const
  return { ...measured, expectations: expectations.map((expectation) => judge(expectation, measured)) }
}

/** Returns the secrets that attackers could learn, and the attacked paths on which no request was delivered. */
function exposed(
  simulation: Simulation,
  comparisons: readonly Comparison[],
  blueprint: Blueprint,
): Pick<Result, 'secrets' | 'undeliveredPaths'> {
  const { attack } = simulation.plan
  if (attack === null) return {}
  const delivery = joinDeliveries(
    comparisons.flatMap(({ attacked, counterpart }) => [attacked.delivery, counterpart.delivery]),
  )
  const unused = undeliveredPaths(simulation, delivery, blueprint)
  return {
    secrets: collectSecrets(attack, simulation, blueprint, delivery),
    ...(unused.length === 0 ? {} : { undeliveredPaths: unused }),
  }
}

/**
 * Returns whether a link or loopback was added for an attacker. Unused ones must not change the digest of the traffic.
 */
function isAttackersOwn(direction: string): boolean {
  return /^(link|loopback|segment\/[^/]+)\/~/.test(direction)
}

function trafficDigestOf({ network }: Simulation, direction: number, name: string): NamedDigest {
  const { directions } = network
  const row = directions.rowOf(direction)
  return { name, hi: directions.digestHigh[row], lo: directions.digestLow[row] }
}

/** Leaves out the sentences of evidence. They are for human readers, and may be reworded without moving a digest. */
function withoutSentences(key: string, value: unknown): unknown {
  return key === 'what' ? undefined : value
}

function verdictDigest(verdict: VerdictResult): NamedDigest {
  const { attacker, technique, path, victim } = verdict
  const text = JSON.stringify(verdict, withoutSentences)
  return {
    name: `verdict/${attacker}/${path}/${technique}/${victim}`,
    hi: foldHighText(0, text),
    lo: foldLowText(0, text),
  }
}

function linkResult({ plan, network }: Simulation, direction: number): LinkResult {
  const { directions } = network
  const row = directions.rowOf(direction)
  return {
    name: plan.directions[direction].name,
    packets: directions.deliveredPackets[row],
    bytes: directions.deliveredBytes[row],
    lost: directions.lostPackets[row],
    droppedAtQueue: directions.droppedAtQueue[row],
    droppedWhileDown: directions.droppedWhileDown[row],
    droppedByFirewall: directions.droppedByFirewall[row],
    digest: formatDigest(directions.digestHigh[row], directions.digestLow[row]),
  }
}
