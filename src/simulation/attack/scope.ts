import type { Decision } from '../../attack/state/decisions.ts'
import type { VerdictResult } from '../../measure/verdict.ts'
import type { Case } from './case.ts'

export type Scope = VerdictResult['scope']

type Subject = Pick<Case, 'simulation' | 'attack' | 'step' | 'path'>

/** Returns a path of the plan, and the paths to the replicas if it leads to a service. */
export function concernedPaths({ simulation, path }: Pick<Case, 'simulation' | 'path'>): readonly number[] {
  return [path, ...simulation.plan.paths[path].endpointPaths]
}

/** Returns the concerned paths whose victims have this scope. */
export function pathsInScope(one: Subject, scope: Scope): readonly number[] {
  return concernedPaths(one).filter((path) => scopeOfPath(one, path) === scope)
}

/** Returns whether an attack on a path of the plan harms the attacker's own. */
export function scopeOfPath({ attack: { plan }, step }: Pick<Case, 'attack' | 'step'>, path: number): Scope {
  return plan.attackers[plan.steps[step].attacker].owns[path] === 1 ? 'own' : 'other'
}

/**
 * Returns whether a server's decision is about the attacker's own. Decisions of servers that it controls are, and for a
 * service, decisions of its own replica. The apiserver decides about the whole cluster, so there the object counts: a
 * pod or node that the attacker controls is its own.
 */
export function scopeOfDecision(one: Subject, { host, request }: Pick<Decision, 'host' | 'request'>): Scope {
  const { plan } = one.simulation
  const { controls } = one.attack.plan.attackers[one.attack.plan.steps[one.step].attacker]
  if (controls[host] === 1) return 'own'
  const { operation } = one.attack.plan.requests[request]
  if (operation?.server === 'apiserver')
    return plan.hosts.some(({ name }, index) => name === operation.member && controls[index] === 1) ? 'own' : 'other'
  const replica = plan.paths[one.path].endpointPaths.find((end) => plan.paths[end].toHost === host)
  return scopeOfPath(one, replica ?? one.path)
}

/** Returns the victim that a verdict names. For a service, it is a replica with the scope of the verdict. */
export function victimOf(one: Subject, scope: Scope): number {
  const { victims } = one.attack.plan
  const { endpointPaths } = one.simulation.plan.paths[one.path]
  const replicas = endpointPaths.filter((end) => scopeOfPath(one, end) === scope).map((end) => victims[end])
  const first = victims[one.path]
  return replicas.length === 0 || replicas.includes(first) ? first : replicas[0]
}
