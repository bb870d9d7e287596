import type { AdditionsBlueprint } from '../../attack/additions.ts'
import type { StepAdditions, Technique } from '../../attack/techniques/technique.ts'
import { USED_TECHNIQUES } from '../../attack/techniques.ts'
import type { Blueprint, IdentityBlueprint } from '../blueprint.ts'
import { type NumberedStep, stepsInOrder } from '../lookups/attacker-names.ts'
import { stepPlanner } from './step-planner.ts'

/** Adds the objects that requests and agents of attackers may create or change in the cluster. */
export function withAttackerAdditions(blueprint: Blueprint): Blueprint {
  if (blueprint.attackers.length === 0) return blueprint
  const made = stepsInOrder(blueprint).map((placed) => additionsOf(placed, blueprint))
  return {
    ...blueprint,
    identities: [...blueprint.identities, ...made.flatMap((additions) => nodeCertificates(additions, blueprint))],
    additions: [blueprint.additions ?? {}, ...made].reduce(merged),
  }
}

/** Returns what a step may change in the cluster. */
export function additionsOf(placed: NumberedStep, blueprint: Blueprint): StepAdditions {
  const technique: Technique = USED_TECHNIQUES[placed.step.technique]
  return technique.additions?.(stepPlanner(placed, blueprint)) ?? {}
}

function merged(some: AdditionsBlueprint, more: AdditionsBlueprint): AdditionsBlueprint {
  return {
    agents: [...(some.agents ?? []), ...(more.agents ?? [])],
    services: [...(some.services ?? []), ...(more.services ?? [])],
    certificates: [...(some.certificates ?? []), ...(more.certificates ?? [])],
    addresses: [...(some.addresses ?? []), ...(more.addresses ?? [])],
  }
}

const YEAR_S = 365 * 24 * 3600

/** Returns node certificates as kubelets request them when they join (pkg/kubelet/certificate/bootstrap). */
function nodeCertificates({ nodeCertificates = [] }: StepAdditions, { cluster }: Blueprint): IdentityBlueprint[] {
  if (cluster === null) return []
  return nodeCertificates.map(({ name, node }) => ({
    kind: 'certificate',
    name,
    issuer: cluster.apiserver.configuration.clientCa,
    cn: `system:node:${node}`,
    organizations: ['system:nodes'],
    sans: [],
    usages: ['client'],
    key: 'ecdsa-p256',
    notBeforeS: 0,
    notAfterS: YEAR_S,
  }))
}
