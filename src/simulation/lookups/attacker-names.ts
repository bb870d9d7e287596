import type { Serving } from '../../attack/techniques/technique.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import type { Blueprint, PathBlueprint } from '../blueprint.ts'
import type { AttackerBlueprint, AttackStepBlueprint } from '../blueprint-attack.ts'
import { byName } from '../by-name.ts'
import { hostOfPod } from './members.ts'

/** Returns the attackers in the order in which they are numbered. */
export function attackersInOrder({ attackers }: Blueprint): readonly AttackerBlueprint[] {
  return [...attackers].sort(byName)
}

/** A step of an attacker, with its number among all steps. */
export interface NumberedStep {
  readonly index: number
  readonly attacker: AttackerBlueprint
  readonly attackerIndex: number
  readonly step: AttackStepBlueprint
  /** Its unique name, a part of the names of everything that is added for the step. */
  readonly name: string
}

/** Returns all steps of all attackers, in the order in which they are numbered. */
export function stepsInOrder(blueprint: Blueprint): readonly NumberedStep[] {
  const steps = attackersInOrder(blueprint).flatMap((attacker, attackerIndex) =>
    attacker.plan.map((step, nth) => ({ attacker, attackerIndex, step, name: `~${attacker.name}/${nth + 1}` })),
  )
  return steps.map((each, index) => ({ ...each, index }))
}

/** Returns how a step impersonates servers; undefined if it does not. */
export function servingOf({ step }: NumberedStep): Serving | undefined {
  return USED_TECHNIQUES[step.technique].serves
}

/** Returns the name of the host that an attacker gets. No name of a scenario begins with `~`. */
export function ownHostName({ name }: AttackerBlueprint): string {
  return `~${name}`
}

/** Returns the host that has its sockets: on a link or segment its own host, otherwise the host that it controls. */
export function hostOfAttacker(attacker: AttackerBlueprint, { cluster }: Blueprint): string {
  const { on } = attacker
  if (on.kind !== 'host') return ownHostName(attacker)
  const pod = cluster?.pods.find(({ name }) => name === on.name)
  return pod === undefined ? on.name : hostOfPod(pod)
}

/** Returns the name of a tap; `A` leads to the first end of the link. */
export function tapName(attacker: AttackerBlueprint, end: 'A' | 'B'): string {
  return `${ownHostName(attacker)}/${end}`
}

/** Returns the declared name of an attacker's paths. No other path has it. */
export function attackersDeclared({ name }: AttackerBlueprint): string {
  return `~${name}/`
}

/** Returns whether a path belongs to an attacker. */
export function isAttackersPath({ declared }: PathBlueprint): boolean {
  return declared.startsWith('~') && declared.endsWith('/')
}

/** Returns the name of an attacker's own path for a step on `path`. */
export function attackersPathName({ name }: NumberedStep, path: PathBlueprint): string {
  return `${name}/${path.name}`
}

/** Returns the name of the certificate that a step forges for the server of `path`. */
export function attackersCertificateName({ name }: NumberedStep, path: PathBlueprint): string {
  return `${name}/${path.name}`
}

/** Returns all instances of the paths that a step attacks. */
export function pathsOfStep({ paths }: AttackStepBlueprint, blueprint: Blueprint): readonly PathBlueprint[] {
  return blueprint.paths.filter(({ declared }) => paths.includes(declared)).sort(byName)
}
