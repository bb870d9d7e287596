import type { Serving } from '../../../attack/techniques/technique.ts'
import { TECHNIQUES } from '../../../attack/techniques.ts'
import type { Blueprint, PathBlueprint } from '../../blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../../blueprint-attack.ts'
import { byName } from '../../by-name.ts'
import { hostOfPod } from '../members.ts'

/** In the order in which everything about attackers is numbered. */
export function attackersInOrder({ attackers }: Blueprint): readonly AttackerBlueprint[] {
  return [...attackers].sort(byName)
}

/** A step of an attacker, with its place among all. */
export interface PlacedStep {
  readonly index: number
  readonly attacker: AttackerBlueprint
  readonly attackerIndex: number
  readonly step: AttackStepBlueprint
  /** Unique in a scenario, and part of what is made for the step. */
  readonly name: string
}

export function stepsInOrder(blueprint: Blueprint): readonly PlacedStep[] {
  const steps = attackersInOrder(blueprint).flatMap((attacker, attackerIndex) =>
    attacker.plan.map((step, nth) => ({ attacker, attackerIndex, step, name: `~${attacker.name}/${nth + 1}` })),
  )
  return steps.map((each, index) => ({ ...each, index }))
}

/** The servers that a step runs under the names of others; undefined: none. */
export function servingOf({ step }: PlacedStep): Serving | undefined {
  return TECHNIQUES[step.technique].serves
}

/** Names of hosts that a scenario writes do not begin so. */
export function ownHostName({ name }: AttackerBlueprint): string {
  return `~${name}`
}

/** Where its sockets are: a host of its own beside a link or on a segment, else the one that it has taken. */
export function hostOfAttacker(attacker: AttackerBlueprint, { cluster }: Blueprint): string {
  const { on } = attacker
  if (on.kind !== 'host') return ownHostName(attacker)
  const pod = cluster?.pods.find(({ name }) => name === on.name)
  return pod === undefined ? on.name : hostOfPod(pod)
}

/** `A` is at the first end of the link. */
export function tapName(attacker: AttackerBlueprint, end: 'A' | 'B'): string {
  return `${ownHostName(attacker)}/${end}`
}

/** Of a path that an attacker asks along; no path of a scenario, and none of the cluster's own, is declared so. */
export function attackersDeclared({ name }: AttackerBlueprint): string {
  return `~${name}/`
}

export function isAttackersPath({ declared }: PathBlueprint): boolean {
  return declared.startsWith('~') && declared.endsWith('/')
}

export function attackersPathName({ name }: PlacedStep, path: PathBlueprint): string {
  return `${name}/${path.name}`
}

export function attackersCertificateName({ name }: PlacedStep, path: PathBlueprint): string {
  return `${name}/${path.name}`
}

/** Each instance of the paths that it is about. */
export function pathsOfStep({ paths }: AttackStepBlueprint, blueprint: Blueprint): readonly PathBlueprint[] {
  return blueprint.paths.filter(({ declared }) => paths.includes(declared)).sort(byName)
}
